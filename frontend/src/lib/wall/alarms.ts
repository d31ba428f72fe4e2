/** Alerts in the order in which people need them, and what is said of each. */

import { causePieces, reasonText, SEVERITIES, warningText, type Pieces } from '../board/wording.ts';
import type { ScreenAlert } from '../api/types.ts';
import type { AlertCard, Severity } from '../live/messages.ts';

const RULES: Record<AlertCard['rule'], string> = {
	red: 'turned red',
	divergence: 'the data disagree',
	silence: 'gone quiet',
	source_silence: 'source silent',
	ESC1: 'red for long',
	ESC2: 'tolerance at risk'
};

/** Severity first, then unacknowledged before the others, then the oldest. */
export function byUrgency(cards: readonly AlertCard[]): AlertCard[] {
	return cards
		.filter((card) => card.label !== 'Closed')
		.sort(
			(a, b) =>
				SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
				Number(a.label !== 'New') - Number(b.label !== 'New') ||
				order(a.first_at, b.first_at) ||
				order(a.id, b.id)
		);
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const ruleText = (rule: AlertCard['rule']): string => RULES[rule] ?? warningText(rule);

/** The figures behind it; of a review by when it is due. */
export function becauseOf(card: AlertCard): Pieces {
	const { cause, due } = card;
	if (!cause) return { pieces: [], keep: 'start' };
	if (cause.rule === card.rule || cause.rule === 'TRU-2') {
		const declared = card.declared ? `declared ${card.declared.word}` : '';
		const pieces = [cause.reason ? reasonText(cause.reason) : declared, due ? `, due ${due}` : ''];
		return { pieces: pieces.filter(Boolean), keep: 'start' };
	}
	return causePieces(cause, true);
}

/** A line of the scene: an alert of the board, or a screen that fell silent. */
export interface Line {
	key: string;
	/** Who answers for what it is about, where this may be shown and is known. */
	owner?: string | undefined;
	/** The key of the card that it is about; of a screen there is none. */
	item: string | null;
	name: string;
	severity: Severity;
	rule: string;
	cause: Pieces;
	hits: number;
	/** `New` until somebody says that they know of it. */
	label: string;
	since: string;
}

export function lineOf(card: AlertCard): Line {
	return {
		key: `alert/${card.id}`,
		item: card.item,
		name: '',
		severity: card.severity,
		rule: ruleText(card.rule),
		cause: becauseOf(card),
		hits: card.impacts?.length ?? 0,
		label: card.label,
		since: card.first_at
	};
}

/** All of them are low, so they come last; those that nobody has acknowledged first. */
export function linesOfScreens(silent: readonly ScreenAlert[]): Line[] {
	return silent
		.map((screen) => ({
			key: `screen/${screen.screen}`,
			item: null,
			name: `Screen ${screen.name}`,
			severity: screen.severity ?? 'low',
			rule: 'screen is silent',
			cause: { pieces: [screen.place ?? ''].filter(Boolean), keep: 'start' } satisfies Pieces,
			hits: 0,
			label: screen.acknowledged ? 'Acknowledged' : 'New',
			since: screen.since
		}))
		.sort((a, b) => Number(a.label !== 'New') - Number(b.label !== 'New') || order(a.since, b.since));
}

/** Role → name. */
export type Roles = Readonly<Record<string, string>>;

/** The first that is named of those who answer for a project. */
export const ownerOf = (roles: Roles): string | undefined =>
	roles['manager'] ?? roles['sro'] ?? roles['sponsor'];
