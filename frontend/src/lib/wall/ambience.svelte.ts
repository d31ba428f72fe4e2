/**
 * What an unattended screen needs: it stays awake, hides its cursor, shifts by a few whole pixels
 * against burn-in, and takes a new build at a calm moment.
 */

import type { Connection } from '../live/connection.svelte.ts';

const CURSOR_HIDES_MS = 3_000;
const SHIFT_EVERY_MS = 30_000;
const SHIFT_PATH = [
	[0, 0],
	[4, 0],
	[4, 4],
	[0, 4],
	[-4, 4],
	[-4, 0]
] as const;
const RELOADS_KEY = 'nerve-reloads';
const CALM_MS = 10_000;
const AT_LATEST_MS = 5 * 60_000;

export class Ambience {
	idle = $state.raw(false);
	shift = $state.raw<readonly [number, number]>(SHIFT_PATH[0]);
	now = $state.raw(new Date());
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
		const awake = () => void stayAwake();
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
}

async function stayAwake(): Promise<void> {
	if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
	try {
		await navigator.wakeLock.request('screen');
	} catch {
		// Refused (no https, low battery): the screen's own settings decide then.
	}
}

/** Reloads for a new server version: when calm, at the latest after five minutes, never in a loop. */
export class SelfUpdate {
	#connection: Connection;
	#lastTransition = performance.now();
	#wantedSince: number | null = null;
	#first: string | null = null;

	constructor(connection: Connection) {
		this.#connection = connection;
	}

	transition(): void {
		this.#lastTransition = performance.now();
	}

	/** Called now and then. */
	async check(): Promise<void> {
		const version = this.#connection.serverVersion;
		if (version === null) return;
		this.#first ??= version;
		if (version === this.#first && this.#connection.terminal !== 'bad-protocol') return;
		const now = performance.now();
		this.#wantedSince ??= now;
		const calm = now - this.#lastTransition > CALM_MS;
		if (!calm && now - this.#wantedSince < AT_LATEST_MS) return;
		if (document.visibilityState === 'visible' && mayReload() && (await healthy())) location.reload();
	}
}

function mayReload(): boolean {
	const recent = (JSON.parse(sessionStorage.getItem(RELOADS_KEY) ?? '[]') as number[]).filter(
		(at) => Date.now() - at < 10 * 60_000
	);
	if (recent.length >= 3) return false;
	sessionStorage.setItem(RELOADS_KEY, JSON.stringify([...recent, Date.now()]));
	return true;
}

async function healthy(): Promise<boolean> {
	try {
		return (await fetch('/healthz', { signal: AbortSignal.timeout(2_000) })).ok;
	} catch {
		return false;
	}
}
