import { afterEach, describe, expect, test, vi } from 'vitest';
import { Pages } from './pages.svelte.ts';

/** A server with so many rows, three to a page. */
function serve(count: () => number): string[] {
	const asked: string[] = [];
	vi.stubGlobal('fetch', (url: string) => {
		asked.push(url);
		const from = Number(new URL(url, 'http://test').searchParams.get('after') ?? 0);
		const rows = Array.from({ length: count() }, (_, i) => i).slice(from, from + 3);
		const next = from + 3 < count() ? from + 3 : null;
		return Promise.resolve(new Response(JSON.stringify({ rows, next })));
	});
	return asked;
}

afterEach(() => vi.unstubAllGlobals());

describe('a list that comes by pages', () => {
	test('shows one page, and more when it is asked to, until there is no more', async () => {
		serve(() => 5);
		const pages = new Pages<number>('rows', 'after');

		await pages.ask('/list?sort=due');
		expect([pages.rows, pages.next]).toEqual([[0, 1, 2], 3]);
		await pages.more();
		expect([pages.rows, pages.next]).toEqual([[0, 1, 2, 3, 4], null]);
		await pages.more();
		expect(pages.rows).toHaveLength(5);
	});

	test('read again it shows as much as before, and what has come since', async () => {
		let count = 5;
		const asked = serve(() => count);
		const pages = new Pages<number>('rows', 'after');
		await pages.ask('/list?sort=due');
		await pages.more();
		count = 8;
		await pages.ask('/list?sort=due');

		expect(pages.rows).toHaveLength(6);
		expect(pages.next).toBe(6);
		expect(asked.at(-1)).toBe('/api/v1/list?sort=due&after=3');
	});

	test('another list begins with its first page', async () => {
		serve(() => 9);
		const pages = new Pages<number>('rows', 'after');
		await pages.ask('/list?sort=due');
		await pages.more();
		await pages.ask('/list?sort=ref');

		expect(pages.rows).toHaveLength(3);
	});

	test('what could not be read leaves what was', async () => {
		serve(() => 5);
		const pages = new Pages<number>('rows', 'after');
		await pages.ask('/list?sort=due');
		vi.stubGlobal('fetch', () => Promise.reject(new TypeError('away')));
		await pages.more();

		expect(pages.rows).toEqual([0, 1, 2]);
		expect(pages.problem?.unreachable).toBe(true);
	});
});
