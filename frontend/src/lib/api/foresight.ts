/** What is foreseen, and how good that was: the answers about predictions, levers and records. */

import type { components } from './schema.d.ts';

type Schemas = components['schemas'];
export type CostForecast = Schemas['CostForecast'];
export type FinishForecast = Schemas['FinishForecast'];

/** Of `cases` with a probability in [low, high) so many happened; `predicted` is their mean. */
export interface CalibrationBand {
	low: number;
	high: number;
	cases: number;
	predicted: number;
	happened: number;
}

export interface HorizonQuality {
	days: number;
	outcomes: number;
	slipped: number;
	supported: boolean;
	reason: string | null;
	auroc: number | null;
	brier: number | null;
	base_brier: number | null;
	precision: number | null;
	recall: number | null;
	calibration: CalibrationBand[];
}

export interface DeclaredQuality {
	outcomes: number;
	supported: boolean;
	auroc: number | null;
	persistence_auroc: number | null;
	brier: number | null;
	base_brier: number | null;
}

/** Without `outcomes` and the rest where the log was not walked: `reason` says why. */
export interface ForecastQuality {
	seq: number;
	as_of: string | null;
	reason: string | null;
	outcomes?: number;
	least_outcomes?: number;
	budget?: number;
	lead_days?: number | null;
	horizons?: HorizonQuality[];
	declared?: DeclaredQuality;
}

export interface Basis {
	condition: string;
	value: boolean | string | null;
	slipped: number;
	cases: number;
}

export interface MilestoneOutlook {
	milestone: string;
	name: string;
	forecast: string | null;
	target: string | null;
	probability: number | null;
	reason: string | null;
	base_rate: number | null;
	basis: Basis[];
}

export interface Outlook {
	as_of: string;
	seq: number;
	reason: string | null;
	milestones: MilestoneOutlook[];
}

export interface Evidence {
	name: string;
	value?: string | number | null;
	unit?: string;
	as_of?: string;
	events?: number[];
}

export interface EarlyWarning {
	rule: string;
	name: string;
	kind: 'reactive' | 'proactive';
	severity: 'critical' | 'high' | 'medium' | 'low';
	reason?: string;
	subject?: string;
	observed?: string | null;
	limit?: string | null;
	unit?: string;
	since?: string;
	horizon?: string;
	count?: number;
	inputs?: Evidence[];
	probability?: string;
	basis?: string;
}

export interface LeverStep {
	kind:
		| 'earn'
		| 'estimate'
		| 'forward'
		| 'budget'
		| 'dates'
		| 'hold'
		| 'close'
		| 'treat'
		| 'meet'
		| 'show'
		| 'fill';
	/** Enough once it has held for two reports. */
	amount: string | null;
	/** Enough for the very next report. */
	at_once: string | null;
	unit: string;
	milestones: { code: string; days: number }[];
	/** Of what is answered record by record: `kind/reference` of each. */
	records: string[];
}

export interface Lever {
	to: 'amber' | 'green';
	limit: string | null;
	steps: LeverStep[];
}

export interface RecordRow {
	item: string;
	kind: string;
	ref: string;
	state: string | null;
	counts: boolean;
	due: string | null;
	changed_seq: number;
	attributes: Record<string, unknown>;
	events: number[];
}

export interface RecordEntry extends RecordRow {
	waits_for: string | null;
	history: {
		seq: number;
		type: string;
		time: string;
		source: string;
		by?: string;
		data: Record<string, unknown> | null;
	}[];
}

export interface RecordKind {
	kind: string;
	count: number;
	states: { state: string | null; count: number }[];
	/** Empty for whoever is not shown names. */
	owners: { owner: string; count: number }[];
}
