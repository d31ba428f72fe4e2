/** What needs people first: worst colour, then tier, then open alerts, then the newest. */

import type { Project } from './board.svelte.ts';
import { RANK } from './wording.ts';

export function needsAttention(projects: readonly Project[], limit: number): Project[] {
	return projects
		.filter(({ card }) => card.rag === 'red' || card.rag === 'amber' || card.rag === 'unknown')
		.sort(compare)
		.slice(0, limit);
}

function compare(a: Project, b: Project): number {
	return (
		RANK[a.card.rag] - RANK[b.card.rag] ||
		(a.card.tier ?? 3) - (b.card.tier ?? 3) ||
		urgency(b) - urgency(a) ||
		b.card.since.localeCompare(a.card.since) ||
		a.code.localeCompare(b.code)
	);
}

function urgency({ card }: Project): number {
	const alerts = card.alerts ?? {};
	return (alerts.critical ?? 0) * 1000 + (alerts.high ?? 0) * 10 + (card.warnings?.length ?? 0);
}
