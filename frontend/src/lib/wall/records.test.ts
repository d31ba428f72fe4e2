import { describe, expect, test } from 'vitest';
import { Board } from '../board/board.svelte.ts';
import type { Entry, ProjectCard, Rag } from '../live/messages.ts';
import { byRegion, bySkill, freeOn, fullTimes, openRequests, type Pool } from './capacity.ts';
import { goalsOf, troubled } from './goal.ts';
import type { Told } from './reads.svelte.ts';
import { ownerOf } from './alarms.ts';
import { gatesIn } from './programming.ts';
import { levelOf, overdueOf, placeBefore, type Levels } from './register.ts';

const TODAY = '2026-11-26';

const told = (
	kind: string,
	ref: string,
	attributes: Record<string, unknown>,
	item = 'project/APOLLO',
	state: string | null = 'open'
): Told => ({ item, kind, ref, state, due: null, attributes });

const project = (code: string, rag: Rag): ProjectCard => ({
	kind: 'project',
	code,
	name: code,
	short: code,
	rag,
	since: '2026-11-26T10:00:00Z',
	coverage: { fresh: 1, of: 1 },
	bac: { amount: 1_000_000, currency: 'EUR' }
});

function boardOf(cards: readonly ProjectCard[]): Board {
	const board = new Board();
	const entries = cards.map((card): Entry => ({ key: `project/${card.code}`, rev: 1, card }));
	board.commit({ entries, changes: new Map(), transitions: [], more: 0 });
	return board;
}

describe('a risk on the matrix', () => {
	test('is as high as the server says of its place, and never green where it says nothing', () => {
		const levels: Levels = [['green', 'amber'], ['amber', 'red']]; // prettier-ignore
		expect(levelOf(levels, { likelihood: 1, consequence: 2 })).toBe('amber');
		expect(levelOf(levels, { likelihood: 2, consequence: 2 })).toBe('red');
		expect(levelOf(levels, { likelihood: 3, consequence: 1 })).toBe('unknown');
	});

	test('came from where its events had put it thirty days ago', () => {
		const history = [
			{ time: '2026-11-20T10:00:00Z', place: { likelihood: 5, consequence: 4 } },
			{ time: '2026-08-01T10:00:00Z', place: null },
			{ time: '2026-09-01T10:00:00Z', place: { likelihood: 2, consequence: 4 } }
		];
		expect(placeBefore(history, TODAY)).toEqual({ likelihood: 2, consequence: 4 });
		expect(placeBefore(history.slice(0, 2), TODAY)).toBeNull();
	});

	test('is late in its response when the day has passed, the longest first', () => {
		const late = [
			told('risk', 'R-1', { response_due: '2026-11-20' }),
			told('risk', 'R-2', { response_due: '2026-10-26' }),
			told('risk', 'R-3', { response_due: '2026-12-20' })
		];
		expect(overdueOf(late, 'response_due', TODAY).map(({ ref, days }) => [ref, days])).toEqual([
			['R-2', 31],
			['R-1', 6]
		]);
	});
});

describe('a goal', () => {
	const board = boardOf([project('APOLLO', 'green'), project('HARBOUR', 'red'), project('OPAL', 'unknown')]);
	const objective = told('objective', 'G-1', { name: 'Close early', active: true }, 'portfolio', 'set');
	const link = (code: string) => told('link', 'G-1', { linked: true }, `project/${code}`, 'set');
	const benefit = told(
		'benefit',
		'B-1',
		{ objective_ref: 'G-1', unit: 'EUR', target: '1200000', kind: 'financial' },
		'project/OPAL'
	);

	test('is served by what is linked to it or promises it a benefit; its weakest link is the worst', () => {
		const [goal] = goalsOf([objective], [link('APOLLO'), link('HARBOUR')], [benefit], board);
		expect(goal?.weakest?.code).toBe('HARBOUR');
		expect(goal?.counts).toMatchObject({ red: 1, unknown: 1, green: 1 });
		expect(goal?.stake).toEqual(['1.2M EUR']);
		expect(troubled(goal!.counts)).toBe(33);
	});

	test('that nothing serves has no share, and one that is given up is not shown', () => {
		const [goal] = goalsOf([objective], [], [], board);
		expect(troubled(goal!.counts)).toBeNull();
		expect(goalsOf([told('objective', 'G-2', { active: false })], [], [], board)).toEqual([]);
	});
});

