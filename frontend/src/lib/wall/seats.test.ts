import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planAbnormal, type GroupSize, type Room } from './layout.ts';
import { reserve, seat, type Seats } from './seats.ts';
import { pixelsPerArcMinute } from './unit.ts';

const ROOM: Room = {
	width: 1870,
	height: 900,
	unit: pixelsPerArcMinute(1920, 1080, { diagonal: 55, distance: 4 }),
	code: 0
};
const PROJECTS = Array.from({ length: 25 }, () => 40);
const sizes = (seats: readonly number[]): GroupSize[] =>
	seats.map((abnormal, i) => ({ code: `G${i}`, total: 40, abnormal, label: 3, short: 3 }));

describe('a place does not move because a colour changed', () => {
	test('whoever stays abnormal keeps the seat, and everybody has one', () => {
		const projects = fc.uniqueArray(fc.integer({ min: 0, max: 30 }));
		fc.assert(
			fc.property(fc.array(projects, { minLength: 2, maxLength: 20 }), (days) => {
				let before: Seats<number> = [];
				for (const abnormal of days) {
					const after = seat(before, abnormal);
					const stayed = before.flatMap((one, place) =>
						one !== null && abnormal.includes(one) ? [[one, place]] : []
					);
					expect(stayed.map(([one]) => [one, after.indexOf(one!)])).toEqual(stayed);
					expect(after.filter((one) => one !== null).sort()).toEqual([...abnormal].sort());
					before = after;
				}
			})
		);
	});

	test('the first to come take the gaps, and nothing is made anew when nothing changed', () => {
		const seats = seat(seat([], ['A', 'B', 'C']), ['A', 'C']);
		expect(seats).toEqual(['A', null, 'C']);
		expect(seat(seats, ['A', 'C'])).toBe(seats);
		expect(seat(seats, ['A', 'C', 'D', 'E'])).toEqual(['A', 'D', 'C', 'E']);
	});

	test('no programme moves while its seats suffice', () => {
		const first = PROJECTS.map((_, i) => 4 + (i % 5));
		const seats = reserve([], first, PROJECTS);
		const plan = planAbnormal(sizes(seats), ROOM);
		const swings = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 25, maxLength: 25 });
		fc.assert(
			fc.property(swings, (swing) => {
				const wanted = first.map((count, i) => count + (swing[i] ?? 0));
				expect(reserve(seats, wanted, PROJECTS)).toBe(seats);
			})
		);
		expect(plan.split.flat()).toEqual(PROJECTS.map((_, i) => i));
		expect(plan.heights).toHaveLength(25);
	});

	test('a programme that needs more seats gets some to spare, and no other loses any', () => {
		const seats = reserve([], [4, 10], [40, 40]);
		expect(seats).toEqual([6, 13]);
		expect(reserve(seats, [7, 8], [40, 40])).toEqual([9, 13]);
		expect(reserve([], [4, 10], [5, 10])).toEqual([5, 10]);
	});

	test('the grid is laid out again when few of the seats are wanted', () => {
		const seats = reserve([], [30, 30], [40, 40]);
		expect(reserve(seats, [20, 20], [40, 40])).toBe(seats);
		expect(reserve(seats, [10, 10], [40, 40])).toEqual([13, 13]);
		const quiet = reserve([], [0, 0], [40, 40]);
		expect(reserve(quiet, [1, 0], [40, 40])).toBe(quiet);
		expect(reserve(quiet, [0, 0], [40, 40])).toBe(quiet);
	});
});
