import { expect, test } from 'vitest';
import { Board } from '../board/board.svelte.ts';
import type { PairedScreen } from '../api/types.ts';
import { isConfigured } from './configured.ts';
import { Device } from './device.svelte.ts';
import type { Scene } from './scenes.ts';

const NOON = Date.UTC(2026, 2, 2, 12);
const SCREEN: PairedScreen = {
	id: 'screen_1',
	name: 'Lobby',
	place: null,
	portfolio: null,
	profile: { scenes: ['portfolio', 'goals', 'alerts'], dwell_s: 30 },
	standing: {},
	server_time: ''
};

/** A screen whose own clock is off by so many milliseconds, which it knows. */
function aScreen(configured: (scene: Scene) => boolean = () => true, at = { now: NOON }): Device {
	const device = new Device({
		board: new Board(),
		serverNow: () => at.now,
		renew: () => Promise.resolve(),
		sound: () => Promise.resolve(''),
		isConfigured: configured
	});
	device.setUp(SCREEN);
	return device;
}

test('a playlist leaves out a scene that nothing could fill', () => {
	const at = { now: NOON };
	const device = aScreen((scene) => scene !== 'goals', at);
	const shown = Array.from({ length: 12 }, (_, turn) => {
		at.now = NOON + turn * 30_000;
		return device.scene('portfolio');
	});

	expect(new Set(shown)).toEqual(new Set(['portfolio', 'alerts']));
});

test('where nothing could fill any of its scenes a playlist shows them all the same', () => {
	expect(aScreen(() => false).playlist.scenes).toEqual(['portfolio', 'goals', 'alerts']);
});

test('two screens of a group choose the same scene at the same server time', () => {
	const at = { now: NOON };
	const [left, right] = [aScreen(undefined, at), aScreen(undefined, at)];
	const pairs = Array.from({ length: 40 }, (_, turn) => {
		at.now = NOON + turn * 7_000;
		return [left.scene('portfolio'), right.scene('alerts')] as const;
	});

	expect(pairs.filter(([one, other]) => one !== other)).toEqual([]);
});

test('an empty board has no milestones, programmes, sources or risks to show, and may have goals', () => {
	const scenes = ['portfolio', 'milestones', 'programme', 'freshness', 'risks', 'goals'] as const;

	expect(scenes.filter((scene) => isConfigured(scene, new Board(), {}))).toEqual(['portfolio', 'goals']);
	expect(isConfigured('goals', new Board(), { goals: false })).toBe(false);
});
