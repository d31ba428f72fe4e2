/** Shapes of the REST answers that the screens read. Field by field as the API documents them. */

import type { components } from './schema.d.ts';
import type { About, Dimension, ProjectCard, Rag, RagCounts } from '../live/messages.ts';
import type { CostForecast, EarlyWarning, FinishForecast, Lever } from './foresight.ts';

type Schemas = components['schemas'];

export type Role = 'viewer' | 'analyst' | 'lead' | 'admin';

export interface Person {
	name: string;
	email: string;
	role: Role;
}

export type Standing = {
	pinned?: string | null;
	paused?: boolean;
	muted?: boolean;
	blank?: boolean;
};

export type ScreenProfile = Schemas['Profile'];
export type Night = Schemas['Night'];
export type ScreenSetup = Schemas['Setup'];
export type ScreenCommand = Schemas['ScreenCommand'];
export type OrderAnswer = Schemas['OrderAnswer'];
export type ScreenAct = Schemas['ActAnswer'];
export type ScreenAlert = Schemas['ScreenAlert'];

export interface PairedScreen {
	id: string;
	name: string;
	place: string | null;
	portfolio: string | null;
	profile: Record<string, unknown>;
	standing: Standing;
	server_time: string;
}

export interface SessionAnswer {
	user: Person | null;
	screen: PairedScreen | null;
}

export interface PortfolioSummary {
	id: string;
	name: string;
	clock: 'live' | 'replay';
	currency: string;
	attribution?: string | null;
	revision: number;
	as_of: string | null;
	counts: RagCounts;
}

export interface Reading {
	kpi: string;
	name: string;
	dimension: Dimension;
	rag: Rag;
	value?: number | string | null;
	unit?: string | null;
	amber?: number | string | null;
	red?: number | string | null;
	direction?: string | null;
	as_of?: string | null;
	reason?: string | null;
	previous?: number | string | null;
}

export interface CurvePoint {
	date: string;
	pv?: string | number | null;
	ev?: string | number | null;
	ac?: string | number | null;
}

export interface MilestoneHistory {
	reported_at: string;
	forecast?: string | null;
	target?: string | null;
	seq: number;
}

export interface MilestoneRow {
	code: string;
	name: string;
	baseline?: string | null;
	inferred?: boolean;
	forecast?: string | null;
	target?: string | null;
	working?: string | null;
	working_target?: string | null;
	achieved?: string | null;
	late_days?: number | null;
	history?: MilestoneHistory[];
}

export interface DeclaredReport {
	at: string;
	period?: string | null;
	words: Record<string, string>;
	narrative?: string | null;
	seq: number;
}

export interface ProjectPage {
	card: ProjectCard;
	rev: number;
	as_of: string | null;
	currency?: string | null;
	readings: Reading[];
	warnings: EarlyWarning[];
	forecast: { cost: CostForecast; finish: FinishForecast };
	burn_up: CurvePoint[];
	milestones: MilestoneRow[];
	declared: DeclaredReport[];
	baselines?: {
		version: number | string;
		bac?: string | number | null;
		currency?: string | null;
		start?: string | null;
		finish?: string | null;
		approved_at?: string | null;
		seq: number;
	}[];
	roles?: Record<string, string | null>;
}

/** What an early warning foretells: that a milestone slips, by how often such milestones did. */
export interface Foretold {
	milestone: string;
	probability: number | null;
	/** Why no probability is claimed. */
	reason: string | null;
	basis: { condition: string; value: boolean | string | null; slipped: number; cases: number }[];
}

export interface WhyNode {
	id: string;
	kind: 'colour' | 'finding' | 'warning' | 'kpi' | 'input' | 'event' | 'delivery';
	label: string;
	rag?: Rag | null;
	value?: number | string | null;
	unit?: string | null;
	limit?: number | string | null;
	limit_set_by?: string | null;
	policy_version?: number | null;
	as_of?: string | null;
	reason?: string | null;
	/** Of an event: what it is, where it came from, and of a person's act their name. */
	type?: string;
	source?: string;
	by?: string | null;
	foretold?: Foretold | null;
	children?: WhyNode[];
	href?: string | null;
	/** How many siblings like this are not listed. */
	more?: number | null;
	/** Of the root those of the project, of an indicator its own; of now only. */
	levers?: Lever[];
	/** Of the root: indicators because of which the project has none. */
	without_lever?: string[];
}

export interface RecordedEvent {
	seq: number;
	type: string;
	subject: string;
	time: string;
	recorded_at: string;
	source: string;
	id: string;
	connection?: string | null;
	/** The name of the person whose act it was. */
	by?: string;
	data: unknown;
}

export type ScreenRow = Omit<Schemas['ScreenEntry'], 'profile' | 'standing' | 'about'> & {
	profile: Partial<ScreenProfile>;
	standing: Standing;
	about: About | null;
};

export interface PairingTicket {
	code: string;
	expires_at: string;
	poll_s: number;
	approve_url: string;
	qr_svg: string;
	/** The screen that this browser was until now. */
	former: { name: string; condition: string; ended_at: string | null } | null;
}

export interface PairingState {
	state: 'pending' | 'approved' | 'expired' | 'revoked';
	next?: string;
}

export interface StartAnswer {
	next: string;
	create_admin?: boolean;
	ticket?: string;
}
