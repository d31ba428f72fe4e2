import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Board } from '../board/board.svelte.ts';
import type { AlertCard, Entry, MilestoneCard, ProjectCard, Rag, Transition } from '../live/messages.ts';
import { becauseOf, byUrgency } from './alarms.ts';
import { daysBetween, nextMilestones } from './due.ts';
import { layLanes, type LaneRoom } from './lanes.ts';
import { expectedIn, paceOf } from './pace.ts';
import { targetOf, tellingKpis } from './programming.ts';
import { gatesOf, linesOf, together } from './recent.ts';
import { isScene, SCENES } from './scenes.ts';
import { treemap } from './treemap.ts';

const TODAY = '2026-11-26';

const milestone = (project: string, more: Partial<MilestoneCard>): MilestoneCard => ({
	kind: 'milestone',
	project,
	code: 'M3',
	name: 'Build complete',
	...more
});

const project = (code: string, rag: Rag = 'green', programme = 'ATLAS'): ProjectCard => ({
	kind: 'project',
	code,
	name: code,
	short: code,
	programme,
	rag,
	since: '2026-11-26T10:00:00Z',
	coverage: { fresh: 1, of: 1 }
});

function boardOf(cards: readonly (ProjectCard | MilestoneCard)[]): Board {
	const board = new Board();
	const entries = cards.map((card): Entry => ({
		key: card.kind === 'project' ? `project/${card.code}` : `milestone/${card.project}/${card.code}`,
		rev: 1,
		card
	}));
	board.commit({ entries, changes: new Map(), transitions: [], more: 0 });
	return board;
}

const turn = (code: string, after: Rag, at: string, revision = 1): Transition => ({
	revision,
	at,
	item: `project/${code}`,
	kind: 'rag',
	name: code,
	before: 'green',
	after,
	rule: 'CST-1'
});

test('there are ten scenes, called as in their addresses', () => {
	expect(SCENES).toHaveLength(10);
	expect(isScene('milestones')).toBe(true);
	expect(isScene('login')).toBe(false);
});

describe('alerts', () => {
	const alert = (id: string, more: Partial<AlertCard>): AlertCard => ({
		kind: 'alert',
		id,
		rule: 'red',
		item: 'project/APOLLO',
		severity: 'high',
		label: 'New',
		first_at: '2026-11-26T10:00:00Z',
		last_at: '2026-11-26T10:00:00Z',
		count: 1,
		...more
	});

	test('stand by severity, what nobody has seen before what somebody has, then the oldest', () => {
		const found = byUrgency([
			alert('young', { first_at: '2026-11-26T11:00:00Z' }),
			alert('seen', { label: 'Acknowledged', first_at: '2026-11-01T10:00:00Z' }),
			alert('old', {}),
			alert('closed', { label: 'Closed', severity: 'critical' }),
			alert('critical', { severity: 'critical' })
		]);
		expect(found.map(({ id }) => id)).toEqual(['critical', 'old', 'young', 'seen']);
	});

	test('say the figures, and of a divergence what was declared', () => {
		const cause = { rule: 'CST-1', dimension: 'cost', rag: 'red', unit: 'ratio' } as const;
		expect(becauseOf(alert('a', { cause: { ...cause, observed: 0.71, limit: 0.9 } })).pieces.join('')).toBe(
			'CPI 0.71 < 0.90'
		);
		const declared = { word: 'green', rank: 0, since: '2026-11-01T10:00:00Z' };
		const divergence = alert('b', {
			rule: 'divergence',
			declared,
			cause: { ...cause, rule: 'TRU-2', observed: 2, limit: 2 }
		});
		expect(becauseOf(divergence).pieces).toEqual(['declared green']);
	});
});

describe('swim lanes', () => {
	const room: LaneRoom = { width: 1000, rows: 12, air: 0.3, half: 20, widthOf: (label) => label.length * 20 };
	const days = fc.array(fc.integer({ min: -60, max: 60 }), { minLength: 1, maxLength: 40 });
	const on = (ahead: number) => new Date(Date.UTC(2026, 10, 26 + ahead)).toISOString().slice(0, 10);

	test('a milestone stands at its forecast, its ghost where it was agreed, with the slip in days', () => {
		const card = milestone('HEATHER', { baseline: '2026-12-06', forecast: '2026-12-11', late_days: 5 });
		const [lane] = layLanes([{ code: 'BOREAL', cards: [card] }], TODAY, room).lanes;
		expect(lane?.marks[0]).toMatchObject({ x: 500, label: 'HEATHER +5\u202fd' });
		expect(lane?.marks[0]?.ghost).toBeCloseTo(333.3, 0);
	});

	test('what is overdue stands at the left, the longest first', () => {
		const cards = [milestone('A', { baseline: '2026-11-20' }), milestone('B', { baseline: '2026-11-01' })];
		const [lane] = layLanes([{ code: 'BOREAL', cards }], TODAY, room).lanes;
		expect(lane?.overdue).toEqual([
			{ project: 'B', days: 25 },
			{ project: 'A', days: 6 }
		]);
		expect(lane?.marks).toEqual([]);
	});

	test('labels never lie over each other, nothing leaves its room, and nothing is lost without a number', () => {
		fc.assert(
			fc.property(fc.array(days, { minLength: 1, maxLength: 20 }), (programmes) => {
				const inputs = programmes.map((list, i) => ({
					code: `P${i}`,
					cards: list.map((day, j) => milestone(`P${i}-${j}`, { baseline: on(day), code: `M${j}` }))
				}));
				const { lanes, left } = layLanes(inputs, TODAY, room);
				const rows = lanes.reduce((sum, lane) => sum + lane.rows + room.air, 0);
				expect(rows + (left > 0 ? 1 : 0)).toBeLessThanOrEqual(room.rows + 0.001);
				for (const lane of lanes) {
					const due = inputs
						.find(({ code }) => code === lane.code)
						?.cards.filter(({ baseline }) => {
							const ahead = daysBetween(TODAY, baseline ?? '');
							return ahead >= 0 && ahead <= 30;
						});
					expect(lane.marks.length + lane.hidden).toBe(due?.length);
					for (const [i, mark] of lane.marks.entries()) {
						for (const other of lane.marks.slice(i + 1)) {
							const apart = Math.abs(mark.x - other.x) >= 2 * room.half - 0.001;
							expect(mark.row !== other.row || apart).toBe(true);
						}
					}
				}
			})
		);
	});
});

