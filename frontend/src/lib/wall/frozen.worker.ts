/** Says so when a visible page has not painted for five seconds: the page itself might not notice. */

const FROZEN_MS = 5_000;
let paintedAt = performance.now();
let visible = true;

addEventListener('message', ({ data }: MessageEvent<'paint' | 'hidden'>) => {
	visible = data === 'paint';
	paintedAt = performance.now();
});
setInterval(() => {
	if (!visible || performance.now() - paintedAt < FROZEN_MS) return;
	paintedAt = performance.now();
	postMessage('frozen');
}, 1_000);
