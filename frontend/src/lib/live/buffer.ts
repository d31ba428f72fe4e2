/**
 * Frames go in, commits come out: at once when idle, then at most once per window, one latest change
 * per key. However much arrives, what waits is bounded by the number of cards.
 */

import type { Change, Entry, Transition } from './messages.ts';
import type { Effect } from './protocol.ts';

export const MAX_TRANSITIONS = 200;

export interface Batch {
	/** A whole new map, or null to keep the one there is. */
	entries: readonly Entry[] | null;
	changes: Map<string, Change>;
	transitions: Transition[];
	/** Transitions that are not listed because there were too many at once. */
	more: number;
}

/** Runs `task` when the window opens; returns how to call it off. */
export type Schedule = (task: () => void) => () => void;

export class CommitBuffer {
	#batch = emptyBatch();
	#cancel: (() => void) | null = null;
	#commit: (batch: Batch) => void;
	#schedule: Schedule;

	constructor(commit: (batch: Batch) => void, schedule: Schedule) {
		this.#commit = commit;
		this.#schedule = schedule;
	}

	/** Something waits to be committed. */
	get waiting(): boolean {
		return this.#cancel !== null;
	}

	push(effect: Effect): void {
		if (effect.do === 'replace') {
			this.#batch = { ...emptyBatch(), entries: effect.entries };
		} else if (effect.do === 'apply') {
			this.#merge(effect.changes, effect.transitions, effect.more);
		} else {
			return;
		}
		this.#cancel ??= this.#schedule(() => this.flush());
	}

	flush(): void {
		this.#cancel = null;
		const batch = this.#batch;
		this.#batch = emptyBatch();
		this.#commit(batch);
	}

	stop(): void {
		this.#cancel?.();
		this.#cancel = null;
	}

	#merge(changes: readonly Change[], transitions: readonly Transition[], more: number): void {
		for (const change of changes) this.#batch.changes.set(change.key, change);
		const all = [...this.#batch.transitions, ...transitions];
		const over = Math.max(0, all.length - MAX_TRANSITIONS);
		this.#batch.transitions = all.slice(over);
		this.#batch.more += more + over;
	}
}

function emptyBatch(): Batch {
	return { entries: null, changes: new Map(), transitions: [], more: 0 };
}

/** At once if the last commit is long enough ago, otherwise when the window has passed. */
export function everyMs(window: number, clock: () => number = () => performance.now()): Schedule {
	let last = -Infinity;
	return (task) => {
		const run = () => {
			last = clock();
			task();
		};
		const timer = setTimeout(run, Math.max(0, last + window - clock()));
		return () => clearTimeout(timer);
	};
}

/** Once per animation frame; a hidden page still commits, once a second. */
export function perFrame(): Schedule {
	return (task) => {
		let done = false;
		const run = () => {
			if (done) return;
			done = true;
			task();
		};
		const frame = requestAnimationFrame(run);
		const timer = setTimeout(run, 1_000);
		return () => {
			done = true;
			cancelAnimationFrame(frame);
			clearTimeout(timer);
		};
	};
}
