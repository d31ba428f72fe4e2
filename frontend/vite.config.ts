import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

const BACKEND = process.env.NERVE_BACKEND ?? 'http://127.0.0.1:8000';

export default defineConfig({
	plugins: [
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
	build: { assetsInlineLimit: 0 },
	server: {
		proxy: {
			'/api': { target: BACKEND, ws: true, changeOrigin: false },
			'/healthz': BACKEND
		}
	},
	test: {
		expect: { requireAssertions: true },
		environment: 'node',
		include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
		coverage: {
			include: ['src/lib/live/**', 'src/lib/board/**'],
			thresholds: { lines: 90, functions: 90, statements: 90 }
		}
	}
});
