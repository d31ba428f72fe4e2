/** Alerts in the order in which people need them, and what is said of each. */

import { causePieces, reasonText, SEVERITIES, warningText, type Pieces } from '../board/wording.ts';
import type { AlertCard } from '../live/messages.ts';

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
