import { describe, expect, test } from 'vitest';
import type { LeverStep } from '../api/foresight.ts';
import type { Reading, WhyNode } from '../api/types.ts';
import { atLeast, ofProject, ofReadings, soonerText, stepText } from './levers.ts';

const step = (more: Partial<LeverStep>): LeverStep => ({
	kind: 'earn',
	amount: '1112003',
	at_once: null,
	unit: 'EUR',
	milestones: [],
	records: [],
	...more
});

test.each([
	['1112003', 'EUR\u00a01.12M'],
	['740710', 'EUR\u00a0741,000'],
	['999500', 'EUR\u00a01M'],
	['99.10', 'EUR\u00a0100'],
	['0.01', 'EUR\u00a01']
])('an amount is rounded up, to the safe side: %s', (amount, text) => {
	expect(atLeast(amount, 'EUR')).toBe(text);
});

test.each([
	[step({}), 'earn EUR\u00a01.12M more at no further cost'],
	[
		step({ kind: 'estimate', amount: null, at_once: '500' }),
		'bring its own estimate at completion down by EUR\u00a0500'
	],
	[step({ kind: 'budget' }), 'an approved re-baseline with EUR\u00a01.12M more budget'],
	[step({ kind: 'dates', amount: null, unit: '' }), 'an approved re-baseline of its dates'],
	[step({ kind: 'hold', amount: null, unit: '' }), 'report as good once more'],
	[
		step({ kind: 'forward', amount: '15', unit: 'days', milestones: [{ code: 'M4', days: 15 }] }),
		'bring M4 15\u202fd forward'
	],
	[
		step({ kind: 'close', amount: '2', unit: 'records', records: ['action/A-1', 'issue/I-2'] }),
		'settle action A-1, issue I-2'
	],
	[step({ kind: 'treat', records: ['risk/R-9'] }), 'give risk R-9 an owner and a response'],
	[step({ kind: 'fill', records: ['allocation/D-2'] }), 'fill D-2']
])('a step reads as something to do: %#', (one, text) => {
	expect(stepText(one)).toBe(text);
});

describe('levers beside the tree', () => {
	const root: WhyNode = {
		id: 'project/A',
		kind: 'colour',
		label: 'A',
		levers: [{ to: 'amber', limit: null, steps: [step({ at_once: '1200000' })] }],
		children: [
			{
				id: 'project/A:cost.CST-3.CST-3',
				kind: 'kpi',
				label: 'CST-3',
				levers: [
					{ to: 'amber', limit: '-10', steps: [step({})] },
					{ to: 'amber', limit: '-10', steps: [step({ kind: 'budget' })] }
				]
			}
		]
	};
	const readings = [{ kpi: 'CST-3', unit: '%', direction: 'up' }] as Reading[];

	test('the whole project has its own', () => {
		const [line] = ofProject(root);
		expect(line?.goal).toBe('Amber as a whole');
		expect(line?.ways[0]?.sooner).toBe('EUR\u00a01.2M to count with the very next report');
	});

	test('an indicator has one line per colour, with the limit that is reached', () => {
		const [found] = ofReadings(root, readings);
		expect(found?.lines.map(({ goal, ways }) => [goal, ways.length])).toEqual([
			['Amber at VAC ≥ −10\u202f%', 2]
		]);
	});

	test('a tree of the past has none', () => {
		const past: WhyNode = { id: 'project/A', kind: 'colour', label: 'A' };
		expect([ofProject(past), ofReadings(past, readings)]).toEqual([[], []]);
		expect(soonerText({ to: 'green', limit: null, steps: [step({})] })).toBe('');
	});
});
