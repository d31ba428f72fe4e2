/**
 * Reloads of a page that nobody watches over: only while it is seen, only if the server answers, and never in
 * a loop. A wall that is refused one keeps what it shows.
 */

const KEY = 'nerve-reloads';
const SPAN_MS = 10 * 60_000;
const MOST = 3;
const ANSWERS_WITHIN_MS = 2_000;

/** Reloads if it may; else says why it may not. */
export async function guardedReload(): Promise<string> {
	const reason = await reasonNotTo();
	if (reason === '') location.reload();
	return reason;
}

/** Why the page may not be reloaded now; empty: it may, and it counts. */
export async function reasonNotTo(): Promise<string> {
	if (document.visibilityState !== 'visible') return 'The page is hidden.';
	const recent = recentReloads(Date.now());
	if (recent.length >= MOST) return `It was reloaded ${MOST} times within ten minutes.`;
	if (!(await healthy())) return 'The server does not answer.';
	sessionStorage.setItem(KEY, JSON.stringify([...recent, Date.now()]));
	return '';
}

function recentReloads(now: number): number[] {
	const all = JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as number[];
	return all.filter((at) => now - at < SPAN_MS);
}

async function healthy(): Promise<boolean> {
	try {
		return (await fetch('/healthz', { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) })).ok;
	} catch {
		return false;
	}
}
