/**
 * What the grid draws follows from how large a cell can be, never from taste: the largest size that
 * fits the measured room. A place is fixed by code, so the same board gives the same plan.
 */

import { FLOOR_ARCMIN, fontSize } from './unit.ts';

export type Size = 'tiles' | 'letters' | 'shapes' | 'abnormal';

export interface GroupSize {
	code: string;
	total: number;
	/** Cells that are drawn even when only the abnormal ones are. */
	abnormal: number;
}

export interface Room {
	width: number;
	height: number;
	/** CSS pixels per arc-minute. */
	unit: number;
	/** Characters of the longest code, and of the longest heading. */
	codeLength: number;
	labelLength: number;
}

export interface Plan {
	size: Size;
	/** The code stands beside each cell. */
	labelled: boolean;
	cellWidth: number;
	cellHeight: number;
	gap: number;
	columns: number;
	columnGap: number;
	labelWidth: number;
	groupGap: number;
	perRow: number;
	/** Which group goes into which column, in order: indices into the groups given. */
	split: number[][];
	/** Cells a group may show before "+n" (abnormal only). */
	limit: number;
}

const MAX_TILES = 24;
/** In heights of the smallest text: a name and a cause, and room for about twelve letters. */
const MIN_TILE = { width: 7.5, height: 2.9 };
const MAX_TILE_HEIGHT = 5;
/** Width of a programme's heading, in heights of the smallest text. */
const LABEL_EM = { tiles: 5, letters: 5.4, shapes: 3.8 };
const MAX_LETTERS = 200;
const MAX_SHAPES = 800;
const TWO_COLUMNS_ABOVE = 10;
/** Room for "○ 180" at the end of a row, and for "+37" before it, in cells. */
export const CALM_CELLS = 4;
export const MORE_CELLS = 3;

export function plan(groups: readonly GroupSize[], room: Room): Plan {
	const total = groups.reduce((sum, group) => sum + group.total, 0);
	const attempts: (() => Plan | null)[] = [];
	if (total <= MAX_TILES) attempts.push(() => tiles(groups, room));
	if (total <= MAX_LETTERS)
		attempts.push(...[room.codeLength, 7, 0].map((code) => () => letters(groups, room, code)));
	if (total <= MAX_SHAPES) attempts.push(() => shapes(groups, room));
	for (const attempt of attempts) {
		const found = attempt();
		if (found) return found;
	}
	return abnormal(groups, room);
}

interface Shape {
	size: Size;
	labelled: boolean;
	width: number;
	height: number;
	gap: number;
}

function tiles(groups: readonly GroupSize[], room: Room): Plan | null {
	return (
		tilesWith(groups, room, groups.length > 1) ?? (groups.length > 1 ? tilesWith(groups, room, false) : null)
	);
}

function tilesWith(groups: readonly GroupSize[], room: Room, labels: boolean): Plan | null {
	const floor = fontSize(FLOOR_ARCMIN, room.unit);
	const gap = Math.round(floor * 0.28);
	const groupGap = labels ? Math.round(floor * 0.55) : gap;
	const labelWidth = labels ? Math.round(floor * labelEm(room, LABEL_EM.tiles)) : 0;
	let best: Plan | null = null;
	for (let perRow = 1; perRow <= 8; perRow += 1) {
		const width = (room.width - labelWidth - gap * (perRow - 1)) / perRow;
		if (width < floor * MIN_TILE.width) break;
		const rows = sum(groups.map((group) => Math.ceil(group.total / perRow)));
		const gaps = gap * (rows - groups.length) + groupGap * (groups.length - 1);
		const height = Math.min((room.height - gaps) / rows, floor * MAX_TILE_HEIGHT);
		if (height < floor * MIN_TILE.height) continue;
		if (best && score(width, height) <= score(best.cellWidth, best.cellHeight)) continue;
		best = {
			...blank('tiles', groups.length),
			labelled: true,
			cellWidth: Math.floor(width),
			cellHeight: Math.floor(height),
			gap,
			groupGap,
			labelWidth,
			perRow
		};
	}
	return best;
}

