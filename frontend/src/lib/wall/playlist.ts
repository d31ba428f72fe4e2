/**
 * Which scene a screen shows, from the clock on the wall and nothing else: screens with the same playlist
 * show the same scene at the same server time, whenever they were switched on. Times are in milliseconds.
 */

import type { Scene } from './scenes.ts';

export interface Playlist {
	scenes: readonly Scene[];
	/** Seconds that each scene is shown; null: the first one stays. */
	dwellS: number | null;
}

/** For so long a new unacknowledged red holds its scene; after that it is a count in the strip. */
export const HOLD_MS = 5 * 60_000;

/** Where somebody sees a project turn red; the first of these in a playlist is where it is held. */
const SHOWS_RED: ReadonlySet<Scene> = new Set(['portfolio', 'changes', 'alerts', 'programme', 'overview']);

/** The number of the turn: counted from 1970, so that nobody has to agree on a beginning. */
export function turnAt({ dwellS }: Playlist, serverTime: number): number {
	return dwellS === null ? 0 : Math.floor(serverTime / (dwellS * 1000));
}

/** The scene whose turn it is. */
export function sceneAt(playlist: Playlist, serverTime: number): Scene {
	const { scenes } = playlist;
	return scenes[turnAt(playlist, serverTime) % scenes.length] ?? 'portfolio';
}

/**
 * The scene to show: the one whose turn it is, unless a new red holds another.
 *
 * `reds` are the times at which projects turned red that nobody has acknowledged. One holds the scene that
 * was on when it came, if that shows colours, else the first that does. Those that come meanwhile do not
 * make it longer, and after it every scene has had its turn before the next hold: a bad day does not stop
 * the rotation.
 */
export function shownAt(playlist: Playlist, reds: readonly number[], serverTime: number): Scene {
	const { scenes, dwellS } = playlist;
	if (dwellS === null) return sceneAt(playlist, serverTime);
	let free = -Infinity;
	for (const red of [...reds].sort((a, b) => a - b)) {
		if (red > serverTime) break;
		if (red < free) continue;
		if (serverTime < red + HOLD_MS) return held(playlist, red);
		free = red + HOLD_MS + scenes.length * dwellS * 1000;
	}
	return sceneAt(playlist, serverTime);
}

function held(playlist: Playlist, red: number): Scene {
	const then = sceneAt(playlist, red);
	return SHOWS_RED.has(then) ? then : (playlist.scenes.find((scene) => SHOWS_RED.has(scene)) ?? then);
}
