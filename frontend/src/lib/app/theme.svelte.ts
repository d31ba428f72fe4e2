/** Dark, light, or as the system says; remembered in this browser. */

import { createContext } from 'svelte';

export type ThemeChoice = 'system' | 'dark' | 'light';
const KEY = 'nerve-theme';

export class Theme {
	choice = $state.raw<ThemeChoice>('system');
	/** A wall is dark unless its profile says otherwise. */
	#wall: 'dark' | 'light' | null = null;

	constructor() {
		const stored = localStorage.getItem(KEY);
		if (stored === 'dark' || stored === 'light') this.choice = stored;
		this.#show();
	}

	choose(choice: ThemeChoice): void {
		this.choice = choice;
		if (choice === 'system') localStorage.removeItem(KEY);
		else localStorage.setItem(KEY, choice);
		this.#show();
	}

	toggle(): void {
		this.choose(this.#dark() ? 'light' : 'dark');
	}

	onWall(theme: 'dark' | 'light' | null): void {
		this.#wall = theme;
		this.#show();
	}

	#dark(): boolean {
		return document.documentElement.dataset.theme
			? document.documentElement.dataset.theme === 'dark'
			: matchMedia('(prefers-color-scheme: dark)').matches;
	}

	#show(): void {
		const theme = this.choice === 'system' ? this.#wall : this.choice;
		if (theme) document.documentElement.dataset.theme = theme;
		else delete document.documentElement.dataset.theme;
	}
}

export const [getTheme, setTheme] = createContext<Theme>();
