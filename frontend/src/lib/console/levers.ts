/** What would change a colour, as sentences. Amounts are rounded to the safe side: up. */

import type { Lever, LeverStep } from '../api/foresight.ts';
import type { Reading, WhyNode } from '../api/types.ts';
import { capital, kpiName } from '../board/wording.ts';
import { limitFigure, money } from '../why/tree.ts';

const DIGITS = 3;
const isMoney = (kind: LeverStep['kind']): boolean => ['earn', 'estimate', 'budget'].includes(kind);

/** At least this amount, in three digits. */
export function atLeast(amount: string, currency: string): string {
	const value = Number(amount);
	const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(value, 1))) - DIGITS + 1);
	return money(Math.ceil(value / step) * step, currency);
}

export function stepText({ kind, amount, at_once: atOnce, unit, milestones, records }: LeverStep): string {
	const most = amount ?? atOnce;
	const sum = most === null || !isMoney(kind) ? '' : atLeast(most, unit);
	const named = records.map((record) => record.replace('/', ' ').replace('allocation ', '')).join(', ');
	switch (kind) {
		case 'earn':
			return `earn ${sum} more at no further cost`;
		case 'estimate':
			return `bring its own estimate at completion down by ${sum}`;
		case 'forward':
			return `bring ${milestones.map(({ code, days }) => `${code} ${days}\u202fd`).join(', ')} forward`;
		case 'budget':
			return `an approved re-baseline with ${sum} more budget`;
		case 'dates':
			return 'an approved re-baseline of its dates';
		case 'hold':
			return 'report as good once more';
		case 'close':
			return `settle ${named}`;
		case 'treat':
			return `give ${named} an owner and a response`;
		case 'meet':
			return `meet ${named}`;
		case 'show':
			return `attach valid evidence of ${named}`;
		case 'fill':
			return `fill ${named}`;
	}
}

/** For the next report to be enough by itself; empty where that is the same, or no amount is. */
export function soonerText({ steps }: Lever): string {
	const sums = steps
		.filter(({ kind, amount, at_once: soon }) => isMoney(kind) && soon !== null && soon !== amount)
		.map(({ at_once: soon, unit }) => atLeast(soon ?? '0', unit));
	return sums.length > 0 ? `${sums.join(' and ')} to count with the very next report` : '';
}

const wayText = ({ steps }: Lever): string => steps.map(stepText).join(' and ');

export interface LeverLine {
	to: Lever['to'];
	/** `Amber at CPI ≥ 0.90`. */
	goal: string;
	/** Any one of them is enough. */
	ways: { text: string; sooner: string }[];
}

/** One line per colour; the ways of one colour stand beside each other. */
function lines(levers: readonly Lever[], goal: (lever: Lever) => string): LeverLine[] {
	const found = new Map<string, LeverLine>();
	for (const lever of levers) {
		const line = found.get(lever.to) ?? { to: lever.to, goal: goal(lever), ways: [] };
		line.ways.push({ text: wayText(lever), sooner: soonerText(lever) });
		found.set(lever.to, line);
	}
	return [...found.values()];
}

export const ofProject = (root: WhyNode): LeverLine[] =>
	lines(root.levers ?? [], ({ to }) => `${capital(to)} as a whole`);

/** Of every bad reading that the tree has looked at: its own lines, each reading once. */
export function ofReadings(
	root: WhyNode,
	readings: readonly Reading[]
): { kpi: string; lines: LeverLine[] }[] {
	const found = new Map<string, LeverLine[]>();
	const walk = (node: WhyNode): void => {
		const kpi = node.id.slice(node.id.lastIndexOf('.') + 1);
		if (node.kind === 'kpi' && node.levers?.length && !found.has(kpi)) {
			const reading = readings.find((one) => one.kpi === kpi);
			const sign = reading?.direction === 'down' ? '≤' : '≥';
			found.set(
				kpi,
				lines(
					node.levers,
					({ to, limit }) =>
						`${capital(to)} at ${kpiName(kpi)} ${sign} ${limitFigure(limit ?? '', reading?.unit)}`
				)
			);
		}
		node.children?.forEach(walk);
	};
	walk(root);
	return [...found].map(([kpi, said]) => ({ kpi, lines: said }));
}
