/** The inventory of screens in words: which are meant, what they show, how they are. */

import type { ScreenRow } from '../api/types.ts';
import { clock, day } from '../board/time.ts';
import { SCENE_TITLE, isScene } from '../wall/scenes.ts';

export const CONDITION: Record<ScreenRow['condition'], string> = {
	live: 'Live',
	waiting: 'Waiting for it',
	silent: 'Silent',
	expired: 'Expired',
	revoked: 'Revoked'
};

export type Shown = 'current' | ScreenRow['condition'];

/** `current`: all that are not over. Every word has to be in the name, place, group, portfolio or scene. */
export function filtered(screens: readonly ScreenRow[], text: string, shown: Shown): readonly ScreenRow[] {
	const words = text.toLowerCase().split(/\s+/).filter(Boolean);
	return screens.filter((screen) => {
		const over = screen.condition === 'revoked' || screen.condition === 'expired';
		if (shown === 'current' ? over : screen.condition !== shown) return false;
		const said = [screen.name, screen.place, screen.profile.group, screen.portfolio, screen.about?.scene]
			.join(' ')
			.toLowerCase();
		return words.every((word) => said.includes(word));
	});
}

/** `2,1` is the place in column 2 of row 1. */
export function placeText(spot: string): string {
	const [column, row] = spot.split(',');
	return `column ${column}, row ${row}`;
}

export interface CanvasMap {
	group: string;
	columns: number;
	/** In reading order; null: no screen has this place. */
	places: readonly (ScreenRow | null)[];
}

/** The canvases of all groups, so that a place where nothing hangs is seen before the room sees it. */
export function canvases(screens: readonly ScreenRow[]): CanvasMap[] {
	const hung = screens.filter(
		({ condition, profile }) =>
			profile.group && profile.canvas && condition !== 'revoked' && condition !== 'expired'
	);
	const groups = [...new Set(hung.map(({ profile }) => profile.group ?? ''))].sort();
	return groups.map((group) => {
		const members = hung.filter(({ profile }) => profile.group === group);
		const columns = Math.max(...members.map(({ profile }) => profile.canvas?.columns ?? 1));
		const rows = Math.max(...members.map(({ profile }) => profile.canvas?.rows ?? 1));
		const at = (place: number) =>
			members.find(
				({ profile: { canvas } }) => canvas && (canvas.row - 1) * columns + canvas.column - 1 === place
			);
		return { group, columns, places: Array.from({ length: columns * rows }, (_, i) => at(i) ?? null) };
	});
}

/** Device pixels: `3840 × 2160`. */
export function resolution({ about }: ScreenRow): string {
	return about ? `${Math.round(about.width * about.ratio)} × ${Math.round(about.height * about.ratio)}` : '';
}

/** A build is called after the moment at which it was made. */
export function built({ about }: ScreenRow): string {
	const at = new Date(Number(about?.build));
	return Number.isNaN(at.getTime()) ? (about?.build ?? '') : `${day(at)} ${clock(at)}`;
}

/** `Risks, pinned, muted`. */
export function showing({ about, standing }: ScreenRow): string {
	const scene = about ? (isScene(about.scene) ? SCENE_TITLE[about.scene] : about.scene) : '';
	const marks = [
		standing.pinned && 'pinned',
		standing.paused && 'paused',
		standing.muted && 'muted',
		standing.blank && 'blank'
	];
	return [scene, ...marks].filter(Boolean).join(', ');
}

const VERBS: Record<string, string> = {
	approve: 'Approved',
	edit: 'Set up anew',
	revoke: 'Revoked',
	acknowledge: 'Silence acknowledged',
	identify: 'Identify',
	show: 'Show',
	pin: 'Pin',
	pause: 'Pause',
	reload: 'Reload',
	mute: 'Mute',
	blank: 'Blank',
	message: 'Message',
	takeover: 'Takeover'
};

export const verb = (act: string): string => VERBS[act] ?? act;
