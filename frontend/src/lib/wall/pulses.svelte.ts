/**
 * What has just changed: one pulse of the edge, then a thin edge that fades for half a minute. At most
 * a dozen at once; the others are a number, so that a burst stays readable. The edge fades in a few steps: an
 * animation of half a minute would have the screen drawn anew sixty times a second.
 */

import { createContext } from 'svelte';
import { Project, type Board } from '../board/board.svelte.ts';
import type { Freshness } from '../live/freshness.ts';
import type { Transition } from '../live/messages.ts';
import type Part from './canvas.ts';

export const MAX_PULSES = 12;
export const PULSE_STEPS = 5;
const STEP_MS = 6_000;
export const PULSE_MS = PULSE_STEPS * STEP_MS;

export class Pulses {
	/** Changes of the last burst beyond those that are shown. */
	overflow = $state.raw(0);
	#board: Board;
	#timers = new Map<Project, ReturnType<typeof setTimeout>>();
	#overflowTimer: ReturnType<typeof setTimeout> | undefined;

	constructor(board: Board) {
		this.#board = board;
	}

	show(transitions: readonly Transition[], more: number): void {
		const items = new Set<Project>();
		for (const transition of transitions) {
			const item = transition.kind === 'rag' ? this.#board.get(transition.item) : undefined;
			if (item instanceof Project) items.add(item);
		}
		let hidden = more;
		for (const project of items) {
			if (this.#timers.size >= MAX_PULSES && !this.#timers.has(project)) hidden += 1;
			else this.#start(project);
		}
		if (hidden > 0) this.#count(hidden);
	}

	stop(): void {
		clearTimeout(this.#overflowTimer);
		for (const timer of this.#timers.values()) clearTimeout(timer);
		this.#timers.clear();
	}

	#start(project: Project): void {
		clearTimeout(this.#timers.get(project));
		this.#step(project, 1);
	}

	#step(project: Project, step: number): void {
		project.pulse = step > PULSE_STEPS ? 0 : step;
		if (project.pulse === 0) this.#timers.delete(project);
		else
			this.#timers.set(
				project,
				setTimeout(() => this.#step(project, step + 1), STEP_MS)
			);
	}

	#count(hidden: number): void {
		this.overflow += hidden;
		clearTimeout(this.#overflowTimer);
		this.#overflowTimer = setTimeout(() => (this.overflow = 0), PULSE_MS);
	}
}

/** What a frame needs to know of where its board comes from: the live line, or the past. */
export interface Feed {
	readonly freshness: Freshness;
	readonly asOf: string | null;
	readonly heardAt: Date | null;
	/** There is a board to show. */
	readonly ready: boolean;
}

export interface WallContext {
	portfolio: string;
	board: Board;
	pulses: Pulses;
	feed: Feed;
	/** Where a project's page is, or undefined for a screen nobody is signed in at. */
	href: (code: string) => string | undefined;
	/** The clock on the wall, by the second. */
	now: () => Date;
	/** Portfolio time: what ages are counted to. In a replay it is not the clock on the wall. */
	portfolioNow: () => Date;
	/** CSS pixels of an arc-minute for the furthest viewer. */
	unit: () => number;
	/** Higher than wide: two lines where others have one. */
	portrait: () => boolean;
	/** So small and near that it scrolls. */
	phone: () => boolean;
	/** Whether this screen may show the names of people. */
	names: boolean;
	/** Which part of a canvas it is; null: it shows everything itself. */
	part: Part | null;
	/** The board is one of the past. */
	past: boolean;
	/** What the address says beside the scene: `programme`, `variant`. */
	option: (name: string) => string | null;
}

export const [getWall, setWall] = createContext<WallContext>();
