import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inOrder } from './order.ts';

const sorted = (codes: string[]): string[] => inOrder(codes, (code) => code);

test('numbers in codes count, case does not', () => {
	expect(sorted(['K-10', 'k-9', 'K-2', 'A-1', 'K', 'K-002', 'K-2b'])).toEqual([
		'A-1',
		'K',
		'K-002',
		'K-2',
		'K-2b',
		'k-9',
		'K-10'
	]);
});

test('it is the order that people know from their own lists', () => {
	const known = new Intl.Collator('en', { numeric: true });
	const code = fc.stringMatching(/^[A-Z]{1,3}[1-9][0-9]{0,4}$/);
	fc.assert(
		fc.property(fc.uniqueArray(code), (codes) => {
			expect(sorted(codes)).toEqual([...codes].sort(known.compare));
		})
	);
});
