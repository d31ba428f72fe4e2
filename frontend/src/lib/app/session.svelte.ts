/** Who is looking: a person, a paired screen, both or nobody. Created once in the root layout. */

import { createContext } from 'svelte';
import { api, asProblem, type Problem } from '../api/client.ts';
import type { PairedScreen, Person, PortfolioSummary, Role, SessionAnswer } from '../api/types.ts';

const RANKS: Record<Role, number> = { viewer: 0, analyst: 1, lead: 2, admin: 3 };

export class Session {
	status = $state.raw<'loading' | 'known' | 'nobody' | 'failed'>('loading');
	user = $state.raw<Person | null>(null);
	screen = $state.raw<PairedScreen | null>(null);
	problem = $state.raw<Problem | null>(null);
	portfolios = $state.raw<readonly PortfolioSummary[] | null>(null);
	/** Add it to this computer's clock for the server's, by which screens keep in step. */
	clockSkewMs = 0;

	async load(): Promise<void> {
		try {
			this.#take(await api.get<SessionAnswer>('/session'));
		} catch (error) {
			this.problem = asProblem(error);
			if (this.problem.status === 401) this.#take({ user: null, screen: null });
			else this.status = 'failed';
		}
	}

	/** Ask again without letting go of what is known: a server that does not answer changes nothing. */
	async renew(): Promise<void> {
		try {
			this.#take(await api.get<SessionAnswer>('/session'));
		} catch (error) {
			if (asProblem(error).status === 401) this.#take({ user: null, screen: null });
		}
	}

	async signIn(email: string, password: string): Promise<void> {
		this.#take(await api.post<SessionAnswer>('/session', { email, password }));
		await this.load();
	}

	async signOut(): Promise<void> {
		await api.delete('/session');
		this.portfolios = null;
		await this.load();
	}

	async loadPortfolios(): Promise<readonly PortfolioSummary[]> {
		const { portfolios } = await api.get<{ portfolios: PortfolioSummary[] }>('/portfolios');
		this.portfolios = portfolios;
		return portfolios;
	}

	can(role: Role): boolean {
		return this.user !== null && RANKS[this.user.role] >= RANKS[role];
	}

	#take(answer: SessionAnswer): void {
		if (answer.screen) this.clockSkewMs = new Date(answer.screen.server_time).getTime() - Date.now();
		this.user = answer.user ?? null;
		this.screen = answer.screen ?? null;
		this.status = this.user || this.screen ? 'known' : 'nobody';
	}
}

export const [getSession, setSession] = createContext<Session>();
