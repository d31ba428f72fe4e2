/**
 * The burn-up of a programme: how much of the plans should be done and how much is, as the mean over its projects.
 * Each counts once: their budgets are in currencies of their own. Pure; shares are 0 to 1, instants milliseconds.
 */

import type { CurvePoint, ProjectPage } from '../api/types.ts';

const STEPS = 40;
const NEARLY = 0.99;

export interface Point {
	at: number;
	share: number;
}

export interface BurnUp {
	/** How many projects it is the mean of. */
	projects: number;
	/** What should be done by now. */
	plan: number;
	planned: Point[];
	/** Up to now; a project's newest figure holds until the next. */
	earned: Point[];
	/** From now on: if all finish at their P90, and at their P10. Only where that is foretold of each. */
	slow: Point[];
	fast: Point[];
}

type Page = Pick<ProjectPage, 'burn_up' | 'forecast'>;

interface Course {
	planned: Point[];
	earned: Point[];
	band: { p10: number; p90: number } | null;
}

export function burnUpOf(pages: readonly Page[], now: number): BurnUp | null {
	const courses = pages.flatMap((page) => courseOf(page) ?? []);
	if (courses.length === 0) return null;
	const foretold = courses.every(({ band, earned }) => band || (earned.at(-1)?.share ?? 0) >= 1);
	const ends = courses.flatMap(({ planned, band }) => [planned.at(-1)?.at ?? 0, band?.p90 ?? 0]);
	const from = Math.min(...courses.map(({ planned }) => planned[0]?.at ?? now));
	const last = Math.max(now, ...ends);
	const along = (begin: number, end: number) =>
		Array.from({ length: STEPS + 1 }, (_, i) => begin + ((end - begin) * i) / STEPS);
	const mean = (at: number, share: (course: Course) => number) => ({
		at,
		share: courses.reduce((sum, course) => sum + share(course), 0) / courses.length
	});
	const planned = (at: number) => mean(at, ({ planned }) => between(planned, at));
	const slowly = (at: number) => mean(at, (course) => heading(course, 'p90', at, now));
	// The last hundredth may take years, and says nothing.
	const to =
		along(Math.max(from, now), last).find(
			(at) => planned(at).share > NEARLY && (!foretold || slowly(at).share > NEARLY)
		) ?? last;
	return {
		projects: courses.length,
		plan: planned(now).share,
		planned: along(from, to).map(planned),
		earned: along(from, Math.max(from, now)).map((at) => mean(at, ({ earned }) => held(earned, at))),
		slow: foretold ? along(now, to).map(slowly) : [],
		fast: foretold ? along(now, to).map((at) => mean(at, (course) => heading(course, 'p10', at, now))) : []
	};
}

/** Of its plan's whole; null where there is no plan, or nothing was ever reported. */
function courseOf({ burn_up: points, forecast }: Page): Course | null {
	const series = (key: 'pv' | 'ev') =>
		points.flatMap((point: CurvePoint) =>
			point[key] == null ? [] : [{ at: Date.parse(point.date), share: Number(point[key]) }]
		);
	const [planned, earned] = [series('pv'), series('ev')];
	const whole = planned.at(-1)?.share ?? 0;
	if (!(whole > 0) || earned.length === 0) return null;
	const of = (all: Point[]) => all.map(({ at, share }) => ({ at, share: Math.min(1, share / whole) }));
	const { p10, p90 } = forecast.finish.band ?? {};
	const band = p10 && p90 ? { p10: Date.parse(p10), p90: Date.parse(p90) } : null;
	return { planned: of(planned), earned: of(earned), band };
}

function held(points: readonly Point[], at: number): number {
	return points.findLast((point) => point.at <= at)?.share ?? 0;
}

function between(points: readonly Point[], at: number): number {
	const next = points.findIndex((point) => point.at > at);
	if (next === -1) return points.at(-1)?.share ?? 0;
	const [before, after] = [points[next - 1], points[next]];
	if (!before || !after) return 0;
	return before.share + ((after.share - before.share) * (at - before.at)) / (after.at - before.at);
}

/** In a straight line from what is earned now to the whole at the end that is foretold. */
function heading({ earned, band }: Course, key: 'p10' | 'p90', at: number, now: number): number {
	const begin = held(earned, now);
	if (!band || band[key] <= now) return band ? 1 : begin;
	return Math.min(1, begin + ((1 - begin) * (at - now)) / (band[key] - now));
}
