/** The newest-change line: what turned, when, from what to what, and why, in one line. */

import type { Board } from '../board/board.svelte.ts';
import { Project } from '../board/board.svelte.ts';
import { causeText, kpiName, LETTER } from '../board/wording.ts';
import type { Rag, Transition } from '../live/messages.ts';

export interface ChangeLine {
	at: string;
	name: string;
	before: Rag | null;
	after: Rag | null;
	cause: string;
}

export function newestChange(board: Board): ChangeLine | null {
	const transition = board.transitions.find((t) => t.kind === 'rag' && t.item.startsWith('project/'));
	return transition ? fromTransition(board, transition) : fromCards(board);
}

function fromTransition(board: Board, transition: Transition): ChangeLine {
	const item = board.get(transition.item);
	const now = item instanceof Project && item.card.rag === transition.after ? item.card.cause : null;
	return {
		at: transition.at,
		name: transition.name,
		before: colour(transition.before),
		after: colour(transition.after),
		cause: now ? causeText(now) : transition.rule ? kpiName(transition.rule) : ''
	};
}

/** Before the first transition of this page: the card whose colour is the youngest. */
function fromCards(board: Board): ChangeLine | null {
	const changed = board.projects.filter(({ card }) => card.previous && card.previous !== card.rag);
	const newest = changed.reduce<Project | null>(
		(best, project) => (best && best.card.since >= project.card.since ? best : project),
		null
	);
	if (!newest) return null;
	const { since, short, name, previous, rag, cause } = newest.card;
	return { at: since, name: short || name, before: previous ?? null, after: rag, cause: causeText(cause) };
}

function colour(text: string | null | undefined): Rag | null {
	return text && text in LETTER ? (text as Rag) : null;
}
