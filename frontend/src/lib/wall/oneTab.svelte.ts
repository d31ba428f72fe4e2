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
	/** `asking`: it is the screen unless another one says so in time. */
	#state: 'asking' | 'screen' | 'elsewhere' = 'asking';
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
		this.#become('screen');
		this.#channel.postMessage('leave');
	}

	stop(): void {
		clearTimeout(this.#answer);
		clearInterval(this.#asking);
		this.#channel.close();
	}

	#ask(): void {
		this.#state = 'asking';
		this.#answer = setTimeout(() => this.#become('screen'), PATIENCE_MS);
		this.#channel.postMessage('who');
	}

	#hear(said: Said): void {
		// Whoever is asked while asking has asked before.
		if (said === 'who' && this.#state !== 'elsewhere') this.#channel.postMessage('me');
		if (said === 'leave' || (said === 'me' && this.#state === 'asking')) this.#become('elsewhere');
	}

	#become(state: 'screen' | 'elsewhere'): void {
		clearTimeout(this.#answer);
		this.#state = state;
		this.elsewhere = state === 'elsewhere';
	}
}
