import { describe, expect, it } from 'vitest';
import { burnUpOf } from './burning.ts';

const DAY = 86_400_000;
const day = (n: number) => new Date(Date.parse('2026-01-01') + n * DAY).toISOString().slice(0, 10);
const NOW = Date.parse(day(50));

function page(earned: [number, number][], band?: [number, number], bac = 200) {
	const plan = [0, 50, 100].map((n) => ({ date: day(n), pv: String((bac * n) / 100), ev: null, ac: null }));
	const told = earned.map(([n, share]) => ({ date: day(n), pv: null, ev: String(bac * share), ac: null }));
	const finish = band ? { band: { p10: day(band[0]), p50: null, p90: day(band[1]) } } : {};
	return { burn_up: [...plan, ...told], forecast: { cost: {}, finish } } as unknown as Parameters<
		typeof burnUpOf
	>[0][number];
}

describe('the burn-up of a programme', () => {
	it('is the mean of its projects, however large their budgets are', () => {
		const found = burnUpOf([page([[40, 0.2]], undefined, 1_000_000), page([[45, 0.6]])], NOW);

		expect(found?.projects).toBe(2);
		expect(found?.earned.at(-1)).toEqual({ at: NOW, share: 0.4 });
		expect(found?.plan).toBe(0.5);
	});

	it('holds the newest figure of a project, and ends now', () => {
		const found = burnUpOf(
			[
				page([
					[10, 0.1],
					[20, 0.3]
				])
			],
			NOW
		);

		expect(found?.earned.at(-1)).toEqual({ at: NOW, share: 0.3 });
	});

	it('leaves out projects without a plan or a figure', () => {
		expect(burnUpOf([page([])], NOW)).toBe(null);
		expect(burnUpOf([page([]), page([[40, 0.5]])], NOW)?.projects).toBe(1);
	});

	it('foretells a range only where that can be foretold of every project', () => {
		const both = burnUpOf([page([[50, 0.5]], [90, 150]), page([[50, 1]])], NOW);
		const one = burnUpOf([page([[50, 0.5]], [90, 150]), page([[50, 0.5]])], NOW);

		expect(both?.slow[0]?.share).toBe(0.75);
		expect(both?.slow.at(-1)?.share).toBeGreaterThan(0.99);
		expect(both?.fast.every(({ share }, i) => share >= (both.slow[i]?.share ?? 0))).toBe(true);
		expect(one?.slow).toEqual([]);
	});
});
