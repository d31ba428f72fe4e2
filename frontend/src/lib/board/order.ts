/** Spatial memory: a place follows from the code. Numbers count, so that K-2 comes before K-10; case does not. */

/** In the natural order of their codes. `Intl.Collator` does the same, and a wall would wait for it to be loaded. */
export function inOrder<T>(items: readonly T[], codeOf: (item: T) => string): T[] {
	return items
		.map((item) => ({ item, place: placeOf(codeOf(item)) }))
		.sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0))
		.map(({ item }) => item);
}

/** Before each number stands how long it is: what sorts as text then sorts as numbers. */
function placeOf(code: string): string {
	const counted = code
		.toLowerCase()
		.replace(/0*(\d+)/g, (_, digits: string) => String.fromCharCode(0x2f + digits.length) + digits);
	return `${counted}\0${code}`;
}
