import { createContext } from 'svelte';
import type { Board } from '../board/board.svelte.ts';
import type { Connection } from '../live/connection.svelte.ts';
import type { Commands } from './commands.svelte.ts';

/** The live line of the page that is open, for the header's freshness; pages put theirs here. */
export class LiveSlot {
	connection = $state.raw<Connection | null>(null);
	board = $state.raw<Board | null>(null);
}

export const [getLiveSlot, setLiveSlot] = createContext<LiveSlot>();
export const [getCommands, setCommands] = createContext<Commands>();
