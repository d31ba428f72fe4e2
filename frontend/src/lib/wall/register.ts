/** Risks on the matrix, five by five: the server says where each stands (`app/domain/exposure.py`). Pure. */

import { daysBetween } from './due.ts';
import type { Rag } from '../live/messages.ts';
import type { Told } from './reads.svelte.ts';

export const SCALE = [1, 2, 3, 4, 5] as const;
const MOVED_WITHIN_DAYS = 30;

export interface Place {
	likelihood: number;
	consequence: number;
}

/** How high a risk is: by likelihood, in each by consequence; the server's word. */
export type Levels = readonly (readonly Rag[])[];

export const levelOf = (levels: Levels, { likelihood, consequence }: Place): Rag =>
	levels[likelihood - 1]?.[consequence - 1] ?? 'unknown';

export interface Standing {
	placed: readonly { place: Place }[];
	levels: Levels;
}

/** How many are red. */
export const highOf = ({ placed, levels }: Standing): number =>
	placed.filter(({ place }) => levelOf(levels, place) === 'red').length;

export interface Cell {
	count: number;
	worse: number;
	better: number;
}

/** How many risks stand in each cell, `likelihood consequence`, and how many came from below or above. */
export function cellsOf(
	placed: readonly { place: Place }[],
	before: readonly (Place | null)[]
): Map<string, Cell> {
	const cells = new Map<string, Cell>();
	for (const [i, { place }] of placed.entries()) {
		const key = `${place.likelihood} ${place.consequence}`;
		const cell = cells.get(key) ?? { count: 0, worse: 0, better: 0 };
		const stood = before[i];
		cell.count += 1;
		if (stood && product(stood) < product(place)) cell.worse += 1;
		if (stood && product(stood) > product(place)) cell.better += 1;
		cells.set(key, cell);
	}
	return cells;
}

/** An event of a risk's history, with where the risk stood after it. */
export interface Stood {
	time: string;
	place: Place | null;
}

/** Where it stood thirty days ago; null where it had no place then. */
export function placeBefore(history: readonly Stood[], today: string): Place | null {
	const [last] = history
		.filter(({ time }) => daysBetween(time, today) > MOVED_WITHIN_DAYS)
		.sort((a, b) => Date.parse(b.time) - Date.parse(a.time));
	return last?.place ?? null;
}

export const product = ({ likelihood, consequence }: Place): number => likelihood * consequence;

export interface Overdue {
	item: string;
	ref: string;
	/** What it is called; its reference where nobody said. */
	title: string;
	days: number;
}

/** Open ones whose day has passed, the longest first. `field`: which attribute holds the day. */
export function overdueOf(records: readonly Told[], field: string, today: string): Overdue[] {
	return records
		.flatMap(({ item, ref, attributes }) => {
			const day = attributes[field];
			const days = typeof day === 'string' ? daysBetween(day, today) : 0;
			const { title } = attributes;
			return days > 0 ? [{ item, ref, title: typeof title === 'string' ? title : ref, days }] : [];
		})
		.sort((a, b) => b.days - a.days);
}
