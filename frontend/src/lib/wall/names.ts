/** Names in little room: cut late, never two different ones to the same text. And how wide a text is. */

import type { ProjectCard } from '../live/messages.ts';

export const MOST_LETTERS = 24;

/** A project as a wall calls it: its short name, or its name if that is only the code; its code unless said. */
export function called({ name, short, code }: Pick<ProjectCard, 'name' | 'short' | 'code'>): {
	name: string;
	code: string;
} {
	const own = short && short !== code ? short : name || code;
	return {
		name: cutEnd(own, MOST_LETTERS),
		code: own.toLowerCase() === code.toLowerCase() ? '' : code
	};
}

/** `names` of at most `length` letters each; where a cut would make two alike, both ends are kept. */
export function distinct(names: readonly string[], length: number): string[] {
	const cuts = [cutEnd, cutMiddle];
	for (let most = length; ; most += 2) {
		for (const cut of cuts) {
			const found = names.map((name) => cut(name, most));
			if (new Set(found).size === new Set(names).size) return found;
		}
	}
}

export function cutEnd(name: string, length: number): string {
	return name.length <= length ? name : `${name.slice(0, length - 1).replace(/[\s\-–,:(/]+$/, '')}…`;
}

function cutMiddle(name: string, length: number): string {
	const tail = Math.floor((length - 1) / 2);
	return name.length <= length ? name : `${name.slice(0, length - 1 - tail)}…${name.slice(-tail)}`;
}

const MEASURED_AT = 100;
const AVERAGE_EM = 0.62;
let pen: CanvasRenderingContext2D | null | undefined;

/** The width of a text in heights of its font, in the product's font with figures of one width. */
export function widthEm(text: string, weight: number): number {
	pen ??= typeof CanvasRenderingContext2D === 'undefined' ? null : makePen();
	if (!pen) return text.length * AVERAGE_EM;
	pen.font = `${weight} ${MEASURED_AT}px Inter, sans-serif`;
	return pen.measureText(text.replace(/\d/g, '0')).width / MEASURED_AT;
}

function makePen(): CanvasRenderingContext2D | null {
	return document.createElement('canvas').getContext('2d');
}
