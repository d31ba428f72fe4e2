import { describe, expect, test } from 'vitest';
import type { ProjectCard, Rag } from '../live/messages.ts';
import { after, before, densityOf, stateAt, type CardState } from './past.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 26, 10, minute)).toISOString();
const state = (revision: number, minute: number, rag: Rag | null): CardState => ({
	revision,
	as_of: at(minute),
	card: rag && ({ kind: 'project', rag } as ProjectCard)
});
/** Green, then red, told twice at once, then gone. */
const states = [
	state(9, 40, null),
	state(7, 20, 'red'),
	state(6, 20, 'red'),
	state(5, 10, 'red'),
	state(1, 0, 'green')
];

describe('from a moment of the past of a project', () => {
	test('it was in the newest state up to then', () => {
		expect(stateAt(states, at(25))?.revision).toBe(7);
		expect(stateAt(states, at(-1))).toBeUndefined();
	});

	test('the change before is that before the state which is shown', () => {
		expect(before(states, at(25))?.revision).toBe(5);
		expect(before(states, at(0))).toBeUndefined();
	});

	test('the change after is the first one later than the moment', () => {
		expect(after(states, at(10))?.revision).toBe(6);
		expect(after(states, at(-1))?.revision).toBe(1);
		expect(after(states, at(40))).toBeUndefined();
	});
});

test('changes and turns of colour are counted in equal parts; being gone is a turn', () => {
	const { from, to, buckets } = densityOf(states, 4);

	expect([from, to]).toEqual([at(0), at(40)]);
	expect(buckets.map(({ changes }) => changes)).toEqual([1, 1, 2, 1]);
	expect(buckets.map(({ transitions }) => transitions)).toEqual([0, 1, 0, 1]);
});

test('a single state has no span to draw', () => {
	expect(densityOf(states.slice(-1), 4).buckets).toEqual([]);
	expect(densityOf([], 4).buckets).toEqual([]);
});
