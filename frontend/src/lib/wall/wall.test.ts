import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Board, Project } from '../board/board.svelte.ts';
import type { Entry, Rag } from '../live/messages.ts';
import { abnormalOf, groupProjects } from './groups.ts';
import { plan, type GroupSize, type Room } from './layout.ts';
import { called, cutEnd, distinct, widthEm } from './names.ts';
import { CAP_HEIGHT_EM, fontSize, pixelsPerArcMinute, profileFrom } from './unit.ts';

const UNIT = pixelsPerArcMinute(1920, 1080, { diagonal: 55, distance: 4 });
const withRail: Room = { width: 1295, height: 900, unit: UNIT, code: 5.2 };
const replay: Room = { ...withRail, height: 840 };
const whole: Room = { ...withRail, width: 1870 };
const KEP = [45, 38, 9, 38, 6, 22, 9, 27, 14, 5, 67, 93, 13, 36, 58, 8, 13, 16, 20];

const groups = (sizes: number[], share = 0.3, label = 4.2): GroupSize[] =>
	sizes.map((total, i) => ({
		code: `G${i}`,
		total,
		abnormal: Math.round(total * share),
		label,
		short: Math.min(label, 7.6)
	}));

describe('the wall unit', () => {
	test.each([
		[75, 5, 47],
		[55, 5, 64]
	])('a %i" screen seen from %i m has rows of %i px', (diagonal, distance, row) => {
		expect(Math.round(fontSize(20, pixelsPerArcMinute(1920, 1080, { diagonal, distance })))).toBe(row);
	});

	test('4K is sharper, not denser', () => {
		const profile = { diagonal: 55, distance: 4 };
		expect(pixelsPerArcMinute(3840, 2160, profile)).toBeCloseTo(2 * UNIT);
	});

	test('the profile of the screen, its address, and what makes sense decide', () => {
		expect(profileFrom({ diagonal: 75 }, new URLSearchParams('distance=6'))).toEqual({
			diagonal: 75,
			distance: 6
		});
		expect(profileFrom({ distance_m: 3 }, new URLSearchParams('diagonal=-1'))).toEqual({
			diagonal: 55,
			distance: 3
		});
	});
});

describe('the size of the grid follows from the room', () => {
	test.each([
		['24 projects are named tiles', [8, 8, 8], whole, 'tiles'],
		['46 are letters', [16, 16, 14], withRail, 'letters'],
		['150 are letters', [25, 25, 25, 25, 25, 25], withRail, 'letters'],
		['600 are shapes', [66, 66, 66, 67, 67, 67, 67, 67, 67], withRail, 'shapes'],
		['the 536 of KEP are shapes in two columns', KEP, replay, 'shapes'],
		['2,000 are the abnormal only', Array.from({ length: 20 }, () => 100), withRail, 'abnormal']
	] as const)('%s', (_, sizes, room, size) => {
		expect(plan(groups([...sizes]), room).size).toBe(size);
	});

	test('over ten programmes stand in two columns', () => {
		const half = KEP.map((total) => Math.ceil(total / 2));
		expect(plan(groups(half), replay)).toMatchObject({ columns: 2, heading: 'left' });
	});

	test('nothing that must be read is under sixteen arc-minutes, and no room is overrun', () => {
		const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 30 });
		fc.assert(
			fc.property(sizes, (list) => {
				const found = plan(groups(list, 0.1), withRail);
				const floor = 16 * UNIT;
				expect(found.cellHeight).toBeGreaterThanOrEqual(
					Math.floor(found.size === 'letters' ? floor / CAP_HEIGHT_EM : floor)
				);
				expect(found.split.flat()).toEqual(list.map((_, i) => i));
				const width = found.labelWidth + found.perRow * (found.cellWidth + found.gap) - found.gap;
				const across = found.columns * width + (found.columns - 1) * found.columnGap;
				expect(Math.floor(across)).toBeLessThanOrEqual(withRail.width + found.columns);
			})
		);
	});

	test('headings stand at the left where they fit, above or before their cells where they are long', () => {
		const half = groups([16, 16, 14], 0.3);
		expect(plan(half, { ...withRail, code: 3 }).heading).toBe('left');
		expect(plan(half, { ...withRail, code: 6.2 })).toMatchObject({ heading: 'above', labelled: true });
		expect(plan(groups(KEP, 0.3, 8.2), replay)).toMatchObject({ heading: 'inline', shortened: false });
		expect(plan(groups([8, 8, 8], 0.3, 9), whole)).toMatchObject({ size: 'tiles', heading: 'left' });
		expect(plan(groups([8, 8], 0.3, 9), whole)).toMatchObject({ size: 'tiles', heading: 'above' });
	});

	test('codes of ten letters stand beside the shapes of fifty projects', () => {
		expect(plan(groups([16, 16, 14]), { ...withRail, code: 6.8 })).toMatchObject({ labelled: true });
	});

	test('a plan depends on the numbers only, so cells never move by themselves', () => {
		expect(plan(groups(KEP, 0.2), replay).split).toEqual(plan(groups(KEP, 0.5), replay).split);
	});

	test('sixty programmes get a row each and say how many more there are', () => {
		const found = plan(
			groups(
				Array.from({ length: 60 }, () => 33),
				0.5
			),
			whole
		);
		expect(found.size).toBe('abnormal');
		expect(found.columns).toBe(3);
		expect(found.limit).toBeGreaterThanOrEqual(3);
	});
});

