/** One project's page: its card from the socket, its details by REST, refetched when the card moves. */

import { api, asProblem, type Problem } from '../api/client.ts';
import type { Outlook } from '../api/foresight.ts';
import type { ProjectPage, RecordedEvent, WhyNode } from '../api/types.ts';
import { Board } from '../board/board.svelte.ts';
import { perFrame } from '../live/buffer.ts';
import { Connection } from '../live/connection.svelte.ts';
import { Answer } from './answer.svelte.ts';

const SETTLE_MS = 120;

export class ProjectModel {
	readonly board = new Board();
	readonly connection: Connection;
	details = $state.raw<ProjectPage | null>(null);
	why = $state.raw<WhyNode | null>(null);
	events = $state.raw<readonly RecordedEvent[]>([]);
	nextEvents = $state.raw<number | null>(null);
	problem = $state.raw<Problem | null>(null);
	/** Asked for after everything else: the first time the server walks the whole log for it. */
	readonly outlook = new Answer<Outlook>();

	#base: string;
	#subject: string;
	#seenRev = -1;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#loading = 0;

	constructor(portfolio: string, code: string) {
		this.#base = `/portfolios/${encodeURIComponent(portfolio)}`;
		this.#subject = `project/${code}`;
		this.connection = new Connection({
			portfolio,
			scope: `item:${this.#subject}`,
			schedule: perFrame(),
			commit: (batch) => {
				this.board.commit(batch);
				this.#look();
			}
		});
	}

	start(): void {
		this.connection.start();
		void this.load();
	}

	stop(): void {
		clearTimeout(this.#timer);
		this.connection.stop();
	}

	async load(): Promise<void> {
		const turn = ++this.#loading;
		const code = encodeURIComponent(this.#subject.slice('project/'.length));
		const card = encodeURIComponent(this.#subject);
		try {
			const [details, why, events] = await Promise.all([
				api.get<ProjectPage>(`${this.#base}/projects/${code}`),
				api.get<WhyNode>(`${this.#base}/explain?card=${card}`),
				api.get<{ events: RecordedEvent[]; next: number | null }>(
					`${this.#base}/events?subject=${card}&limit=50`
				)
			]);
			if (turn !== this.#loading) return;
			this.details = details;
			this.why = why;
			this.events = events.events;
			this.nextEvents = events.next;
			this.problem = null;
			this.#seenRev = Math.max(this.#seenRev, details.rev);
			void this.foresee();
		} catch (error) {
			if (turn === this.#loading) this.problem = asProblem(error);
		}
	}

	foresee(): Promise<void> {
		const code = encodeURIComponent(this.#subject.slice('project/'.length));
		return this.outlook.ask(`${this.#base}/projects/${code}/outlook`);
	}

	async moreEvents(): Promise<void> {
		if (this.nextEvents === null) return;
		const card = encodeURIComponent(this.#subject);
		const answer = await api.get<{ events: RecordedEvent[]; next: number | null }>(
			`${this.#base}/events?subject=${card}&limit=50&before=${this.nextEvents}`
		);
		this.events = [...this.events, ...answer.events];
		this.nextEvents = answer.next;
	}

	event(seq: number): Promise<RecordedEvent> {
		const known = this.events.find((event) => event.seq === seq);
		return known ? Promise.resolve(known) : api.get<RecordedEvent>(`${this.#base}/events/${seq}`);
	}

	#look(): void {
		const rev = this.board.get(this.#subject)?.rev ?? -1;
		if (rev <= this.#seenRev) return;
		this.#seenRev = rev;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.load(), SETTLE_MS);
	}
}
