/**
 * The one live line of a page: transport → protocol → buffer → board, and an honest word on how fresh
 * the result is. Components read `freshness`, `asOf` and `terminal`; they never touch the socket.
 */

import { CommitBuffer, type Batch, type Schedule } from './buffer.ts';
import { freshness, type Freshness } from './freshness.ts';
import type { About, Command, ServerMessage } from './messages.ts';
import { disconnected, emptyReplica, hello, receive, tick, type Effect } from './protocol.ts';
import { Transport, type Terminal } from './transport.ts';

const TICK_MS = 500;
const ACK_EVERY_MS = 5_000;
const GIVE_UP_SILENT_MS = 40_000;

export interface ConnectionOptions {
	portfolio: string;
	scope?: string;
	commit: (batch: Batch) => void;
	schedule: Schedule;
	onCommand?: (command: Command) => void;
	/** What a wall says of itself with every ack. */
	about?: () => About | undefined;
}

export class Connection {
	freshness = $state.raw<Freshness>({ state: 'connecting', seconds: 0 });
	/** Portfolio time of what is shown. */
	asOf = $state.raw<string | null>(null);
	/** When, by this computer's clock, the server last said that this is the state. */
	heardAt = $state.raw<Date | null>(null);
	revision = $state.raw(-1);
	/** A snapshot has been committed. */
	ready = $state.raw(false);
	terminal = $state.raw<Terminal | null>(null);
	serverVersion = $state.raw<string | null>(null);
	transport = $state.raw<'socket' | 'poll'>('socket');

	#options: ConnectionOptions;
	#replica = emptyReplica();
	#buffer: CommitBuffer;
	#transport: Transport;
	#pulse = {
		startedAt: now(),
		lastFrameAt: null as number | null,
		closedSince: now() as number | null,
		lagMs: 0
	};
	#timer: ReturnType<typeof setInterval> | undefined;
	#openedAt = 0;
	#ackedAt = 0;
	#renderedMs = 0;
	/** One rendering is measured for each ack: to ask for a frame costs as much as a change. */
	#measured = false;

	constructor(options: ConnectionOptions) {
		this.#options = options;
		this.#buffer = new CommitBuffer((batch) => this.#commit(batch), options.schedule);
		this.#transport = new Transport(`/api/v1/portfolios/${encodeURIComponent(options.portfolio)}`, {
			opened: () => this.#opened(),
			closed: () => this.#closed(),
			message: (message) => this.#message(message),
			ended: (terminal) => this.#ended(terminal),
			position: () => {
				const { epoch, revision } = this.#replica;
				return epoch === null ? null : `${epoch}-${revision}`;
			}
		});
	}

	start(): this {
		this.#pulse.startedAt = this.#pulse.closedSince = now();
		this.#transport.start();
		this.#timer = setInterval(() => this.#tick(), TICK_MS);
		addEventListener('online', this.#wake);
		document.addEventListener('visibilitychange', this.#wake);
		return this;
	}

	stop(): void {
		clearInterval(this.#timer);
		removeEventListener('online', this.#wake);
		document.removeEventListener('visibilitychange', this.#wake);
		this.#buffer.stop();
		this.#transport.stop();
	}

	/** Checksums that disagreed since the page was opened. */
	get mismatches(): number {
		return this.#replica.mismatches;
	}

	/** How long the rendering took that was measured last. */
	get renderedMs(): number {
		return Math.round(this.#renderedMs);
	}

	/** The command was obeyed, or could not be. */
	done(id: string, problem?: string): void {
		this.#transport.send({ type: 'done', id, problem: problem ?? null });
	}

	#wake = (): void => this.#transport.wake();

	#opened(): void {
		this.#pulse.closedSince = null;
		this.#openedAt = now();
		this.transport = this.#transport.polling ? 'poll' : 'socket';
		disconnected(this.#replica);
		if (!this.#transport.polling) {
			this.#transport.send(hello(this.#replica, this.#options.portfolio, this.#options.scope ?? 'all'));
		}
	}

	#closed(): void {
		this.#pulse.closedSince ??= now();
		disconnected(this.#replica);
	}

	#ended(terminal: Terminal): void {
		this.#closed();
		this.terminal = terminal;
		clearInterval(this.#timer);
	}

	#message(message: ServerMessage): void {
		this.#pulse.lastFrameAt = now();
		this.#run(receive(this.#replica, message, now()));
		this.#pulse.lagMs = this.#replica.lagMs;
		if (!this.#buffer.waiting) this.#publish();
		this.#judge();
	}

	/** What is said of the board is said of the one that is shown: with its cards, not before. */
	#publish(): void {
		this.heardAt = new Date();
		this.serverVersion = this.#replica.serverVersion;
		this.asOf = this.#replica.asOf;
		this.revision = this.#replica.revision;
	}

	#run(effects: Effect[]): void {
		for (const effect of effects) {
			if (effect.do === 'send') {
				if (effect.message.type === 'resync') {
					console.warn(`Nerve Centre: asking for a new snapshot (${effect.message.reason})`);
				}
				this.#transport.send(effect.message);
			} else if (effect.do === 'command') {
				this.#options.onCommand?.(effect.command);
			} else {
				this.#buffer.push(effect);
			}
		}
	}

	#tick(): void {
		this.#run(tick(this.#replica, now()));
		this.#judge();
		// Silence counts from the opening: a new socket is given its time after a long outage.
		const silent = now() - Math.max(this.#pulse.lastFrameAt ?? this.#pulse.startedAt, this.#openedAt);
		if (silent > GIVE_UP_SILENT_MS && this.#pulse.closedSince === null) this.#transport.reconnect();
		if (this.ready && now() - this.#ackedAt >= ACK_EVERY_MS && this.#pulse.closedSince === null) {
			this.#ackedAt = now();
			this.#measured = false;
			const revision = this.#replica.revision;
			const about = this.#options.about?.();
			this.#transport.send({
				type: 'ack',
				revision,
				rendered_ms: this.renderedMs,
				...(about && { about })
			});
		}
	}

	#judge(): void {
		const next = freshness(this.#pulse, now());
		const shown = this.freshness;
		if (next.state !== shown.state || next.seconds !== shown.seconds) this.freshness = next;
	}

	#commit(batch: Batch): void {
		const began = now();
		this.#options.commit(batch);
		this.#publish();
		if (batch.entries) this.ready = true;
		if (this.#measured) return;
		this.#measured = true;
		requestAnimationFrame(() => setTimeout(() => (this.#renderedMs = now() - began)));
	}
}

function now(): number {
	return performance.now();
}
