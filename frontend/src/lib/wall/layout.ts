/**
 * What the grid draws follows from how large a cell can be, never from taste: the largest size that
 * fits the measured room. A place is fixed by code, so the same board gives the same plan.
 */

import {
	blank,
	CALM_CELLS,
	MORE_CELLS,
	oneRowEach,
	place,
	sum,
	widest,
	type GroupSize,
	type Heading,
	type Plan,
	type Room,
	type Shape,
	type Size
} from './placing.ts';
import { FLOOR_ARCMIN, fontSize } from './unit.ts';

export type { GroupSize, Plan, Room, Size };

const MAX_TILES = 24;
/** In heights of the smallest text: a name and a cause, and room for about twelve letters. */
const MIN_TILE = { width: 7.5, height: 2.9 };
const MAX_TILE_HEIGHT = 5;
/** Headings of tiles stand rather at the left up to this width, rather above beyond it. */
const MAX_TILE_LABEL = 5;
export const MAX_LETTERS = 200;
const MAX_SHAPES = 800;
/** A code is cut only beyond some ten letters, and only where it would not be shown otherwise. */
const LONG_CODE = 6.8;

export function plan(groups: readonly GroupSize[], room: Room): Plan {
	return planWhole(groups, room) ?? planAbnormal(groups, room);
}

/**
 * Every project is drawn: depends on how many there are, never on their colours. Null: there is no room. `total` is
 * how many a screen has; those of one canvas say the same.
 */
export function planWhole(
	groups: readonly GroupSize[],
	room: Room,
	total = sum(groups.map((group) => group.total))
): Plan | null {
	const short = shortly(groups);
	const attempts: ((groups: readonly GroupSize[]) => Plan | null)[] = [];
	if (total <= MAX_TILES) attempts.push((of) => tiles(of, room));
	if (total <= MAX_LETTERS)
		attempts.push(...[room.code, LONG_CODE, 0].map((code) => (of: typeof groups) => letters(of, room, code)));
	if (total <= MAX_SHAPES) attempts.push((of) => shapes(of, room));
	for (const attempt of attempts) {
		const found = attempt(groups) ?? shortened(attempt(short));
		if (found) return found;
	}
	return null;
}

/** Only the abnormal are drawn, and how many the others are. */
export function planAbnormal(groups: readonly GroupSize[], room: Room): Plan {
	return abnormal(groups, room) ?? { ...squeeze(shortly(groups), room), shortened: true };
}

const shortly = (groups: readonly GroupSize[]): GroupSize[] =>
	groups.map((group) => ({ ...group, label: group.short }));

const shortened = (found: Plan | null): Plan | null => found && { ...found, shortened: true };

function tiles(groups: readonly GroupSize[], room: Room): Plan | null {
	const narrow = widest(groups) <= MAX_TILE_LABEL;
	const headings: (Heading | null)[] = narrow ? ['left', 'above', null] : ['above', 'left', null];
	for (const heading of groups.length > 1 ? headings : [null]) {
		const found = tilesWith(groups, room, heading);
		if (found) return found;
	}
	return null;
}

function tilesWith(groups: readonly GroupSize[], room: Room, heading: Heading | null): Plan | null {
	const floor = fontSize(FLOOR_ARCMIN, room.unit);
	const gap = Math.round(floor * 0.28);
	const groupGap = heading ? Math.round(floor * 0.55) : gap;
	const labelWidth = heading === 'left' ? Math.ceil(floor * widest(groups)) : 0;
	const headHeight = heading === 'above' ? Math.round(floor * 1.3) : 0;
	let best: Plan | null = null;
	for (let perRow = 1; perRow <= 8; perRow += 1) {
		const width = (room.width - labelWidth - gap * (perRow - 1)) / perRow;
		if (width < floor * MIN_TILE.width) break;
		const rows = sum(groups.map((group) => Math.ceil(group.total / perRow)));
		const gaps = gap * (rows - groups.length) + groupGap * (groups.length - 1);
		const height = Math.min(
			(room.height - gaps - headHeight * groups.length) / rows,
			floor * MAX_TILE_HEIGHT
		);
		if (height < floor * MIN_TILE.height) continue;
		if (best && score(width, height) <= score(best.cellWidth, best.cellHeight)) continue;
		best = {
			...blank('tiles', groups.length),
			labelled: true,
			cellWidth: Math.floor(width),
			cellHeight: Math.floor(height),
			gap,
			groupGap,
			heading: heading ?? 'left',
			labelWidth,
			headHeight,
			perRow
		};
	}
	return best;
}

