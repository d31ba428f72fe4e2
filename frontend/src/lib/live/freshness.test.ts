import { expect, test } from 'vitest';
import { freshness, type Pulse } from './freshness.ts';

const s = (seconds: number) => seconds * 1000;
const open: Pulse = { startedAt: 0, lastFrameAt: 0, closedSince: null, lagMs: 0 };

test.each([
	['live on a fresh frame', open, 3, 'live'],
	['live to the tenth second', open, 10, 'live'],
	['lagging after ten seconds of silence', open, 11, 'lagging'],
	['lagging when the pipeline lags', { ...open, lagMs: s(12) }, 1, 'lagging'],
	['not live after thirty seconds of silence', open, 31, 'not-live'],
	['not live when the pipeline is half a minute behind', { ...open, lagMs: s(31) }, 1, 'not-live'],
	['silent about a reconnect of five seconds', { ...open, closedSince: s(2) }, 7, 'live'],
	['not live when closed for longer', { ...open, closedSince: s(2) }, 7.5, 'not-live'],
	['connecting before the first frame', { ...open, lastFrameAt: null, closedSince: 0 }, 3, 'connecting'],
	['not live when there never was one', { ...open, lastFrameAt: null, closedSince: 0 }, 6, 'not-live'],
	['not live when it opened and said nothing', { ...open, lastFrameAt: null }, 11, 'not-live']
] as const)('%s', (_, pulse, at, state) => {
	expect(freshness(pulse, s(at)).state).toBe(state);
});

test('lagging says by how much', () => {
	expect(freshness(open, s(18.4))).toEqual({ state: 'lagging', seconds: 18 });
});

test('a server killed while its last frame is young is not live within twelve seconds', () => {
	const killedAt = s(5);
	const pulse = { ...open, lastFrameAt: killedAt, closedSince: killedAt };
	expect(freshness(pulse, killedAt + s(5.6)).state).toBe('not-live');
});

test('a hung server is lagging within 12 s and not live within 35 s', () => {
	expect(freshness(open, s(12)).state).toBe('lagging');
	expect(freshness(open, s(35)).state).toBe('not-live');
});
