/**
 * What the grid draws follows from how large a cell can be, never from taste: the largest size that
 * fits the measured room. A place is fixed by code, so the same board gives the same plan.
 */

import {
	blank,
	CALM_CELLS,
	LABEL_EM,
	labelEm,
	MORE_CELLS,
	oneRowEach,
	place,
	sum,
	type GroupSize,
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
const MAX_LETTERS = 200;
const MAX_SHAPES = 800;

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
		const width = labelled ? Math.ceil(height * 1.12 + (characters * 0.66 + 0.3) * floor) : height;
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
