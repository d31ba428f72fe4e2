/** Data to words: the one place where a finding becomes a sentence. */

import type { Cause, ChildCause, Declared, ProjectCard, Rag, Severity } from '../live/messages.ts';
import { kpiName, reasonText, warningText } from './vocabulary.ts';

export { kpiName, reasonText, warningText };

export const LETTER: Record<Rag, string> = { red: 'R', amber: 'A', unknown: '?', green: 'G', none: '–' };
export const WORD: Record<Rag, string> = {
	red: 'red',
	amber: 'amber',
	unknown: 'unknown',
	green: 'green',
	none: 'not assessed'
};
/** Worst first: the order of every list and every count. */
export const RAGS: readonly Rag[] = ['red', 'amber', 'unknown', 'green', 'none'];
export const RANK: Record<Rag, number> = { red: 0, amber: 1, unknown: 2, green: 3, none: 4 };
/** What needs people: worse than green, or not known. */
export const isAbnormal = (rag: Rag): boolean => rag !== 'green' && rag !== 'none';
/** What stands in a shape on the grid: red and amber say it always, unknown where letters are read. */
export const SHAPE_LETTER: Record<Rag, string> = { red: 'R', amber: 'A', unknown: '', green: '', none: '' };
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** `nerve.progress.reported.v1` is `progress.reported`. */
export const eventName = (type: string): string =>
	type.replace(/^(nerve|dev\.cdevents)\./, '').replace(/\.v?\d[\w.-]*$/, '');

/** A count as people read it: `1,000`. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** A value with its unit, as short as it can be read aloud: `0.71`, `12 %`, `19 d`, `8 pp`. */
export function quantity(value: number, unit = '', named = true): string {
	if (unit === 'share') return quantity(value * 100, '%', named);
	const suffix = value === 1 && unit === 'steps' ? ' step' : UNITS[unit];
	if (suffix === undefined)
		return `${decimals(value, Math.abs(value) < 10 && !Number.isInteger(value) ? 2 : 0)}${unit && named ? ` ${unit}` : ''}`;
	if (unit === 'n') return decimals(value, Number.isInteger(value) ? 0 : 1);
	const places = suffix === '' ? 2 : Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0;
	return `${decimals(value, places)}${named ? suffix : ''}`;
}

const UNITS: Record<string, string> = {
	ratio: '',
	index: '',
	'': '',
	n: '',
	'%': '\u202f%',
	percent: '\u202f%',
	pct: '\u202f%',
	days: '\u202fd',
	d: '\u202fd',
	pp: '\u202fpp',
	steps: ' steps',
	cadences: ' cadences'
};

function decimals(value: number, places: number): string {
	const text = value.toFixed(places);
	return text.replace('-', '−');
}

/** A limit: "more than 0.5" of what is counted in whole numbers is "more than 0". */
export const limitText = (limit: number, unit = '', named = true): string =>
	quantity(unit === 'n' ? Math.floor(limit) : limit, unit, named);

/** A sentence in pieces: where there is no room the last are left out, or the first if `keep` says so. */
export interface Pieces {
	pieces: readonly string[];
	keep: 'start' | 'end';
}

const whole = (text: string): Pieces => ({ pieces: text ? [text] : [], keep: 'start' });

/** Without room the limit goes first, then the unit; of a reason the index goes. Short: `CPI 0.71 < 0.90`. */
export function causePieces(cause: Cause, short = false): Pieces {
	const name = kpiName(cause.rule);
	if (cause.reason === 'no_evidence' && cause.rule === 'coverage') return whole(reasonText(cause.reason));
	if (cause.reason) return { pieces: [`${name}: `, reasonText(cause.reason)], keep: 'end' };
	if (cause.observed == null) return whole(name);
	const bare = observedText(cause, false);
	const pieces = [`${name} ${bare}`, observedText(cause, true).slice(bare.length)];
	if (cause.limit != null) {
		const limit = limitText(cause.limit, cause.unit, false);
		pieces.push(short ? ` ${cause.observed < cause.limit ? '<' : '>'} ${limit}` : `, limit ${limit}`);
	}
	return { pieces: pieces.filter(Boolean), keep: 'start' };
}

export function causeText(cause: Cause | null | undefined): string {
	return cause ? causePieces(cause).pieces.join('') : '';
}

/** Never `0.90, limit 0.90`: where rounding hides the difference there are more places. */
export function observedText(
	{ observed, limit, unit }: Pick<Cause, 'observed' | 'limit' | 'unit'>,
	named: boolean
): string {
	if (observed == null) return '';
	const text = quantity(observed, unit, named);
	if (limit == null || observed === limit || text !== quantity(limit, unit, named)) return text;
	const [value, line] = [observed, limit].map((each) => Math.abs(each) * (unit === 'share' ? 100 : 1));
	const places = decimals(value ?? 0, 3) === decimals(line ?? 0, 3) ? 4 : 3;
	return text.replace(/[\d.]+/, decimals(value ?? 0, places));
}

export function childCauseText(cause: ChildCause | null | undefined): string {
	if (!cause) return '';
	const share = cause.share == null ? '' : ` ${Math.round(cause.share * 100)}\u202f%`;
	switch (cause.rule) {
		case 'tier_one_red':
			return `${childName(cause.child)}, of the first tier, is red`;
		case 'red_share':
			return `${share.trim() || 'a quarter'} of the budget is red`;
		case 'any_red':
			return `${childName(cause.child)} is red`;
		case 'amber_share':
			return `${share.trim() || 'a quarter'} of the budget is amber`;
		case 'coverage':
			return `only${share || ' a part'} is known`;
		case 'all_within':
			return 'all within tolerance';
	}
}

function childName(key: string | null | undefined): string {
	return key ? key.slice(key.indexOf('/') + 1) : 'one';
}

/** The declared word as one or two letters on our scale: Amber/Red → AR; no rank → its first letter. */
export function declaredLetter(declared: Declared): string {
	switch (declared.rank) {
		case 0:
			return 'G';
		case 0.5:
			return 'AG';
		case 1:
			return 'A';
		case 1.5:
			return 'AR';
		case 2:
			return 'R';
		default:
			return declared.word.slice(0, 1).toUpperCase() || '–';
	}
}

const COLOUR_RANK: Partial<Record<Rag, number>> = { green: 0, amber: 1, red: 2 };

/** Do the declared word and the computed colour say different things? Unknown beside a word counts. */
export function declaredDiffers(card: ProjectCard): boolean {
	const declared = card.declared;
	if (!declared) return false;
	if (card.rag === 'unknown') return true;
	const computed = COLOUR_RANK[card.rag];
	if (computed === undefined || declared.rank == null) return false;
	return computed !== declared.rank;
}

/** What a project needs people to know, in a few words. */
export function reasonPieces(card: ProjectCard, short = false): Pieces {
	if (card.degraded) return whole('could not be assessed');
	const calm = card.rag === 'green' || card.rag === 'none';
	if (card.cause && !calm) return causePieces(card.cause, short);
	return whole(card.warnings?.[0] ? warningText(card.warnings[0]) : '');
}

export function projectReason(card: ProjectCard): string {
	return reasonPieces(card).pieces.join('');
}
