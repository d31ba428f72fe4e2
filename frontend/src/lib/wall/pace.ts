/** How fast events come, and when a source is overdue; pure. */

export interface Beat {
	/** Milliseconds, monotonic. */
	at: number;
	/** The last event that was recorded then. */
	seq: number;
}

/** Events a minute between the first and the last beat; null while there are none to compare. */
export function paceOf(beats: readonly Beat[]): number | null {
	const [first, last] = [beats[0], beats.at(-1)];
	if (!first || !last || last.at - first.at < 1_000) return null;
	return ((last.seq - first.seq) / (last.at - first.at)) * 60_000;
}

/** When a source that is heard counts as silent, in the largest whole unit. */
export function expectedIn(silentAt: string, now: Date): string {
	const minutes = Math.round((Date.parse(silentAt) - now.getTime()) / 60_000);
	if (minutes <= 0) return 'silent any moment';
	if (minutes < 120) return `silent in ${minutes}\u202fm`;
	if (minutes < 48 * 60) return `silent in ${Math.round(minutes / 60)}\u202fh`;
	return `silent in ${Math.round(minutes / 1440)}\u202fd`;
}
