import { api, asProblem, type Problem } from '../api/client.ts';

/** What one question to the server has brought: the newest answer, or why there is none. */
export class Answer<T> {
	value = $state.raw<T | null>(null);
	problem = $state.raw<Problem | null>(null);
	#turn = 0;

	/** What an earlier question still brings is dropped; its answer stays on screen until the new one is here. */
	async ask(path: string): Promise<void> {
		const turn = ++this.#turn;
		try {
			const value = await api.get<T>(path);
			if (turn !== this.#turn) return;
			this.value = value;
			this.problem = null;
		} catch (error) {
			if (turn === this.#turn) this.problem = asProblem(error);
		}
	}
}
