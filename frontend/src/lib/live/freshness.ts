/**
 * Is what the screen shows true now? Decided on the page's own monotonic clock, never on the server's.
 */

export const LAGGING_AFTER_S = 10;
export const NOT_LIVE_AFTER_S = 30;
export const CLOSED_GRACE_S = 5;

export type FreshnessState = 'connecting' | 'live' | 'lagging' | 'not-live';

export interface Freshness {
	state: FreshnessState;
	/** How late, in whole seconds; 0 while live. */
	seconds: number;
}

export interface Pulse {
	/** When watching began (ms, monotonic). */
	startedAt: number;
	/** The last frame of any kind from the server, or null before the first. */
	lastFrameAt: number | null;
	/** Since when there has been no open connection; null while there is one. */
	closedSince: number | null;
	/** How far the pipeline said it was behind, in that last frame. */
	lagMs: number;
}

export function freshness(pulse: Pulse, now: number): Freshness {
	const silence = (now - (pulse.lastFrameAt ?? pulse.startedAt)) / 1000;
	const closed = pulse.closedSince === null ? 0 : (now - pulse.closedSince) / 1000;
	const lag = pulse.lagMs / 1000;
	const seconds = Math.floor(Math.max(silence, lag));
	if (pulse.lastFrameAt === null) {
		return closed > CLOSED_GRACE_S || silence > LAGGING_AFTER_S
			? { state: 'not-live', seconds }
			: { state: 'connecting', seconds: 0 };
	}
	if (silence > NOT_LIVE_AFTER_S || lag > NOT_LIVE_AFTER_S || closed > CLOSED_GRACE_S) {
		return { state: 'not-live', seconds };
	}
	if (silence > LAGGING_AFTER_S || lag > LAGGING_AFTER_S) return { state: 'lagging', seconds };
	return { state: 'live', seconds: 0 };
}