describe('groups', () => {
	const board = (programmes: [string, number][]): Board => {
		const made = new Board();
		const entries = programmes.flatMap(([programme, count]) =>
			Array.from({ length: count }, (_, i): Entry => {
				const code = `${programme}-${i}`;
				const base = { kind: 'project', code, name: code, short: code, programme } as const;
				const rest = { rag: 'green' as Rag, since: '', coverage: { fresh: 1, of: 1 } };
				return { key: `project/${code}`, rev: 1, card: { ...base, ...rest } };
			})
		);
		made.commit({ entries, changes: new Map(), transitions: [], more: 0 });
		return made;
	};

	test('stand in the order of their codes, those without a programme last', () => {
		const found = groupProjects(
			board([
				['B', 2],
				['', 1],
				['A', 1]
			])
		);
		expect(found.map((group) => group.code)).toEqual(['A', 'B', '']);
	});

	test('of under five projects are folded where there are over ten', () => {
		const many = Array.from({ length: 11 }, (_, i): [string, number] => [`sig-${i}`, i < 3 ? 2 : 6]);
		const found = groupProjects(board(many));
		expect(found).toHaveLength(9);
		expect(found.at(-1)).toMatchObject({ code: '+', label: '3 small' });
		expect(found.at(-1)?.projects).toHaveLength(6);
		expect(found[0]?.label).toBe('3');
	});
});

describe('names', () => {
	test('are cut at their end, at their middle where the ends tell them apart', () => {
		expect(distinct(['api-machinery', 'auth'], 12)).toEqual(['api-machine…', 'auth']);
		expect(distinct(['DOH-CAPITAL-ONE', 'DOH-CAPITAL-TWO'], 12)).toEqual(['DOH-CA…L-ONE', 'DOH-CA…L-TWO']);
		expect(cutEnd('Smart Metering - Implementation', 18)).toBe('Smart Metering…');
	});

	test('two different ones never read the same', () => {
		const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 40 }), { maxLength: 30 });
		fc.assert(
			fc.property(names, (list) => {
				expect(new Set(distinct(list, 12)).size).toBe(list.length);
			})
		);
	});

	test('of a project are its short one, or its own where that is only the code', () => {
		const project = {
			name: 'Smart Metering Implementation Programme',
			short: 'GMPP-0034',
			code: 'GMPP-0034'
		};
		expect(called(project)).toEqual({ name: 'Smart Metering Implemen…', code: 'GMPP-0034' });
		expect(called({ ...project, short: 'Meters' })).toEqual({ name: 'Meters', code: 'GMPP-0034' });
		expect(called({ name: 'Harbour ERP', short: 'Harbour', code: 'HARBOUR' })).toEqual({
			name: 'Harbour',
			code: ''
		});
	});

	test('are as wide as their letters', () => {
		expect(widthEm('', 600)).toBe(0);
		expect(widthEm('ATLAS', 600)).toBeGreaterThan(2);
	});
});

describe('the abnormal of a programme', () => {
	const RAGS: Rag[] = ['red', 'amber', 'unknown', 'green', 'none'];
	const wells: Rag[] = ['green', 'none'];
	const card = (code: string, rag: Rag) =>
		({
			kind: 'project',
			code,
			name: code,
			short: code,
			rag,
			since: '',
			coverage: { fresh: 0, of: 0 }
		}) as const;

	test('are those that are not well, and the same list for as long as they are the same', () => {
		fc.assert(
			fc.property(fc.array(fc.array(fc.constantFrom(...RAGS), { minLength: 6, maxLength: 6 })), (steps) => {
				const projects = [0, 1, 2, 3, 4, 5].map((i) => new Project(`project/${i}`, card(`${i}`, 'green')));
				let before: readonly Project[] = [];
				for (const rags of steps) {
					rags.forEach((rag, i) => projects[i]?.update(card(`${i}`, rag), 1));
					const now = abnormalOf(projects, before);
					expect(now).toEqual(projects.filter((_, i) => !wells.includes(rags[i] ?? 'none')));
					expect(now === before).toBe(
						now.length === before.length && now.every((one, i) => one === before[i])
					);
					before = now;
				}
			})
		);
	});
});
