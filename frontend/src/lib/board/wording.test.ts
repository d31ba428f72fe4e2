import { describe, expect, test } from 'vitest';
import type { Cause, ProjectCard } from '../live/messages.ts';
import { age, calendarDay, clock, clockSeconds, day, moment } from './time.ts';
import {
	causePieces,
	causeText,
	childCauseText,
	declaredDiffers,
	declaredLetter,
	kpiName,
	projectReason,
	quantity,
	warningText
} from './wording.ts';

const cause = (more: Partial<Cause>): Cause => ({ rule: 'CST-1', dimension: 'cost', rag: 'red', ...more });
const AT = '2026-11-23T10:00:00Z';
const card = (more: Partial<ProjectCard>): ProjectCard => ({
	kind: 'project',
	code: 'A',
	name: 'A',
	short: 'A',
	rag: 'red',
	since: AT,
	coverage: { fresh: 1, of: 1 },
	...more
});

describe('a cause in one line', () => {
	const short = (said: Cause) => causePieces(said, true).pieces.join('');

	test.each([
		[cause({ observed: 0.71, limit: 0.9, unit: 'ratio' }), 'CPI 0.71, limit 0.90'],
		[cause({ rule: 'SCH-6', observed: 94, limit: 90, unit: 'days' }), 'late 94\u202fd, limit 90'],
		[cause({ rule: 'CST-3', observed: -7.25, unit: '%' }), 'VAC −7.3\u202f%'],
		[cause({ rule: 'SCH-1', reason: 'too_old' }), 'SPI(t): too old'],
		[cause({ rule: 'XYZ-9', reason: 'some_new_reason' }), 'XYZ-9: some new reason'],
		[cause({ rule: 'coverage', observed: 0.43, limit: 0.6, unit: 'share' }), 'known 43\u202f%, limit 60'],
		[cause({ rule: 'coverage', reason: 'no_evidence' }), 'no evidence'],
		[cause({ rule: 'coverage', reason: 'stale' }), 'known: too old'],
		[cause({ rule: 'RSK-4', observed: 1, limit: 0.5, unit: 'n' }), `${kpiName('RSK-4')} 1, limit 0`],
		[cause({ observed: 0.8986, limit: 0.9, unit: 'ratio' }), 'CPI 0.899, limit 0.90'],
		[cause({ observed: 0.8996, limit: 0.9, unit: 'ratio' }), 'CPI 0.8996, limit 0.90'],
		[cause({}), 'CPI']
	])('%#', (said, text) => {
		expect(causeText(said)).toBe(text);
	});

	test('is empty where there is none', () => {
		expect(causeText(null)).toBe('');
	});

	test('is shorter in a tile, with the sign of the trespass', () => {
		expect(short(cause({ observed: 0.71, limit: 0.9, unit: 'ratio' }))).toBe('CPI 0.71 < 0.90');
		expect(short(cause({ rule: 'SCH-6', observed: 94, limit: 90, unit: 'days' }))).toBe(
			'late 94\u202fd > 90'
		);
		expect(short(cause({ reason: 'no_evidence' }))).toBe('CPI: no evidence');
	});

	test('leaves out the limit first, then the unit; of a reason the index', () => {
		expect(causePieces(cause({ rule: 'SCH-6', observed: 94, limit: 90, unit: 'days' }))).toEqual({
			pieces: ['late 94', '\u202fd', ', limit 90'],
			keep: 'start'
		});
		expect(causePieces(cause({ reason: 'too_old' }))).toEqual({ pieces: ['CPI: ', 'too old'], keep: 'end' });
	});

	test.each([
		['tier_one_red', 'HARB, of the first tier, is red'],
		['red_share', '31\u202f% of the budget is red'],
		['any_red', 'HARB is red'],
		['amber_share', '31\u202f% of the budget is amber'],
		['coverage', 'only 31\u202f% is known'],
		['all_within', 'all within tolerance']
	] as const)('of a parent: %s', (rule, text) => {
		expect(childCauseText({ rule, child: 'project/HARB', share: 0.31 })).toBe(text);
	});

	test('of a parent without particulars still reads', () => {
		expect(childCauseText(null)).toBe('');
		expect(childCauseText({ rule: 'red_share' })).toBe('a quarter of the budget is red');
		expect(childCauseText({ rule: 'any_red' })).toBe('one is red');
		expect(childCauseText({ rule: 'coverage' })).toBe('only a part is known');
	});
});

