/**
 * What a paired screen was told: by its setup, by commands that last, by commands of the moment. It decides
 * which scene is on and what lies over it; `Device.svelte` draws that.
 */

import type { Alert, Board } from '../board/board.svelte.ts';
import type { PairedScreen, ScreenProfile, Standing } from '../api/types.ts';
import type { Command, Transition } from '../live/messages.ts';
import { shownAt, turnAt, type Playlist } from './playlist.ts';
import { reasonNotTo } from './reloading.ts';
import { DEFAULT_SCENE, isScene, type Scene } from './scenes.ts';

export const IDENTIFIED_MS = 15_000;
export const MESSAGE_MS = 60_000;
export const TAKEOVER_AT_LEAST_MS = 30_000;
const TAKEOVER_AT_MOST_MS = 10 * 60_000;

export interface Around {
	board: Board;
	/** The time of the server, in milliseconds. */
	serverNow: () => number;
	/** Ask the server what this screen is now. */
	renew: () => Promise<void>;
	sound: () => Promise<string>;
	/** Is there anything that could fill this scene? */
	isConfigured: (scene: Scene) => boolean;
}

export class Device {
	identified = $state.raw(false);
	message = $state.raw<string | null>(null);
	takeover = $state.raw<string | null>(null);
	standing = $state.raw<Standing>({});
	#profile = $state.raw<Partial<ScreenProfile>>({});
	#shown = $state.raw<{ scene: Scene; turn: number } | null>(null);
	#around: Around;
	#timers = new Map<string, ReturnType<typeof setTimeout>>();
	#takenAt = 0;

	constructor(around: Around) {
		this.#around = around;
	}

	/** What the server says that this screen is. */
	setUp(screen: PairedScreen): void {
		this.#profile = screen.profile;
		this.standing = screen.standing;
	}

	get profile(): Partial<ScreenProfile> {
		return this.#profile;
	}

	get playlist(): Playlist {
		const wanted = (this.#profile.scenes ?? []).filter(isScene);
		const filled = wanted.filter((scene) => this.#around.isConfigured(scene));
		const scenes = filled.length > 0 ? filled : wanted;
		const dwellS = scenes.length > 1 ? (this.#profile.dwell_s ?? null) : null;
		return { scenes: scenes.length > 0 ? scenes : [DEFAULT_SCENE], dwellS };
	}

	/** The scene that should be on now, `current` being on; asked every second. */
	scene(current: Scene): Scene {
		const { pinned, paused } = this.standing;
		if (pinned && isScene(pinned)) return pinned;
		const [playlist, now] = [this.playlist, this.#around.serverNow()];
		if (this.#shown && this.#shown.turn === turnAt(playlist, now)) return this.#shown.scene;
		return paused ? current : shownAt(playlist, newReds(this.#around.board.alerts), now);
	}

	/** A critical alert is heard, where the setup says so and nobody muted it. */
	heard(transitions: readonly Transition[]): void {
		const critical = transitions.some(({ kind, after }) => kind === 'alert_raised' && after === 'critical');
		if (critical && this.#profile.sound && !this.standing.muted) void this.#around.sound();
	}

	/** Does what a lead says; why it cannot, or nothing. */
	async obey({ command, argument = null }: Command): Promise<string> {
		switch (command) {
			case 'identify':
				this.identified = true;
				this.#later('identified', IDENTIFIED_MS, () => (this.identified = false));
				return '';
			case 'show':
				if (!isScene(argument ?? '')) return 'This build has no such scene.';
				this.#shown = { scene: argument as Scene, turn: turnAt(this.playlist, this.#around.serverNow()) };
				return '';
			case 'pin':
				if (argument !== null && !isScene(argument)) return 'This build has no such scene.';
				this.standing = { ...this.standing, pinned: argument };
				return '';
			case 'pause':
				this.standing = { ...this.standing, paused: argument === 'on' };
				return '';
			case 'mute':
				this.standing = { ...this.standing, muted: argument === 'on' };
				return '';
			case 'blank':
				this.standing = { ...this.standing, blank: argument === 'on' };
				return '';
			case 'message':
				this.message = argument;
				this.#later('message', MESSAGE_MS, () => (this.message = null));
				return '';
			case 'takeover':
				this.#takeOver(argument);
				return '';
			case 'renew':
				await this.#around.renew();
				return '';
			case 'reload':
				return reasonNotTo();
		}
	}

	stop(): void {
		for (const timer of this.#timers.values()) clearTimeout(timer);
	}

	#takeOver(text: string | null): void {
		const now = performance.now();
		if (text !== null) {
			this.takeover = text;
			this.#takenAt = now;
		}
		const rest = text === null ? this.#takenAt + TAKEOVER_AT_LEAST_MS - now : TAKEOVER_AT_MOST_MS;
		this.#later('takeover', Math.max(0, rest), () => (this.takeover = null));
	}

	#later(what: string, ms: number, then: () => void): void {
		clearTimeout(this.#timers.get(what));
		this.#timers.set(what, setTimeout(then, ms));
	}
}

/** When projects turned red that nobody has acknowledged. */
function newReds(alerts: readonly Alert[]): number[] {
	return alerts
		.filter(({ last }) => last.rule === 'red' && last.label === 'New')
		.map(({ last }) => new Date(last.last_at).getTime());
}
