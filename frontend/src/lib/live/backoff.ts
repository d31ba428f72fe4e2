/** When to try again: at once the first time, then after 0-5 s, then growing to 30 s. */

const FIRST_JITTER_MS = 5_000;
const START_MS = 1_500;
const GROWTH = 1.35;
const CEILING_MS = 30_000;

export function retryDelay(attempt: number, chance: number): number {
	if (attempt <= 0) return 0;
	if (attempt === 1) return chance * FIRST_JITTER_MS;
	const delay = Math.min(CEILING_MS, START_MS * GROWTH ** (attempt - 1));
	return delay * (0.75 + 0.25 * chance);
}
