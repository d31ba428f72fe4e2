/** Records of a project as a compact table: what each kind is called, and what of it fits into a line. */

import type { RecordKind, RecordRow } from '../api/foresight.ts';
import { calendarDay } from '../board/time.ts';
import { capital } from '../board/wording.ts';
import { money } from '../why/tree.ts';

/** What people look for first; the others follow by name. */
const FIRST = [
	'risk',
	'issue',
	'action',
	'change',
	'dependency',
	'assumption',
	'decision',
	'gate',
	'criterion'
];
const PLURAL: Record<string, string> = {
	dependency: 'Dependencies',
	opportunity: 'Opportunities',
	criterion: 'Criteria',
	evidence: 'Evidence',
	person: 'People'
};

export const kindName = (kind: string): string => PLURAL[kind] ?? `${capital(kind)}s`;

export function inOrder<T extends { kind: string }>(kinds: readonly T[]): T[] {
	const rank = ({ kind }: T) => (FIRST.includes(kind) ? FIRST.indexOf(kind) : FIRST.length);
	return [...kinds].sort((a, b) => rank(a) - rank(b) || a.kind.localeCompare(b.kind));
}

/** The orders that the server knows. */
export const SORTS = [
	{ id: 'due', name: 'by due date' },
	{ id: 'changed', name: 'newest change first' },
	{ id: 'ref', name: 'by reference' }
] as const;
export type Sort = (typeof SORTS)[number]['id'];

/** What the address asks for: null is anything. */
export interface Asked {
	kind: string | null;
	state: string | null;
	owner: string | null;
	before: string | null;
	sort: Sort;
}

export function askedFor(query: Pick<URLSearchParams, 'get'>): Asked {
	const sort = SORTS.find(({ id }) => id === query.get('sort'));
	const [kind = null, state = null, owner = null, before = null] = ['kind', ...FILTERS].map((name) =>
		query.get(name)
	);
	return { kind, state, owner, before, sort: sort?.id ?? 'due' };
}

/** In the address, and taken out of it with another kind. */
export const FILTERS = ['state', 'owner', 'before'] as const;
const UNFILTERED = Object.fromEntries(FILTERS.map((name) => [name, null]));

/** Another kind has other states and owners. */
export const ofKind = (kind: string): Record<string, string | null> => ({
	kind,
	record: null,
	...UNFILTERED
});
export const unfiltered = (): Record<string, string | null> => ({ ...UNFILTERED });
export const isFiltered = (asked: Asked): boolean => FILTERS.some((name) => asked[name] !== null);

/** The address of its list; the pages follow it. */
export const listPath = (base: string, kind: string, item: string, asked: Asked, limit: number): string =>
	`${base}/records/${kind}?${queryOf({ item, sort: asked.sort, limit: String(limit) }, asked)}`;

/** The address of the same as one table, without pages. */
export const tablePath = (base: string, kind: string, item: string, asked: Asked): string =>
	`/api/v1${base}/records/${kind}.csv?${queryOf({ item, sort: asked.sort }, asked)}`;

function queryOf(first: Record<string, string>, asked: Asked): URLSearchParams {
	const query = new URLSearchParams(first);
	if (asked.state) query.set('state', asked.state);
	if (asked.owner) query.set('owner', asked.owner);
	if (asked.before) query.set('due_before', asked.before);
	return query;
}

/** `50 of 214`: how many there are is known of a kind and its states only. */
export function countText(shown: number, { count, states }: RecordKind, asked: Asked): string {
	if (asked.owner ?? asked.before) return `${shown} shown`;
	const of = asked.state ? (states.find(({ state }) => state === asked.state)?.count ?? shown) : count;
	return `${shown} of ${of}`;
}

const TITLES = ['title', 'name', 'event', 'statement', 'text', 'role', 'objective', 'skill', 'url'];
/** Said in columns of their own. */
const APART = new Set([...TITLES, 'owner', 'due', 'state', 'opened']);
const MOST = 4;

/** What it is about, in its own words. */
export function titleOf({ attributes, ref }: RecordRow): string {
	const found = TITLES.map((name) => attributes[name]).find((value) => typeof value === 'string');
	return typeof found === 'string' ? found : ref;
}

/** The other attributes in a few words: `prob 60, priority 1`. */
export function rest({ attributes }: RecordRow): string {
	return Object.entries(attributes)
		.filter(([name, value]) => !APART.has(name) && value !== null)
		.slice(0, MOST)
		.map(([name, value]) => `${name.replaceAll('_', ' ')} ${told(value)}`)
		.join(', ');
}

/** A value of an attribute as text: money, days, lists, and objects by their members. */
export function told(value: unknown): string {
	if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return calendarDay(value);
	if (Array.isArray(value)) return value.map(told).join('; ');
	if (value === null || typeof value !== 'object') return String(value);
	const { amount, currency, ...others } = value as Record<string, unknown>;
	if (amount !== undefined && typeof currency === 'string') return money(Number(amount), currency);
	return Object.entries({ ...(amount === undefined ? {} : { amount }), ...others })
		.filter(([, each]) => each !== null)
		.map(([name, each]) => `${name.replaceAll('_', ' ')} ${told(each)}`)
		.join(', ');
}

/** What an event said, beside the reference that it is about. */
export const saidBy = (data: Record<string, unknown> | null): string =>
	data === null
		? 'erased'
		: Object.entries(data)
				.filter(([name, value]) => name !== 'ref' && value !== null)
				.map(([name, value]) => `${name.replaceAll('_', ' ')} ${told(value)}`)
				.join(', ');