describe('the pool', () => {
	const person = (ref: string, to: string, more: Record<string, unknown> = {}) =>
		told('person', ref, { to, location: 'Lisbon', ...more }, `person/${ref}`, null);
	const pool = (more: Partial<Pool>): Pool => ({
		people: [],
		allocations: [],
		absences: [],
		skills: [],
		...more
	});
	const given = told(
		'allocation',
		'Q-1',
		{ person_ref: 'P-1', pct: '50', end: '2026-12-05' },
		'project/APOLLO',
		'active'
	);

	test('has free what is neither given nor away', () => {
		const warm = person('P-1', 'warm');
		expect(freeOn(warm, pool({}), TODAY)).toBe(1);
		expect(freeOn(warm, pool({ allocations: [given] }), TODAY)).toBe(0.5);
		expect(freeOn(warm, pool({ allocations: [given] }), '2026-12-10')).toBe(1);
		const leave = told('absence', 'L', { start: TODAY, end: TODAY, pct: '100' }, 'person/P-1');
		expect(freeOn(warm, pool({ absences: [leave] }), TODAY)).toBe(0);
	});

	test('does not count on those who rest, are deployed elsewhere, or have left it', () => {
		expect(freeOn(person('P-1', 'resting', { until: '2026-12-01' }), pool({}), TODAY)).toBe(0);
		expect(freeOn(person('P-1', 'resting', { until: '2026-12-01' }), pool({}), '2026-12-02')).toBe(1);
		expect(freeOn(person('P-1', 'deployed'), pool({}), TODAY)).toBe(0);
		expect(freeOn(person('P-1', 'inactive'), pool({}), TODAY)).toBe(0);
	});

	test('is told by region and by skill, never by name', () => {
		const skills = [told('skill', 'cutover', {}, 'person/P-1'), told('skill', 'cutover', {}, 'person/P-2')];
		const all = pool({ people: [person('P-1', 'warm'), person('P-2', 'deployed')], skills });
		expect(byRegion(all, [TODAY])).toEqual([{ label: 'Lisbon', free: [1], people: 2 }]);
		expect(bySkill(all, [TODAY])).toEqual([{ label: 'cutover', free: [1], people: 2 }]);
		expect(fullTimes(2.5)).toBe('2.5');
		expect(fullTimes(3)).toBe('3');
	});

	test('is asked first for what was needed first', () => {
		const asked = [
			told('allocation', 'Q-1', { role: 'PMO', needed_by: '2026-12-06', pct: '50' }),
			told('allocation', 'Q-2', { role: 'Cutover lead', needed_by: '2026-11-20' }),
			given
		];
		expect(openRequests(asked, TODAY).map(({ ref, days, pct }) => [ref, days, pct])).toEqual([
			['Q-2', -6, 100],
			['Q-1', 10, 50]
		]);
	});
});

describe('the gates of a programme', () => {
	const gate = (item: string, state: string, attributes: Record<string, unknown>): Told => ({
		item: `project/${item}`,
		kind: 'gate',
		ref: 'G3',
		state,
		due: null,
		attributes
	});

	test('stand by date: decided when it was, due, or overdue', () => {
		const told = [
			gate('CARGO', 'scheduled', { date: '2026-03-09' }),
			gate('ALPHA', 'scheduled', { date: '2026-02-20', forecast: '2026-03-01' }),
			gate('BRAVO', 'decided', { date: '2026-02-01', held_at: '2026-02-03' }),
			gate('ALPHA', 'scheduled', {})
		];
		const found = gatesIn(told, '2026-03-02');

		expect(found.map(({ code, on, state }) => [code, on, state])).toEqual([
			['BRAVO', '2026-02-03', 'decided'],
			['ALPHA', '2026-03-01', 'overdue'],
			['CARGO', '2026-03-09', 'due']
		]);
	});

	test('who answers for a project is its manager, else its owner or sponsor', () => {
		expect(ownerOf({ manager: 'M. Ito', sro: 'A. Okafor' })).toBe('M. Ito');
		expect(ownerOf({ sponsor: 'S. Lind' })).toBe('S. Lind');
		expect(ownerOf({})).toBe(undefined);
	});
});
