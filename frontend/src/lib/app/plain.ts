/**
 * What SvelteKit's client asks of `devalue`, in JSON: the only values that it keeps here are plain states of
 * the history. There are no server loads, forms or remote functions whose answers would need more, and
 * every wall is spared 3 kB.
 */

export const stringify = (value: unknown): string => JSON.stringify(value);
export const parse = (text: string): unknown => JSON.parse(text);
export const unflatten = needed;
export const uneval = needed;

function needed(): never {
	throw new Error('Server data needs devalue: see vite.config.ts');
}
