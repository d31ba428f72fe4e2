/** Where the changes of a history are, in equal parts of its span; pure. */

export interface Bucket {
	from: string;
	changes: number;
	transitions: number;
}

export interface Density {
	from: string | null;
	to: string | null;
	buckets: readonly Bucket[];
}

export interface Part {
	from: string;
	to: string;
}

export const SPEEDS = [60, 600, 3600] as const;

/**
 * The parts in which the change after (1) or before (-1) this moment may be, the nearest first; the first
 * is cut off at the moment itself.
 */
export function partsFrom(density: Density, at: string, way: 1 | -1): Part[] {
	const { buckets, to } = density;
	const when = Date.parse(at);
	const parts = buckets.flatMap((bucket, i): Part[] => {
		const end = buckets[i + 1]?.from ?? to ?? bucket.from;
		if (bucket.transitions === 0) return [];
		if (way === 1) return Date.parse(end) > when ? [{ from: later(bucket.from, at), to: end }] : [];
		const last = new Date(when - 1).toISOString();
		return Date.parse(bucket.from) < when - 1 ? [{ from: bucket.from, to: earlier(end, last) }] : [];
	});
	return way === 1 ? parts : parts.reverse();
}

const later = (a: string, b: string): string => (Date.parse(a) >= Date.parse(b) ? a : b);
const earlier = (a: string, b: string): string => (Date.parse(a) <= Date.parse(b) ? a : b);

/** Where a moment is in the span, from 0 to 1. */
export function shareOf({ from, to }: Density, at: string): number {
	if (!from || !to) return 1;
	const [start, end] = [Date.parse(from), Date.parse(to)];
	if (end <= start) return 1;
	return Math.min(1, Math.max(0, (Date.parse(at) - start) / (end - start)));
}

export function momentOf({ from, to }: Density, share: number): string | null {
	if (!from || !to) return null;
	const [start, end] = [Date.parse(from), Date.parse(to)];
	return share >= 1 ? to : new Date(start + (end - start) * share).toISOString();
}

/** Heights of the strip from 0 to 1: by the root, so that a single change beside a flood is seen. */
export function heights(buckets: readonly Bucket[]): number[] {
	const most = Math.max(1, ...buckets.map(({ transitions }) => transitions));
	return buckets.map(({ transitions }) => Math.sqrt(transitions / most));
}
