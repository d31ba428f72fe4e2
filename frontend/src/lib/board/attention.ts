/** What needs people first: worst colour, then tier, then open alerts, then the newest. */

import type { Project } from './board.svelte.ts';
import { isAbnormal, RANK } from './wording.ts';

export function needsAttention(projects: readonly Project[], limit: number): Project[] {
	return projects
		.filter(({ last }) => isAbnormal(last.rag))
		.sort(compare)
		.slice(0, limit);
}

function compare(a: Project, b: Project): number {
	return (
		RANK[a.last.rag] - RANK[b.last.rag] ||
		(a.last.tier ?? 3) - (b.last.tier ?? 3) ||
		urgency(b) - urgency(a) ||
		order(b.last.since, a.last.since) ||
		order(a.code, b.code)
	);
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function urgency({ last: card }: Project): number {
	const alerts = card.alerts ?? {};
	return (alerts.critical ?? 0) * 1000 + (alerts.high ?? 0) * 10 + (card.warnings?.length ?? 0);
}
