import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isNamed, kpiName, reasonText, warningText } from './vocabulary.ts';

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const found = (text: string, pattern: RegExp): string[] => [
	...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))
];

/** The codes in the first column of a generated table. */
const codes = (file: string): string[] => found(read(file), /^\| ([A-Z]{2,3}-?\d+) \|/gm);

/** What indicators and forecasts give as the reason for no figure, by the way such words begin. */
const reasons = (): string[] =>
	readdirSync(path.join(ROOT, 'app/domain'), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.py') && !file.startsWith('events'))
		.flatMap((file) =>
			found(read(`app/domain/${file}`), /"((?:no|not|none|nothing|too)_(?!better)[a-z_]+)"/g)
		)
		.filter((word) => !SAID_ELSEWHERE.has(word));

/** Conditions of early warnings, and of predictions: why/conditions.ts and console/foresight.ts have those. */
const SAID_ELSEWHERE = new Set(['no_owner', 'no_response', 'too_few_outcomes', 'no_date', 'too_far_ahead']);

/** Looked at, and as good as any words of ours: the identifier with spaces. */
const AS_WRITTEN = new Set(
	[
		'no_actions no_actual_cost no_baseline no_benefits no_budget no_changes no_contingency no_dates',
		'no_deployments no_evidence no_forecast no_issues no_milestones no_risks no_roles no_target',
		'no_working_days none_open none_started not_held not_started too_old'
	].flatMap((line) => line.split(' '))
);

describe('everything that the domain can say has words', () => {
	test('every indicator', () => {
		const known = [...codes('docs/kpis.md'), 'RES-3', 'RES-4', 'BEN-2', 'IMP-1'];
		expect(known.length).toBeGreaterThan(30);
		expect(known.filter((code) => !isNamed.kpi(code))).toEqual([]);
	});

	test('every early warning and escalation', () => {
		const known = codes('docs/rules.md');
		expect(known.length).toBe(28);
		expect(known.filter((code) => !isNamed.rule(code))).toEqual([]);
	});

	test('every reason for no figure', () => {
		const known = reasons();
		expect(known.length).toBeGreaterThan(30);
		expect(known.filter((reason) => !isNamed.reason(reason) && !AS_WRITTEN.has(reason))).toEqual([]);
	});
});

test('what is new reads like its identifier until it is named', () => {
	expect([kpiName('XYZ-9'), warningText('brand_new'), reasonText('some_new_reason')]).toEqual([
		'XYZ-9',
		'brand new',
		'some new reason'
	]);
});
