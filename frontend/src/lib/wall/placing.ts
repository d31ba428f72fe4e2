/** Groups of cells into columns: where everything goes once the size of a cell is chosen. */

import { FLOOR_ARCMIN, fontSize } from './unit.ts';

export type Size = 'tiles' | 'letters' | 'shapes' | 'abnormal';
/** Where a programme's name stands: in a column of its own, on its own line, or before its first cell. */
export type Heading = 'left' | 'above' | 'inline';

export interface GroupSize {
	code: string;
	total: number;
	/** Cells that there is room for when only the abnormal ones are drawn. */
	abnormal: number;
	/** How wide the heading is, in heights of the smallest text. */
	label: number;
	/** The same, of the heading cut to a dozen letters. */
	short: number;
}

export interface Room {
	width: number;
	height: number;
	/** CSS pixels per arc-minute. */
	unit: number;
	/** How wide the longest code is, in heights of the smallest text. */
	code: number;
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
	heading: Heading;
	/** The headings are the short ones. */
	shortened: boolean;
	labelWidth: number;
	/** Of the line of the heading: its own, or the first of the cells. */
	headHeight: number;
	/** How many cells wide each heading is (inline only). */
	spans: number[];
	groupGap: number;
	/** Of each group, whatever is drawn of it. */
	heights: number[];
	perRow: number;
	/** Which group goes into which column, in order: indices into the groups given. */
	split: number[][];
	/** Cells a group may show before "+n" (abnormal only). */
	limit: number;
}

/** Room for "○ 180" at the end of a row, and for "+37" before it, in cells. */
export const CALM_CELLS = 4;
export const MORE_CELLS = 3;
/** Between a heading and what stands at its right, in heights of the smallest text. */
export const LABEL_PAD = 0.4;
/** Descenders reach this far under the middle of the capitals. */
const DESCENT_EM = 0.575;
const MOST_OF_A_COLUMN = 0.4;
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
	const floor = fontSize(FLOOR_ARCMIN, room.unit);
	const rows = Math.max(1, Math.floor(room.height / floor));
	const columns = Math.max(1, Math.ceil(groups.length / rows));
	const { columnGap, width } = columnsOf(room, columns);
	const labelWidth = Math.min(width * MOST_OF_A_COLUMN * 1.2, widest(groups) * floor);
	const perRow = Math.max(1, Math.floor((width - labelWidth + shape.gap) / (shape.width + shape.gap)));
	return {
		...blank('abnormal', groups.length),
		columnGap,
		labelWidth: Math.round(labelWidth),
		cellWidth: shape.width,
		cellHeight: shape.height,
		headHeight: shape.height,
		gap: shape.gap,
		groupGap: Math.max(2, Math.floor(floor - shape.height)),
		heights: groups.map(() => shape.height),
		columns,
		perRow,
		split: chunk(groups.length, columns),
		limit: Math.max(0, perRow - CALM_CELLS - MORE_CELLS)
	};
}

export function place(groups: readonly GroupSize[], room: Room, shape: Shape, heading: Heading): Plan | null {
	for (const columns of columnChoices(groups.length)) {
		const found = placeIn(columns, groups, room, shape, heading);
		if (found) return found;
	}
	return null;
}

function placeIn(
	columns: number,
	groups: readonly GroupSize[],
	room: Room,
	shape: Shape,
	heading: Heading
): Plan | null {
	const floor = fontSize(FLOOR_ARCMIN, room.unit);
	const { columnGap, width } = columnsOf(room, columns);
	const labelWidth = Math.ceil(widest(groups) * floor);
	if (labelWidth > (heading === 'left' ? width * MOST_OF_A_COLUMN : width)) return null;
	const inner = heading === 'left' ? width - labelWidth : width;
	const across = inner + shape.gap;
	const perRow = Math.floor(across / (shape.width + shape.gap));
	if (perRow < 2) return null;
	// Cells with a code share the row's whole width, so that their columns align with the edge.
	const cellWidth = shape.labelled ? Math.floor(across / perRow) - shape.gap : shape.width;
	const spans = groups.map((group) =>
		heading === 'inline'
			? Math.ceil(((group.label + LABEL_PAD) * floor + shape.gap) / (cellWidth + shape.gap))
			: 0
	);
	if (spans.some((span) => span > perRow)) return null;

	const below = Math.max(0, Math.ceil(floor * DESCENT_EM - shape.height / 2 - shape.gap));
	const line = Math.round(floor * 1.15);
	const heights = groups.map((group, i) => {
		const rows = Math.max(1, Math.ceil((group.total + (spans[i] ?? 0)) / perRow));
		const cells = rows * (shape.height + shape.gap) - shape.gap;
		return cells + (heading === 'above' ? line : heading === 'inline' && rows > 1 ? below : 0);
	});
	const groupGap = leastGap(heading, shape, floor, below);
	const split = balance(heights, columns, groupGap, room.height);
	if (!split) return null;
	return {
		size: shape.size,
		labelled: shape.labelled,
		cellWidth,
		cellHeight: shape.height,
		gap: shape.gap,
		columns,
		columnGap,
		heading,
		shortened: false,
		labelWidth: heading === 'left' ? labelWidth : 0,
		headHeight: heading === 'above' ? line : shape.height + (heading === 'inline' ? below : 0),
		spans,
		groupGap: airy(heights, split, groupGap, room.height, shape.height),
		heights,
		perRow,
		split,
		limit: Infinity
	};
}

/** Headings keep their size where shapes are small, so groups of one row stand further apart. */
function leastGap(heading: Heading, shape: Shape, floor: number, below: number): number {
	const least = { left: floor * 0.92 - shape.height, above: floor * 0.25, inline: below + floor * 0.12 };
	return Math.round(Math.max(shape.gap * 2.2, least[heading]));
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

/** The widest heading with the space after it, in heights of the smallest text. */
export function widest(groups: readonly GroupSize[]): number {
	return Math.max(0, ...groups.map((group) => group.label)) + LABEL_PAD;
}

function columnsOf(room: Room, columns: number) {
	const columnGap = columns > 1 ? Math.round(fontSize(FLOOR_ARCMIN, room.unit) * 0.55) : 0;
	return { columnGap, width: (room.width - columnGap * (columns - 1)) / columns };
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
		heading: 'left',
		shortened: false,
		labelWidth: 0,
		headHeight: 0,
		spans: [],
		groupGap: 0,
		heights: [],
		perRow: 1,
		split: chunk(groups, 1),
		limit: Infinity
	};
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
