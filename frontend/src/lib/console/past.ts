/** The states of one card along its time: where the changes are, and which come before and after a moment. */

import type { ProjectCard, Rag } from '../live/messages.ts';
import type { Bucket, Density } from '../wall/timeline.ts';

export interface CardState {
	revision: number;
	as_of: string;
	/** Null: it was gone. */
	card: ProjectCard | null;
}

const at = (moment: string): number => Date.parse(moment);
const colour = (state: CardState | undefined): Rag | null | undefined => state && (state.card?.rag ?? null);

/** The newest state up to the moment; `states` are newest first. */
export const stateAt = (states: readonly CardState[], moment: string): CardState | undefined =>
	states.find((state) => at(state.as_of) <= at(moment));

/** The change before the one that is shown at the moment. */
export function before(states: readonly CardState[], moment: string): CardState | undefined {
	const shown = stateAt(states, moment);
	return shown && states.find((state) => at(state.as_of) < at(shown.as_of));
}

/** The first change after the moment. */
export const after = (states: readonly CardState[], moment: string): CardState | undefined =>
	states.findLast((state) => at(state.as_of) > at(moment));

/** How often the card changed, and its colour, in equal parts from its first known state to its newest. */
export function densityOf(states: readonly CardState[], parts: number): Density {
	const [newest, oldest] = [states[0], states.at(-1)];
	if (!newest || !oldest || newest === oldest) return { from: null, to: null, buckets: [] };
	const [start, span] = [at(oldest.as_of), at(newest.as_of) - at(oldest.as_of)];
	const buckets: Bucket[] = Array.from({ length: parts }, (_, i) => ({
		from: new Date(start + (span * i) / parts).toISOString(),
		changes: 0,
		transitions: 0
	}));
	for (const [i, state] of states.entries()) {
		const bucket =
			buckets[Math.min(parts - 1, Math.floor(((at(state.as_of) - start) / (span || 1)) * parts))];
		if (!bucket) continue;
		bucket.changes += 1;
		const former = states[i + 1];
		if (former && colour(former) !== colour(state)) bucket.transitions += 1;
	}
	return { from: oldest.as_of, to: newest.as_of, buckets };
}
