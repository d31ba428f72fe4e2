/** What has changed lately, newest first; a programme's burst is one line. */

import type { Board } from '../board/board.svelte.ts';
import { Project } from '../board/board.svelte.ts';
import { causePieces, kpiName, LETTER, WORD, type Pieces } from '../board/wording.ts';
import type { Rag, Transition } from '../live/messages.ts';

export interface Turn {
	kind: 'turn';
	key: string;
	at: string;
	item: string;
	before: Rag | null;
	after: Rag | null;
	why: Pieces;
}

export interface Burst {
	kind: 'burst';
	key: string;
	at: string;
	programme: string;
	projects: number;
	/** How many turned which colour, the worst first. */
	says: string;
}

export interface Gate {
	kind: 'gate';
	key: string;
	at: string;
	item: string;
	gate: string;
	decision: string;
}

export type Line = Turn | Burst | Gate;

const BURST_MS = 60_000;
const BURST_OF = 4;
const MOST_WORDS = 8;

/** What was read and what was heard since, each once. */
export function together(read: readonly Transition[], heard: readonly Transition[]): Transition[] {
	const seen = new Map<string, Transition>();
	for (const each of [...heard, ...read]) {
		if (each.kind === 'rag' && each.item.startsWith('project/')) {
			seen.set(`${each.item} ${each.revision} ${each.after}`, each);
		}
	}
	return [...seen.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

/** Transitions, newest first, to lines. */
export function linesOf(transitions: readonly Transition[], board: Board): Line[] {
	const programme = (item: string) => {
		const found = board.get(item);
		return found instanceof Project ? (found.last.programme ?? '') : '';
	};
	const lines: Line[] = [];
	const open = new Map<string, Transition[]>();
	const groups: Transition[][] = [];
	for (const each of transitions) {
		const code = programme(each.item);
		const group = open.get(code);
		const first = group?.[0];
		if (group && first && Date.parse(first.at) - Date.parse(each.at) <= BURST_MS) {
			group.push(each);
		} else {
			const begun = [each];
			open.set(code, begun);
			groups.push(begun);
		}
	}
	for (const group of groups) {
		const code = programme(group[0]?.item ?? '');
		if (code && group.length >= BURST_OF) lines.push(burst(code, group));
		else lines.push(...group.map((each) => turn(each, board)));
	}
	return lines.sort(newestFirst);
}

export const newestFirst = (a: Line, b: Line): number => Date.parse(b.at) - Date.parse(a.at);

function turn(transition: Transition, board: Board): Turn {
	const item = board.get(transition.item);
	const cause = item instanceof Project && item.last.rag === transition.after ? item.last.cause : null;
	return {
		kind: 'turn',
		key: `${transition.item} ${transition.revision} ${transition.after}`,
		at: transition.at,
		item: transition.item,
		before: colour(transition.before),
		after: colour(transition.after),
		why: cause ? causePieces(cause) : { pieces: [without(transition)].filter(Boolean), keep: 'start' }
	};
}

/** The figures of then are not kept beside the colour. */
const without = ({ after, rule }: Transition): string =>
	rule ? kpiName(rule) : after === 'green' ? 'within tolerance' : '';

function burst(programme: string, group: readonly Transition[]): Burst {
	const counts = (['red', 'amber', 'unknown', 'green'] as const)
		.map((rag) => [rag, group.filter(({ after }) => after === rag).length] as const)
		.filter(([, count]) => count > 0)
		.map(([rag, count]) => `${count} ${WORD[rag]}`);
	const at = group[0]?.at ?? '';
	return {
		kind: 'burst',
		key: `${programme} ${at}`,
		at,
		programme,
		projects: new Set(group.map(({ item }) => item)).size,
		says: counts.join(', ')
	};
}

const colour = (text: string | null | undefined): Rag | null =>
	text && text in LETTER ? (text as Rag) : null;

export interface DecidedGate {
	item: string;
	ref: string;
	attributes: Record<string, unknown>;
}

/** Gates that were decided on or after this calendar day. */
export function gatesOf(records: readonly DecidedGate[], since: string): Gate[] {
	return records.flatMap(({ item, ref, attributes }): Gate[] => {
		const held = attributes['held_at'];
		if (typeof held !== 'string' || held < since) return [];
		const decision = String(attributes['decision'] ?? 'decided').replaceAll('_', ' ');
		const words = decision.split(' ').slice(0, MOST_WORDS).join(' ');
		return [{ kind: 'gate', key: `${item} ${ref}`, at: held, item, gate: ref, decision: words }];
	});
}
