/**
 * FROZEN: a worker hears of every paint, and tells the page when there was none for five seconds. If the page
 * can hear that and still does not paint, it is reloaded. A page that hears nothing any more reports nothing
 * either: then it is a silent screen, and the server says so.
 */

import { guardedReload } from './reloading.ts';

const PAINTS_EVERY_MS = 1_000;
const LAST_CHANCE_MS = 2_000;

export function watchPaint(): () => void {
	const worker = new Worker(new URL('./frozen.worker.ts', import.meta.url), { type: 'module' });
	const visible = () => document.visibilityState === 'visible';
	const painting = setInterval(() => {
		if (visible()) requestAnimationFrame(() => worker.postMessage('paint'));
		else worker.postMessage('hidden');
	}, PAINTS_EVERY_MS);
	worker.onmessage = () => {
		const reload = setTimeout(() => void guardedReload(), LAST_CHANCE_MS);
		requestAnimationFrame(() => clearTimeout(reload));
	};
	return () => {
		clearInterval(painting);
		worker.terminate();
	};
}
