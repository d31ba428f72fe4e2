import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ciede2000, contrast, DEFICIENCIES, lab, parse } from './colour.ts';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const root = css.slice(css.indexOf(':root {'), css.indexOf('}'));

type Theme = 'light' | 'dark';
function token(name: string, theme: Theme): string {
	const value = new RegExp(`--${name}:\\s*([^;]+);`).exec(root)?.[1] ?? '';
	const pair = /light-dark\((#\w+), (#\w+)\)/.exec(value);
	return (pair ? (theme === 'light' ? pair[1] : pair[2]) : value) ?? '';
}
const colour = (name: string, theme: Theme) => parse(token(name, theme));

describe.each(['light', 'dark'] as const)('%s', (theme) => {
	test.each([
		['text', 'surface', 7],
		['text', 'bg', 7],
		['muted', 'surface', 4.5],
		['muted', 'bg', 4.5],
		['line', 'surface', 3],
		['line', 'bg', 3],
		['red-glyph', 'red', 4.5],
		['amber-glyph', 'amber', 4.5],
		['on-replay', 'replay', 4.5],
		['red-outline', 'surface', 3],
		['red-outline', 'bg', 3],
		['amber-outline', 'surface', 3],
		['green', 'surface', 3],
		['green', 'bg', 3],
		['calm', 'bg', 3],
		['unknown', 'surface', 3],
		['unknown', 'bg', 3],
		['focus', 'surface', 3],
		['focus', 'bg', 3]
	])('%s on %s is at least %d to 1', (front, back, ratio) => {
		expect(contrast(colour(front, theme), colour(back, theme))).toBeGreaterThanOrEqual(ratio);
	});

	const STATUS = ['red', 'amber', 'green', 'unknown'];
	const pairs = STATUS.flatMap((a, i) => STATUS.slice(i + 1).map((b) => [a, b] as const));

	test.each(pairs)('%s and %s are told apart by everybody', (a, b) => {
		for (const deficiency of [undefined, ...Object.values(DEFICIENCIES)]) {
			const distance = ciede2000(lab(colour(a, theme), deficiency), lab(colour(b, theme), deficiency));
			expect(distance).toBeGreaterThanOrEqual(15);
		}
	});

	test.each(['red', 'amber'])('the grey of a calm wall and %s are told apart by everybody', (other) => {
		for (const deficiency of [undefined, ...Object.values(DEFICIENCIES)]) {
			const distance = ciede2000(
				lab(colour('calm', theme), deficiency),
				lab(colour(other, theme), deficiency)
			);
			expect(distance).toBeGreaterThanOrEqual(15);
		}
	});

	test.each(['red', 'amber', 'green'])('the frame of a replay is not taken for %s by anybody', (other) => {
		for (const deficiency of [undefined, ...Object.values(DEFICIENCIES)]) {
			const distance = ciede2000(
				lab(colour('replay', theme), deficiency),
				lab(colour(other, theme), deficiency)
			);
			expect(distance).toBeGreaterThanOrEqual(15);
		}
	});
});

test('with forced colours every colour of the palette is one of the system', () => {
	const forced = css.slice(css.indexOf('@media (forced-colors: active)'));
	const tokens = [...root.matchAll(/--([\w-]+):\s*(?:light-dark|#)/g)].map(([, name]) => name);
	const system = [...forced.matchAll(/--([\w-]+):\s*(?:Canvas|CanvasText|GrayText|Highlight)/g)];
	expect(system.map(([, name]) => name)).toEqual(expect.arrayContaining(tokens));
});

test('the colour difference agrees with the published test data', () => {
	// Sharma, Wu, Dalal 2005, pairs 1, 9 and 25.
	expect(ciede2000([50, 2.6772, -79.7751], [50, 0, -82.7485])).toBeCloseTo(2.0425, 3);
	expect(ciede2000([50, 2.49, -0.001], [50, -2.49, 0.0009])).toBeCloseTo(7.1792, 3);
	expect(ciede2000([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387])).toBeCloseTo(1.2644, 3);
});
