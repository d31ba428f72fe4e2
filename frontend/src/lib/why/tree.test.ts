import { describe, expect, test } from 'vitest';
import type { WhyNode } from '../api/types.ts';
import {
	asText,
	eventSeq,
	facts,
	figure,
	findNode,
	firstOpen,
	moveFor,
	nameOf,
	pathTo,
	visibleRows
} from './tree.ts';

const event: WhyNode = {
	id: 'e',
	kind: 'event',
	label: 'Event 8812',
	value: 8812,
	href: '/api/v1/x/events/8812'
};
const input: WhyNode = {
	id: 'i',
	kind: 'input',
	label: 'EV',
	value: '4100000.00',
	unit: 'EUR',
	children: [event]
};
const kpi: WhyNode = {
	id: 'k',
	kind: 'kpi',
	label: 'CST-1 CPI',
	rag: 'red',
	value: '0.71',
	unit: 'ratio',
	limit: '0.90',
	limit_set_by: 'policy',
	policy_version: 7,
	as_of: '2026-11-20',
	children: [input]
};
const cost: WhyNode = { id: 'f', kind: 'finding', label: 'CPI', rag: 'red', children: [kpi], more: 2 };
const benefit: WhyNode = {
	id: 'b',
	kind: 'finding',
	label: 'coverage',
	rag: 'unknown',
	reason: 'no_evidence'
};
const root: WhyNode = {
	id: 'r',
	kind: 'colour',
	label: 'Harbour ERP',
	rag: 'red',
	children: [cost, benefit]
};

describe('the why tree', () => {
	test('opens the way down its first cause', () => {
		expect([...firstOpen(root)]).toEqual(['r', 'f', 'k']);
		const rows = visibleRows(root, firstOpen(root));
		expect(rows.map((row) => row.node.id)).toEqual(['r', 'f', 'k', 'i', 'b']);
		expect(rows[3]).toMatchObject({ level: 4, parent: 'k', position: 1, siblings: 1 });
	});

	test('finds a node and the way to it', () => {
		expect(findNode(root, 'e')).toBe(event);
		expect(findNode(root, 'nope')).toBeNull();
		expect(pathTo(root, 'e')).toEqual(['r', 'f', 'k', 'i', 'e']);
		expect(pathTo(root, 'nope')).toEqual([]);
	});

	test.each([
		['ArrowDown', 'r', { to: 'f' }],
		['ArrowUp', 'f', { to: 'r' }],
		['ArrowUp', 'r', null],
		['Home', 'i', { to: 'r' }],
		['End', 'r', { to: 'b' }],
		['ArrowRight', 'i', { open: 'i' }],
		['ArrowRight', 'f', { to: 'k' }],
		['ArrowRight', 'b', null],
		['ArrowLeft', 'k', { close: 'k' }],
		['ArrowLeft', 'i', { to: 'k' }],
		['ArrowLeft', 'b', { to: 'r' }],
		['x', 'r', null]
	])('%s at %s', (key, at, move) => {
		const open = firstOpen(root);
		expect(moveFor(key, visibleRows(root, open), at, open)).toEqual(move);
	});

	test('reads as text', () => {
		expect(asText(root)).toBe(
			[
				'[R] Harbour ERP is red',
				'  - [R] CPI',
				'    - [R] CST-1 CPI (0.71, limit 0.90, set by policy, policy 7, as of 2026-11-20)',
				'      - EV (EUR\u00a04.1M)',
				'        - Event 8812',
				'    … and 2 others',
				'  - [?] known (no evidence)'
			].join('\n')
		);
	});

	test('names what has no name, and leaves the rest alone', () => {
		expect(nameOf(root)).toBe('Harbour ERP is red');
		expect(nameOf(benefit)).toBe('known');
		expect(nameOf(kpi)).toBe('CST-1 CPI');
	});

	test('knows the event behind an event node only', () => {
		expect(eventSeq(event)).toBe(8812);
		expect(eventSeq(kpi)).toBeNull();
		expect(facts(event)).toEqual([]);
		expect(facts({ ...event, type: 'nerve.progress.reported.v1', source: 'sap' })).toEqual([
			'progress.reported',
			'sap'
		]);
		expect(facts({ ...event, type: 'nerve.risk.raised.v1', source: 'user/7', by: 'Ada' })).toEqual([
			'risk.raised',
			'Ada'
		]);
		expect(facts({ ...event, type: 'dev.cdevents.service.deployed.0.3.0-draft' })).toEqual([
			'service.deployed'
		]);
	});

	test('tells what a warning foretells with its counts', () => {
		const basis = [
			{ condition: 'any', value: null, slipped: 30, cases: 90 },
			{ condition: 'plan_fields', value: true, slipped: 14, cases: 19 },
			{ condition: 'milestone', value: 'M2', slipped: 0, cases: 0 },
			{ condition: 'overdue', value: true, slipped: 3, cases: 4 }
		];
		const warning: WhyNode = { id: 'w', kind: 'warning', label: 'EW24 Plan fields disagree' };
		const foretold = { milestone: 'M2', probability: 0.738, reason: null, basis };

		expect(facts({ ...warning, foretold })).toEqual([
			'M2 slips with 74\u202f%: 14 of 19 such milestones did'
		]);
		expect(facts({ ...warning, foretold: { ...foretold, probability: null } })).toEqual([]);
	});

	test.each([
		[null, null, ''],
		['2027-05-22', null, '2027-05-22'],
		['green', null, 'green'],
		['12', 'days', '12\u202fd'],
		[950, 'EUR', 'EUR\u00a0950']
	])('writes %s %s as figures', (value, unit, text) => {
		expect(figure(value, unit)).toBe(text);
	});
});