/** A tile is best near three times as wide as high, and large. */
function score(width: number, height: number): number {
	return Math.min(width, height * 3.2) * Math.min(height, width / 2);
}

/** With `code` characters of the code beside each cell, or none. */
function letters(groups: readonly GroupSize[], room: Room, code: number): Plan | null {
	const labelled = code > 0;
	const floor = fontSize(FLOOR_ARCMIN, room.unit);
	const smallest = Math.ceil(floor * 1.22);
	const largest = Math.floor(floor * (labelled ? 1.5 : 1.9));
	for (let height = largest; height >= smallest; height -= 1) {
		const characters = Math.min(Math.max(code, 4), 12);
		const width = labelled ? Math.ceil(height * 1.12 + (characters * 0.72 + 0.3) * floor) : height;
		const gap = Math.max(4, Math.round(height * (labelled ? 0.18 : 0.14)));
		const found = place(groups, room, { size: 'letters', labelled, width, height, gap });
		if (found) return found;
	}
	return null;
}

function shapes(groups: readonly GroupSize[], room: Room): Plan | null {
	return tightest(groups, room, 'shapes', 1.7);
}

function abnormal(groups: readonly GroupSize[], room: Room): Plan {
	const drawn = groups.map((group) => ({ ...group, total: group.abnormal + CALM_CELLS }));
	const smallest = Math.ceil(FLOOR_ARCMIN * room.unit);
	return tightest(drawn, room, 'abnormal', 1.5) ?? squeeze(drawn, room, smallest);
}

/** The largest shapes that fit, with as much air between them as there can be. */
function tightest(groups: readonly GroupSize[], room: Room, size: Size, largest: number): Plan | null {
	const smallest = Math.ceil(FLOOR_ARCMIN * room.unit);
	for (const air of [0.18, 0.12, 0.06]) {
		for (let side = Math.floor(smallest * largest); side >= smallest; side -= 1) {
			const gap = Math.max(2, Math.round(side * air));
			const found = place(groups, room, { size, labelled: false, width: side, height: side, gap });
			if (found) return found;
		}
	}
	return null;
}

const gapOf = (side: number): number => Math.max(2, Math.round(side * 0.08));

/** Nothing fits whole: each group shows as many of its worst as its rows allow, and says how many more. */
function squeeze(groups: readonly GroupSize[], room: Room, side: number): Plan {
	const shape: Shape = { size: 'abnormal', labelled: false, width: side, height: side, gap: gapOf(side) };
	const biggest = Math.max(...groups.map((group) => group.total), CALM_CELLS);
	for (let limit = biggest; limit > CALM_CELLS; limit = Math.floor(limit * 0.85)) {
		const capped = groups.map((group) => ({ ...group, total: Math.min(group.total, limit + MORE_CELLS) }));
		const found = place(capped, room, shape);
		if (found) return { ...found, limit: limit - CALM_CELLS };
	}
	return oneRowEach(groups, room, shape);
}

/** The last resort: every group on one row, in as many columns as that takes. */
function oneRowEach(groups: readonly GroupSize[], room: Room, shape: Shape): Plan {
	const pitch = fontSize(FLOOR_ARCMIN, room.unit);
	const rows = Math.max(1, Math.floor(room.height / pitch));
	const columns = Math.max(1, Math.ceil(groups.length / rows));
	const frame = frameOf(room, columns, LABEL_EM.shapes);
	const perRow = Math.max(1, Math.floor((frame.inner + shape.gap) / (shape.width + shape.gap)));
	return {
		...blank('abnormal', groups.length),
		columnGap: frame.columnGap,
		labelWidth: frame.labelWidth,
		cellWidth: shape.width,
		cellHeight: shape.height,
		gap: shape.gap,
		groupGap: Math.max(2, Math.floor(pitch - shape.height)),
		columns,
		perRow,
		split: chunk(groups.length, columns),
		limit: Math.max(0, perRow - CALM_CELLS - MORE_CELLS)
	};
}

