/** The register as the risks scene reads it: open risks with their places, and what has to answer them. */

import { api } from '../api/client.ts';
import { recordsOf, type Told } from './reads.svelte.ts';
import { placeBefore, product, type Levels, type Place, type Stood } from './register.ts';

/** The history of so many is read, the highest first: where they came from. */
const MOST_FOLLOWED = 12;
/** What answers them. */
const ANSWERING = [
	['action', 'open'],
	['evidence', 'valid'],
	['control', 'assessed']
] as const;

export interface Placed {
	risk: Told;
	place: Place;
}

/** Open risks, and where those that are estimated stand. */
export interface Placing {
	risks: Told[];
	/** The highest first. */
	placed: Placed[];
	/** Where the first of them stood thirty days ago. */
	before: (Place | null)[];
	levels: Levels;
}

export interface Register extends Placing {
	actions: Told[];
	evidence: Told[];
	controls: Told[];
}

export async function readRegister(portfolio: string, today: string, signal: AbortSignal): Promise<Register> {
	const [placing, [actions = [], evidence = [], controls = []]] = await Promise.all([
		readRisks(portfolio, today, signal),
		Promise.all(ANSWERING.map(([kind, state]) => recordsOf(portfolio, kind, signal, { state })))
	]);
	return { ...placing, actions, evidence, controls };
}

/** The open risks of a portfolio, or of one item. */
export async function readRisks(
	portfolio: string,
	today: string,
	signal: AbortSignal,
	item?: string
): Promise<Placing> {
	const [risks, { levels }] = await Promise.all([
		recordsOf(portfolio, 'risk', signal, { state: 'open', item }),
		api.get<{ levels: Levels }>('/risk-matrix', signal)
	]);
	const placed = risks
		.flatMap((risk): Placed[] => (risk.place ? [{ risk, place: risk.place }] : []))
		.sort((a, b) => product(b.place) - product(a.place));
	const before = await Promise.all(
		placed.slice(0, MOST_FOLLOWED).map(async ({ risk }) => {
			const path = `/portfolios/${encodeURIComponent(portfolio)}/records/risk/${encodeURIComponent(risk.ref)}`;
			const query = new URLSearchParams({ item: risk.item });
			const { history } = await api.get<{ history: Stood[] }>(`${path}?${query}`, signal);
			return placeBefore(history, today);
		})
	);
	return { risks, placed, before, levels };
}
