/**
 * Which scenes have something that could fill them. A playlist leaves the others out; by what is on the board, or
 * was told to the server, so that screens beside each other leave out the same.
 */

import { api } from '../api/client.ts';
import type { Board } from '../board/board.svelte.ts';
import type { Scene } from './scenes.ts';

const LOOKS_EVERY_MS = 60_000;
/** What the scenes show of which no card tells. */
const RECORDS = { goals: 'objective', pool: 'person' } as const satisfies Partial<Record<Scene, string>>;

type Told = Partial<Record<Scene, boolean>>;

/** Whether a scene has a source; what is not known yet counts as one. */
export function isConfigured(scene: Scene, board: Board, told: Told): boolean {
	switch (scene) {
		case 'milestones':
			return board.milestones.length > 0;
		case 'programme':
			return board.programmes.length > 0;
		case 'freshness':
			return board.sources.length > 0;
		case 'risks':
			return board.projects.some(
				({ last }) => (last.records?.['risk'] ?? 0) > 0 || (last.warnings?.length ?? 0) > 0
			);
		default:
			return told[scene] ?? true;
	}
}

/** Asks once a minute for what no card tells; a server that does not answer changes nothing. */
export function lookForRecords(portfolio: string, take: (told: Told) => void): () => void {
	const abort = new AbortController();
	let told: Told = {};
	const look = async (scene: keyof typeof RECORDS) => {
		const path = `/portfolios/${encodeURIComponent(portfolio)}/records/${RECORDS[scene]}?limit=1`;
		try {
			const { records } = await api.get<{ records: unknown[] }>(path, abort.signal);
			take((told = { ...told, [scene]: records.length > 0 }));
		} catch {
			// It stays as it was.
		}
	};
	const all = () => void Promise.all([look('goals'), look('pool')]);
	all();
	const timer = setInterval(all, LOOKS_EVERY_MS);
	return () => {
		clearInterval(timer);
		abort.abort();
	};
}
