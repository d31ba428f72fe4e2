/** Goals and who serves them: linked to the goal, or to a benefit that counts towards it. Pure. */

import { Programme, Project, type Board } from '../board/board.svelte.ts';
import { RANK } from '../board/wording.ts';
import type { RagCounts } from '../live/messages.ts';
import type { Told } from './reads.svelte.ts';

export interface Goal {
	ref: string;
	name: string;
	byDate: string | null;
	projects: Project[];
	/** The worst of them. */
	weakest: Project | null;
	counts: Required<RagCounts>;
	/** Promised benefits by unit, as `1.2 M EUR`. */
	stake: string[];
	measure: string | null;
}

export function goalsOf(
	objectives: readonly Told[],
	links: readonly Told[],
	benefits: readonly Told[],
	board: Board
): Goal[] {
	return objectives
		.filter(({ attributes }) => attributes['active'] !== false)
		.map((objective): Goal => {
			const { ref, attributes } = objective;
			const linked = links.filter(({ ref: to, attributes: said }) => to === ref && said['linked'] !== false);
			const promised = benefits.filter(({ attributes: said }) => said['objective_ref'] === ref);
			const projects = serving(
				[...linked, ...promised].map(({ item }) => item),
				board
			);
			return {
				ref,
				name: text(attributes['name']) ?? ref,
				byDate: text(attributes['by_date']),
				projects,
				weakest: projects[0] ?? null,
				counts: count(projects),
				stake: stakes(promised),
				measure: measured(attributes)
			};
		})
		.sort((a, b) => rank(a) - rank(b) || (a.ref < b.ref ? -1 : 1));
}

/** A programme that serves a goal brings all its projects; the worst first. */
function serving(items: readonly string[], board: Board): Project[] {
	const found = new Set<Project>();
	for (const item of items) {
		const card = board.get(item);
		if (card instanceof Project) found.add(card);
		if (card instanceof Programme) {
			for (const project of board.projects) if (project.last.programme === card.last.code) found.add(project);
		}
	}
	return [...found].sort(
		(a, b) => RANK[a.last.rag] - RANK[b.last.rag] || (a.last.tier ?? 3) - (b.last.tier ?? 3)
	);
}

function count(projects: readonly Project[]): Required<RagCounts> {
	const counts = { red: 0, amber: 0, unknown: 0, green: 0, none: 0 };
	for (const { last } of projects) counts[last.rag] += 1;
	return counts;
}

const rank = ({ weakest }: Goal): number => (weakest ? RANK[weakest.last.rag] : 9);
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** What is promised and expected, by unit; disbenefits do not count. */
function stakes(benefits: readonly Told[]): string[] {
	const sums = new Map<string, number>();
	for (const { attributes } of benefits) {
		const unit = text(attributes['unit']);
		const target = Number(attributes['target']);
		if (unit === null || attributes['kind'] === 'disbenefit' || !Number.isFinite(target)) continue;
		sums.set(unit, (sums.get(unit) ?? 0) + target);
	}
	return [...sums].sort(([, a], [, b]) => b - a).map(([unit, sum]) => `${COMPACT.format(sum)} ${unit}`);
}

function measured(attributes: Record<string, unknown>): string | null {
	const target = Number(attributes['target'] ?? NaN);
	const unit = text(attributes['unit']) ?? '';
	return Number.isFinite(target) ? `${COMPACT.format(target)} ${unit}`.trim() : text(attributes['measure']);
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** The share of what is red or amber among what is assessed, in per cent; null where nothing is. */
export function troubled({ red, amber, unknown, green }: Required<RagCounts>): number | null {
	const counted = red + amber + unknown + green;
	return counted === 0 ? null : Math.round(((red + amber) / counted) * 100);
}
