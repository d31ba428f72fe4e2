/**
 * What goes on behind a screen for as long as it is open: one subscription into one board, what has just
 * changed, the screen's own keeping, and a visit to the past while there is one.
 */

import { updated } from '$app/state';
import { untrack } from 'svelte';
import { Board } from '../board/board.svelte.ts';
import { everyMs } from '../live/buffer.ts';
import { Connection } from '../live/connection.svelte.ts';
import { Ambience } from './ambience.svelte.ts';
import type { Command } from '../live/messages.ts';
import type DeviceLayer from './Device.svelte';
import { Pulses } from './pulses.svelte.ts';
import type { SelfUpdate } from './update.ts';
import type { Visit } from './visit.svelte.ts';

const COMMIT_EVERY_MS = 250;
const CHECK_EVERY_MS = 2_000;

export class LiveWall {
	readonly board = new Board();
	readonly pulses = new Pulses(this.board);
	readonly ambience = new Ambience();
	readonly connection: Connection;
	visit = $state.raw<Visit | null>(null);
	#device: ReturnType<typeof DeviceLayer> | undefined;
	/** Commands that came before there was somebody to obey them. */
	#early: Command[] = [];
	#portfolio: string;
	#id: string;
	#update: SelfUpdate | undefined;
	#onAt: (at: string | null) => void;
	#checking: ReturnType<typeof setInterval> | undefined;

	/** `id` is the screen's, if it is one. `onAt` is told where a visit to the past has come to rest; null: it has ended. */
	constructor(portfolio: string, id: string, onAt: (at: string | null) => void) {
		this.#portfolio = portfolio;
		this.#id = id;
		this.#onAt = onAt;
		this.connection = new Connection({
			portfolio,
			schedule: everyMs(COMMIT_EVERY_MS),
			commit: (batch) => {
				this.board.commit(batch);
				if (this.board.generation === 1) this.#prepare();
				if (batch.transitions.length > 0) this.#update?.transition();
				this.pulses.show(batch.transitions, batch.more);
				this.visit?.heard(batch.transitions, batch.more);
				this.#device?.heard(batch.transitions);
			},
			onCommand: (command) => {
				if (this.#device) void this.#device.obey(command);
				else this.#early.push(command);
			},
			about: () => this.#device?.about()
		});
	}

	/** What only a paired screen has; it comes when the board is there. */
	set device(layer: ReturnType<typeof DeviceLayer> | undefined) {
		this.#device = layer;
		if (layer) for (const command of this.#early.splice(0)) void layer.obey(command);
	}

	get device(): ReturnType<typeof DeviceLayer> | undefined {
		return this.#device;
	}

	start(): void {
		this.ambience.start();
		this.connection.start();
		this.#checking = setInterval(() => void this.#keepUpToDate(), CHECK_EVERY_MS);
	}

	stop(): void {
		clearInterval(this.#checking);
		this.connection.stop();
		this.ambience.stop();
		this.pulses.stop();
		this.visit?.stop();
	}

	/** What this build needs to give way to the next is loaded once the board is painted, while its files are there. */
	#prepare(): void {
		requestAnimationFrame(() => setTimeout(() => void this.#keepUpToDate()));
	}

	async #keepUpToDate(): Promise<void> {
		const { SelfUpdate } = await import('./update.ts');
		this.#update ??= new SelfUpdate(this.connection, this.#id, () => updated.current);
		await this.#update.check();
	}

	/** Show the board of this moment of portfolio time; null: the present. */
	goTo(at: string | null): void {
		untrack(() => {
			if (at || this.visit) void this.#visiting().then((visit) => visit.go(at));
		});
	}

	/** The keys of time travel; the first comma begins it. */
	key(event: KeyboardEvent): void {
		if (!this.visit && event.key !== ',') return;
		void this.#visiting().then((visit) => visit.key(event, this.connection.asOf));
	}

	/** What time travel needs comes when it is asked for. */
	async #visiting(): Promise<Visit> {
		const { Visit } = await import('./visit.svelte.ts');
		return (this.visit ??= new Visit(this.#portfolio, this.#onAt));
	}
}
