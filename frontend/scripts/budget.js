// What a browser transfers until the first paint of a route, from the build's own manifest, gzipped, against
// budget.json, which `bench/wall.py` reads as well. A kB has 1,000 bytes. Exits with 1 when a floor is broken.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const here = import.meta.dirname;
const STATIC = path.resolve(here, '../../app/static');
const CLIENT = path.resolve(here, '../.svelte-kit/output/client');
/** @type {Record<string, { file: string, imports?: string[], css?: string[] }>} */
const manifest = JSON.parse(readFileSync(path.join(CLIENT, '.vite/manifest.json'), 'utf8'));

/** @type {Record<string, { js: number, css: number }> & { fonts: number }} */
const budget = JSON.parse(readFileSync(path.resolve(here, '../budget.json'), 'utf8'));
const KB = 1000;

/** @type {Record<string, string[]>} */
const ROUTES = {
	wall: ['src/routes/wall/[[scene]]/+page.svelte'],
	project: ['(console)/+layout.svelte', 'project/[code]/+page.svelte'],
	portfolio: ['(console)/+layout.svelte', 'p/[portfolio]/+page.svelte'],
	'sign-in': ['src/routes/sign-in/+page.svelte']
};

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
const kb = (bytes) => `${(bytes / KB).toFixed(1)} kB`.padStart(9);

let broken = false;
// SvelteKit loads the layout and the error page of the root with every route.
const root = nodes.filter(([, chunk]) => /nodes\/[01]\./.test(chunk.file));
for (const [name, files] of Object.entries(ROUTES)) {
	const floor = budget[name];
	if (!floor) throw new Error(`budget.json has no ${name}`);
	/** @type {Set<string>} */
	const keys = new Set();
	for (const key of [...[...root, ...entry].map(([key]) => key), ...files.map(nodeOf)]) collect(key, keys);
	const chunks = [...keys].flatMap((key) => manifest[key] ?? []);
	const js = chunks.reduce((sum, chunk) => sum + size(chunk.file), 0);
	const styles = new Set(chunks.flatMap((chunk) => chunk.css ?? []));
	const css = [...styles].reduce((sum, file) => sum + size(file), 0);
	const over = js > floor.js * KB || css > floor.css * KB;
	broken ||= over;
	console.log(
		`${name.padEnd(10)} js ${kb(js)} of ${floor.js}   css ${kb(css)} of ${floor.css}${over ? '   OVER' : ''}`
	);
}

const fonts = readdirSync(STATIC, { recursive: true, withFileTypes: true })
	.filter((file) => file.name.endsWith('.woff2'))
	.map((file) => readFileSync(path.join(file.parentPath, file.name)).length);
const font = fonts.reduce((sum, bytes) => sum + bytes, 0);
broken ||= font > budget.fonts * KB;
console.log(`fonts         ${kb(font)} of ${budget.fonts}`);
process.exitCode = broken ? 1 : 0;
