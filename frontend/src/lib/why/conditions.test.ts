import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { conditionText, isNamedCondition } from './conditions.ts';

/** The column of conditions in the generated table of rules. */
function conditions(): string[] {
	const page = readFileSync(path.resolve(import.meta.dirname, '../../../../docs/rules.md'), 'utf8');
	const rows = page.split('\n').filter((line) => line.startsWith('|'));
	const column = rows[0]?.split('|').findIndex((head) => head.trim() === 'Conditions') ?? -1;
	return rows
		.slice(2)
		.flatMap((row) => (row.split('|')[column] ?? '').split(','))
		.map((word) => word.trim())
		.filter(Boolean);
}

test('every condition of an early warning has words', () => {
	const known = conditions();

	expect(known.length).toBeGreaterThan(28);
	expect(known.filter((reason) => !isNamedCondition(reason))).toEqual([]);
});

test('what is new reads like its identifier until it is named', () => {
	expect(conditionText('brand_new')).toBe('brand new');
	expect(isNamedCondition('brand_new')).toBe(false);
});
