import { describe, expect, test } from 'vitest';
import type { DeclaredReport } from '../api/types.ts';
import { ownPeriod, runs } from './declared.ts';

const report = (at: string, word: string, period?: string): DeclaredReport => ({
	at: `${at}T12:00:00Z`,
	period: period ?? at,
	words: { overall: word },
	seq: Number(at.replaceAll('-', ''))
});

describe('declared reports', () => {
	test('that say the same as the one before are one run, newest first', () => {
		const days = ['2026-06-11', '2026-06-18', '2026-06-25', '2026-07-02'];
		const found = runs(days.map((at, i) => report(at, i === 0 ? 'amber' : 'green')));
		expect(found.map(({ newest, before }) => [newest.words.overall, before.length])).toEqual([
			['green', 2],
			['amber', 0]
		]);
		expect(found[0]?.newest.at).toContain('2026-07-02');
		expect(found[0]?.before.at(-1)?.at).toContain('2026-06-18');
	});

	test('tell their period only where it is another day', () => {
		expect(ownPeriod(report('2026-06-11', 'green'))).toBe('');
		expect(ownPeriod(report('2026-06-11', 'green', '2026-05-31'))).toBe('31 May 2026');
		expect(ownPeriod(report('2026-06-11', 'green', 'Q2'))).toBe('Q2');
		expect(ownPeriod({ ...report('2026-06-11', 'green'), period: null })).toBe('');
	});
});
