/**
 * When a wall takes a new build up: at a calm moment, at the latest four minutes after it knows of it. It
 * looks once a minute, so that is within five. Each screen waits a while of its own first, so that a hundred
 * walls do not load at once.
 */

import type { Connection } from '../live/connection.svelte.ts';
import { guardedReload } from './reloading.ts';

export const CALM_MS = 10_000;
export const AT_LATEST_MS = 4 * 60_000;
export const STAGGER_MS = 60_000;

/** Milliseconds that this screen waits, 0 to a minute: the same for the same id. */
export function stagger(id: string): number {
	let hash = 0;
	for (const sign of id) hash = (hash * 31 + sign.charCodeAt(0)) >>> 0;
	return hash % STAGGER_MS;
}

/** Is it time? `wanted`: for how long a new build has been known; `calm`: since the last transition. */
export function isTime(wanted: number, calm: number, waits: number): boolean {
	return wanted >= waits && (calm >= CALM_MS || wanted >= AT_LATEST_MS);
}

export class SelfUpdate {
	#connection: Connection;
	#waits: number;
	#newBuild: () => boolean;
	#lastTransition = performance.now();
	#wantedSince: number | null = null;
	#first: string | null = null;

	constructor(connection: Connection, id: string, newBuild: () => boolean) {
		this.#connection = connection;
		this.#waits = stagger(id);
		this.#newBuild = newBuild;
	}

	transition(): void {
		this.#lastTransition = performance.now();
	}

	/** Called now and then. */
	async check(): Promise<void> {
		const version = this.#connection.serverVersion;
		this.#first ??= version;
		if (version === this.#first && !this.#newBuild()) return;
		const now = performance.now();
		this.#wantedSince ??= now;
		if (!isTime(now - this.#wantedSince, now - this.#lastTransition, this.#waits)) return;
		this.#wantedSince = now; // refused: the next try is a while later
		await guardedReload();
	}
}
