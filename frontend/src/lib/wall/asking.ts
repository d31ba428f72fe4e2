/**
 * Where websockets are broken the board comes by long-poll, and a screen asks once a second what it is told;
 * it says what it shows, and what it did, with the same request.
 */

import { api } from '../api/client.ts';
import type { Ack, Command, Done } from '../live/messages.ts';

const ASKS_EVERY_MS = 1_000;

export class Asking {
	#path: string;
	#ack: () => Ack;
	#obey: (command: Command) => void;
	#done: Done[] = [];
	#timer: ReturnType<typeof setTimeout> | undefined;
	#on = false;

	constructor(portfolio: string, ack: () => Ack, obey: (command: Command) => void) {
		this.#path = `/portfolios/${encodeURIComponent(portfolio)}/commands`;
		this.#ack = ack;
		this.#obey = obey;
	}

	/** Asks until it is told to stop. */
	start(): () => void {
		this.#on = true;
		void this.#ask();
		return () => {
			this.#on = false;
			clearTimeout(this.#timer);
		};
	}

	/** It did what it was told, or says why not. */
	answer(id: string, problem: string | null): void {
		this.#done.push({ type: 'done', id, problem });
		clearTimeout(this.#timer);
		void this.#ask();
	}

	async #ask(): Promise<void> {
		const done = this.#done.splice(0);
		try {
			const told = await api.post<{ commands: Command[] }>(this.#path, { ack: this.#ack(), done });
			for (const command of told.commands) this.#obey(command);
		} catch {
			this.#done.unshift(...done); // the next time
		}
		clearTimeout(this.#timer);
		if (this.#on) this.#timer = setTimeout(() => void this.#ask(), ASKS_EVERY_MS);
	}
}
