import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fnv1a, sumOf } from './checksum.ts';

const MASK = (1n << 64n) - 1n;

function reference(text: string): bigint {
	let hash = 0xcbf29ce484222325n;
	for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & MASK;
	return hash;
}

const whole = ({ high, low }: { high: number; low: number }) => (BigInt(high) << 32n) | BigInt(low);

describe('the checksum of a board', () => {
	test('is FNV-1a of 64 bits, whatever the text', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), (text) => {
				expect(whole(fnv1a(text))).toBe(reference(text));
			})
		);
	});

	test('agrees with a published vector', () => {
		expect(whole(fnv1a('foobar'))).toBe(0x85944171f73967e8n);
	});

	test('does not depend on the order of its cards', () => {
		const entries = fc.uniqueArray(fc.tuple(fc.string(), fc.nat()), {
			maxLength: 20,
			selector: ([key]) => key
		});
		fc.assert(
			fc.property(entries, (cards) => {
				expect(sumOf(new Map([...cards].reverse()))).toEqual(sumOf(new Map(cards)));
			})
		);
	});

	test('is the sum of its cards modulo 2^64', () => {
		fc.assert(
			fc.property(fc.dictionary(fc.string(), fc.nat()), (cards) => {
				const list = Object.entries(cards);
				const sum = list.reduce((total, [key, rev]) => (total + reference(`${key}@${rev}`)) & MASK, 0n);
				expect(whole(sumOf(new Map(list)))).toBe(sum);
			})
		);
	});
});
