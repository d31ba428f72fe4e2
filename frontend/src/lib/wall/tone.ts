/** A tone for an alert of severity critical: two short notes, once. */

let context: AudioContext | undefined;

/** Says why nothing was heard; empty: it sounded. */
export async function sound(): Promise<string> {
	context ??= new AudioContext();
	if (context.state === 'suspended') {
		// A browser that wants a touch first lets this wait for ever.
		await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, 500))]);
	}
	if (context.state !== 'running') return 'The browser allows no sound without a touch.';
	const begin = context.currentTime;
	for (const [at, pitch] of [
		[0, 880],
		[0.25, 660]
	] as const) {
		const note = new OscillatorNode(context, { frequency: pitch });
		const volume = new GainNode(context, { gain: 0 });
		volume.gain.setTargetAtTime(0.25, begin + at, 0.01);
		volume.gain.setTargetAtTime(0, begin + at + 0.18, 0.03);
		note.connect(volume).connect(context.destination);
		note.start(begin + at);
		note.stop(begin + at + 0.4);
	}
	return '';
}
