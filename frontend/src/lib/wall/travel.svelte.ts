/**
 * The board at a moment of the past: its cards as they were, stepped from change to change or played. The
 * past has a board of its own; the live one goes on beside it.
 */

import { api, asProblem, type Problem } from '../api/client.ts';
import { Board } from '../board/board.svelte.ts';
import type { Freshness } from '../live/freshness.ts';
import type { Change, Snapshot, Transition } from '../live/messages.ts';
import { Pulses, type Feed, type WallContext } from './pulses.svelte.ts';
import { partsFrom, SPEEDS, type Density, type Part } from './timeline.ts';

const TICK_MS = 250;
/** Seconds of playing that are read ahead. */
const AHEAD_S = 20;
const BUCKETS = 240;
const PAGE = 200;

interface Step {
	revision: number;
	as_of: string;
	transitions: readonly Transition[];
	changes?: readonly Change[];
}

export class Travel implements Feed {
	readonly freshness: Freshness = { state: 'live', seconds: 0 };
	readonly heardAt = null;
	/** There is a board to show. */
	ready = $state.raw(false);
	/** The moment that is shown; empty before the first. */
	at = $state.raw('');
	playing = $state.raw(false);
	speed = $state.raw<number>(SPEEDS[0]);
	density = $state.raw<Density>({ from: null, to: null, buckets: [] });
	problem = $state.raw<Problem | null>(null);

	readonly #board = new Board();
	readonly #pulses = new Pulses(this.#board);
	readonly #base: string;
	readonly #tell: (at: string) => void;
	#abort = new AbortController();
	#timer: ReturnType<typeof setInterval> | undefined;
	#queue: Step[] = [];
	#readTo = '';
	#reading = false;
	#asked = '';

	constructor(portfolio: string, tell: (at: string) => void) {
		this.#base = `/portfolios/${encodeURIComponent(portfolio)}`;
		this.#tell = tell;
	}

	/** What scenes see instead of the live board. */
	context(live: WallContext): WallContext {
		const now = () => (this.at ? new Date(this.at) : live.now());
		const past = { board: this.#board, pulses: this.#pulses, feed: this, past: true };
		return { ...live, ...past, now, portfolioNow: now };
	}

	get asOf(): string | null {
		return this.at || null;
	}

	/** Show the board of this moment. `turned`: what changed there. */
	async seek(at: string, turned: readonly Transition[] = []): Promise<void> {
		if (at === this.#asked) return;
		this.#asked = at;
		await this.#attempt(async (signal) => {
			if (this.density.buckets.length === 0) await this.#measure(signal);
			const found = await api.get<Snapshot>(`${this.#base}/board?at=${encodeURIComponent(at)}`, signal);
			if (this.#asked !== at) return;
			this.#board.commit({ entries: found.cards, changes: new Map(), transitions: [...turned], more: 0 });
			this.#pulses.show(turned, 0);
			this.at = at;
			this.ready = true;
			this.#forget();
		});
	}

	/** Show the board of this moment, and stay there. */
	async rest(at: string): Promise<void> {
		await this.seek(at);
		this.#tell(this.at);
	}

	/** To the next change of a colour, or to the one before. */
	async step(way: 1 | -1): Promise<void> {
		this.pause();
		await this.#attempt(async (signal) => {
			if (this.density.buckets.length === 0) await this.#measure(signal);
			for (const part of partsFrom(this.density, this.at, way)) {
				const turns = (await this.#steps(part, signal, false)).filter((each) => each.transitions.length > 0);
				const found = way === 1 ? turns[0] : turns.at(-1);
				if (!found) continue;
				await this.seek(found.as_of, found.transitions);
				this.#tell(this.at);
				return;
			}
		});
	}

	toggle(): void {
		if (this.playing) this.pause();
		else this.#play();
	}

	faster(): void {
		this.speed = SPEEDS[(SPEEDS.indexOf(this.speed as 60) + 1) % SPEEDS.length] ?? SPEEDS[0];
		this.#forget();
	}

	pause(): void {
		if (!this.playing) return;
		clearInterval(this.#timer);
		this.playing = false;
		this.#asked = this.at;
		this.#tell(this.at);
	}

	stop(): void {
		clearInterval(this.#timer);
		this.#abort.abort();
		this.#pulses.stop();
	}

	#play(): void {
		if (!this.ready) return;
		this.playing = true;
		this.#forget();
		this.#timer = setInterval(() => this.#tick(), TICK_MS);
	}

	#tick(): void {
		const ahead = Date.parse(this.#readTo) - Date.parse(this.at);
		if (ahead < (AHEAD_S / 2) * 1000 * this.speed && !this.#reading) void this.#readAhead();
		const end = this.density.to ? Date.parse(this.density.to) : Infinity;
		const next = Math.min(Date.parse(this.at) + TICK_MS * this.speed, Date.parse(this.#readTo), end);
		const due = this.#queue.filter((each) => Date.parse(each.as_of) <= next);
		this.#queue = this.#queue.slice(due.length);
		this.at = new Date(Math.max(next, Date.parse(this.at))).toISOString();
		if (due.length > 0) this.#apply(due);
		if (next >= end) this.pause();
	}

	#apply(steps: readonly Step[]): void {
		const transitions = steps.flatMap((each) => each.transitions);
		const changes = new Map(steps.flatMap((each) => (each.changes ?? []).map((one) => [one.key, one])));
		this.#board.commit({ entries: null, changes, transitions, more: 0 });
		this.#pulses.show(transitions, 0);
	}

	async #readAhead(): Promise<void> {
		this.#reading = true;
		const from = this.#readTo;
		const to = new Date(Date.parse(from) + AHEAD_S * 1000 * this.speed).toISOString();
		await this.#attempt(async (signal) => {
			const found = await this.#steps({ from, to }, signal, true);
			if (this.#readTo !== from) return;
			this.#queue.push(...found);
			this.#readTo = to;
		});
		this.#reading = false;
	}

	/** What was read ahead belongs to where we were. */
	#forget(): void {
		this.#queue = [];
		this.#readTo = this.at;
	}

	async #steps({ from, to }: Part, signal: AbortSignal, documents: boolean): Promise<Step[]> {
		const found: Step[] = [];
		for (let after: number | null = 0; after !== null;) {
			const query = new URLSearchParams({ from, to, after: String(after), limit: String(PAGE) });
			if (documents) query.set('documents', 'true');
			const page: { revisions: Step[]; next: number | null } = await api.get(
				`${this.#base}/changes?${query}`,
				signal
			);
			found.push(...page.revisions);
			after = page.next;
		}
		return found;
	}

	async #measure(signal: AbortSignal): Promise<void> {
		this.density = await api.get<Density>(`${this.#base}/density?buckets=${BUCKETS}`, signal);
	}

	async #attempt(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
		try {
			await work(this.#abort.signal);
			this.problem = null;
		} catch (error) {
			if (this.#abort.signal.aborted) return;
			this.#asked = '';
			this.problem = asProblem(error);
		}
	}
}
