import type { ProjectCard } from '../live/messages.ts';
import { declaredDiffers, RANK } from './wording.ts';

/** The one mark in the corner of a cell, by priority. */
export type Mark = 'warning' | 'declared' | 'worse' | 'better' | null;

export function markOf(card: ProjectCard): Mark {
	const warnings = card.warnings ?? [];
	if (warnings.some((rule) => !DECLARED.has(rule))) return 'warning';
	// Beside an unknown body a declared letter contradicts nothing.
	if (warnings.length > 0 || (card.rag !== 'unknown' && declaredDiffers(card))) return 'declared';
	return null;
}

const DECLARED = new Set(['EW1', 'divergence', 'TRU-2', 'watermelon']);

/** Which way a colour moved; moves from and to unknown are neither. */
export function moved(before: ProjectCard['rag'], after: ProjectCard['rag']): Mark {
	const known = (rag: ProjectCard['rag']) => rag === 'red' || rag === 'amber' || rag === 'green';
	if (!known(before) || !known(after) || before === after) return null;
	return RANK[after] < RANK[before] ? 'worse' : 'better';
}
