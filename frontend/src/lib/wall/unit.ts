/**
 * The wall unit: how many CSS pixels an arc-minute is, for the furthest viewer of this screen.
 *
 * Letters are legible by the angle they fill, not by their pixels (ISO 9241, NUREG-0700): key text has
 * a cap height of 20 arc-minutes, nothing that must be read is under 16.
 */

export interface ScreenProfile {
	/** Inches. */
	diagonal: number;
	/** Metres to the furthest viewer. */
	distance: number;
}

export const DEFAULT_PROFILE: ScreenProfile = { diagonal: 55, distance: 4 };
export const CAP_HEIGHT_EM = 0.72;
export const KEY_ARCMIN = 20;
export const FLOOR_ARCMIN = 16;

const MM_PER_INCH = 25.4;
const ARC_MINUTE = Math.tan(Math.PI / (180 * 60));

export function pixelsPerArcMinute(width: number, height: number, profile: ScreenProfile): number {
	const pixelsPerMm = Math.hypot(width, height) / (profile.diagonal * MM_PER_INCH);
	return profile.distance * 1000 * ARC_MINUTE * pixelsPerMm;
}

/** The font size whose capitals fill the angle. */
export function fontSize(arcMinutes: number, unit: number): number {
	return (arcMinutes * unit) / CAP_HEIGHT_EM;
}

/** From whatever a screen's profile holds, with an override in the address (`?diagonal=75&distance=5`). */
export function profileFrom(
	stored: Record<string, unknown> | undefined,
	query: URLSearchParams
): ScreenProfile {
	const read = (name: keyof ScreenProfile, low: number, high: number): number => {
		const value = Number(query.get(name) ?? stored?.[name] ?? stored?.[STORED[name]]);
		return Number.isFinite(value) && value >= low && value <= high ? value : DEFAULT_PROFILE[name];
	};
	return { diagonal: read('diagonal', 5, 300), distance: read('distance', 0.3, 50) };
}

const STORED: Record<keyof ScreenProfile, string> = { diagonal: 'diagonal_in', distance: 'distance_m' };
