/** Data to words: the one place where a finding becomes a sentence. */

import type { Cause, ChildCause, Declared, ProjectCard, Rag, Severity } from '../live/messages.ts';

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
export const isAbnormal = (rag: Rag): boolean => RANK[rag] <= RANK.unknown;
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

const KPI: Record<string, string> = {
	'SCH-1': 'SPI(t)',
	'SCH-2': 'slip',
	'SCH-3': 'milestones hit',
	'SCH-4': 'execution index',
	'SCH-5': 'drift',
	'SCH-6': 'late',
	'CST-1': 'CPI',
	'CST-2': 'CPI, last 3',
	'CST-3': 'VAC',
	'CST-5': 'TCPI',
	'CST-6': 'spend lead',
	'CST-7': 'contingency cover',
	'QUA-3': 'failed deployments',
	'SCP-1': 'scope growth',
	'RSK-1': 'risk exposure',
	'RSK-2': 'overdue responses',
	'RSK-3': 'critical issue open',
	'RSK-4': 'high risks untreated',
	'RES-1': 'key roles filled',
	'RES-2': 'overload',
	'RES-5': 'leaders changed',
	'QUA-1': 'gate readiness',
	'QUA-2': 'evidence valid',
	'BEN-1': 'benefit forecast',
	'TRU-1': 'data age',
	'TRU-2': 'declared differs',
	coverage: 'known',
	all_within: 'within tolerance',
	red_share: 'red share',
	amber_share: 'amber share',
	required: 'required evidence',
	state: 'at rest',
	ESC1: 'red for long',
	applies: 'nothing to assess'
};

const WARNING: Record<string, string> = {
	divergence: 'the data disagree',
	silence: 'gone quiet',
	'TRU-1': 'gone quiet',
	'TRU-2': 'the data disagree',
	watermelon: 'the data disagree',
	EW1: 'the data disagree',
	EW2: 'green, but old',
	EW3: 'the word never changes',
	EW4: 'pace is falling',
	EW5: 'costs are rising',
	EW6: 'estimate not credible',
	EW7: 'budget out of reach',
	EW8: 'a milestone creeps',
	EW9: 'a late surprise',
	EW10: 'milestones pile up',
	EW11: 'spend ahead of work',
	EW12: 'contingency runs out',
	EW13: 'a high risk untreated',
	EW14: 'the register is silent',
	EW15: 'a premise has expired',
	EW16: 'a key role is open',
	EW17: 'leaders change',
	EW18: 'somebody is overloaded',
	EW19: 'scope churns',
	EW20: 'a gate is not ready',
	EW21: 'quality erodes',
	EW22: 'benefits decay',
	EW23: 'a date has passed',
	EW24: 'plans disagree',
	EW25: 'an update is overdue',
	ESC1: 'red for long',
	ESC2: 'beyond tolerance soon',
	ESC3: 'replanned'
};

const REASON: Record<string, string> = {
	no_evidence: 'no evidence',
	too_old: 'too old',
	stale: 'too old',
	no_actual_cost: 'no actual cost',
	no_baseline: 'no baseline',
	no_budget: 'no budget',
	no_progress: 'no progress reported',
	nothing_earned: 'nothing earned yet',
	not_started: 'not started',
	no_milestones: 'no milestones',
	no_deployments: 'no deployments',
	no_declaration: 'nothing declared',
	no_rate: 'no exchange rate',
	no_estimate: 'nobody has estimated it',
	nothing_left: 'nothing is left to spend',
	no_dates: 'no dates',
	no_forecast: 'no forecast',
	on_hold: 'on hold',
	degraded: 'a rule failed on it',
	review: 'a review is due',
	viability: 'a review of viability is due',
	tier_one_red: 'a project of the first tier is red',
	any_red: 'a project is red',
	red_share: 'a large share is red',
	amber_share: 'a large share is amber',
	coverage: 'too little is known',
	all_within: 'all within tolerance'
};

export const kpiName = (rule: string): string => KPI[rule] ?? rule;
export const warningText = (rule: string): string => WARNING[rule] ?? plain(rule);
export const reasonText = (reason: string): string => REASON[reason] ?? plain(reason);

export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

function plain(identifier: string): string {
	return identifier.replaceAll('_', ' ');
}

/** A value with its unit, as short as it can be read aloud: `0.71`, `12 %`, `19 d`, `8 pp`. */
export function quantity(value: number, unit = '', named = true): string {
	if (unit === 'share') return quantity(value * 100, '%', named);
	const suffix = value === 1 && unit === 'steps' ? ' step' : UNITS[unit];
	if (suffix === undefined)
		return `${decimals(value, Math.abs(value) < 10 ? 2 : 0)}${unit && named ? ` ${unit}` : ''}`;
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

/** A sentence in pieces: where there is no room the last are left out, or the first if `keep` says so. */
export interface Pieces {
	pieces: readonly string[];
	keep: 'start' | 'end';
}

const whole = (text: string): Pieces => ({ pieces: text ? [text] : [], keep: 'start' });

/** Without room the limit goes first, then the unit; of a reason the index goes. Short: `CPI 0.71 < 0.90`. */
export function causePieces(cause: Cause, short = false): Pieces {
	const name = kpiName(cause.rule);
	if (cause.reason) return { pieces: [`${name}: `, reasonText(cause.reason)], keep: 'end' };
	if (cause.observed == null) return whole(name);
	const bare = observedText(cause, false);
	const pieces = [`${name} ${bare}`, observedText(cause, true).slice(bare.length)];
	if (cause.limit != null) {
		const limit = quantity(cause.limit, cause.unit, false);
		pieces.push(short ? ` ${cause.observed < cause.limit ? '<' : '>'} ${limit}` : `, limit ${limit}`);
	}
	return { pieces: pieces.filter(Boolean), keep: 'start' };
}

export function causeText(cause: Cause | null | undefined): string {
	return cause ? causePieces(cause).pieces.join('') : '';
}

/** Never `0.90, limit 0.90`: where rounding hides the difference there are more places. */
function observedText({ observed, limit, unit }: Cause, named: boolean): string {
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
