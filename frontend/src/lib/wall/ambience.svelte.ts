/**
 * What an unattended screen needs: it stays awake or says that it may not, hides its cursor, and shifts by a
 * few whole pixels against burn-in.
 */

import type { About } from '../live/messages.ts';

const CURSOR_HIDES_MS = 3_000;
const SHIFT_EVERY_MS = 30_000;
/** At most 8 px from end to end, once round in three minutes. */
const SHIFT_PATH = [
	[0, 0],
	[4, 0],
	[4, 4],
	[0, 4],
	[-4, 4],
	[-4, 0]
] as const;

export class Ambience {
	idle = $state.raw(false);
	shift = $state.raw<readonly [number, number]>(SHIFT_PATH[0]);
	now = $state.raw(new Date());
	/** Whether the browser keeps this device from going to sleep. */
	awake = $state.raw<About['awake']>('unsupported');
	#stops: (() => void)[] = [];

	start(): this {
		let hide: ReturnType<typeof setTimeout> | undefined;
		const moved = () => {
			this.idle = false;
			clearTimeout(hide);
			hide = setTimeout(() => (this.idle = true), CURSOR_HIDES_MS);
		};
		moved();
		addEventListener('pointermove', moved, { passive: true });
		let step = 0;
		const shifting = setInterval(
			() => (this.shift = SHIFT_PATH[++step % SHIFT_PATH.length]!),
			SHIFT_EVERY_MS
		);
		const ticking = setInterval(() => (this.now = new Date()), 1_000);
		const awake = () => void this.#stayAwake();
		awake();
		document.addEventListener('visibilitychange', awake);
		this.#stops = [
			() => removeEventListener('pointermove', moved),
			() => document.removeEventListener('visibilitychange', awake),
			() => clearTimeout(hide),
			() => clearInterval(shifting),
			() => clearInterval(ticking)
		];
		return this;
	}

	stop(): void {
		for (const stop of this.#stops) stop();
	}

	async #stayAwake(): Promise<void> {
		if (document.visibilityState !== 'visible') return;
		if (!isSecureContext) {
			this.awake = 'needs-https';
		} else if ('wakeLock' in navigator) {
			try {
				const lock = await navigator.wakeLock.request('screen');
				this.awake = 'held';
				lock.addEventListener('release', () => (this.awake = 'refused'), { once: true });
			} catch {
				this.awake = 'refused'; // low battery, or the browser's own settings
			}
		}
	}
}
