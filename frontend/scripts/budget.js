// What a browser transfers until the first paint of a route, from the build's own manifest, gzipped.
// Exits with 1 when a floor is broken.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const here = import.meta.dirname;
const STATIC = path.resolve(here, '../../app/static');
const CLIENT = path.resolve(here, '../.svelte-kit/output/client');
/** @type {Record<string, { file: string, imports?: string[], css?: string[] }>} */
const manifest = JSON.parse(readFileSync(path.join(CLIENT, '.vite/manifest.json'), 'utf8'));

const ROUTES = [
	{ name: 'wall', files: ['src/routes/wall/[[scene]]/+page.svelte'], js: 60, css: 15 },
	{ name: 'project', files: ['(console)/+layout.svelte', 'project/[code]/+page.svelte'], js: 130, css: 15 },
	{ name: 'portfolio', files: ['(console)/+layout.svelte', 'p/[portfolio]/+page.svelte'], js: 130, css: 15 },
	{ name: 'sign-in', files: ['src/routes/sign-in/+page.svelte'], js: 130, css: 15 }
];
const FONT_KB = 110;

/** The chunk of each route file: SvelteKit names its nodes by number, the layouts come first. */
const nodes = Object.entries(manifest).filter(([, chunk]) => /nodes\/\d+\./.test(chunk.file));
const entry = Object.entries(manifest).filter(([, chunk]) => /entry\/(start|app)\./.test(chunk.file));

/** @param {string} file */
function nodeOf(file) {
	for (const [key] of nodes) {
		const source = readFileSync(path.resolve(here, '..', key), 'utf8');
		if (source.includes(file)) return key;
	}
	throw new Error(`no node for ${file}`);
}

/**
 * @param {string} key
 * @param {Set<string>} seen
 */
function collect(key, seen) {
	const chunk = manifest[key];
	if (!chunk || seen.has(key)) return seen;
	seen.add(key);
	for (const next of chunk.imports ?? []) collect(next, seen);
	return seen;
}

/** @param {string} file */
const size = (file) => gzipSync(readFileSync(path.join(CLIENT, file)), { level: 9 }).length;
/** @param {number} bytes */
const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`.padStart(9);

let broken = false;
const rootLayout = nodes.find(([, chunk]) => /nodes\/0\./.test(chunk.file))?.[0];
for (const route of ROUTES) {
	/** @type {Set<string>} */
	const keys = new Set();
	for (const key of [rootLayout ?? '', ...entry.map(([key]) => key), ...route.files.map(nodeOf)])
		collect(key, keys);
	const chunks = [...keys].flatMap((key) => manifest[key] ?? []);
	const js = chunks.reduce((sum, chunk) => sum + size(chunk.file), 0);
	const styles = new Set(chunks.flatMap((chunk) => chunk.css ?? []));
	const css = [...styles].reduce((sum, file) => sum + size(file), 0);
	const over = js > route.js * 1024 || css > route.css * 1024;
	broken ||= over;
	console.log(
		`${route.name.padEnd(10)} js ${kb(js)} of ${route.js}   css ${kb(css)} of ${route.css}${over ? '   OVER' : ''}`
	);
}

const fonts = readdirSync(STATIC, { recursive: true, withFileTypes: true })
	.filter((file) => file.name.endsWith('.woff2'))
	.map((file) => readFileSync(path.join(file.parentPath, file.name)).length);
const font = fonts.reduce((sum, bytes) => sum + bytes, 0);
broken ||= font > FONT_KB * 1024;
console.log(`fonts         ${kb(font)} of ${FONT_KB}`);
process.exitCode = broken ? 1 : 0;