describe('changes', () => {
	const board = boardOf(
		['A', 'B', 'C', 'D'].map((code) => project(code, 'red')).concat(project('X', 'red', 'B'))
	);

	test('what was read and heard is told once, the newest first', () => {
		const [old, young] = [
			turn('A', 'red', '2026-11-26T10:00:00Z'),
			turn('B', 'red', '2026-11-26T10:05:00Z', 2)
		];
		expect(together([old, young], [young]).map(({ item }) => item)).toEqual(['project/B', 'project/A']);
	});

	test("a programme's burst is one line", () => {
		const burst = ['A', 'B', 'C', 'D'].map((code) => turn(code, 'red', '2026-11-26T10:00:30Z'));
		const lines = linesOf([...burst, turn('X', 'red', '2026-11-26T10:00:00Z')], board);
		expect(lines).toHaveLength(2);
		expect(lines[0]).toMatchObject({ kind: 'burst', programme: 'ATLAS', projects: 4, says: '4 red' });
		expect(lines[1]).toMatchObject({ kind: 'turn', item: 'project/X' });
	});

	test('a gate that was decided in the time that is shown is a change', () => {
		const attributes = { held_at: TODAY, decision: 'proceed_with_conditions' };
		const found = gatesOf([{ item: 'project/A', ref: 'G2', attributes }], TODAY);
		expect(found).toMatchObject([{ gate: 'G2', decision: 'proceed with conditions' }]);
		expect(gatesOf([{ item: 'project/A', ref: 'G2', attributes }], '2026-11-27')).toEqual([]);
	});
});

test('what is due next is what is ahead, by forecast where there is one', () => {
	const board = boardOf([
		milestone('PAST', { baseline: '2026-11-01' }),
		milestone('LATE', { baseline: '2026-11-27', forecast: '2026-12-20' }),
		milestone('SOON', { baseline: '2026-12-01' })
	]);
	const now = new Date(2026, 10, 26, 12);
	expect(nextMilestones(board, now, 3).map(({ card }) => card.project)).toEqual(['SOON', 'LATE']);
});

describe('a programme', () => {
	const reading = (kpi: string, value: string | null, amber = '0.95', red = '0.90') =>
		({ kpi, name: kpi, dimension: 'cost', rag: 'green', value, unit: 'ratio', amber, red }) as const;

	test('shows the three indicators that are known of its projects, schedule and cost first', () => {
		const pages = [
			[reading('TRU-1', '1'), reading('CST-1', '1'), reading('SCH-1', '1'), reading('SCP-1', null)],
			[reading('TRU-1', '1'), reading('CST-1', null), reading('SCH-1', '1')]
		];
		expect(tellingKpis(pages)).toEqual(['SCH-1', 'CST-1', 'TRU-1']);
	});

	test('names a target only where it is one for all', () => {
		expect(targetOf('CST-1', [[reading('CST-1', '1')], [reading('CST-1', '1')]])).toBe('from 0.95');
		expect(targetOf('CST-1', [[reading('CST-1', '1')], [reading('CST-1', '1', '0.9', '0.8')]])).toBe('');
		expect(targetOf('SCH-2', [[reading('SCH-2', '1', '5', '10')]])).toBe('up to 5.00');
	});
});

describe('the treemap', () => {
	const box = { x: 0, y: 0, width: 1200, height: 700 };
	const weights = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 60 });

	test('fills its box, by weight, with nothing too small to see and nobody left out', () => {
		fc.assert(
			fc.property(weights, (list) => {
				const items = list.map((weight, i) => ({ key: `P${i}`, weight }));
				const areas = treemap(items, box, 40);
				const weighed = items.filter(({ weight }) => weight > 0);
				expect(areas.flatMap(({ keys }) => keys).sort()).toEqual(weighed.map(({ key }) => key).sort());
				const covered = areas.reduce((sum, { width, height }) => sum + width * height, 0);
				expect(covered).toBeCloseTo(weighed.length > 0 ? box.width * box.height : 0, 0);
				for (const area of areas) expect(Math.min(area.width, area.height)).toBeGreaterThanOrEqual(40);
			})
		);
	});
});

test('a pace needs two beats, and a silence that is near is said in minutes', () => {
	expect(paceOf([{ at: 0, seq: 10 }])).toBeNull();
	expect(paceOf([{ at: 0, seq: 10 }, { at: 30_000, seq: 40 }])).toBe(60); // prettier-ignore
	const now = new Date('2026-11-26T10:00:00Z');
	expect(expectedIn('2026-11-26T10:14:00Z', now)).toBe('silent in 14\u202fm');
	expect(expectedIn('2026-11-26T09:59:00Z', now)).toBe('silent any moment');
	expect(expectedIn('2026-11-29T10:00:00Z', now)).toBe('silent in 3\u202fd');
});
