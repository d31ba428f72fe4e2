/** How predictions and their track record are worded. Nothing is claimed that the answer does not claim. */

import type { Basis, ForecastQuality, HorizonQuality, MilestoneOutlook } from '../api/foresight.ts';

/** What is not certain never reads as 0 or 100 %. */
export function percent(share: number): string {
	const rounded = Math.round(share * 100);
	if (rounded === 100 && share < 1) return 'over 99\u202f%';
	return rounded === 0 && share > 0 ? 'under 1\u202f%' : `${rounded}\u202f%`;
}
/** Three places, as scores differ in the third. */
export const score = (value: number | null | undefined): string => (value == null ? '–' : value.toFixed(3));

const NO_PREDICTION: Record<string, string> = {
	too_few_outcomes: 'too few outcomes are known',
	no_better_than_base_rate: 'the plain rate was as good',
	no_date: 'it has no date',
	date_passed: 'its date has passed',
	too_far_ahead: 'it is too far ahead',
	log_too_long: 'the log is too long to be walked'
};
export const isWorded = (reason: string): boolean => reason in NO_PREDICTION;
export const noPrediction = (reason: string): string => NO_PREDICTION[reason] ?? reason.replaceAll('_', ' ');

/** The heading of the page: whether anything is predicted here at all. */
export function verdict(quality: ForecastQuality): { title: string; detail: string } {
	const { outcomes, least_outcomes: least, horizons = [] } = quality;
	if (outcomes === undefined || least === undefined) {
		return {
			title: 'Not measured: no prediction is shown',
			detail: `Why: ${noPrediction(quality.reason ?? 'log_too_long')}.`
		};
	}
	if (outcomes < least) {
		const known = outcomes === 0 ? 'None' : `Only ${outcomes}`;
		return {
			title: 'Not enough outcomes yet: no prediction is shown',
			detail: `${known} of the ${least} outcomes that are needed ${outcomes === 1 ? 'is' : 'are'} known. A milestone becomes an outcome when it is achieved, or moved past the date that was promised.`
		};
	}
	const good = horizons.filter((horizon) => horizon.supported).map((horizon) => horizon.days);
	if (good.length === 0) {
		return {
			title: 'No prediction is shown',
			detail: 'At no distance from the date was it better than the plain rate.'
		};
	}
	const where = `${good.join(' and ')} days before the date`;
	return good.length === horizons.length
		? { title: 'Predictions are shown', detail: `At ${where} they were better than the plain rate.` }
		: {
				title: 'Predictions are shown where they were better than the plain rate',
				detail: `That is ${where}, and nowhere else.`
			};
}

export function horizonSays({ supported, reason }: HorizonQuality): string {
	if (supported) return 'Shown: better than the plain rate';
	return `Not shown: ${noPrediction(reason ?? 'no_better_than_base_rate')}`;
}

/** How many the fixed budget flags; at least one where there is any. */
export const flagged = (outcomes: number, budget: number): number =>
	outcomes > 0 ? Math.max(1, Math.round(outcomes * budget)) : 0;

/** `plan fields disagree: 14 of 19 such slipped`. */
export function basisText({ condition, value, slipped, cases }: Basis): string {
	return `${conditionText(condition, value)}: ${slipped} of ${cases}${condition === 'any' ? '' : ' such'} slipped`;
}

function conditionText(condition: string, value: Basis['value']): string {
	switch (condition) {
		case 'any':
			return 'all milestones';
		case 'plan_fields':
			return value ? 'plan fields disagree' : 'plan fields agree';
		case 'milestone':
			return `milestone ${value}`;
		case 'overdue':
			return value ? 'a date of the project has passed' : 'no date of the project has passed';
		case 'stale':
			return value ? 'no update for over 60 days' : 'updated within 60 days';
		case 'owner':
			return `programme ${value}`;
		default:
			return condition.replaceAll('_', ' ');
	}
}

/** In one line: the probability with the counts of the strongest condition, or why there is none. */
export function chanceText(outlook: MilestoneOutlook): string {
	if (outlook.probability === null) return `no prediction: ${noPrediction(outlook.reason ?? 'no_date')}`;
	const strongest = outlook.basis.find(({ condition }) => condition === 'plan_fields') ?? outlook.basis[0];
	const counts = strongest ? ` · ${basisText(strongest)}` : '';
	return `${percent(outlook.probability)} slip${counts}`;
}
