import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { heights, momentOf, partsFrom, shareOf, type Density } from './timeline.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 26, 10, minute)).toISOString();
const density: Density = {
	from: at(0),
	to: at(50),
	buckets: [3, 0, 1, 0, 4].map((transitions, i) => ({ from: at(i * 10), changes: 9, transitions }))
};

describe('from a moment of a history', () => {
	test('the next change is looked for where there are any, the nearest first, from the moment on', () => {
		expect(partsFrom(density, at(5), 1)).toEqual([
			{ from: at(5), to: at(10) },
			{ from: at(20), to: at(30) },
			{ from: at(40), to: at(50) }
		]);
	});

	test('the one before is strictly before', () => {
		const [nearest, ...others] = partsFrom(density, at(25), -1);
		expect(nearest?.from).toBe(at(20));
		expect(Date.parse(nearest?.to ?? '')).toBe(Date.parse(at(25)) - 1);
		expect(others.map(({ from }) => from)).toEqual([at(0)]);
		expect(partsFrom(density, at(0), -1)).toEqual([]);
	});
});

test('a place on the strip is a moment, and the other way round', () => {
	fc.assert(
		fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
			expect(shareOf(density, momentOf(density, share) ?? '')).toBeCloseTo(share, 5);
		})
	);
	expect(momentOf({ from: null, to: null, buckets: [] }, 0.5)).toBeNull();
	expect(shareOf({ from: null, to: null, buckets: [] }, at(3))).toBe(1);
});

test('a single change is seen beside a flood', () => {
	const [one, flood, none] = heights(
		[1, 400, 0].map((transitions) => ({ from: '', changes: 0, transitions }))
	);
	expect(flood).toBe(1);
	expect(one).toBe(0.05);
	expect(none).toBe(0);
});
