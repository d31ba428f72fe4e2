import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import Part, { cutsOf } from './canvas.ts';
import type { Group } from './groups.ts';

const four = [1, 2].flatMap((row) => [1, 2].map((column) => new Part({ columns: 2, rows: 2, column, row })));
const group = (code: string, size: number): Group => ({
	code,
	label: code,
	short: code,
	name: code,
	projects: Array.from({ length: size }, (_, i) => `${code}-${i}`) as unknown as Group['projects']
});
const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 30 });

describe('a canvas of several screens', () => {
	it('is read from left to right, then down', () => {
		expect(four.map((part) => part.label)).toEqual(['1 of 4', '2 of 4', '3 of 4', '4 of 4']);
	});

	it('shows every project on one screen, and on one only', () => {
		fc.assert(
			fc.property(sizes, (all) => {
				const groups = all.map((size, i) => group(`G${i}`, size));
				const shown = four.flatMap((part) => part.groups(groups).flatMap(({ projects }) => projects));
				expect(shown).toEqual(groups.flatMap(({ projects }) => projects));
			})
		);
	});

	it('gives no screen more than its share and the slack at both ends', () => {
		fc.assert(
			fc.property(sizes, fc.integer({ min: 1, max: 8 }), (all, parts) => {
				const cuts = cutsOf(all, parts);
				const each = (cuts.at(-1) ?? 0) / parts;
				const most = Math.max(...cuts.slice(1).map((cut, i) => cut - (cuts[i] ?? 0)));
				expect(most).toBeLessThanOrEqual(Math.ceil(each * 1.4) + 1);
			})
		);
	});

	it('keeps a programme whole where it ends near enough', () => {
		expect(cutsOf([16, 16, 15], 3)).toEqual([0, 16, 32, 47]);
		expect(cutsOf([40, 5], 2)).toEqual([0, 23, 45]);
	});

	it('goes on with a list from screen to screen, as long on each', () => {
		const rows = [1, 2, 3, 4, 5, 6, 7];
		expect(four.map((part) => part.rows(rows, 3))).toEqual([[1, 2], [3, 4], [5, 6], [7]]);
		expect(four.map((part) => part.rows(rows, 1))).toEqual([[1], [2], [3], [4]]);
	});
});
