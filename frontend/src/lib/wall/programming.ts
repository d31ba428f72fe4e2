/** A programme on one screen: which one, and which three indicators say most of its projects. Pure. */

import type { Programme, Project } from '../board/board.svelte.ts';
import { quantity, RANK } from '../board/wording.ts';
import type { Reading } from '../api/types.ts';
import type { Told } from './reads.svelte.ts';

/** What a room asks first; among indicators that are equally well known. */
const PREFERRED = ['SCH-1', 'CST-1', 'SCH-2', 'CST-3', 'SCH-3', 'SCP-1', 'TRU-1'];
export const SHOWN_KPIS = 3;
/** Units that are said on a tile; the others are said with the target. */
const SHORT_UNITS = new Set(['%', 'pct', 'percent', 'share', 'days', 'd', 'pp']);

/** The one that is asked for; else the worst, by code; on a canvas each screen has the next. */
export function chosen(programmes: readonly Programme[], asked: string | null, place = 0): Programme | null {
	const found = programmes.find(({ last }) => last.code === asked);
	if (found) return found;
	return [...programmes].sort((a, b) => RANK[a.last.rag] - RANK[b.last.rag])[place] ?? null;
}

/** As many as there is room for, in their order; where there is not room for all, the worst of them. */
export function withRoom(projects: readonly Project[], room: number): readonly Project[] {
	if (projects.length <= room) return projects;
	const worst = new Set([...projects].sort((a, b) => RANK[a.last.rag] - RANK[b.last.rag]).slice(0, room));
	return projects.filter((project) => worst.has(project));
}

/** The indicators that are known of most projects. */
export function tellingKpis(pages: Iterable<readonly Reading[]>): string[] {
	const known = new Map<string, number>();
	for (const readings of pages) {
		for (const { kpi, value } of readings) if (value != null) known.set(kpi, (known.get(kpi) ?? 0) + 1);
	}
	const place = (kpi: string) => (PREFERRED.includes(kpi) ? PREFERRED.indexOf(kpi) : PREFERRED.length);
	const most = Math.max(0, ...known.values());
	const common = [...known].filter(([, count]) => count >= most / 4);
	return common
		.sort(([a, x], [b, y]) => place(a) - place(b) || y - x || (a < b ? -1 : 1))
		.slice(0, SHOWN_KPIS)
		.map(([kpi]) => kpi);
}

export function valueOf(reading: Reading | undefined): string {
	const value = Number(reading?.value ?? NaN);
	return Number.isFinite(value)
		? quantity(value, reading?.unit ?? '', SHORT_UNITS.has(reading?.unit ?? ''))
		: '?';
}

/** `from 0.95`: where it is within tolerance; empty where no limit is set, or not one for all. */
export function targetOf(kpi: string, pages: Iterable<readonly Reading[]>): string {
	const limits = new Set<string>();
	for (const readings of pages) {
		const found = readings.find((reading) => reading.kpi === kpi);
		const limit = Number(found?.amber ?? NaN);
		if (!found || !Number.isFinite(limit)) continue;
		limits.add(`${Number(found.red) < limit ? 'from' : 'up to'} ${quantity(limit, found.unit ?? '')}`);
	}
	const [only] = limits;
	return limits.size === 1 && only ? only : '';
}

export interface Gate {
	code: string;
	ref: string;
	/** A calendar day; of a decided one that of the decision. */
	on: string;
	state: 'decided' | 'due' | 'overdue';
}

/** Gates by date; those without a date are none yet. */
export function gatesIn(told: readonly Told[], today: string): Gate[] {
	return told
		.flatMap(({ item, ref, state, attributes }): Gate[] => {
			const code = item.replace('project/', '');
			const decided = state === 'decided';
			const day = (decided && attributes['held_at']) || (attributes['forecast'] ?? attributes['date']);
			const on = typeof day === 'string' ? day.slice(0, 10) : '';
			if (!on || (!decided && state !== 'scheduled')) return [];
			return [{ code, ref, on, state: decided ? 'decided' : on < today ? 'overdue' : 'due' }];
		})
		.sort((a, b) => (a.on === b.on ? (a.code < b.code ? -1 : 1) : a.on < b.on ? -1 : 1));
}
