import { describe, expect, test } from 'vitest';
import type { Batch } from '../live/buffer.ts';
import type { Card, Change, Entry, ProjectCard, Transition } from '../live/messages.ts';
import { needsAttention } from './attention.ts';
import { Board, countAlerts, countColours } from './board.svelte.ts';
import { markOf, moved } from './marks.ts';

const AT = '2026-11-23T10:00:00Z';

export function aProject(code: string, more: Partial<ProjectCard> = {}): ProjectCard {
	const coverage = { fresh: 6, of: 7 };
	return {
		kind: 'project',
		code,
		name: `${code} name`,
		short: code,
		rag: 'green',
		since: AT,
		coverage,
		...more
	};
}

const entry = (card: ProjectCard, rev = 1): Entry => ({ key: `project/${card.code}`, rev, card });
const batch = (more: Partial<Batch>): Batch => ({
	entries: null,
	changes: new Map(),
	transitions: [],
	more: 0,
	...more
});
const changes = (...list: Change[]) => new Map(list.map((change) => [change.key, change]));

function aBoard(...cards: ProjectCard[]): Board {
	const board = new Board();
	board.commit(batch({ entries: cards.map((card) => entry(card)) }));
	return board;
}

describe('the board', () => {
	test('keeps projects in the natural order of their codes, so that a place is a place', () => {
		const board = aBoard(aProject('K-10'), aProject('K-2'), aProject('A-1'));
		expect(board.projects.map((project) => project.code)).toEqual(['A-1', 'K-2', 'K-10']);
	});

	test('keeps the object of a card for its whole life', () => {
		const board = aBoard(aProject('A'));
		const before = board.project('A');
		board.commit(batch({ changes: changes(entry(aProject('A', { rag: 'red', stale: true }), 2)) }));
		expect(board.project('A')).toBe(before);
		expect(before).toMatchObject({ rag: 'red', stale: true, rev: 2 });
	});

	test('does not touch a card whose revision is the same', () => {
		const board = aBoard(aProject('A'));
		board.commit(batch({ changes: changes(entry(aProject('A', { rag: 'red' }), 1)) }));
		expect(board.project('A')?.rag).toBe('green');
	});

	test('counts only what those who read many cards wait for', () => {
		const board = aBoard(aProject('A'), aProject('B', { rag: 'red' }));
		const moves = (card: ProjectCard, rev: number) => {
			const { listed, coloured, alarmed } = board;
			board.commit(batch({ changes: changes(entry(card, rev)) }));
			return [board.listed - listed, board.coloured - coloured, board.alarmed - alarmed];
		};
		expect(moves(aProject('A', { stale: true }), 2)).toEqual([0, 0, 0]);
		expect(moves(aProject('B', { rag: 'red', tier: 1 }), 3)).toEqual([0, 0, 1]);
		expect(moves(aProject('A', { rag: 'amber' }), 4)).toEqual([0, 1, 1]);
		expect(moves(aProject('A', { rag: 'amber', programme: 'P' }), 5)).toEqual([1, 0, 1]);
		expect(moves(aProject('C'), 6)).toEqual([1, 1, 1]);
		expect(board.project('A')?.last).toBe(board.project('A')?.card);
	});

	test('forgets what left, by change and by snapshot', () => {
		const board = aBoard(aProject('A'), aProject('B'), aProject('C'));
		board.commit(batch({ changes: changes({ key: 'project/A', rev: 2, card: null }) }));
		board.commit(batch({ entries: [entry(aProject('C'), 3)] }));
		expect(board.projects.map((project) => project.code)).toEqual(['C']);
		expect(board.size).toBe(1);
	});

	test('sorts every kind into its list and ignores kinds it does not know', () => {
		const programme: Card = {
			kind: 'programme',
			code: 'P',
			name: 'P',
			rag: 'red',
			since: AT,
			counts: {},
			coverage: { fresh: 1, of: 1 }
		};
		const portfolio: Card = {
			...programme,
			kind: 'portfolio',
			clock: 'live',
			currency: 'EUR',
			policy: 1,
			policy_name: 'p'
		};
		const alert: Card = {
			kind: 'alert',
			id: '1',
			rule: 'red',
			item: 'project/A',
			severity: 'critical',
			label: 'New',
			first_at: AT,
			last_at: AT
		};
		const milestone: Card = { kind: 'milestone', project: 'A', code: 'M', name: 'M' };
		const source: Card = { kind: 'source', name: 's', since: AT, last_at: AT, silent_at: AT };
		const future = { kind: 'goal' } as unknown as Card;
		const cards = [programme, portfolio, alert, milestone, source, future];
		const board = new Board();
		board.commit(batch({ entries: cards.map((card, i) => ({ key: `k/${i}`, rev: 1, card })) }));
		expect(board.size).toBe(5);
		expect(board.portfolio?.card.currency).toBe('EUR');
		const lists = [board.programmes, board.alerts, board.milestones, board.sources];
		expect(lists.map((list) => list.length)).toEqual([1, 1, 1, 1]);
		expect(countAlerts(board.alerts).critical).toBe(1);
	});

	test('remembers transitions newest first', () => {
		const board = aBoard(aProject('A'));
		const transition = (revision: number) => ({ revision }) as Transition;
		board.commit(batch({ transitions: [transition(1), transition(2)], more: 4 }));
		board.commit(batch({ transitions: [transition(3)] }));
		expect(board.transitions.map((t) => t.revision)).toEqual([3, 2, 1]);
	});

	test('counts colours, unknown apart from green', () => {
		const board = aBoard(aProject('A', { rag: 'red' }), aProject('B'), aProject('C', { rag: 'unknown' }));
		expect(countColours(board.projects)).toEqual({ red: 1, amber: 0, unknown: 1, green: 1, none: 0 });
	});
});

describe('what needs attention', () => {
	test('is worst first, then tier, then alerts, then the newest', () => {
		const board = aBoard(
			aProject('GREEN'),
			aProject('UNKNOWN', { rag: 'unknown' }),
			aProject('OLD', { rag: 'red', since: '2026-01-01T00:00:00Z' }),
			aProject('NEW', { rag: 'red' }),
			aProject('LOUD', { rag: 'red', since: '2026-01-01T00:00:00Z', alerts: { high: 1 } }),
			aProject('TIER1', { rag: 'red', tier: 1, since: '2025-01-01T00:00:00Z' }),
			aProject('AMBER', { rag: 'amber' })
		);
		const codes = needsAttention(board.projects, 6).map((project) => project.code);
		expect(codes).toEqual(['TIER1', 'LOUD', 'NEW', 'OLD', 'AMBER', 'UNKNOWN']);
	});
});

describe('the corner mark', () => {
	const declared = { word: 'Green', rank: 0, since: AT };

	test.each([
		['nothing to say', aProject('A'), null],
		['declared differs', aProject('A', { rag: 'red', declared }), 'declared'],
		['declared agrees', aProject('A', { declared }), null],
		['unknown beside a word contradicts nothing', aProject('A', { rag: 'unknown', declared }), null],
		['a divergence', aProject('A', { rag: 'red', warnings: ['EW1'] }), 'declared'],
		['an early warning goes first', aProject('A', { declared, warnings: ['EW1', 'EW14'] }), 'warning']
	])('%s', (_, card, mark) => {
		expect(markOf(card)).toBe(mark);
	});

	test('a move is worse or better only between known colours', () => {
		expect(moved('green', 'red')).toBe('worse');
		expect(moved('red', 'amber')).toBe('better');
		expect(moved('unknown', 'red')).toBeNull();
	});
});
