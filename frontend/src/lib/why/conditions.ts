/** Which condition of an early warning holds, in words. A test holds them complete against the rules. */

import { kpiName } from '../board/wording.ts';

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
	upstream_late: 'the milestone that it waits for is forecast after the day it is needed by',
	unfilled: 'it is still open',
	vacant: 'nobody holds it',
	acting: 'it is held by somebody who is only acting',
	projects: 'manages too many projects at once',
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

/** Whether there are words of our own for it, and not only the identifier's. */
export const isNamedCondition = (reason: string): boolean => isKpi(reason) || reason in CONDITION;
const isKpi = (reason: string): boolean => /^[A-Z]{3}-\d+$/.test(reason);

export function conditionText(reason: string): string {
	if (isKpi(reason)) return `${kpiName(reason)} is beyond its tolerance`;
	return CONDITION[reason] ?? reason.replaceAll('_', ' ');
}
