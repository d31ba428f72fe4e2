/** Who of the pool is free when, in full times, by region and by skill; and who is asked for. Pure. */

import { daysBetween } from './due.ts';
import type { Told } from './reads.svelte.ts';

export const HORIZONS = [0, 14, 30] as const;

export interface Capacity {
	label: string;
	/** Full times free on each of the horizons. */
	free: number[];
	people: number;
}

export interface Pool {
	people: readonly Told[];
	allocations: readonly Told[];
	absences: readonly Told[];
	skills: readonly Told[];
}

const GONE = new Set(['not_in_pool', 'inactive']);
const BUSY = new Set(['reserved', 'deployed', 'resting']);

/** The share of a full time that somebody is free on a day, from 0 to 1. */
export function freeOn(person: Told, pool: Pool, day: string): number {
	const state = text(person.attributes['to']) ?? 'not_in_pool';
	if (GONE.has(state)) return 0;
	const given = pool.allocations.filter(
		({ attributes, state }) =>
			attributes['person_ref'] === person.ref && (state === 'confirmed' || state === 'active')
	);
	if (state === 'resting' || (BUSY.has(state) && given.length === 0)) {
		const until = text(person.attributes['until']);
		if (until === null || until >= day) return 0;
	}
	const away = pool.absences.filter(({ item }) => item === person.item);
	const taken = [...given, ...away]
		.filter(({ attributes }) => covers(attributes, day))
		.reduce((sum, { attributes }) => sum + (Number(attributes['pct']) || 100), 0);
	return Math.max(0, 100 - taken) / 100;
}

function covers(attributes: Record<string, unknown>, day: string): boolean {
	const [start, end] = [text(attributes['start']), text(attributes['end'])];
	return (start === null || start <= day) && (end === null || end >= day);
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export const byRegion = (pool: Pool, days: readonly string[]): Capacity[] =>
	capacity(pool, days, ({ attributes }) => [text(attributes['location']) ?? 'no region said']);

export function bySkill(pool: Pool, days: readonly string[]): Capacity[] {
	const skills = new Map<string, string[]>();
	for (const { item, ref } of pool.skills) {
		skills.set(item, [...(skills.get(item) ?? []), ref.replaceAll('-', ' ')]);
	}
	return capacity(pool, days, ({ item }) => skills.get(item) ?? []);
}

function capacity(pool: Pool, days: readonly string[], labels: (person: Told) => string[]): Capacity[] {
	const rows = new Map<string, Capacity>();
	const there = pool.people.filter(({ attributes }) => !GONE.has(text(attributes['to']) ?? 'not_in_pool'));
	for (const person of there) {
		const free = days.map((day) => freeOn(person, pool, day));
		for (const label of labels(person)) {
			const row = rows.get(label) ?? { label, free: days.map(() => 0), people: 0 };
			row.free = row.free.map((sum, i) => sum + (free[i] ?? 0));
			row.people += 1;
			rows.set(label, row);
		}
	}
	return [...rows.values()].sort((a, b) => b.people - a.people || (a.label < b.label ? -1 : 1));
}

export interface Request {
	item: string;
	ref: string;
	role: string;
	pct: number;
	/** Until it is needed; negative when that has passed. */
	days: number;
	key: boolean;
}

/** Who is asked for and not given, the most pressing first. */
export function openRequests(allocations: readonly Told[], today: string): Request[] {
	return allocations
		.filter(({ state, attributes }) => state === 'open' && text(attributes['needed_by']) !== null)
		.map(({ item, ref, attributes }) => ({
			item,
			ref,
			role: text(attributes['role']) ?? ref,
			pct: Number(attributes['pct']) || 100,
			days: daysBetween(today, text(attributes['needed_by']) ?? today),
			key: attributes['key_role'] === true
		}))
		.sort((a, b) => a.days - b.days || (a.ref < b.ref ? -1 : 1));
}

/** `2.5`, `3`: full times without a needless nought. */
export const fullTimes = (value: number): string => value.toFixed(value % 1 === 0 ? 0 : 1);
