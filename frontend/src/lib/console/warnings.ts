/** Early warnings as sentences: what was seen, against what, and which condition holds. */

import type { EarlyWarning, Evidence } from '../api/foresight.ts';
import { calendarDay, day } from '../board/time.ts';
import { capital, observedText } from '../board/wording.ts';
import { figure } from '../why/tree.ts';

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
