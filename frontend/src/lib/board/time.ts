/** Instants to words. Local time on screens; calendar dates stay the strings they came as. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec'];
const two = (number: number): string => String(number).padStart(2, '0');

export const clock = (at: Date): string => `${two(at.getHours())}:${two(at.getMinutes())}`;
export const clockSeconds = (at: Date): string => `${clock(at)}:${two(at.getSeconds())}`;
export const day = (at: Date | string): string => {
	const instant = new Date(at);
	return `${dayShort(instant)} ${instant.getFullYear()}`;
};
const dayShort = (at: Date): string => `${at.getDate()} ${MONTHS[at.getMonth()]}`;

/** A calendar date, without letting a time zone move it. */
export function calendarDay(date: string): string {
	const [year, month, dayOfMonth] = date.slice(0, 10).split('-').map(Number);
	return day(new Date(year ?? 0, (month ?? 1) - 1, dayOfMonth ?? 1));
}

/** `14:31` today, `12 Nov` this year, else `12 Nov 2021`. */
export function moment(at: string | Date, now: Date = new Date()): string {
	const instant = typeof at === 'string' ? new Date(at) : at;
	if (instant.toDateString() === now.toDateString()) return clock(instant);
	return instant.getFullYear() === now.getFullYear() ? dayShort(instant) : day(instant);
}

/** How long ago, in one unit: `40 s`, `12 m`, `3 h`, `6 d`, `14 mo`. */
export function age(from: string | Date, to: Date): string {
	const start = typeof from === 'string' ? new Date(from) : from;
	const seconds = Math.max(0, (to.getTime() - start.getTime()) / 1000);
	if (seconds < 60) return `${Math.floor(seconds)}\u202fs`;
	if (seconds < 3600) return `${Math.floor(seconds / 60)}\u202fm`;
	if (seconds < 86_400) return `${Math.floor(seconds / 3600)}\u202fh`;
	if (seconds < 86_400 * 90) return `${Math.floor(seconds / 86_400)}\u202fd`;
	return `${Math.floor(seconds / (86_400 * 30.44))}\u202fmo`;
}
