/** What a lead says of a screen, as a form holds it and as the server takes it. */

import type { ScreenProfile, ScreenRow, ScreenSetup } from '../api/types.ts';
import { SCENES, type Scene } from '../wall/scenes.ts';

/** Everything as text or a tick, as fields have it; an empty text says nothing. */
export interface Draft {
	name: string;
	place: string;
	/** Empty: any. */
	portfolio: string;
	theme: 'dark' | 'light';
	colours: 'calm' | 'classic';
	diagonal: string;
	distance: string;
	scenes: Scene[];
	/** Seconds; empty: no rotation. */
	dwell: string;
	group: string;
	/** Screens beside and above each other, and which this one is, as `2,1`; without a group none is used. */
	columns: string;
	rows: string;
	spot: string;
	names: boolean;
	sound: boolean;
	nightBegins: string;
	nightEnds: string;
	dim: string;
	/** The last day, as `2026-03-31`. */
	lastDay: string;
}

export function draftOf(screen?: ScreenRow): Draft {
	const profile = screen?.profile ?? {};
	return {
		name: screen?.name ?? '',
		place: screen?.place ?? '',
		portfolio: screen?.portfolio ?? '',
		theme: profile.theme ?? 'dark',
		colours: profile.colours ?? 'calm',
		diagonal: String(profile.diagonal_in ?? 55),
		distance: String(profile.distance_m ?? 4),
		scenes: (profile.scenes as Scene[] | undefined) ?? ['portfolio'],
		dwell: profile.dwell_s ? String(profile.dwell_s) : '',
		group: profile.group ?? '',
		columns: String(profile.canvas?.columns ?? 1),
		rows: String(profile.canvas?.rows ?? 1),
		spot: profile.canvas ? `${profile.canvas.column},${profile.canvas.row}` : '',
		names: profile.names ?? false,
		sound: profile.sound ?? false,
		nightBegins: profile.night?.begins ?? '',
		nightEnds: profile.night?.ends ?? '',
		dim: String(profile.night?.dim_pct ?? 60),
		lastDay: screen?.expires_at ? localDay(new Date(screen.expires_at)) : ''
	};
}

export function setupOf(draft: Draft): ScreenSetup {
	return {
		name: draft.name,
		place: draft.place.trim() || null,
		portfolio: draft.portfolio || null,
		expires_at: draft.lastDay ? endOf(draft.lastDay).toISOString() : null,
		profile: {
			theme: draft.theme,
			colours: draft.colours,
			diagonal_in: Number(draft.diagonal),
			distance_m: Number(draft.distance),
			// As ticked, in the order of the scenes; none ticked is the default one.
			scenes: draft.scenes.length > 0 ? SCENES.filter((s) => draft.scenes.includes(s)) : ['portfolio'],
			dwell_s: draft.dwell && draft.scenes.length > 1 ? Number(draft.dwell) : null,
			group: draft.group.trim() || null,
			canvas: canvasOf(draft),
			names: draft.names,
			sound: draft.sound,
			night:
				draft.nightBegins && draft.nightEnds
					? { begins: draft.nightBegins, ends: draft.nightEnds, dim_pct: Number(draft.dim) }
					: null
		}
	};
}

/** The places of a canvas in reading order, as `spot` has them. */
export function spotsOf({ columns, rows }: Pick<Draft, 'columns' | 'rows'>): string[] {
	const across = Array.from({ length: Number(columns) }, (_, i) => i + 1);
	return Array.from({ length: Number(rows) }, (_, i) => across.map((column) => `${column},${i + 1}`)).flat();
}

function canvasOf(draft: Draft): ScreenProfile['canvas'] {
	if (!draft.group.trim() || !draft.spot || !spotsOf(draft).includes(draft.spot)) return null;
	const [column = 1, row = 1] = draft.spot.split(',').map(Number);
	return { columns: Number(draft.columns), rows: Number(draft.rows), column, row };
}

/** The last instant of a day, where whoever says it is. */
function endOf(day: string): Date {
	return new Date(`${day}T23:59:59`);
}

function localDay(at: Date): string {
	const two = (n: number) => String(n).padStart(2, '0');
	return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
