import fc from 'fast-check';
import { expect, test } from 'vitest';
import { retryDelay } from './backoff.ts';

const chance = fc.double({ min: 0, max: 1, noNaN: true });

test('the first attempt is made at once', () => {
	expect(retryDelay(0, 0.9)).toBe(0);
});

test('the first retry is spread over five seconds, so that a deploy is not a stampede', () => {
	fc.assert(
		fc.property(chance, (c) => {
			expect(retryDelay(1, c)).toBeLessThanOrEqual(5_000);
		})
	);
});

test('later ones grow, and never beyond thirty seconds', () => {
	fc.assert(
		fc.property(fc.integer({ min: 2, max: 10_000 }), chance, (attempt, c) => {
			expect(retryDelay(attempt, c)).toBeLessThanOrEqual(30_000);
			expect(retryDelay(attempt + 1, 1)).toBeGreaterThanOrEqual(retryDelay(attempt, 1));
		})
	);
});
