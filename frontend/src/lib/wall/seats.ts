/**
 * Who sits where when only the abnormal are drawn. A place does not move because a colour changed: whoever is
 * seated stays, whoever recovers leaves a gap, whoever comes takes the first gap. Each group has seats to spare.
 */

import { sum } from './placing.ts';

export type Seats<T> = readonly (T | null)[];

const SPARE = 0.25;
const LEAST_SPARE = 2;
/** With so small a share of the seats wanted, the grid is laid out again, with larger ones. */
const FEW = 0.6;

export function seat<T>(before: Seats<T>, present: readonly T[]): Seats<T> {
	const here = new Set(present);
	const seated = new Set(before);
	const coming = present.filter((one) => !seated.has(one));
	if (coming.length === 0 && before.every((one) => one === null || here.has(one))) return before;
	const after: (T | null)[] = before.map((one) => (one !== null && here.has(one) ? one : null));
	let place = 0;
	for (const one of coming) {
		while (place < after.length && after[place] !== null) place += 1;
		after[place] = one;
	}
	return after;
}

/**
 * How many seats each group gets: the same as before as long as they suffice and most are wanted. `all` is how
 * many projects each has.
 */
export function reserve(
	before: readonly number[],
	wanted: readonly number[],
	all: readonly number[]
): readonly number[] {
	const enough = before.length === wanted.length && wanted.every((n, i) => n <= (before[i] ?? 0));
	const spared = wanted.map((n, i) => Math.min(all[i] ?? n, n + Math.max(LEAST_SPARE, Math.ceil(n * SPARE))));
	if (enough) return sum(spared) < FEW * sum(before) ? spared : before;
	return spared.map((n, i) => Math.max(n, before[i] ?? 0));
}
