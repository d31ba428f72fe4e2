/** The portfolio's table: filter, sort and CSV as pure functions of the address and the cards. */

import type { Project } from '../board/board.svelte.ts';
import { projectReason, RANK } from '../board/wording.ts';
import type { ProjectCard, Rag } from '../live/messages.ts';

export const SORTS = ['colour', 'name', 'code', 'programme', 'tier', 'since', 'budget'] as const;
export type Sort = (typeof SORTS)[number];

export interface View {
	text: string;
	rags: readonly Rag[];
	programme: string;
	sort: Sort;
	down: boolean;
}

export function viewFrom(query: { get(name: string): string | null }): View {
	const sort = query.get('sort') ?? '';
	const rags = (query.get('rag') ?? '').split(',').filter((rag): rag is Rag => rag in RANK);
	return {
		text: query.get('q') ?? '',
		rags,
		programme: query.get('programme') ?? '',
		sort: SORTS.includes(sort as Sort) ? (sort as Sort) : 'colour',
		down: query.get('down') === '1'
	};
}

export function queryFrom(view: View): string {
	const query = new URLSearchParams();
	if (view.text) query.set('q', view.text);
	if (view.rags.length > 0) query.set('rag', view.rags.join(','));
	if (view.programme) query.set('programme', view.programme);
	if (view.sort !== 'colour') query.set('sort', view.sort);
	if (view.down) query.set('down', '1');
	return query.toString();
}

const order = new Intl.Collator('en', { numeric: true }).compare;
const KEYS: Record<Sort, (a: ProjectCard, b: ProjectCard) => number> = {
	colour: (a, b) => RANK[a.rag] - RANK[b.rag] || (a.tier ?? 3) - (b.tier ?? 3),
	name: (a, b) => order(a.name, b.name),
	code: (a, b) => order(a.code, b.code),
	programme: (a, b) => order(a.programme ?? '', b.programme ?? ''),
	tier: (a, b) => (a.tier ?? 3) - (b.tier ?? 3),
	since: (a, b) => b.since.localeCompare(a.since),
	budget: (a, b) => (b.bac?.amount ?? -1) - (a.bac?.amount ?? -1)
};

export function shown(projects: readonly Project[], view: View): ProjectCard[] {
	const text = view.text.trim().toLowerCase();
	const sign = view.down ? -1 : 1;
	return projects
		.map((project) => project.card)
		.filter((card) => view.rags.length === 0 || view.rags.includes(card.rag))
		.filter((card) => !view.programme || (card.programme ?? '') === view.programme)
		.filter(
			(card) => !text || `${card.code} ${card.name} ${card.programme ?? ''}`.toLowerCase().includes(text)
		)
		.sort((a, b) => sign * KEYS[view.sort](a, b) || order(a.code, b.code));
}

const COLUMNS: readonly [string, (card: ProjectCard) => string | number][] = [
	['code', (card) => card.code],
	['name', (card) => card.name],
	['programme', (card) => card.programme ?? ''],
	['tier', (card) => card.tier ?? 3],
	['computed', (card) => card.rag],
	['since', (card) => card.since],
	['declared', (card) => card.declared?.word ?? ''],
	['reason', (card) => projectReason(card)],
	['stale', (card) => (card.stale ? 'yes' : 'no')],
	['budget', (card) => card.bac?.amount ?? ''],
	['currency', (card) => card.bac?.currency ?? '']
];

export function csv(cards: readonly ProjectCard[]): string {
	const rows = cards.map((card) => COLUMNS.map(([, read]) => cell(String(read(card)))).join(','));
	return [COLUMNS.map(([name]) => name).join(','), ...rows].join('\r\n') + '\r\n';
}

/** Quoted where needed; never a formula for the spreadsheet that opens it. */
function cell(text: string): string {
	const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
