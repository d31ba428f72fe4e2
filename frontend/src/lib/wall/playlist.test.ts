import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOLD_MS, sceneAt, shownAt, turnAt, type Playlist } from './playlist.ts';
import { SCENES } from './scenes.ts';

const DAY: Playlist = { scenes: ['portfolio', 'risks', 'goals'], dwellS: 60 };
const NOON = Date.UTC(2026, 2, 2, 12);
const MINUTE = 60_000;

const playlists = fc.record({
	scenes: fc.uniqueArray(fc.constantFrom(...SCENES), { minLength: 1 }),
	dwellS: fc.option(fc.integer({ min: 30, max: 120 }))
});

describe('the clock on the wall decides', () => {
	test('scenes take turns, each for its time', () => {
		const shown = [0, 1, 2, 3].map((minute) => sceneAt(DAY, NOON + minute * MINUTE));

		expect(new Set(shown)).toEqual(new Set(DAY.scenes));
		expect(shown[3]).toBe(shown[0]);
		expect(sceneAt(DAY, NOON + MINUTE - 1)).toBe(shown[0]);
	});

	test('without a time the first scene stays', () => {
		expect(sceneAt({ ...DAY, dwellS: null }, NOON + 999 * MINUTE)).toBe('portfolio');
	});

	test('two screens of a group choose the same scene at the same server time, whatever their own clocks say', () => {
		const clocks = fc.tuple(fc.integer({ min: -9e5, max: 9e5 }), fc.integer({ min: -9e5, max: 9e5 }));
		fc.assert(
			fc.property(playlists, fc.date({ noInvalidDate: true }), clocks, (playlist, at, [left, right]) => {
				const [one, other] = [left, right].map((off) => {
					const own = at.getTime() + off;
					return shownAt(playlist, [NOON], own - off);
				});
				expect(one).toBe(other);
			})
		);
	});

	test('every scene is shown equally often', () => {
		fc.assert(
			fc.property(playlists, ({ scenes, dwellS }) => {
				const playlist = { scenes, dwellS: dwellS ?? 30 };
				const shown = scenes.map((_, i) => sceneAt(playlist, NOON + i * playlist.dwellS * 1000));
				expect(new Set(shown).size).toBe(scenes.length);
			})
		);
	});
});

describe('a new unacknowledged red', () => {
	const red = NOON + 20_000;

	test('holds the scene that is on for at most five minutes', () => {
		const on = sceneAt(DAY, red);

		expect(on).toBe('portfolio');
		expect(shownAt(DAY, [red], red + HOLD_MS - 1)).toBe('portfolio');
		expect(shownAt(DAY, [red], red + HOLD_MS)).toBe(sceneAt(DAY, red + HOLD_MS));
	});

	test('brings the scene that shows it, if the one that is on does not', () => {
		const during = NOON + MINUTE;

		expect(sceneAt(DAY, during)).toBe('risks');
		expect(shownAt(DAY, [during], during)).toBe('portfolio');
	});

	test('is let go when it is acknowledged', () => {
		expect(shownAt(DAY, [], red + 2 * MINUTE)).toBe(sceneAt(DAY, red + 2 * MINUTE));
	});

	test('does not stop the rotation however many there are: every scene has its turn between two holds', () => {
		const reds = Array.from({ length: 600 }, (_, i) => NOON + i * 10_000);
		const shown = Array.from({ length: 3600 }, (_, i) => shownAt(DAY, reds, NOON + i * 1000));
		const turns = new Set(shown);

		expect(turns).toEqual(new Set(DAY.scenes));
		expect(shown.filter((scene) => scene === 'goals').length).toBeGreaterThan(300);
	});

	test('is nothing to a screen that stays on one scene', () => {
		const still = { ...DAY, scenes: ['goals'] as const, dwellS: null };

		expect(shownAt(still, [red], red)).toBe('goals');
	});
});

test('a turn has a number that does not depend on when anybody began', () => {
	expect(turnAt(DAY, NOON + MINUTE) - turnAt(DAY, NOON)).toBe(1);
});
