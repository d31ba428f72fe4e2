/**
 * The order-free sum of FNV-1a 64 over `key@rev`, as two 32-bit halves: equal sums mean equal maps.
 * Kept incrementally, because a card's identity is its key and the revision that last changed it.
 */

export interface Sum {
	high: number;
	low: number;
}

const OFFSET: Sum = { high: 0xcbf29ce4, low: 0x84222325 };
const PRIME_LOW = 0x1b3;
const TWO_32 = 0x1_0000_0000;
const utf8 = new TextEncoder();

export const zero = (): Sum => ({ high: 0, low: 0 });

export function fnv1a(text: string): Sum {
	let { high, low } = OFFSET;
	for (const byte of utf8.encode(text)) {
		low = (low ^ byte) >>> 0;
		// × (2^40 + 0x1b3) modulo 2^64: the low product stays below 2^53, so it is exact.
		const product = low * PRIME_LOW;
		const carry = Math.floor(product / TWO_32);
		high = (Math.imul(high, PRIME_LOW) + (low << 8) + carry) >>> 0;
		low = product % TWO_32;
	}
	return { high, low };
}

export const identity = (key: string, rev: number): Sum => fnv1a(`${key}@${rev}`);

export function add(a: Sum, b: Sum): Sum {
	const low = a.low + b.low;
	return { high: (a.high + b.high + (low >= TWO_32 ? 1 : 0)) % TWO_32, low: low % TWO_32 };
}

export function subtract(a: Sum, b: Sum): Sum {
	const borrow = a.low < b.low ? 1 : 0;
	return {
		high: (a.high - b.high - borrow + 2 * TWO_32) % TWO_32,
		low: (a.low - b.low + TWO_32) % TWO_32
	};
}
