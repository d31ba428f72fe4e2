/**
 * A screen is shown in one tab of its browser: a second one says so instead, and takes over when the first is
 * gone or somebody says so. Otherwise both would report, and nobody knew which one the room sees.
 */

const ASKS_EVERY_MS = 5_000;
const PATIENCE_MS = 1_000;

type Said = 'who' | 'me' | 'leave';

/** What it needs of a BroadcastChannel. */
export interface Channel {
	postMessage(said: Said): void;
	onmessage: ((event: MessageEvent<Said>) => void) | null;
	close(): void;
}

export class OneTab {
	/** Another tab is the screen. */
	elsewhere = $state.raw(false);
	#channel: Channel;
	#settled = false;
	#answer: ReturnType<typeof setTimeout> | undefined;
	#asking: ReturnType<typeof setInterval>;

	constructor(channel: Channel = new BroadcastChannel('nerve-screen')) {
		this.#channel = channel;
		channel.onmessage = ({ data }) => this.#hear(data);
		this.#ask();
		this.#asking = setInterval(() => this.elsewhere && this.#ask(), ASKS_EVERY_MS);
	}

	/** This tab is the screen from now on. */
	take(): void {
		clearTimeout(this.#answer);
		this.#channel.postMessage('leave');
		this.elsewhere = false;
		this.#settled = true;
	}

	stop(): void {
		clearTimeout(this.#answer);
		clearInterval(this.#asking);
		this.#channel.close();
	}

	#ask(): void {
		clearTimeout(this.#answer);
		this.#answer = setTimeout(() => {
			this.elsewhere = false;
			this.#settled = true;
		}, PATIENCE_MS);
		this.#channel.postMessage('who');
	}

	#hear(said: Said): void {
		if (said === 'who' && this.#settled) {
			this.#channel.postMessage('me');
		} else if (said === 'leave' || (said === 'me' && !this.#settled)) {
			clearTimeout(this.#answer);
			this.elsewhere = true;
			this.#settled = false;
		}
	}
}
