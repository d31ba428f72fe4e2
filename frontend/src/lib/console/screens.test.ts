import { describe, expect, test } from 'vitest';
import type { ScreenRow } from '../api/types.ts';
import { canvases, filtered, resolution, showing } from './inventory.ts';
import { draftOf, setupOf } from './setup.ts';

function aScreen(over: Partial<ScreenRow> = {}): ScreenRow {
	return {
		id: 'screen_1',
		name: 'Lobby',
		place: 'Hall B',
		portfolio: 'global',
		profile: {},
		standing: {},
		condition: 'live',
		paired_at: '2026-03-02T09:00:00Z',
		expires_at: null,
		revoked_at: null,
		last_seen_at: '2026-03-02T09:00:00Z',
		revision_shown: 41,
		rendered_ms: 6,
		about: null,
		...over
	};
}

describe('the setup of a screen', () => {
	test('goes into the form and back without a change', () => {
		const profile = {
			theme: 'light' as const,
			colours: 'classic' as const,
			diagonal_in: 75,
			distance_m: 6.5,
			scenes: ['portfolio' as const, 'risks' as const],
			dwell_s: 45,
			group: 'canvas',
			canvas: { columns: 3, rows: 2, column: 2, row: 1 },
			names: true,
			sound: true,
			night: { begins: '20:00', ends: '07:00', dim_pct: 70 }
		};

		expect(setupOf(draftOf(aScreen({ profile }))).profile).toEqual(profile);
	});

	test('shows no names of people, makes no sound and does not rotate unless somebody says so', () => {
		const { profile } = setupOf({ ...draftOf(), name: 'Lobby' });

		expect([profile?.names, profile?.sound, profile?.dwell_s]).toEqual([false, false, null]);
	});

	test('has a place in a canvas only as one of a group', () => {
		const hung = { ...draftOf(), columns: '2', rows: '1', spot: '2,1' };

		expect(setupOf({ ...hung, group: 'hall' }).profile?.canvas?.column).toBe(2);
		expect(setupOf(hung).profile?.canvas).toBe(null);
		expect(setupOf({ ...hung, group: 'hall', columns: '1' }).profile?.canvas).toBe(null);
	});

	test('is good through its last day', () => {
		const { expires_at: end } = setupOf({ ...draftOf(), lastDay: '2026-03-31' });

		expect(new Date(end ?? '').getDate()).toBe(31);
		expect(draftOf(aScreen({ expires_at: end ?? null })).lastDay).toBe('2026-03-31');
	});

	test('has at least one scene, and no rotation with only one', () => {
		const { profile } = setupOf({ ...draftOf(), scenes: [], dwell: '60' });

		expect([profile?.scenes, profile?.dwell_s]).toEqual([['portfolio'], null]);
	});
});

describe('the inventory', () => {
	const screens = [
		aScreen(),
		aScreen({ name: 'Kitchen', condition: 'silent' }),
		aScreen({ condition: 'revoked' })
	];
	const about = { scene: 'risks', build: 'b', width: 1920, height: 1080, ratio: 2, awake: 'held' as const };

	test('leaves out what is over unless it is asked for', () => {
		expect(filtered(screens, '', 'current')).toHaveLength(2);
		expect(filtered(screens, '', 'revoked')).toHaveLength(1);
	});

	test('finds screens by every word of name and place', () => {
		expect(filtered(screens, 'hall kit', 'current').map(({ name }) => name)).toEqual(['Kitchen']);
	});

	test('says at which place of a canvas nothing hangs', () => {
		const at = (column: number) => ({
			group: 'hall',
			canvas: { columns: 3, rows: 1, column, row: 1 }
		});
		const hung = [aScreen({ profile: at(1) }), aScreen({ profile: at(3) }), ...screens];

		expect(canvases(hung)).toEqual([{ group: 'hall', columns: 3, places: [hung[0], null, hung[1]] }]);
	});

	test('says what is on a screen, and in how many pixels', () => {
		const screen = aScreen({ about, standing: { pinned: 'risks', muted: true } });

		expect([showing(screen), resolution(screen)]).toEqual(['Risks, pinned, muted', '3840 × 2160']);
	});
});
