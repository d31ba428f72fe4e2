import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Board } from '../board/board.svelte.ts';
import type { Entry, Transition } from '../live/messages.ts';
import { MAX_PULSES, PULSE_MS, PULSE_STEPS, Pulses } from './pulses.svelte.ts';

const AT = '2026-11-23T10:00:00Z';
const CODES = Array.from({ length: 20 }, (_, i) => `P-${i}`);

const entry = (code: string): Entry => ({
	key: `project/${code}`,
	rev: 1,
	card: {
		kind: 'project',
		code,
		name: code,
		short: code,
		rag: 'red',
		since: AT,
		coverage: { fresh: 1, of: 1 }
	}
});
const turned = (code: string): Transition => ({
	kind: 'rag',
	item: `project/${code}`,
	name: code,
	before: 'green',
	after: 'red',
	revision: 2,
	at: AT
});

let board: Board;
let pulses: Pulses;
const steps = (): number[] => board.projects.map(({ pulse }) => pulse);

beforeEach(() => {
	vi.useFakeTimers();
	board = new Board();
	board.commit({ entries: CODES.map(entry), changes: new Map(), transitions: [], more: 0 });
	pulses = new Pulses(board);
});

afterEach(() => {
	pulses.stop();
	vi.useRealTimers();
});

test('an edge fades in a few steps, and is gone after half a minute', () => {
	pulses.show([turned('P-3')], 0);
	expect(board.project('P-3')?.pulse).toBe(1);
	vi.advanceTimersByTime(PULSE_MS - 1);
	expect(board.project('P-3')?.pulse).toBe(PULSE_STEPS);
	vi.advanceTimersByTime(1);
	expect(steps().every((step) => step === 0)).toBe(true);
});

test('a dozen pulse at once, the others are counted', () => {
	pulses.show(CODES.map(turned), 5);
	expect(steps().filter((step) => step > 0)).toHaveLength(MAX_PULSES);
	expect(pulses.overflow).toBe(CODES.length - MAX_PULSES + 5);
	vi.advanceTimersByTime(PULSE_MS);
	expect(pulses.overflow).toBe(0);
});

test('who turns again begins anew, and takes no second place', () => {
	pulses.show([turned('P-3')], 0);
	vi.advanceTimersByTime(PULSE_MS / 2);
	pulses.show([turned('P-3')], 0);
	expect(board.project('P-3')?.pulse).toBe(1);
	vi.advanceTimersByTime(PULSE_MS - 1);
	expect(board.project('P-3')?.pulse).toBe(PULSE_STEPS);
});
