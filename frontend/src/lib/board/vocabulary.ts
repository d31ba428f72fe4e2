/** What indicators, rules and reasons are called. A test holds it complete against what the domain can say. */

const KPI: Record<string, string> = {
	'SCH-1': 'SPI(t)',
	'SCH-2': 'slip',
	'SCH-3': 'milestones hit',
	'SCH-4': 'execution index',
	'SCH-5': 'drift',
	'SCH-6': 'late',
	'CST-1': 'CPI',
	'CST-2': 'CPI, last 3',
	'CST-3': 'VAC',
	'CST-4': 'estimate off its pace',
	'CST-5': 'TCPI',
	'CST-6': 'spend lead',
	'CST-7': 'contingency cover',
	'QUA-1': 'gate readiness',
	'QUA-2': 'evidence valid',
	'QUA-3': 'failed deployments',
	'SCP-1': 'scope growth',
	'SCP-2': 're-baselines',
	'RSK-1': 'risk exposure',
	'RSK-2': 'overdue responses',
	'RSK-3': 'critical issue open',
	'RSK-4': 'high risks untreated',
	'RES-1': 'key roles filled',
	'RES-2': 'overload',
	'RES-3': 'time to mobilise',
	'RES-4': 'pool readiness',
	'RES-5': 'leaders changed',
	'BEN-1': 'benefit forecast',
	'BEN-2': 'spend aligned to goals',
	'IMP-1': 'lessons adopted',
	'TRU-1': 'data age',
	'TRU-2': 'declared differs',
	coverage: 'known',
	red_share: 'red share',
	amber_share: 'amber share',
	all_within: 'within tolerance',
	required: 'required evidence',
	state: 'at rest',
	applies: 'nothing to assess',
	degraded: 'not assessed'
};

/** So short that a tile has room for them. */
const RULE: Record<string, string> = {
	divergence: 'the data disagree',
	silence: 'gone quiet',
	'TRU-1': 'gone quiet',
	'TRU-2': 'the data disagree',
	watermelon: 'the data disagree',
	EW1: 'the data disagree',
	EW2: 'green, but old',
	EW3: 'word never moves',
	EW4: 'pace falling',
	EW5: 'costs rising',
	EW6: 'estimate is off',
	EW7: 'budget too small',
	EW8: 'a date creeps',
	EW9: 'a late surprise',
	EW10: 'dates pile up',
	EW11: 'spend ahead',
	EW12: 'reserve runs out',
	EW13: 'high risk open',
	EW14: 'register silent',
	EW15: 'premise expired',
	EW16: 'key role open',
	EW17: 'leaders change',
	EW18: 'overload',
	EW19: 'scope churns',
	EW20: 'gate not ready',
	EW21: 'quality erodes',
	EW22: 'benefits decay',
	EW23: 'a date passed',
	EW24: 'plans disagree',
	EW25: 'update overdue',
	ESC1: 'red for long',
	ESC2: 'beyond tolerance soon',
	ESC3: 'replanned'
};

/** Those that do not read as they are written. */
const REASON: Record<string, string> = {
	stale: 'too old',
	no_children: 'no projects',
	no_declaration: 'nothing declared',
	no_estimate: 'nobody has estimated it',
	no_progress: 'no progress reported',
	no_rate: 'no exchange rate',
	no_recent_cost: 'no cost lately',
	no_throughput: 'no progress lately',
	none_assessed: 'nothing assessed',
	none_assigned: 'nobody assigned',
	none_due: 'nothing was due',
	not_achievable: 'cannot be reached',
	not_computed: 'nothing computed',
	nothing_earned: 'nothing earned yet',
	nothing_left: 'nothing is left to spend',
	nothing_planned: 'nothing planned by now',
	too_few_periods: 'too few reports',
	too_few_milestones: 'too few milestones were due',
	degraded: 'a rule failed on it',
	review: 'a review is due',
	viability: 'a review of viability is due',
	tier_one_red: 'a project of the first tier is red',
	any_red: 'a project is red',
	red_share: 'a large share is red',
	amber_share: 'a large share is amber',
	coverage: 'too little is known',
	all_within: 'all within tolerance'
};

const plain = (identifier: string): string => identifier.replaceAll('_', ' ');

export const kpiName = (rule: string): string => KPI[rule] ?? RULE[rule] ?? rule;
export const warningText = (rule: string): string => RULE[rule] ?? plain(rule);
export const reasonText = (reason: string): string => REASON[reason] ?? plain(reason);

/** Whether there are words of our own, and not only the identifier's. */
export const isNamed = {
	kpi: (code: string): boolean => code in KPI,
	rule: (code: string): boolean => code in RULE,
	reason: (reason: string): boolean => reason in REASON
};
