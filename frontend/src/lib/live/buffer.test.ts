import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CommitBuffer, everyMs, MAX_TRANSITIONS, perFrame, type Batch } from './buffer.ts';
import type { Change, Transition } from './messages.ts';

const change = (key: string, rev: number): Change => ({ key, rev, card: null });
const apply = (changes: Change[], transitions: Transition[] = [], more = 0) =>
	({ do: 'apply', changes, transitions, more }) as const;
const transition = (revision: number) => ({ revision }) as Transition;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function buffered(window = 250) {
	const batches: Batch[] = [];
	const buffer = new CommitBuffer((batch) => batches.push(batch), everyMs(window));
	return { buffer, batches };
}

describe('commits', () => {
	test('happen at once when idle, then at most four times a second', () => {
		const { buffer, batches } = buffered();
		for (let i = 0; i < 200; i += 1) {
			buffer.push(apply([change('a', i)]));
			vi.advanceTimersByTime(5);
		}
		vi.advanceTimersByTime(300);
		expect(batches.length).toBeGreaterThanOrEqual(4);
		expect(batches.length).toBeLessThanOrEqual(5);
	});

	test('hold the latest change of a key only', () => {
		const { buffer, batches } = buffered();
		buffer.push(apply([change('a', 1), change('b', 1)]));
		buffer.push(apply([change('a', 2)]));
		vi.runAllTimers();
		expect([...(batches[0]?.changes.values() ?? [])].map((c) => [c.key, c.rev])).toEqual([
			['a', 2],
			['b', 1]
		]);
	});

	test('start over from a snapshot', () => {
		const { buffer, batches } = buffered();
		buffer.push(apply([change('a', 1)]));
		buffer.push({ do: 'replace', entries: [] });
		vi.runAllTimers();
		expect(batches).toHaveLength(1);
		expect(batches[0]?.entries).toEqual([]);
		expect(batches[0]?.changes.size).toBe(0);
	});

	test('keep the newest transitions in order and count the rest', () => {
		const { buffer, batches } = buffered();
		buffer.push(
			apply(
				[],
				Array.from({ length: MAX_TRANSITIONS + 7 }, (_, i) => transition(i)),
				30
			)
		);
		vi.runAllTimers();
		expect(batches[0]?.transitions.at(-1)?.revision).toBe(MAX_TRANSITIONS + 6);
		expect(batches[0]?.more).toBe(37);
	});

	test('do not happen for what is not about cards, nor after stop', () => {
		const { buffer, batches } = buffered();
		buffer.push({ do: 'send', message: { type: 'resync', reason: 'gap' } });
		buffer.push(apply([change('a', 1)]));
		buffer.stop();
		vi.runAllTimers();
		expect(batches).toEqual([]);
	});
});

describe('per frame', () => {
	test('commits once, by the frame or by the clock when no frame comes', () => {
		vi.stubGlobal('requestAnimationFrame', () => 1);
		vi.stubGlobal('cancelAnimationFrame', () => {});
		const task = vi.fn();
		perFrame()(task);
		vi.advanceTimersByTime(1_000);
		expect(task).toHaveBeenCalledOnce();
		perFrame()(task)();
		vi.advanceTimersByTime(2_000);
		expect(task).toHaveBeenCalledOnce();
		vi.unstubAllGlobals();
	});
});