function place(groups: readonly GroupSize[], room: Room, shape: Shape): Plan | null {
	for (const columns of columnChoices(groups.length)) {
		const frame = frameOf(room, columns, shape.size === 'letters' ? LABEL_EM.letters : LABEL_EM.shapes);
		const perRow = Math.floor((frame.inner + shape.gap) / (shape.width + shape.gap));
		if (perRow < 2) continue;
		// Headings keep their size where shapes are small, so one-row groups stand further apart.
		const floor = fontSize(FLOOR_ARCMIN, room.unit);
		const groupGap = Math.round(Math.max(shape.gap * 2.2, floor * 0.92 - shape.height));
		const heights = groups.map(
			(group) => Math.max(1, Math.ceil(group.total / perRow)) * (shape.height + shape.gap) - shape.gap
		);
		const split = balance(heights, columns, groupGap, room.height);
		if (!split) continue;
		const across = frame.inner + shape.gap;
		return {
			size: shape.size,
			labelled: shape.labelled,
			// Cells with a code share the row's whole width, so that their columns align with the edge.
			cellWidth: shape.labelled ? Math.floor(across / perRow) - shape.gap : shape.width,
			cellHeight: shape.height,
			gap: shape.gap,
			columns,
			columnGap: frame.columnGap,
			labelWidth: frame.labelWidth,
			groupGap: airy(heights, split, groupGap, room.height, shape.height),
			perRow,
			split,
			limit: Infinity
		};
	}
	return null;
}

/** What height is left goes between the groups, up to a cell's height. */
function airy(
	heights: readonly number[],
	split: number[][],
	gap: number,
	height: number,
	most: number
): number {
	const room = split.map((column) => {
		const left = height - sum(column.map((index) => heights[index] ?? 0)) - gap * (column.length - 1);
		return column.length > 1 ? left / (column.length - 1) : Infinity;
	});
	return Math.floor(gap + Math.max(0, Math.min(most, ...room)));
}

function columnChoices(groups: number): number[] {
	return groups <= TWO_COLUMNS_ABOVE ? [1] : [2, 3, 4];
}

/** As wide as the longest heading, up to a limit; headings are short capitals more often than not. */
function labelEm(room: Room, limit: number): number {
	return Math.min(limit, Math.max(2, room.labelLength * 0.72 + 0.6));
}

function frameOf(room: Room, columns: number, limit: number) {
	const floor = fontSize(FLOOR_ARCMIN, room.unit);
	const columnGap = columns > 1 ? Math.round(floor * 0.55) : 0;
	const width = (room.width - columnGap * (columns - 1)) / columns;
	const labelWidth = Math.round(Math.min(width * 0.32, floor * labelEm(room, limit)));
	return { columnGap, labelWidth, inner: width - labelWidth };
}

/** Groups in order into columns of at most `height`; null when they do not fit. */
function balance(
	heights: readonly number[],
	columns: number,
	gap: number,
	height: number
): number[][] | null {
	const whole = sum(heights) + gap * heights.length;
	const target = Math.max(whole / columns, ...heights);
	for (const aim of [target, target * 1.08, target * 1.2, height]) {
		const split = fill(heights, columns, gap, Math.min(aim, height));
		if (split) return split;
	}
	return null;
}

function fill(heights: readonly number[], columns: number, gap: number, limit: number): number[][] | null {
	const split: number[][] = [[]];
	let used = 0;
	for (const [index, height] of heights.entries()) {
		const column = split.at(-1)!;
		const needed = column.length > 0 ? gap + height : height;
		if (used + needed <= limit + 0.5) {
			column.push(index);
			used += needed;
		} else if (split.length < columns && height <= limit) {
			split.push([index]);
			used = height;
		} else {
			return null;
		}
	}
	while (split.length < columns) split.push([]);
	return split;
}

function chunk(count: number, columns: number): number[][] {
	const per = Math.ceil(count / columns);
	return Array.from({ length: columns }, (_, column) =>
		Array.from({ length: Math.max(0, Math.min(per, count - column * per)) }, (_, i) => column * per + i)
	);
}

function blank(size: Size, groups: number): Plan {
	return {
		size,
		labelled: false,
		cellWidth: 0,
		cellHeight: 0,
		gap: 0,
		columns: 1,
		columnGap: 0,
		labelWidth: 0,
		groupGap: 0,
		perRow: 1,
		split: chunk(groups, 1),
		limit: Infinity
	};
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
