/**
 * A visit to the past, and what is missed of the present meanwhile. Loaded when the first one begins.
 */

import { untrack } from 'svelte';
import type { Transition } from '../live/messages.ts';
import { Travel } from './travel.svelte.ts';

export class Visit {
	travel = $state.raw<Travel | null>(null);
	/** Changes of the live board since the visit began. */
	missed = $state.raw(0);
	#portfolio: string;
	#tell: (at: string | null) => void;

	/** `tell` is given the moment whenever the visit comes to rest at another; null when it ends. */
	constructor(portfolio: string, tell: (at: string | null) => void) {
		this.#portfolio = portfolio;
		this.#tell = tell;
	}

	/** To this moment; null or what is no moment: back to the present. */
	go(at: string | null): void {
		untrack(() => {
			if (at === null || Number.isNaN(Date.parse(at))) this.stop();
			else void this.#begin().seek(at);
		});
	}

	stop(): void {
		this.travel?.stop();
		this.travel = null;
		this.missed = 0;
	}

	heard(transitions: readonly Transition[], more: number): void {
		if (this.travel) this.missed += transitions.filter(({ kind }) => kind === 'rag').length + more;
	}

	/** Comma and full stop step to another change, space plays, Escape ends the visit. */
	key(event: KeyboardEvent, asOf: string | null): void {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		const inControl = event.target instanceof Element && event.target.closest('button, input, a');
		if (event.key === ',') void this.#step(asOf, -1);
		else if (event.key === '.' && this.travel) void this.#step(asOf, 1);
		else if (event.key === ' ' && this.travel && !inControl) this.travel.toggle();
		else if (event.key === 'Escape' && this.travel) this.#tell(null);
	}

	async #step(asOf: string | null, way: 1 | -1): Promise<void> {
		const travel = this.#begin();
		if (travel.at === '' && asOf) travel.at = asOf;
		await travel.step(way);
	}

	#begin(): Travel {
		this.travel ??= new Travel(this.#portfolio, this.#tell);
		return this.travel;
	}
}
