import { api, asProblem, type Problem } from '../api/client.ts';

type Cursor = string | number | null;
type Page<T> = Record<string, readonly T[] | Cursor> & { next: Cursor };

/** A list that the server answers by pages: as much of it as somebody has asked to see. */
export class Pages<T> {
	rows = $state.raw<readonly T[] | null>(null);
	/** Where the next page begins; null: there is none. */
	next = $state.raw<Cursor>(null);
	problem = $state.raw<Problem | null>(null);
	readonly #member: string;
	readonly #cursor: string;
	#path = '';
	#turn = 0;

	/** `member` of the answer is the list; the address takes its `next` as `cursor`. */
	constructor(member: string, cursor: 'after' | 'before') {
		this.#member = member;
		this.#cursor = cursor;
	}

	/** Another list from its beginning; the same one again as far as it is shown, without showing less meanwhile. */
	ask(path: string): Promise<void> {
		const shown = path === this.#path ? (this.rows?.length ?? 0) : 0;
		this.#path = path;
		return this.#read([], null, shown);
	}

	/** One page more. */
	more(): Promise<void> {
		return this.next === null ? Promise.resolve() : this.#read(this.rows ?? [], this.next, 0);
	}

	async #read(known: readonly T[], from: Cursor, least: number): Promise<void> {
		const turn = ++this.#turn;
		let [found, next] = [known, from];
		try {
			do {
				const at = next === null ? '' : `&${this.#cursor}=${encodeURIComponent(next)}`;
				const page: Page<T> = await api.get<Page<T>>(`${this.#path}${at}`);
				if (turn !== this.#turn) return;
				found = [...found, ...(page[this.#member] as readonly T[])];
				next = page.next;
			} while (next !== null && found.length < least);
			this.rows = found;
			this.next = next;
			this.problem = null;
		} catch (error) {
			if (turn === this.#turn) this.problem = asProblem(error);
		}
	}
}
