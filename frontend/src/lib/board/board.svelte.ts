/**
 * The board of one portfolio: a map of cards, one object per card for its whole life.
 *
 * No deep proxies: a card is replaced whole (`$state.raw`), and what the big grid draws is a small value of
 * its own, so that a change of cost does not touch a cell whose colour stayed.
 */

import type { Batch } from '../live/buffer.ts';
import type {
	AlertCard,
	AlertCounts,
	Card,
	MilestoneCard,
	PortfolioCard,
	ProgrammeCard,
	ProjectCard,
	Rag,
	RagCounts,
	SourceCard,
	Transition
} from '../live/messages.ts';
import { markOf, type Mark } from './marks.ts';
import { inOrder } from './order.ts';
import { declaredLetter, isAbnormal, SEVERITIES } from './wording.ts';

abstract class Item<C extends Card> {
	readonly key: string;
	rev = 0;
	card: C;
	/** The same card, for whoever reads many: it wakes nobody, one of the board's counters does. */
	last: C;

	constructor(key: string, card: C) {
		this.key = key;
		this.last = card;
		this.card = $state.raw(card);
	}

	update(card: C, rev: number): void {
		this.rev = rev;
		this.last = card;
		this.card = card;
	}
}

/** What the big grid draws of a project. */
export interface Face {
	rag: Rag;
	stale: boolean;
	mark: Mark;
	name: string;
	/** The declared word as a letter or two. */
	declared: string | undefined;
}

function faceOf(card: ProjectCard): Face {
	return {
		rag: card.rag,
		stale: card.stale ?? false,
		mark: markOf(card),
		name: card.name,
		declared: card.declared ? declaredLetter(card.declared) : undefined
	};
}

const alike = (a: Face, b: Face): boolean =>
	a.rag === b.rag &&
	a.stale === b.stale &&
	a.mark === b.mark &&
	a.name === b.name &&
	a.declared === b.declared;

export class Project extends Item<ProjectCard> {
	readonly code: string;
	/** One value for all that a cell shows: a thousand cells wait for one signal each. */
	face: Face;
	/** A transition is being shown, at this step of its fading; 0: none is. */
	pulse = $state.raw(0);

	constructor(key: string, card: ProjectCard) {
		super(key, card);
		this.code = card.code;
		this.face = $state.raw(faceOf(card));
	}

	get rag(): Rag {
		return this.face.rag;
	}

	get stale(): boolean {
		return this.face.stale;
	}

	override update(card: ProjectCard, rev: number): void {
		const before = faceOf(this.last);
		super.update(card, rev);
		const face = faceOf(card);
		if (!alike(before, face)) this.face = face;
	}
}

export class Programme extends Item<ProgrammeCard> {}
export class Portfolio extends Item<PortfolioCard> {}
export class Alert extends Item<AlertCard> {}
export class Milestone extends Item<MilestoneCard> {}
export class Source extends Item<SourceCard> {}

type AnyItem = Project | Programme | Portfolio | Alert | Milestone | Source;

function create(key: string, card: Card): AnyItem | null {
	switch (card.kind) {
		case 'project':
			return new Project(key, card);
		case 'programme':
			return new Programme(key, card);
		case 'portfolio':
			return new Portfolio(key, card);
		case 'alert':
			return new Alert(key, card);
		case 'milestone':
			return new Milestone(key, card);
		case 'source':
			return new Source(key, card);
		default:
			return null; // a kind this build does not know yet
	}
}

export class Board {
	projects = $state.raw<readonly Project[]>([]);
	programmes = $state.raw<readonly Programme[]>([]);
	alerts = $state.raw<readonly Alert[]>([]);
	milestones = $state.raw<readonly Milestone[]>([]);
	sources = $state.raw<readonly Source[]>([]);
	portfolio = $state.raw<Portfolio | null>(null);
	/** Grows with every commit: what depends on many cards at once reads this. */
	generation = $state.raw(0);
	/** Grows when projects come, go, or are called or grouped differently. */
	listed = $state.raw(0);
	/** Grows when projects come or go, or one has another colour. */
	coloured = $state.raw(0);
	/** Grows when a card changes that needs people, or did. */
	alarmed = $state.raw(0);
	transitions = $state.raw<readonly Transition[]>([]);
	/** How many transitions of the last commit are not listed. */
	moreTransitions = $state.raw(0);

