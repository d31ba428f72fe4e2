import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import path from 'node:path';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const BACKEND = process.env.NERVE_BACKEND ?? 'http://127.0.0.1:8000';

/** What every page loads, in one file: many small ones compress badly. Inputs are the console's only. */
const BASE = new RegExp(
	[
		'node_modules/svelte/(?!.*/bindings/(?:select|input)\\.js)',
		'node_modules/@sveltejs/kit/src/(?!runtime/client/(?:entry|payload)\\.js)',
		'node_modules/clsx/',
		'src/lib/(?:app|api|styles)/',
		'src/lib/ui/(?:Notice|Unreachable|Button)\\.svelte'
	].join('|')
);
/** What every page with a board loads. */
const LIVE = /src\/lib\/(board|live)\/|src\/lib\/wall\/FreshnessDot/;
/** What every wall loads before its first scene is painted; what other scenes share with it comes along. */
const WALL = new RegExp(
	`src/lib/wall/(?:${[
		'Cell|CodedCell|Fit|Frame|Grid|GroupRow|Rail|RailItem|ReplayBanner|Spark|Stage|Strip|Surface|Ticker|Tile|TileGroup|Wall',
		'WallNotice|ambience|changes|groups|later|layout|live|names|placing|pulses|scenes|seats|unit|scenes/Portfolio'
	].join('|')})\\.`
);
/** A module of styles, of a component too. Those of the first paint are one file, which the page names. */
const STYLE = /\.css$/;

/** SvelteKit's client needs nothing of devalue that JSON cannot do as long as there are no server loads. */
const plainValues: Plugin = {
	name: 'plain-values',
	enforce: 'pre',
	apply: 'build',
	applyToEnvironment: (environment) => environment.name === 'client',
	resolveId: (id) => (id === 'devalue' ? path.resolve('src/lib/app/plain.ts') : null)
};

/** What is painted first is compiled beside the page while it arrives, not in the page at its first call. */
const compiledEarly: Plugin = {
	name: 'compiled-early',
	apply: 'build',
	generateBundle: {
		order: 'post',
		handler(_, bundle) {
			for (const chunk of Object.values(bundle)) {
				if (chunk.type === 'chunk' && ['base', 'live', 'wall'].includes(chunk.name)) {
					chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`;
				}
			}
		}
	}
};

export default defineConfig({
	plugins: [
		plainValues,
		compiledEarly,
		sveltekit({
			compilerOptions: { runes: true },
			adapter: adapter({
				pages: '../app/static',
				fallback: 'index.html',
				precompress: true
			}),
			// Each inline script is allowed by its hash; everything else comes from this origin.
			csp: {
				mode: 'hash',
				directives: {
					'default-src': ['self'],
					'script-src': ['self'],
					// The hash is SvelteKit's own route announcer, which hides itself with a style attribute.
					'style-src': ['self', 'unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
					'img-src': ['self', 'data:'],
					'object-src': ['none']
				}
			},
			// How an open wall learns of a new build: it looks for it, and reloads when it is calm.
			version: { pollInterval: 60_000 }
		})
	],
	build: {
		assetsInlineLimit: 0,
		// A link for each module costs a slow page more than it saves: what a chunk imports is asked for when it comes.
		modulePreload: { resolveDependencies: (_, found) => found.filter((file) => file.endsWith('.css')) }
	},
	environments: {
		client: {
			build: {
				rolldownOptions: {
					// Two files that import each other's would be loaded for nothing.
					treeshake: { moduleSideEffects: [{ test: /bindings\/(select|input)\.js$/, sideEffects: false }] },
					preserveEntrySignatures: 'allow-extension',
					output: {
						codeSplitting: {
							includeDependenciesRecursively: false,
							groups: [
								{
									name: 'base',
									test: (id) => BASE.test(id) || (STYLE.test(id) && (LIVE.test(id) || WALL.test(id)))
								},
								{ name: 'live', test: LIVE },
								{ name: 'wall', test: WALL }
							]
						}
					}
				}
			}
		}
	},
	server: {
		proxy: {
			'/api': { target: BACKEND, ws: true, changeOrigin: false },
			'/healthz': BACKEND
		}
	},
	test: {
		expect: { requireAssertions: true },
		environment: 'node',
		// No test changes what another one uses: a process for each file costs more than all of them.
		isolate: false,
		pool: 'threads',
		include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
		coverage: {
			include: ['src/lib/live/**', 'src/lib/board/**'],
			thresholds: { lines: 90, functions: 90, statements: 90 }
		}
	}
});
