/**
 * The order-free sum of FNV-1a 64 over `key@rev`, as two 32-bit halves: equal sums mean equal maps. It is asked
 * for once a minute and takes a millisecond or two, so it is made then and not kept with every change.
 */

export interface Sum {
	high: number;
	low: number;
}

const OFFSET: Sum = { high: 0xcbf29ce4, low: 0x84222325 };
const PRIME_LOW = 0x1b3;
const TWO_32 = 0x1_0000_0000;
const utf8 = new TextEncoder();

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

function add(a: Sum, b: Sum): Sum {
	const low = a.low + b.low;
	return { high: (a.high + b.high + (low >= TWO_32 ? 1 : 0)) % TWO_32, low: low % TWO_32 };
}

/** key → revision that last changed it. */
export function sumOf(revs: ReadonlyMap<string, number>): Sum {
	let sum: Sum = { high: 0, low: 0 };
	for (const [key, rev] of revs) sum = add(sum, fnv1a(`${key}@${rev}`));
	return sum;
}
