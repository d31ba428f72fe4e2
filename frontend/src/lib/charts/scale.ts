/** What the charts share: calendar dates as numbers, ticks that read well. */

export function dateOf(text: string): Date {
	const [year, month, day] = text.slice(0, 10).split('-').map(Number);
	return new Date(year ?? 0, (month ?? 1) - 1, day ?? 1);
}

export function numberOf(value: string | number | null | undefined): number | null {
	if (value == null || value === '') return null;
	const number = Number(value);
	return Number.isFinite(number) ? number : null;
}

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
export const compact = (value: number): string => COMPACT.format(value);

const MONTH = new Intl.DateTimeFormat('en-GB', { month: 'short', year: '2-digit' });
export const month = (date: Date): string => MONTH.format(date);
