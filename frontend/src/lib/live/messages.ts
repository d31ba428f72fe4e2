/**
 * The wire contract: cards and protocol v1, as `app/domain/cards.py` and `app/realtime/protocol.py`
 * say it. What is null on the server is left out of a card's JSON, hence the optional fields.
 */

export const PROTOCOL = 1;

export type Rag = 'red' | 'amber' | 'green' | 'unknown' | 'none';
export type Severity = 'critical' | 'high' | 'medium' | 'low';
export type Dimension = 'schedule' | 'cost' | 'scope' | 'risk' | 'resource' | 'quality' | 'benefit' | 'trust';

export interface Declared {
	word: string;
	rank?: number | null;
	since: string;
}

export interface Cause {
	rule: string;
	dimension: Dimension;
	rag: Rag;
	observed?: number | null;
	limit?: number | null;
	unit?: string;
	reason?: string | null;
}

export interface Money {
	amount: number;
	currency: string;
}

export interface NextMilestone {
	code: string;
	name: string;
	date: string;
	late_days?: number;
}

export type AlertCounts = Partial<Record<Severity, number>>;
export type RagCounts = Partial<Record<Rag, number>>;

export interface Coverage {
	fresh: number;
	of: number;
}

export interface ProjectCard {
	kind: 'project';
	code: string;
	name: string;
	short: string;
	programme?: string | null;
	tier?: number;
	stage?: string | null;
	state?: string;
	rag: Rag;
	since: string;
	previous?: Rag | null;
	declared?: Declared | null;
	dimensions?: Partial<Record<Dimension, Rag>>;
	cause?: Cause | null;
	warnings?: readonly string[];
	coverage: Coverage;
	stale?: boolean;
	stale_at?: string | null;
	unknown_at?: string | null;
	bac?: Money | null;
	milestone?: NextMilestone | null;
	alerts?: AlertCounts | null;
	spark?: readonly number[];
	degraded?: boolean;
}

export interface ChildCause {
	rule: 'tier_one_red' | 'red_share' | 'any_red' | 'amber_share' | 'coverage' | 'all_within';
	child?: string | null;
	share?: number | null;
}

export interface ProgrammeCard {
	kind: 'programme';
	code: string;
	name: string;
	rag: Rag;
	since: string;
	previous?: Rag | null;
	declared?: Declared | null;
	counts: RagCounts;
	coverage: Coverage;
	cause?: ChildCause | null;
	bac?: Money | null;
	unpriced?: number;
}

export interface PortfolioCard {
	kind: 'portfolio';
	code: string;
	name: string;
	clock: 'live' | 'replay';
	attribution?: string | null;
	currency: string;
	rag: Rag;
	since: string;
	previous?: Rag | null;
	counts: RagCounts;
	coverage: Coverage;
	cause?: ChildCause | null;
	bac?: Money | null;
	unpriced?: number;
	policy: number;
	policy_name: string;
	alerts?: AlertCounts;
	oldest_evidence?: string | null;
	waiting?: number;
}

export interface AlertCard {
	kind: 'alert';
	id: string;
	rule: 'red' | 'divergence' | 'silence' | 'source_silence';
	item: string;
	severity: Severity;
	label: string;
	first_at: string;
	last_at: string;
	count?: number;
	cause?: Cause | null;
	declared?: Declared | null;
	impacts?: readonly string[];
}

export interface MilestoneCard {
	kind: 'milestone';
	project: string;
	code: string;
	name: string;
	critical?: boolean;
	baseline?: string | null;
	inferred?: boolean;
	forecast?: string | null;
	target?: string | null;
	working?: string | null;
	working_target?: string | null;
	late_days?: number;
	overdue?: boolean;
}

export interface SourceCard {
	kind: 'source';
	name: string;
	silent?: boolean;
	since: string;
	last_at: string;
	silent_at: string;
}

export type Card = ProjectCard | ProgrammeCard | PortfolioCard | AlertCard | MilestoneCard | SourceCard;

export interface Entry {
	key: string;
	rev: number;
	card: Card;
}

export interface Change {
	key: string;
	rev: number;
	card: Card | null;
}

export interface Transition {
	revision: number;
	at: string;
	item: string;
	kind: 'rag' | 'alert_raised' | 'alert_cleared';
	name: string;
	before?: string | null;
	after?: string | null;
	rule?: string | null;
}

export interface Hello {
	type: 'hello';
	protocol: number;
	portfolio: string;
	scope: string;
	epoch?: string;
	revision?: number;
	hash?: string;
}
export type Ack = { type: 'ack'; revision: number; rendered_ms: number };
export type Resync = { type: 'resync'; reason: string };
export type ClientMessage = Hello | Ack | Resync;

export interface Welcome {
	type: 'welcome';
	server_time: string;
	server_version: string;
	heartbeat_s: number;
	epoch: string;
	revision: number;
}

export interface Snapshot {
	type: 'snapshot';
	epoch: string;
	revision: number;
	hash: string;
	as_of: string | null;
	committed_at: string | null;
	part?: number;
	parts?: number;
	cards: readonly Entry[];
}

export interface Patch {
	type: 'patch';
	epoch: string;
	prev: number;
	revision: number;
	hash: string;
	as_of: string;
	committed_at: string;
	changes: readonly Change[];
	transitions?: readonly Transition[];
	more_transitions?: number;
}

export interface Heartbeat {
	type: 'heartbeat';
	revision: number;
	head: number;
	as_of: string | null;
	lag_ms: number;
}

export interface Checksum {
	type: 'checksum';
	revision: number;
	cards: number;
	sum: readonly [number, number];
}

export interface Command {
	type: 'command';
	command: 'identify' | 'show' | 'reload' | 'mute' | 'blank' | 'message' | 'takeover';
	argument?: string | null;
}

export type ServerMessage = Welcome | Snapshot | Patch | Heartbeat | Checksum | Resync | Command;

/** Close codes of 4500 and above end the attempt; everything else is worth another try. */
export const CLOSE = {
	BAD_PROTOCOL: 4500,
	UNAUTHENTICATED: 4501,
	FORBIDDEN: 4503,
	UNKNOWN_PORTFOLIO: 4504
} as const;