test('quantities keep two figures of what is small and none of what is not', () => {
	expect(quantity(0.714)).toBe('0.71');
	expect(quantity(12, '%')).toBe('12\u202f%');
	expect(quantity(265, 'working days')).toBe('265 working days');
	expect(quantity(2.5, 'sprints')).toBe('2.50 sprints');
	expect(quantity(2, 'steps')).toBe('2 steps');
	expect(quantity(2, 'n')).toBe('2');
	expect(quantity(1.5, 'n')).toBe('1.5');
});

describe('the declared word', () => {
	const since = AT;
	test.each([
		[{ word: 'Green', rank: 0, since }, 'G'],
		[{ word: 'Amber/Green', rank: 0.5, since }, 'AG'],
		[{ word: 'Amber', rank: 1, since }, 'A'],
		[{ word: 'Amber/Red', rank: 1.5, since }, 'AR'],
		[{ word: 'Red', rank: 2, since }, 'R'],
		[{ word: 'reset', since }, 'R'],
		[{ word: '', since }, '–']
	])('%#', (declared, letter) => {
		expect(declaredLetter(declared)).toBe(letter);
	});

	test('differs only where both can be ranked, or where nothing was computed', () => {
		const declared = { word: 'Green', rank: 0, since };
		expect(declaredDiffers(card({ declared }))).toBe(true);
		expect(declaredDiffers(card({ rag: 'green', declared }))).toBe(false);
		expect(declaredDiffers(card({ rag: 'unknown', declared }))).toBe(true);
		expect(declaredDiffers(card({ rag: 'none', declared }))).toBe(false);
		expect(declaredDiffers(card({ declared: { word: 'hold', since } }))).toBe(false);
		expect(declaredDiffers(card({}))).toBe(false);
	});
});

describe('why a project is shown', () => {
	test('its cause, its warning, or that it could not be assessed', () => {
		expect(projectReason(card({ cause: cause({ observed: 0.7 }) }))).toBe('CPI 0.70');
		expect(projectReason(card({ rag: 'green', cause: cause({ observed: 1 }) }))).toBe('');
		expect(projectReason(card({ rag: 'green', warnings: ['EW14'] }))).toBe('register silent');
		expect(projectReason(card({ degraded: true }))).toBe('could not be assessed');
		expect(warningText('brand_new')).toBe('brand new');
	});
});

describe('time', () => {
	const at = new Date(2026, 10, 23, 14, 31, 7);

	test('ages in one unit', () => {
		const ago = (seconds: number) => age(new Date(at.getTime() - seconds * 1000), at);
		expect([40, 720, 3 * 3600, 6 * 86_400, 400 * 86_400].map(ago)).toEqual([
			'40\u202fs',
			'12\u202fm',
			'3\u202fh',
			'6\u202fd',
			'13\u202fmo'
		]);
		expect(ago(-50)).toBe('0\u202fs');
	});

	test('today is a clock, this year a day, else a date', () => {
		expect(clock(at)).toBe('14:31');
		expect(clockSeconds(at)).toBe('14:31:07');
		expect(moment(at, at)).toBe('14:31');
		expect(moment(new Date(2026, 2, 4), at)).toBe('4 Mar');
		expect(moment(new Date(2021, 2, 4).toISOString(), at)).toBe('4 Mar 2021');
		expect(day(at.toISOString())).toBe('23 Nov 2026');
	});

	test('a calendar date is not moved by a time zone', () => {
		expect(calendarDay('2026-01-01')).toBe('1 Jan 2026');
	});
});
