import { expect, test } from 'vitest';
import { Project } from '../board/board.svelte.ts';
import type { ProjectCard } from '../live/messages.ts';
import { csv, queryFrom, shown, viewFrom } from './table.ts';

const project = (code: string, more: Partial<ProjectCard> = {}) =>
	new Project(`project/${code}`, {
		kind: 'project',
		code,
		name: `${code} name`,
		short: code,
		rag: 'green',
		since: '2026-11-01T00:00:00Z',
		coverage: { fresh: 1, of: 1 },
		...more
	});
const all = [
	project('K-2', { rag: 'amber', programme: 'P' }),
	project('K-10', { rag: 'red', bac: { amount: 5, currency: 'EUR' } }),
	project('A', { programme: 'P', tier: 1 })
];
const codes = (query: string) => shown(all, viewFrom(new URLSearchParams(query))).map((card) => card.code);

test.each([
	['', ['K-10', 'K-2', 'A']],
	['sort=code', ['A', 'K-2', 'K-10']],
	['sort=code&down=1', ['K-10', 'K-2', 'A']],
	['sort=budget', ['K-10', 'A', 'K-2']],
	['q=k-1', ['K-10']],
	['rag=red,amber&sort=name', ['K-2', 'K-10']],
	['programme=P&sort=tier', ['A', 'K-2']],
	['sort=nonsense&rag=purple', ['K-10', 'K-2', 'A']]
])('the address %s shows %j', (query, expected) => {
	expect(codes(query)).toEqual(expected);
});

test('what is shown is an address, and the address shows it again', () => {
	const query = 'q=x&rag=red&programme=P&sort=since&down=1';
	expect(queryFrom(viewFrom(new URLSearchParams(query)))).toBe(query);
	expect(queryFrom(viewFrom(new URLSearchParams()))).toBe('');
});

test('a download is CSV that no spreadsheet takes for a formula', () => {
	const text = csv([project('=1+1', { name: 'Say "hi", twice' }).card]);
	expect(text.split('\r\n')[1]).toBe(`'=1+1,"Say ""hi"", twice",,3,green,2026-11-01T00:00:00Z,,,no,,`);
});
