/**
 * How frames get here: a websocket that reconnects by itself, or, where proxies break websockets, the
 * same frames by long-poll. Knows nothing of what the frames mean.
 */

import { WebSocket as ReconnectingWebSocket } from 'partysocket';
import { retryDelay } from './backoff.ts';
import type { ClientMessage, ServerMessage } from './messages.ts';
import { CLOSE } from './messages.ts';

/** After so many attempts that never opened, the long-poll is tried beside the websocket. */
export const ATTEMPTS_BEFORE_POLLING = 3;
const POLL_WAIT_S = 8;
const SOCKET_AGAIN_MS = 60_000;

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
	// Asked this way round because partysocket's own close events carry no number.
	if (!(code >= 4500 && code <= 4999)) return null;
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
	#socket: ReconnectingWebSocket | null = null;
	#attempt = 0;
	#neverOpened = 0;
	#polling: AbortController | null = null;
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
		const socket = new ReconnectingWebSocket(() => this.#nextUrl(), [], {
			minReconnectionDelay: 0,
			maxReconnectionDelay: 0,
			connectionTimeout: 8_000,
			maxEnqueuedMessages: 0
		});
		socket.addEventListener('open', () => this.#onOpen());
		socket.addEventListener('close', (event) => this.#onClose(event.code));
		socket.addEventListener('message', (event) => this.#onMessage(event.data));
		this.#socket = socket;
	}

	send(message: ClientMessage): void {
		if (this.#socket?.readyState === ReconnectingWebSocket.OPEN) {
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
		if (this.#stopped || this.#socket?.readyState !== ReconnectingWebSocket.OPEN) return;
		this.#socket.reconnect(4000, 'silent');
	}

	stop(): void {
		this.#stopped = true;
		clearTimeout(this.#again);
		this.#polling?.abort();
		this.#polling = null;
		this.#socket?.close();
		this.#wake?.();
	}

	async #nextUrl(): Promise<string> {
		const delay = retryDelay(this.#attempt, Math.random());
		this.#attempt += 1;
		await new Promise<void>((resolve) => {
			const timer = setTimeout(resolve, delay);
			this.#wake = () => {
				clearTimeout(timer);
				resolve();
			};
		});
		this.#wake = null;
		const url = new URL(`${this.#base}/live`, location.href);
		url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
		return url.href;
	}

	#onOpen(): void {
		this.#neverOpened = 0;
		this.#polling?.abort();
		this.#polling = null;
		this.#listener.opened();
	}

	#onMessage(data: unknown): void {
		if (typeof data !== 'string') return;
		this.#attempt = 1; // from here on, a lost connection is tried again with jitter
		this.#listener.message(JSON.parse(data) as ServerMessage);
	}

	#onClose(code: number): void {
		if (this.#stopped) return;
		const terminal = terminalOf(code);
		if (terminal) return this.#end(terminal);
		this.#neverOpened += 1;
		if (!this.polling) this.#listener.closed();
		if (this.#neverOpened >= ATTEMPTS_BEFORE_POLLING && !this.polling) void this.#poll();
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
		let open = false;
		let position = whole ? null : this.#listener.position();
		while (this.#polling === abort) {
			const query = position === null ? '' : `?after=${encodeURIComponent(position)}&wait=${POLL_WAIT_S}`;
			const answer = await this.#ask(`${this.#base}/board${query}`, abort.signal);
			if (this.#polling !== abort) return;
			if (answer === null || (!answer.ok && answer.status !== 204)) {
				this.#polling = null;
				const terminal = terminalOfStatus(answer?.status ?? 0);
				if (terminal) this.#end(terminal);
				else if (open) this.#listener.closed();
				return;
			}
			if (!open) {
				open = true;
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

	/** While polling works, the websocket is tried once a minute only. */
	#holdSocket(): void {
		this.#socket?.close();
		clearTimeout(this.#again);
		this.#again = setTimeout(() => {
			this.#attempt = 0;
			this.#socket?.reconnect();
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
