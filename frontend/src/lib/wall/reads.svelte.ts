/**
 * What a scene reads over REST because no card holds it: read at once, then once a minute, and soon after
 * the board says that something was told. What was read stays on the screen while it is read again.
 */

import { onMount } from 'svelte';
import { api, asProblem, type Problem } from '../api/client.ts';

const EVERY_MS = 60_000;
const AFTER_NEWS_MS = 2_000;
const PAGE = 200;
const MOST_PAGES = 10;

export class Reads<T> {
	value = $state.raw<T | null>(null);
	problem = $state.raw<Problem | null>(null);
	#load: (signal: AbortSignal) => Promise<T>;
	#abort = new AbortController();
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(load: (signal: AbortSignal) => Promise<T>) {
		this.#load = load;
	}

	get state(): 'loading' | 'ready' | 'failed' {
		return this.value !== null ? 'ready' : this.problem ? 'failed' : 'loading';
	}

	start(): () => void {
		void this.#read();
		return () => {
			this.#abort.abort();
			clearTimeout(this.#timer);
		};
	}

	/** Something was told: read again shortly, once for all that is told until then. */
	soon(): void {
		if (this.state !== 'loading') this.#again(AFTER_NEWS_MS);
	}

	#again(ms: number): void {
		clearTimeout(this.#timer);
		if (!this.#abort.signal.aborted) this.#timer = setTimeout(() => void this.#read(), ms);
	}

	async #read(): Promise<void> {
		try {
			this.value = await this.#load(this.#abort.signal);
			this.problem = null;
		} catch (error) {
			if (this.#abort.signal.aborted) return;
			this.problem = asProblem(error);
		}
		this.#again(EVERY_MS);
	}
}

/** Reads for as long as the component is there; `news` is whatever changes when there may be more. */
export function reading<T>(load: (signal: AbortSignal) => Promise<T>, news: () => unknown): Reads<T> {
	const reads = new Reads(load);
	onMount(() => reads.start());
	$effect(() => {
		void news();
		reads.soon();
	});
	return reads;
}

export interface Told {
	item: string;
	kind: string;
	ref: string;
	state: string | null;
	due: string | null;
	attributes: Record<string, unknown>;
	/** Of a risk: where it stands on the matrix, from 1 to 5 each way; null where nobody has estimated it. */
	place?: { likelihood: number; consequence: number } | null;
}

export interface Asked {
	state?: string | undefined;
	/** Told of this item. */
	item?: string | undefined;
	/** Told of the projects of this programme. */
	programme?: string;
}

/** All records of a kind that are asked for, by pages. */
export async function recordsOf(
	portfolio: string,
	kind: string,
	signal: AbortSignal,
	asked: Asked = {}
): Promise<Told[]> {
	const found: Told[] = [];
	let after: string | null = null;
	for (let page = 0; page < MOST_PAGES; page += 1) {
		const query = new URLSearchParams({ limit: String(PAGE) });
		for (const [name, value] of Object.entries(asked)) if (value) query.set(name, value);
		if (after) query.set('after', after);
		const answer: { records: Told[]; next: string | null } = await api.get(
			`/portfolios/${encodeURIComponent(portfolio)}/records/${kind}?${query}`,
			signal
		);
		found.push(...answer.records);
		after = answer.next;
		if (!after) break;
	}
	return found;
}
