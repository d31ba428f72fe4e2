/** The newest-change line: what turned, when, from what to what, and why, in one line. */

import type { Board } from '../board/board.svelte.ts';
import { Project } from '../board/board.svelte.ts';
import { causePieces, kpiName, LETTER, type Pieces } from '../board/wording.ts';
import type { Cause, Rag, Transition } from '../live/messages.ts';
import { called, cutEnd, MOST_LETTERS } from './names.ts';

export interface ChangeLine {
	at: string;
	name: string;
	/** Empty where the name says it. */
	code: string;
	before: Rag | null;
	after: Rag | null;
	cause: Pieces;
}

export function newestChange(board: Board): ChangeLine | null {
	const transition = board.transitions.find((t) => t.kind === 'rag' && t.item.startsWith('project/'));
	return transition ? fromTransition(board, transition) : fromCards(board);
}

function fromTransition(board: Board, transition: Transition): ChangeLine {
	const item = board.get(transition.item);
	const now = item instanceof Project && item.last.rag === transition.after ? item.last.cause : null;
	return {
		at: transition.at,
		...(item instanceof Project
			? called(item.last)
			: { name: cutEnd(transition.name, MOST_LETTERS), code: '' }),
		before: colour(transition.before),
		after: colour(transition.after),
		cause: because(now, transition.rule)
	};
}

/** Before the first transition of this page: the card whose colour is the youngest. */
function fromCards(board: Board): ChangeLine | null {
	const changed = board.projects.filter(({ last }) => last.previous && last.previous !== last.rag);
	const newest = changed.reduce<Project | null>(
		(best, project) => (best && best.last.since >= project.last.since ? best : project),
		null
	);
	if (!newest) return null;
	const { since, previous, rag, cause } = newest.last;
	return { at: since, ...called(newest.last), before: previous ?? null, after: rag, cause: because(cause) };
}

function because(cause: Cause | null | undefined, rule?: string | null): Pieces {
	return cause ? causePieces(cause) : { pieces: rule ? [kpiName(rule)] : [], keep: 'start' };
}

function colour(text: string | null | undefined): Rag | null {
	return text && text in LETTER ? (text as Rag) : null;
}
