/** Milestones by the day on which they are due: as forecast, else as agreed. */

import type { Board, Milestone } from '../board/board.svelte.ts';
import type { MilestoneCard } from '../live/messages.ts';

export const dueOn = (card: MilestoneCard): string | null => card.forecast ?? card.baseline ?? null;

/** A calendar day as `YYYY-MM-DD`, by the clock of this screen. */
export function isoDay(at: Date): string {
	const two = (value: number) => String(value).padStart(2, '0');
	return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Whole days from one calendar day to another; negative when it has passed. */
export function daysBetween(from: string, to: string): number {
	const at = (day: string) => Date.parse(`${day.slice(0, 10)}T00:00:00Z`);
	return Math.round((at(to) - at(from)) / 86_400_000);
}

/** What is due next, the soonest first; what is overdue is not next. */
export function nextMilestones(board: Board, now: Date, limit: number): Milestone[] {
	const today = isoDay(now);
	return board.milestones
		.filter(({ card }) => (dueOn(card) ?? '') >= today)
		.sort((a, b) => {
			const [one, other] = [dueOn(a.card) ?? '', dueOn(b.card) ?? ''];
			return one < other ? -1 : one > other ? 1 : a.key < b.key ? -1 : 1;
		})
		.slice(0, limit);
}
