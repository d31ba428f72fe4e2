/**
 * A part of a wall that is loaded when somebody needs it. Not by `{#await}`: for as long as that is there it
 * keeps the scene that was on the screen when it began, which on a wall is for months.
 */
export class Later<Part> {
	part = $state.raw<Part>();
	#load: () => Promise<{ default: Part }>;
	#asked = false;

	constructor(load: () => Promise<{ default: Part }>) {
		this.#load = load;
	}

	/** It is needed now. What could not be loaded is tried again when it is needed again. */
	need(): void {
		if (this.#asked) return;
		this.#asked = true;
		this.#load().then(
			(loaded) => (this.part = loaded.default),
			() => (this.#asked = false)
		);
	}
}