	#items = new Map<string, AnyItem>();
	#touched = new Set<'listed' | 'coloured' | 'alarmed'>();

	get size(): number {
		return this.#items.size;
	}

	get(key: string): AnyItem | undefined {
		return this.#items.get(key);
	}

	project(code: string): Project | undefined {
		const item = this.#items.get(`project/${code}`);
		return item instanceof Project ? item : undefined;
	}

	commit(batch: Batch): void {
		const changedKinds = new Set<Card['kind']>();
		if (batch.entries) this.#replace(batch.entries, changedKinds);
		for (const change of batch.changes.values()) this.#set(change.key, change.rev, change.card, changedKinds);
		this.#relist(changedKinds);
		if (batch.transitions.length > 0 || batch.entries) {
			this.transitions = [...batch.transitions].reverse().concat(this.transitions).slice(0, 60);
		}
		this.moreTransitions = batch.more;
		for (const counter of this.#touched) this[counter] += 1;
		this.#touched.clear();
		this.generation += 1;
	}

	#replace(entries: NonNullable<Batch['entries']>, kinds: Set<Card['kind']>): void {
		const kept = new Set(entries.map((entry) => entry.key));
		for (const key of this.#items.keys()) if (!kept.has(key)) this.#set(key, 0, null, kinds);
		for (const { key, rev, card } of entries) this.#set(key, rev, card, kinds);
	}

	#set(key: string, rev: number, card: Card | null, kinds: Set<Card['kind']>): void {
		const item = this.#items.get(key);
		if (card === null) {
			if (item) kinds.add(item.card.kind);
			this.#items.delete(key);
		} else if (item && item.card.kind === card.kind) {
			if (item.rev === rev) return;
			this.#touch(item.last, card);
			(item as Item<Card>).update(card, rev);
		} else {
			const created = create(key, card);
			if (!created) return;
			created.rev = rev;
			this.#items.set(key, created);
			kinds.add(card.kind);
		}
	}

	/** Which of the counters a change of one card moves. */
	#touch(before: Card, after: Card): void {
		if (before.kind === 'programme' && after.kind === 'programme') {
			if (before.name !== after.name) this.#touched.add('listed');
		} else if (before.kind === 'project' && after.kind === 'project') {
			if (before.rag !== after.rag) this.#touched.add('coloured');
			if (isAbnormal(before.rag) || isAbnormal(after.rag)) this.#touched.add('alarmed');
			if (
				before.name !== after.name ||
				before.short !== after.short ||
				before.programme !== after.programme
			) {
				this.#touched.add('listed');
			}
		}
	}

	#relist(kinds: Set<Card['kind']>): void {
		if (kinds.size === 0) return;
		if (kinds.has('programme')) this.#touched.add('listed');
		if (kinds.has('project')) this.#touched.add('listed').add('coloured').add('alarmed');
		const all = [...this.#items.values()];
		if (kinds.has('project')) {
			this.projects = inOrder(
				all.filter((i) => i instanceof Project),
				({ code }) => code
			);
		}
		if (kinds.has('programme')) {
			this.programmes = inOrder(
				all.filter((i) => i instanceof Programme),
				({ last }) => last.code
			);
		}
		if (kinds.has('portfolio')) this.portfolio = all.find((i) => i instanceof Portfolio) ?? null;
		if (kinds.has('alert')) this.alerts = all.filter((i) => i instanceof Alert);
		if (kinds.has('milestone')) this.milestones = all.filter((i) => i instanceof Milestone);
		if (kinds.has('source')) this.sources = all.filter((i) => i instanceof Source);
	}
}

export function countColours(projects: readonly Project[]): Required<RagCounts> {
	const counts = { red: 0, amber: 0, unknown: 0, green: 0, none: 0 };
	for (const project of projects) counts[project.last.rag] += 1;
	return counts;
}

export function countAlerts(alerts: readonly Alert[]): Required<AlertCounts> {
	const counts = { critical: 0, high: 0, medium: 0, low: 0 };
	for (const severity of SEVERITIES) {
		counts[severity] = alerts.filter(
			({ last }) => last.severity === severity && last.label !== 'Closed'
		).length;
	}
	return counts;
}
