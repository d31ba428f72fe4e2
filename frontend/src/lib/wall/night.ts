/** When a screen is dimmed, by its own clock. */

import type { Night } from '../api/types.ts';

/** How much of the light is taken away now: 0 by day, else 0.1 to 0.9. */
export function dimmingAt(night: Night | null | undefined, now: Date): number {
	if (!night) return 0;
	const [begins, ends] = [minutes(night.begins), minutes(night.ends)];
	const at = now.getHours() * 60 + now.getMinutes();
	const dark = begins <= ends ? begins <= at && at < ends : at >= begins || at < ends;
	return dark ? (night.dim_pct ?? 60) / 100 : 0;
}

function minutes(time: string): number {
	const [hours, rest] = time.split(':').map(Number);
	return (hours ?? 0) * 60 + (rest ?? 0);
}
