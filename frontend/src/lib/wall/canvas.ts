/**
 * One of several screens that are one picture. What is drawn of each project is parted among them, in reading
 * order, so that nothing lies across two of them; lists go on from one to the next. Loaded by those screens only.
 */

import type { ScreenProfile } from '../api/types.ts';
import type { Board, Project } from '../board/board.svelte.ts';
import { groupProjects, type Group } from './groups.ts';

/** By so much of a screen a part may be larger or smaller, for a programme to stay whole. */
const SLACK = 0.2;

export type Canvas = NonNullable<ScreenProfile['canvas']>;

export default class Part {
	/** From 0. */
	readonly index: number;
	readonly of: number;

	constructor({ columns, rows, column, row }: Canvas) {
		this.index = (row - 1) * columns + column - 1;
		this.of = columns * rows;
	}

	get label(): string {
		return `${this.index + 1} of ${this.of}`;
	}

	/** The programmes of this part; one that is large may be on two screens, headed on both. */
	groups(all: readonly Group[]): Group[] {
		const cuts = cutsOf(
			all.map(({ projects }) => projects.length),
			this.of
		);
		const [from = 0, to = 0] = [cuts[this.index], cuts[this.index + 1]];
		let begins = 0;
		return all.flatMap((group) => {
			const projects = group.projects.slice(Math.max(0, from - begins), Math.max(0, to - begins));
			begins += group.projects.length;
			return projects.length > 0 ? [{ ...group, projects }] : [];
		});
	}

	projects(board: Board): readonly Project[] {
		return this.groups(groupProjects(board)).flatMap((group) => group.projects);
	}

	/** Of a list of which each screen has room for `fit`: as many on each, in reading order. */
	rows<T>(items: readonly T[], fit: number): readonly T[] {
		const each = Math.min(fit, Math.ceil(items.length / this.of));
		return items.slice(this.index * each, (this.index + 1) * each);
	}
}

/** Where to cut a row of groups into parts of about the same size: between groups if one ends near enough. */
export function cutsOf(sizes: readonly number[], parts: number): number[] {
	const ends = sizes.reduce<number[]>((sums, size) => [...sums, (sums.at(-1) ?? 0) + size], [0]);
	const each = (ends.at(-1) ?? 0) / parts;
	const apart = (from: number, to: number) => Math.abs(from - to);
	return Array.from({ length: parts + 1 }, (_, i) => {
		const ideal = i * each;
		const nearest = ends.reduce((best, end) => (apart(end, ideal) < apart(best, ideal) ? end : best), 0);
		return apart(nearest, ideal) <= each * SLACK ? nearest : Math.round(ideal);
	});
}
