/** Groups of cells into columns: where everything goes once the size of a cell is chosen. */

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

/** Room for "○ 180" at the end of a row, and for "+37" before it, in cells. */
export const CALM_CELLS = 4;
export const MORE_CELLS = 3;
/** Width of a programme's heading, in heights of the smallest text. */
export const LABEL_EM = { tiles: 5, letters: 5.4, shapes: 3.8 };
const TWO_COLUMNS_ABOVE = 10;

export interface Shape {
	size: Size;
	labelled: boolean;
	width: number;
	height: number;
	gap: number;
}

/** The last resort: every group on one row, in as many columns as that takes. */
export function oneRowEach(groups: readonly GroupSize[], room: Room, shape: Shape): Plan {
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

export function place(groups: readonly GroupSize[], room: Room, shape: Shape): Plan | null {
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
export function labelEm(room: Room, limit: number): number {
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

export function chunk(count: number, columns: number): number[][] {
	const per = Math.ceil(count / columns);
	return Array.from({ length: columns }, (_, column) =>
		Array.from({ length: Math.max(0, Math.min(per, count - column * per)) }, (_, i) => column * per + i)
	);
}

export function blank(size: Size, groups: number): Plan {
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

export const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
