import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ForecastQuality, HorizonQuality } from '../api/foresight.ts';
import { basisText, chanceText, flagged, horizonSays, isWorded, percent, verdict } from './foresight.ts';

const horizon = (more: Partial<HorizonQuality>): HorizonQuality => ({
	days: 70,
	outcomes: 514,
	slipped: 212,
	supported: true,
	reason: null,
	auroc: 0.753,
	brier: 0.204,
	base_brier: 0.215,
	precision: 0.744,
	recall: 0.36,
	calibration: [],
	...more
});
const quality = (more: Partial<ForecastQuality>): ForecastQuality => ({
	seq: 9,
	as_of: null,
	reason: null,
	outcomes: 514,
	least_outcomes: 50,
	horizons: [horizon({})],
	...more
});

describe('what the page claims', () => {
	const near = horizon({ days: 28, supported: false, reason: 'no_better_than_base_rate' });
	test.each([
		[quality({}), 'Predictions are shown'],
		[
			quality({ horizons: [horizon({}), near] }),
			'Predictions are shown where they were better than the plain rate'
		],
		[quality({ horizons: [near] }), 'No prediction is shown'],
		[quality({ outcomes: 49 }), 'Not enough outcomes yet: no prediction is shown'],
		[quality({ outcomes: 0 }), 'Not enough outcomes yet: no prediction is shown'],
		[{ seq: 300_000, as_of: null, reason: 'log_too_long' }, 'Not measured: no prediction is shown']
	] as const)('%#', (answer, title) => {
		expect(verdict(answer).title).toBe(title);
	});

	test('what is not certain never reads as certain', () => {
		expect([0.9963, 1, 0.002, 0, 0.714].map(percent)).toEqual([
			'over 99\u202f%',
			'100\u202f%',
			'under 1\u202f%',
			'0\u202f%',
			'71\u202f%'
		]);
	});

	test('each distance says why nothing is shown', () => {
		expect(horizonSays(near)).toBe('Not shown: the plain rate was as good');
		expect(horizonSays(horizon({}))).toBe('Shown: better than the plain rate');
	});

	test('the budget flags at least one where there is any', () => {
		expect([flagged(514, 0.2), flagged(2, 0.2), flagged(0, 0.2)]).toEqual([103, 1, 0]);
	});
});

describe('no prediction without its count', () => {
	const milestone = { milestone: 'M1', name: 'M1', forecast: null, target: null, base_rate: 0.4 };
	const basis = [
		{ condition: 'any', value: null, slipped: 50, cases: 120 },
		{ condition: 'plan_fields', value: true, slipped: 14, cases: 19 }
	];
	test('a chance names the strongest condition with its counts', () => {
		expect(chanceText({ ...milestone, probability: 0.71, reason: null, basis })).toBe(
			'71\u202f% slip · plan fields disagree: 14 of 19 such slipped'
		);
	});

	test('without one it says why', () => {
		expect(chanceText({ ...milestone, probability: null, reason: 'too_far_ahead', basis })).toBe(
			'no prediction: it is too far ahead'
		);
	});

	test('the base rate is of all milestones', () => {
		expect(basis.map(basisText)[0]).toBe('all milestones: 50 of 120 slipped');
	});

	test('every documented reason for none has words', () => {
		const page = readFileSync(path.resolve(import.meta.dirname, '../../../../docs/predictions.md'), 'utf8');
		const table = page.slice(0, page.indexOf('## How good'));
		const reasons = [...table.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, reason]) => reason ?? '');
		expect(reasons.length).toBeGreaterThan(5);
		expect(reasons.filter((reason) => !isWorded(reason))).toEqual([]);
	});
});
