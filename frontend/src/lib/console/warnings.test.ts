import { describe, expect, test } from 'vitest';
import type { EarlyWarning } from '../api/foresight.ts';
import { conditionText } from '../why/conditions.ts';
import { countText, evidenceText, limitText, subjectText, timeText } from './warnings.ts';

const warning = (more: Partial<EarlyWarning>): EarlyWarning => ({
	rule: 'EW8',
	name: 'Milestone creep',
	kind: 'reactive',
	severity: 'high',
	...more
});

describe('an early warning', () => {
	test.each([
		[{ observed: '1.23', limit: '1.2', unit: 'ratio' }, '1.23, limit 1.20'],
		[{ observed: '10.22', limit: '10', unit: '%' }, '10.220\u202f%, limit 10\u202f%'],
		[{ observed: '3', limit: '3', unit: 'slips' }, '3 slips, limit 3 slips'],
		[{ observed: '2027-01-05', limit: '2026-12-20', unit: 'date' }, '5 Jan 2027, limit 20 Dec 2026'],
		[{ observed: 'v3', limit: 'v2', unit: 'target' }, 'works towards v3, forecast v2'],
		[{ observed: '1200000', limit: '1000000', unit: 'EUR' }, 'EUR\u00a01.2M, limit EUR\u00a01M'],
		[{ observed: 'eve', unit: 'person' }, 'eve'],
		[{}, '']
	])('says what was seen, against what: %#', (more, text) => {
		expect(limitText(warning(more))).toBe(text);
	});

	test('says which condition holds, of what, how often and when', () => {
		expect(conditionText('CST-3')).toBe('VAC is beyond its tolerance');
		expect(conditionText('brand_new')).toBe('brand new');
		expect(subjectText('risk/R-2', [])).toBe('Risk R-2');
		expect(subjectText('M5', [{ code: 'M5', name: 'Go-live' }])).toBe('M5 Go-live');
		expect(countText(warning({ count: 2 }))).toBe('2 milestones');
		expect(countText(warning({ count: 1 }))).toBe('');
		expect(timeText(warning({ since: '2026-07-09T14:01:00Z', horizon: '2027-05-03' }))).toBe(
			'since 9 Jul 2026, concerns 3 May 2027'
		);
		expect(evidenceText({ name: 'EV', value: '8776800.0000', unit: 'EUR', as_of: '2026-11-26' })).toBe(
			'EV EUR\u00a08.78M, as of 26 Nov 2026'
		);
	});
});
