import { describe, expect, test } from 'vitest';
import type { RecordKind, RecordRow } from '../api/foresight.ts';
import {
	askedFor,
	countText,
	inOrder,
	isFiltered,
	kindName,
	listPath,
	tablePath,
	ofKind,
	rest,
	saidBy,
	titleOf,
	told
} from './records.ts';

describe('a record in one line', () => {
	const row = (attributes: Record<string, unknown>): RecordRow => ({
		item: 'project/A',
		kind: 'risk',
		ref: 'R-1',
		state: 'open',
		counts: true,
		due: null,
		changed_seq: 1,
		attributes,
		events: [1]
	});
	test('its title in its own words, else its reference', () => {
		expect(titleOf(row({ title: 'The supplier may fail' }))).toBe('The supplier may fail');
		expect(titleOf(row({ prob: '60' }))).toBe('R-1');
	});

	test('the rest in a few words', () => {
		const impact = { cost: { amount: '900000', currency: 'EUR' }, days: null };
		expect(rest(row({ title: 'T', prob: '60', impact, response_due: '2026-11-23' }))).toBe(
			'prob 60, impact cost EUR\u00a0900,000, response due 23 Nov 2026'
		);
		expect([told(['a', 1]), saidBy(null), saidBy({ ref: 'R-1', prob: '40' })]).toEqual([
			'a; 1',
			'erased',
			'prob 40'
		]);
	});

	test('what people look for first comes first', () => {
		const kinds = ['ticket', 'gate', 'absence', 'risk'].map((kind) => ({ kind }));
		expect(inOrder(kinds).map(({ kind }) => kindName(kind))).toEqual([
			'Risks',
			'Gates',
			'Absences',
			'Tickets'
		]);
	});
});

describe('the list of records that the address asks for', () => {
	const risks: RecordKind = {
		kind: 'risk',
		count: 214,
		states: [
			{ state: 'open', count: 200 },
			{ state: 'closed', count: 14 }
		],
		owners: []
	};
	const asked = (query: string) => askedFor(new URLSearchParams(query));

	test('is sorted by due date unless it says otherwise, and what it says it filters by', () => {
		const path = (query: string) => listPath('/p', 'risk', 'project/A', asked(query), 50);

		expect(path('sort=colour')).toBe('/p/records/risk?item=project%2FA&sort=due&limit=50');
		expect(path('sort=ref&state=open&owner=Ada+L.&before=2026-12-01')).toBe(
			'/p/records/risk?item=project%2FA&sort=ref&limit=50&state=open&owner=Ada+L.&due_before=2026-12-01'
		);
	});

	test('downloads as one table of the same, without pages', () => {
		expect(tablePath('/portfolios/g', 'risk', 'project/A', asked('state=open'))).toBe(
			'/api/v1/portfolios/g/records/risk.csv?item=project%2FA&sort=due&state=open'
		);
	});

	test('says of how many it shows the first, where that is known', () => {
		expect(countText(50, risks, asked(''))).toBe('50 of 214');
		expect(countText(14, risks, asked('state=closed'))).toBe('14 of 14');
		expect(countText(7, risks, asked('owner=Ada'))).toBe('7 shown');
	});

	test('another kind is not filtered by the states and owners of the last one', () => {
		expect(ofKind('issue')).toEqual({ kind: 'issue', record: null, state: null, owner: null, before: null });
		expect([isFiltered(asked('kind=risk&sort=ref')), isFiltered(asked('before=2026-12-01'))]).toEqual([
			false,
			true
		]);
	});
});
