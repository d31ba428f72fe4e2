/** What was declared, newest first: reports that say the same as the one before are one line. */

import type { DeclaredReport } from '../api/types.ts';
import { calendarDay, day } from '../board/time.ts';

export interface DeclaredRun {
	newest: DeclaredReport;
	/** The others that say the same, newest first. */
	before: DeclaredReport[];
}

export function runs(reports: readonly DeclaredReport[]): DeclaredRun[] {
	const found: DeclaredRun[] = [];
	for (const report of [...reports].sort((a, b) => b.at.localeCompare(a.at) || b.seq - a.seq)) {
		const run = found.at(-1);
		if (run && said(run.newest) === said(report)) run.before.push(report);
		else found.push({ newest: report, before: [] });
	}
	return found;
}

const said = ({ words }: DeclaredReport): string => JSON.stringify(Object.entries(words).sort());

/** The period of a report where it is another day than the report's. */
export function ownPeriod({ at, period }: DeclaredReport): string {
	if (!period) return '';
	const dated = /^\d{4}-\d{2}-\d{2}/.test(period);
	if (!dated) return period;
	return at.startsWith(period.slice(0, 10)) || calendarDay(period) === day(at) ? '' : calendarDay(period);
}
