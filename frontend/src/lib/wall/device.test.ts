import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { dimmingAt } from './night.ts';
import { OneTab, type Channel } from './oneTab.svelte.ts';
import { AT_LATEST_MS, CALM_MS, isTime, stagger, STAGGER_MS } from './update.ts';

describe('at night', () => {
	const night = { begins: '20:00', ends: '07:00', dim_pct: 70 };
	const at = (hours: number, minutes = 0) => new Date(2026, 2, 2, hours, minutes);

	test('a screen is dimmed over midnight, and not by day', () => {
		expect([at(19, 59), at(20), at(0), at(6, 59), at(7)].map((now) => dimmingAt(night, now))).toEqual([
			0, 0.7, 0.7, 0.7, 0
		]);
	});

	test('a schedule within a day is that part of the day', () => {
		const lunch = { begins: '12:00', ends: '13:00' };

		expect([at(11), at(12, 30), at(13)].map((now) => dimmingAt(lunch, now))).toEqual([0, 0.6, 0]);
	});

	test('a screen without a schedule is never dimmed', () => {
		expect(dimmingAt(null, at(3))).toBe(0);
	});
});

describe('a new build', () => {
	test('is taken up when it is calm, after the screen’s own wait', () => {
		expect(isTime(10_000, CALM_MS, 20_000)).toBe(false);
		expect(isTime(20_000, CALM_MS, 20_000)).toBe(true);
		expect(isTime(20_000, 0, 20_000)).toBe(false);
	});

	test('is taken up after four minutes at the latest', () => {
		expect(isTime(AT_LATEST_MS, 0, STAGGER_MS)).toBe(true);
	});

	test('comes to screens one after the other', () => {
		const waits = Array.from({ length: 50 }, (_, i) => stagger(`screen_${i}`));

		expect(new Set(waits).size).toBeGreaterThan(40);
		expect(stagger('screen_1')).toBe(waits[1]);
		expect(Math.max(...waits)).toBeLessThan(STAGGER_MS);
	});
});

/** Channels of tabs of one browser. */
function aBrowser(): () => Channel {
	const open = new Set<Channel>();
	return () => {
		const channel: Channel = {
			onmessage: null,
			postMessage: (said) => {
				for (const other of open) {
					if (other !== channel) other.onmessage?.({ data: said } as MessageEvent);
				}
			},
			close: () => open.delete(channel)
		};
		open.add(channel);
		return channel;
	};
}

describe('a second tab', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	test('says that another one is the screen', () => {
		const channel = aBrowser();
		const first = new OneTab(channel());
		vi.advanceTimersByTime(2_000);
		const second = new OneTab(channel());

		expect([first.elsewhere, second.elsewhere]).toEqual([false, true]);
	});

	test('gives way also to one that was opened a moment before', () => {
		const channel = aBrowser();
		const [first, second] = [new OneTab(channel()), new OneTab(channel())];
		vi.advanceTimersByTime(20_000);

		expect([first.elsewhere, second.elsewhere]).toEqual([false, true]);
	});

	test('takes over when the first one is closed', () => {
		const channel = aBrowser();
		const first = new OneTab(channel());
		vi.advanceTimersByTime(2_000);
		const second = new OneTab(channel());
		first.stop();
		vi.advanceTimersByTime(7_000);

		expect(second.elsewhere).toBe(false);
	});

	test('takes over when somebody says so, and the first one lets go', () => {
		const channel = aBrowser();
		const first = new OneTab(channel());
		vi.advanceTimersByTime(2_000);
		const second = new OneTab(channel());
		second.take();
		vi.advanceTimersByTime(20_000);

		expect([first.elsewhere, second.elsewhere]).toEqual([true, false]);
	});
});
