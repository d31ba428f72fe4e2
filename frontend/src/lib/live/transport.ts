/**
 * How frames get here: a websocket that reconnects by itself, or, where proxies break websockets, the
 * same frames by long-poll. Knows nothing of what the frames mean.
 */

import { retryDelay } from './backoff.ts';
import type { ClientMessage, ServerMessage } from './messages.ts';
import { CLOSE } from './messages.ts';

/** After so many attempts that never opened, the long-poll is tried beside the websocket. */
export const ATTEMPTS_BEFORE_POLLING = 3;
const POLL_WAIT_S = 8;
const SOCKET_AGAIN_MS = 60_000;
const OPENS_WITHIN_MS = 8_000;
const OPEN = 1;

export type Terminal = 'unauthenticated' | 'forbidden' | 'unknown-portfolio' | 'bad-protocol' | 'refused';

export interface TransportListener {
	opened(): void;
	closed(): void;
	message(message: ServerMessage): void;
	ended(terminal: Terminal): void;
	/** `epoch-revision` of what is held, for the long-poll; null when nothing is. */
	position(): string | null;
}

export function terminalOf(code: number): Terminal | null {
	if (code < 4500 || code > 4999) return null;
	switch (code) {
		case CLOSE.BAD_PROTOCOL:
			return 'bad-protocol';
		case CLOSE.UNAUTHENTICATED:
			return 'unauthenticated';
		case CLOSE.FORBIDDEN:
			return 'forbidden';
		case CLOSE.UNKNOWN_PORTFOLIO:
			return 'unknown-portfolio';
		default:
			return 'refused';
	}
}

export function terminalOfStatus(status: number): Terminal | null {
	if (status === 401) return 'unauthenticated';
	if (status === 403) return 'forbidden';
	if (status === 404) return 'unknown-portfolio';
	return null;
}

export class Transport {
	#base: string;
	#listener: TransportListener;
	#socket: WebSocket | null = null;
	/** Grows with every attempt; one that has been overtaken opens nothing. */
	#turn = 0;
	#attempt = 0;
	#neverOpened = 0;
	#polling: AbortController | null = null;
	/** The long-poll is answered: the websocket has time. */
	#polled = false;
	#wake: (() => void) | null = null;
	#again: ReturnType<typeof setTimeout> | undefined;
	#stopped = false;

	constructor(base: string, listener: TransportListener) {
		this.#base = base;
		this.#listener = listener;
	}

	get polling(): boolean {
		return this.#polling !== null;
	}

	start(): void {
		void this.#connect();
	}

	send(message: ClientMessage): void {
		if (this.#socket?.readyState === OPEN) {
			this.#socket.send(JSON.stringify(message));
		} else if (message.type === 'resync') {
			this.#restartPolling();
		}
	}

	/** The way is said to be free again (network back, page shown): do not wait out the delay. */
	wake(): void {
		this.#wake?.();
	}

	/** A connection that has been silent for too long is no connection. */
	reconnect(): void {
		if (this.#socket?.readyState === OPEN) this.#abandon();
	}

	stop(): void {
		this.#stopped = true;
		clearTimeout(this.#again);
		this.#polling?.abort();
		this.#polling = null;
		this.#letGo();
		this.#wake?.();
	}

	async #connect(): Promise<void> {
		const turn = (this.#turn += 1);
		const delay = retryDelay(this.#attempt, Math.random());
		this.#attempt += 1;
		await new Promise<void>((resolve) => {
			const timer = setTimeout(resolve, delay);
			this.#wake = () => {
				clearTimeout(timer);
				resolve();
			};
		});
		if (turn !== this.#turn || this.#stopped) return;
		this.#wake = null;
		this.#open();
	}

	/** One websocket; from the moment that it is let go, nothing that it says counts. */
	#open(): void {
		const url = new URL(`${this.#base}/live`, location.href);
		url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
		const socket = (this.#socket = new WebSocket(url.href));
		const late = setTimeout(() => {
			if (socket === this.#socket) this.#abandon();
		}, OPENS_WITHIN_MS);
		socket.addEventListener('open', () => {
			clearTimeout(late);
			if (socket === this.#socket) this.#onOpen();
		});
		socket.addEventListener('close', (event) => {
			clearTimeout(late);
			if (socket === this.#socket) this.#onClose(event.code);
		});
		socket.addEventListener('message', (event) => {
			if (socket === this.#socket) this.#onMessage(event.data);
		});
	}

	/** What does not answer may not say that it has closed either. */
	#abandon(): void {
		this.#letGo();
		this.#onClose(0);
	}

	#letGo(): void {
		this.#turn += 1;
		const socket = this.#socket;
		this.#socket = null;
		socket?.close();
	}

	#onOpen(): void {
		this.#neverOpened = 0;
		this.#polling?.abort();
		this.#polling = null;
		this.#polled = false;
		this.#listener.opened();
	}

	#onMessage(data: unknown): void {
		if (typeof data !== 'string') return;
		this.#attempt = 1; // from here on, a lost connection is tried again with jitter
		this.#listener.message(JSON.parse(data) as ServerMessage);
	}

	#onClose(code: number): void {
		this.#socket = null;
		if (this.#stopped) return;
		const terminal = terminalOf(code);
		if (terminal) return this.#end(terminal);
		this.#neverOpened += 1;
		if (!this.polling) this.#listener.closed();
		if (this.#polled) return this.#holdSocket();
		if (this.#neverOpened >= ATTEMPTS_BEFORE_POLLING && !this.polling) void this.#poll();
		void this.#connect();
	}

	#end(terminal: Terminal): void {
		this.stop();
		this.#listener.ended(terminal);
	}

	#restartPolling(): void {
		if (!this.polling) return;
		this.#polling?.abort();
		void this.#poll({ whole: true });
	}

	async #poll({ whole = false } = {}): Promise<void> {
		const abort = new AbortController();
		this.#polling = abort;
		this.#polled = false;
		let position = whole ? null : this.#listener.position();
		while (this.#polling === abort) {
			const query = position === null ? '' : `?after=${encodeURIComponent(position)}&wait=${POLL_WAIT_S}`;
			const answer = await this.#ask(`${this.#base}/board${query}`, abort.signal);
			if (this.#polling !== abort) return;
			if (answer === null || (!answer.ok && answer.status !== 204)) return this.#endPolling(answer?.status);
			if (!this.#polled) {
				this.#polled = true;
				this.#holdSocket();
				this.#listener.opened();
			}
			this.#listener.message(
				answer.status === 204
					? { type: 'heartbeat', revision: -1, head: -1, as_of: null, lag_ms: 0 }
					: ((await answer.json()) as ServerMessage)
			);
			position = this.#listener.position();
		}
	}

	#endPolling(status = 0): void {
		const polled = this.#polled;
		this.#polling = null;
		this.#polled = false;
		const terminal = terminalOfStatus(status);
		if (terminal) return this.#end(terminal);
		if (!polled) return;
		this.#listener.closed();
		clearTimeout(this.#again);
		void this.#connect();
	}

	/** While polling works, the websocket is tried once a minute only. */
	#holdSocket(): void {
		this.#letGo();
		clearTimeout(this.#again);
		this.#again = setTimeout(() => {
			this.#attempt = 0;
			void this.#connect();
		}, SOCKET_AGAIN_MS);
	}

	async #ask(url: string, signal: AbortSignal): Promise<Response | null> {
		try {
			const deadline = AbortSignal.timeout((POLL_WAIT_S + 10) * 1000);
			return await fetch(url, { signal: AbortSignal.any([signal, deadline]), credentials: 'same-origin' });
		} catch {
			return null;
		}
	}
}
