/**
 * A treemap that can be read: areas by weight, squarified (Bruls, Huizing, van Wijk 2000). What would be too
 * small for its shape is taken together as one area with a number. Pure.
 */

/** Pixels between two areas. */
export const GAP = 4;

export interface Weighed {
	key: string;
	weight: number;
}

export interface Area {
	/** The keys that it stands for: one, or many that are too small each. */
	keys: string[];
	x: number;
	y: number;
	width: number;
	height: number;
}

interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
}

interface Piece {
	keys: string[];
	weight: number;
}

/** Areas in the box, none narrower or lower than `least`, as far as the box itself is not. */
export function treemap(items: readonly Weighed[], box: Box, least: number): Area[] {
	const sorted = items
		.filter(({ weight }) => weight > 0)
		.sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1));
	for (let whole = sorted.length; whole > 0; whole -= 1) {
		const rest = sorted.slice(whole);
		const pieces: Piece[] = sorted.slice(0, whole).map(({ key, weight }) => ({ keys: [key], weight }));
		if (rest.length > 0) {
			pieces.push({ keys: rest.map(({ key }) => key), weight: total(rest) });
			pieces.sort((a, b) => b.weight - a.weight);
		}
		const areas = squarify(pieces, box);
		if (areas.every((area) => Math.min(area.width, area.height) >= least)) return areas;
	}
	return sorted.length === 0 ? [] : [{ keys: sorted.map(({ key }) => key), ...box }];
}

const total = (pieces: readonly { weight: number }[]): number =>
	pieces.reduce((sum, { weight }) => sum + weight, 0);

function squarify(pieces: readonly Piece[], box: Box): Area[] {
	const areas: Area[] = [];
	const scale = (box.width * box.height) / total(pieces);
	let left = [...pieces];
	let room = { ...box };
	while (left.length > 0) {
		const side = Math.min(room.width, room.height);
		let count = 1;
		while (
			count < left.length &&
			worst(left.slice(0, count + 1), side, scale) <= worst(left.slice(0, count), side, scale)
		) {
			count += 1;
		}
		const row = left.slice(0, count);
		areas.push(...lineUp(row, room, scale));
		room = beyond(room, (total(row) * scale) / side);
		left = left.slice(count);
	}
	return areas;
}

/** The worst ratio of sides in a row along this side. */
function worst(row: readonly Piece[], side: number, scale: number): number {
	const sum = total(row) * scale;
	const areas = row.map(({ weight }) => weight * scale);
	const [most, fewest] = [Math.max(...areas), Math.min(...areas)];
	return Math.max((side * side * most) / (sum * sum), (sum * sum) / (side * side * fewest));
}

function lineUp(row: readonly Piece[], room: Box, scale: number): Area[] {
	const upright = room.width >= room.height;
	const side = upright ? room.height : room.width;
	const depth = (total(row) * scale) / side;
	let along = 0;
	return row.map(({ keys, weight }) => {
		const length = (weight * scale) / depth;
		const area = upright
			? { keys, x: room.x, y: room.y + along, width: depth, height: length }
			: { keys, x: room.x + along, y: room.y, width: length, height: depth };
		along += length;
		return area;
	});
}

function beyond(room: Box, depth: number): Box {
	return room.width >= room.height
		? { ...room, x: room.x + depth, width: room.width - depth }
		: { ...room, y: room.y + depth, height: room.height - depth };
}
