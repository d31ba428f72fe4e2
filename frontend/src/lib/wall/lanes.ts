/**
 * Where milestones stand in their swim lanes: a row each as far as there is room, labels that never lie over
 * each other, and a number for what cannot be shown legibly. Lengths in pixels; pure.
 */

import { daysBetween, dueOn } from './due.ts';
import type { MilestoneCard } from '../live/messages.ts';

export const WINDOW_DAYS = 30;

export interface LaneRoom {
	/** Of the time axis. */
	width: number;
	/** Rows that there is height for, all lanes together; and what a lane needs beside its rows. */
	rows: number;
	air: number;
	/** Half the width of a diamond with its air. */
	half: number;
	widthOf: (label: string) => number;
}

export interface Mark {
	key: string;
	card: MilestoneCard;
	label: string;
	/** Where it is forecast, where it was agreed if that is in the window and elsewhere. */
	x: number;
	ghost: number | null;
	row: number;
	labelled: boolean;
	side: 'right' | 'left';
}

export interface Lane {
	code: string;
	marks: Mark[];
	rows: number;
	hidden: number;
	/** The longest overdue first. */
	overdue: { project: string; days: number }[];
}

export interface LaneInput {
	code: string;
	cards: readonly MilestoneCard[];
}

/** Lanes in the order given, without those that have nothing; and how many had no room at all. */
export function layLanes(
	inputs: readonly LaneInput[],
	today: string,
	room: LaneRoom
): { lanes: Lane[]; left: number } {
	const filled = inputs
		.map((input) => sorted(input, today))
		.filter((lane) => lane.due.length + lane.overdue.length);
	const fit = Math.floor(room.rows / (1 + room.air));
	const lanes = filled.length <= fit ? filled : filled.slice(0, Math.max(1, fit - 1));
	const left = filled.length - lanes.length;
	const rows = room.rows - room.air * lanes.length - (left > 0 ? 1 : 0);
	const wanted = lanes.map((lane) => lay(lane, today, room, Infinity).rows);
	while (sum(wanted) > rows && Math.max(...wanted) > 1) {
		wanted[wanted.indexOf(Math.max(...wanted))]! -= 1;
	}
	return { lanes: lanes.map((lane, i) => lay(lane, today, room, wanted[i] ?? 1)), left };
}

const sum = (rows: readonly number[]): number => rows.reduce((total, each) => total + each, 0);
const isTelling = (card: MilestoneCard): boolean => (card.late_days ?? 0) > 0 || (card.critical ?? false);

interface Sorted {
	code: string;
	due: MilestoneCard[];
	overdue: Lane['overdue'];
}

function sorted({ code, cards }: LaneInput, today: string): Sorted {
	const days = (card: MilestoneCard) => daysBetween(today, dueOn(card) ?? today);
	const dated = cards.filter((card) => dueOn(card) !== null);
	const due = dated
		.filter((card) => days(card) >= 0 && days(card) <= WINDOW_DAYS)
		.sort((a, b) => days(a) - days(b) || (a.project < b.project ? -1 : 1));
	const overdue = dated
		.filter((card) => days(card) < 0)
		.map((card) => ({ project: card.project, days: -days(card) }))
		.sort((a, b) => b.days - a.days);
	return { code, due, overdue };
}

/** In at most so many rows: with its label where there is room, what tells most first; else the mark alone. */
function lay({ code, due, overdue }: Sorted, today: string, room: LaneRoom, most: number): Lane {
	const taken: [number, number][][] = [];
	const marks: Mark[] = [];
	let hidden = 0;
	for (const card of [...due.filter(isTelling), ...due.filter((each) => !isTelling(each))]) {
		const mark = [true, false]
			.map((labelled) => markOf(card, labelled, today, room))
			.find(({ span: [from, to], mark }) => {
				const free = taken.findIndex((row) => row.every(([a, b]) => to <= a || from >= b));
				mark.row = free < 0 ? taken.length : free;
				return mark.row < most;
			});
		if (!mark) {
			hidden += 1;
			continue;
		}
		(taken[mark.mark.row] ??= []).push(mark.span);
		marks.push(mark.mark);
	}
	return { code, marks, rows: Math.max(1, taken.length), hidden, overdue };
}

function markOf(card: MilestoneCard, labelled: boolean, today: string, room: LaneRoom) {
	const xOf = (day: string) => (daysBetween(today, day) / WINDOW_DAYS) * room.width;
	const x = xOf(dueOn(card) ?? today);
	const agreed = card.baseline && card.baseline !== dueOn(card) ? xOf(card.baseline) : null;
	const ghost = agreed === null ? null : Math.min(room.width, Math.max(0, agreed));
	const label = labelOf(card);
	const width = labelled ? room.widthOf(label) : 0;
	const side: Mark['side'] = x + room.half + width <= room.width ? 'right' : 'left';
	const from = Math.min(ghost ?? x, x) - room.half - (side === 'left' ? width : 0);
	const to = Math.max(ghost ?? x, x) + room.half + (side === 'right' ? width : 0);
	const mark: Mark = { key: `${card.project}/${card.code}`, card, label, x, ghost, row: 0, labelled, side };
	return { mark, span: [from, to] as [number, number] };
}

export function labelOf(card: MilestoneCard): string {
	const late = card.late_days ?? 0;
	return late === 0 ? card.project : `${card.project} ${late > 0 ? '+' : '−'}${Math.abs(late)}\u202fd`;
}
