/**
 * Risks on the matrix, five by five, as the house scores them (`app/domain/exposure.py`): likelihood by
 * probability, consequence by the greatest of the scores and of the cost's share of the budget. Pure.
 */

import { daysBetween } from './due.ts';
import type { ProjectCard, Rag } from '../live/messages.ts';
import type { Told } from './reads.svelte.ts';

const LIKELIHOOD = [20, 40, 60, 80];
const CONSEQUENCE = [1, 2, 5, 10];
export const SCALE = [1, 2, 3, 4, 5] as const;
const MOVED_WITHIN_DAYS = 30;

export interface Place {
	likelihood: number;
	consequence: number;
}

export interface Said {
	prob?: unknown;
	impact?: unknown;
}

/** Where a risk stands; null where its likelihood or its consequence is not known. */
export function placeOf({ prob, impact }: Said, project?: ProjectCard): Place | null {
	const percent = numberOf(prob);
	const consequence = Math.max(0, ...consequences(impact, project));
	if (percent === null || consequence === 0) return null;
	return { likelihood: band(percent, LIKELIHOOD), consequence };
}

function consequences(impact: unknown, project?: ProjectCard): number[] {
	if (typeof impact !== 'object' || impact === null) return [];
	const said = impact as Record<string, unknown>;
	const scores = [said['quality'], said['benefit']].map(numberOf).filter((score) => score !== null);
	const cost = said['cost'] as { amount?: unknown; currency?: string } | undefined;
	const amount = numberOf(cost?.amount);
	const budget = project?.bac;
	if (amount === null || !budget || budget.amount <= 0 || budget.currency !== cost?.currency) return scores;
	return [...scores, band((amount / budget.amount) * 100, CONSEQUENCE)];
}

const band = (value: number, limits: readonly number[]): number =>
	1 + limits.filter((limit) => value > limit).length;

function numberOf(value: unknown): number | null {
	const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN;
	return Number.isFinite(number) ? number : null;
}

/** As shipped it is the product: 1 to 4 green, 5 to 12 amber, 15 to 25 red. */
export function levelOf({ likelihood, consequence }: Place): Rag {
	const product = likelihood * consequence;
	return product >= 15 ? 'red' : product >= 5 ? 'amber' : 'green';
}

export interface Cell {
	count: number;
	worse: number;
	better: number;
}

/** How many risks stand in each cell, `likelihood consequence`, and how many came from below or above. */
export function cellsOf(
	placed: readonly { place: Place }[],
	before: readonly (Place | null)[]
): Map<string, Cell> {
	const cells = new Map<string, Cell>();
	for (const [i, { place }] of placed.entries()) {
		const key = `${place.likelihood} ${place.consequence}`;
		const cell = cells.get(key) ?? { count: 0, worse: 0, better: 0 };
		const stood = before[i];
		cell.count += 1;
		if (stood && product(stood) < product(place)) cell.worse += 1;
		if (stood && product(stood) > product(place)) cell.better += 1;
		cells.set(key, cell);
	}
	return cells;
}

export interface Event {
	time: string;
	data: Said | null;
}

/** Where it stood thirty days ago, from its events; null where it was not placed then. */
export function placeBefore(history: readonly Event[], today: string, project?: ProjectCard): Place | null {
	const before = [...history]
		.filter(({ time }) => daysBetween(time, today) > MOVED_WITHIN_DAYS)
		.sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
	const said: Said = {};
	for (const { data } of before) {
		if (data?.prob !== undefined) said.prob = data.prob;
		if (data?.impact !== undefined) said.impact = data.impact;
	}
	return placeOf(said, project);
}

export const product = ({ likelihood, consequence }: Place): number => likelihood * consequence;

export interface Overdue {
	item: string;
	ref: string;
	/** What it is called; its reference where nobody said. */
	title: string;
	days: number;
}

/** Open ones whose day has passed, the longest first. `field`: which attribute holds the day. */
export function overdueOf(records: readonly Told[], field: string, today: string): Overdue[] {
	return records
		.flatMap(({ item, ref, attributes }) => {
			const day = attributes[field];
			const days = typeof day === 'string' ? daysBetween(day, today) : 0;
			const { title } = attributes;
			return days > 0 ? [{ item, ref, title: typeof title === 'string' ? title : ref, days }] : [];
		})
		.sort((a, b) => b.days - a.days);
}
