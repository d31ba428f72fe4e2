/** Early warnings as sentences: what was seen, against what, and which condition holds. */

import type { EarlyWarning, Evidence } from '../api/foresight.ts';
import { calendarDay, day } from '../board/time.ts';
import { capital, kpiName, observedText } from '../board/wording.ts';
import { figure } from '../why/tree.ts';

/** The conditions of rules that have several. */
const CONDITION: Record<string, string> = {
	slope: 'falls fast, report by report',
	projected: 'will soon be too low if it goes on so',
	declines: 'falls report after report',
	spent: 'more is spent than it is said to cost in all',
	pace: 'its own estimate needs another pace than the one so far',
	below_pace: 'its own estimate lies far below what the pace so far gives',
	budget_spent: 'the budget is spent before the work is done',
	cover: 'what is left does not cover the money at risk',
	used: 'it is used up ahead of the work',
	slips: 'it slipped in most of its last reports',
	chase: 'it slipped by more days than have passed',
	response_overdue: 'the response is overdue',
	near_without_response: 'it is near and has no response',
	no_owner: 'it has no owner',
	no_response: 'it has no response',
	passed: 'its day has passed',
	expected_late: 'it is expected after the day it is needed by',
	unfilled: 'it is still open',
	vacant: 'nobody holds it',
	acting: 'it is held by somebody who is only acting',
	often: 'leaders change often',
	before_gate: 'a leader changed shortly before a gate',
	change_failures: 'too many releases fail',
	check_falls: 'a check gets worse run by run',
	arrivals: 'issues come faster than they go',
	early_life: 'support is called too often',
	fall: 'it is forecast below its target',
	review: 'a review is due',
	viability: 'a review of its viability is due'
};

/** What `count` counts, where it is not the warning itself. */
const COUNTED: Record<string, string> = {
	EW8: 'milestones',
	EW9: 'milestones',
	EW13: 'risks',
	EW15: 'assumptions or dependencies',
	EW16: 'roles',
	EW18: 'people',
	EW19: 'changes',
	EW20: 'gates',
	EW21: 'signs',
	EW22: 'benefits',
	EW23: 'milestones',
	EW24: 'milestones',
	EW25: 'milestones'
};

export function conditionText(reason: string): string {
	if (/^[A-Z]{3}-\d+$/.test(reason)) return `${kpiName(reason)} is beyond its tolerance`;
	return CONDITION[reason] ?? reason.replaceAll('_', ' ');
}

/** `risk R-2`; of a milestone its code with its name, where that is known. */
export function subjectText(subject: string, milestones: readonly { code: string; name: string }[]): string {
	const place = subject.indexOf('/');
	if (place > 0) return `${capital(subject.slice(0, place))} ${subject.slice(place + 1)}`;
	const name = milestones.find(({ code }) => code === subject)?.name;
	return name && name !== subject ? `${subject} ${name}` : subject;
}

const isCurrency = (unit: string): boolean => /^[A-Z]{3}$/.test(unit);

/** A figure, a day or a word, with its unit where that is one. */
export function shown(value: string | number | null | undefined, unit = ''): string {
	if (value == null) return '';
	if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return calendarDay(value);
	if (!Number.isFinite(Number(value)) || value === '') return String(value);
	return figure(Number(value), unit === 'date' ? '' : unit);
}

/** `1.23, limit 1.20`; empty where the rule observes no figure. */
export function limitText({ observed, limit, unit = '' }: EarlyWarning): string {
	if (observed == null) return '';
	if (unit === 'target') return `works towards ${shown(observed)}, forecast ${shown(limit)}`;
	const [value, line] = [observed, limit ?? ''].map(Number);
	const isFigure = limit != null && Number.isFinite(value) && Number.isFinite(line) && !isCurrency(unit);
	const said = isFigure ? observedText({ observed: value, limit: line, unit }, true) : shown(observed, unit);
	return limit == null ? said : `${said}, limit ${shown(limit, unit)}`;
}

export function countText({ rule, count = 1 }: EarlyWarning): string {
	return count > 1 ? `${count} ${COUNTED[rule] ?? 'in all'}` : '';
}

/** When: since when it holds, and the day that it concerns. */
export function timeText({ since, horizon }: EarlyWarning): string {
	const said = [since ? `since ${day(since)}` : '', horizon ? `concerns ${calendarDay(horizon)}` : ''];
	return said.filter(Boolean).join(', ');
}

export function evidenceText({ name, value, unit, as_of: asOf }: Evidence): string {
	const text = shown(value, unit);
	return [text ? `${name} ${text}` : name, asOf ? `as of ${day(asOf)}` : ''].filter(Boolean).join(', ');
}
