/**
 * One registry of commands: shortcuts and the help sheet read the same list. Pages register theirs and
 * get back how to take them away.
 */

export interface Command {
	/** One key (`/`), or two in a row (`g p`). */
	keys: string;
	title: string;
	run: () => void;
}

const CHORD_MS = 1_200;

export class Commands {
	list = $state.raw<readonly Command[]>([]);
	/** WCAG 2.1.4: single-key shortcuts can be switched off. */
	enabled = $state.raw(localStorage.getItem('nerve-shortcuts') !== 'off');
	#prefix: { key: string; at: number } | null = null;

	register(...commands: Command[]): () => void {
		this.list = [...this.list, ...commands];
		return () => (this.list = this.list.filter((command) => !commands.includes(command)));
	}

	setEnabled(enabled: boolean): void {
		this.enabled = enabled;
		localStorage.setItem('nerve-shortcuts', enabled ? 'on' : 'off');
	}

	onKey(event: KeyboardEvent): void {
		if (!this.enabled || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
		if (isTyping(event.target)) return;
		const chord =
			this.#prefix && event.timeStamp - this.#prefix.at < CHORD_MS
				? `${this.#prefix.key} ${event.key}`
				: null;
		const command =
			this.list.find(({ keys }) => keys === chord) ?? this.list.find(({ keys }) => keys === event.key);
		this.#prefix = null;
		if (command) {
			event.preventDefault();
			command.run();
		} else if (this.list.some(({ keys }) => keys.startsWith(`${event.key} `))) {
			this.#prefix = { key: event.key, at: event.timeStamp };
		}
	}
}

function isTyping(target: EventTarget | null): boolean {
	return (
		target instanceof HTMLElement &&
		(target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
	);
}