/** A tile is best near three times as wide as high, and large. */
function score(width: number, height: number): number {
	return Math.min(width, height * 3.2) * Math.min(height, width / 2);
}

/** With `code` of width beside each cell, or none. The quietest place of the headings that fits. */
function letters(groups: readonly GroupSize[], room: Room, code: number): Plan | null {
	const labelled = code > 0;
	const floor = fontSize(FLOOR_ARCMIN, room.unit);
	const smallest = Math.ceil(floor * (labelled ? 1.14 : 1.22));
	const largest = Math.floor(floor * (labelled ? 1.5 : 1.9));
	// Before the first cell a heading reads like a code: rather less air.
	const places: Heading[][] = labelled ? [['left', 'above'], ['inline']] : [['left', 'above', 'inline']];
	const tries = places.flatMap((some) => [0.16, 0.06].flatMap((air) => some.map((at) => ({ air, at }))));
	for (const { air, at } of tries) {
		for (let height = largest; height >= smallest; height -= 1) {
			const width = labelled ? Math.ceil(height * 0.94 + (code + CODE_PAD) * floor) : height;
			const gap = Math.max(3, Math.round(height * air));
			const found = place(groups, room, { size: 'letters', labelled, width, height, gap }, at);
			if (found) return found;
		}
	}
	return null;
}

/** Between a shape and its code, and a little for what rounding takes. */
const CODE_PAD = 0.32;

function shapes(groups: readonly GroupSize[], room: Room): Plan | null {
	return tightest(groups, room, 'shapes', 1.7);
}

function abnormal(groups: readonly GroupSize[], room: Room): Plan | null {
	return tightest(onlyAbnormal(groups), room, 'abnormal', 1.5);
}

function onlyAbnormal(groups: readonly GroupSize[]): GroupSize[] {
	return groups.map((group) => ({ ...group, total: group.abnormal + CALM_CELLS }));
}

/** The largest shapes that fit, with as much air between them as there can be. */
function tightest(groups: readonly GroupSize[], room: Room, size: Size, largest: number): Plan | null {
	const smallest = Math.ceil(FLOOR_ARCMIN * room.unit);
	for (const air of [0.18, 0.12, 0.06]) {
		for (const heading of ['left', 'inline'] as const) {
			for (let side = Math.floor(smallest * largest); side >= smallest; side -= 1) {
				const gap = Math.max(2, Math.round(side * air));
				const shape: Shape = { size, labelled: false, width: side, height: side, gap };
				const found = place(groups, room, shape, heading);
				if (found) return found;
			}
		}
	}
	return null;
}

const gapOf = (side: number): number => Math.max(2, Math.round(side * 0.08));

/** Nothing fits whole: each group shows as many of its worst as its rows allow, and says how many more. */
function squeeze(groups: readonly GroupSize[], room: Room): Plan {
	const side = Math.ceil(FLOOR_ARCMIN * room.unit);
	const shape: Shape = { size: 'abnormal', labelled: false, width: side, height: side, gap: gapOf(side) };
	const drawn = onlyAbnormal(groups);
	const biggest = Math.max(...drawn.map((group) => group.total), CALM_CELLS);
	for (let limit = biggest; limit > CALM_CELLS; limit = Math.floor(limit * 0.85)) {
		const capped = drawn.map((group) => ({ ...group, total: Math.min(group.total, limit + MORE_CELLS) }));
		const found = place(capped, room, shape, 'left') ?? place(capped, room, shape, 'inline');
		if (found) return { ...found, limit: limit - CALM_CELLS };
	}
	return oneRowEach(drawn, room, shape);
}
