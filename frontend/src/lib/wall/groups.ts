/** Projects by programme, in fixed order; where there are many programmes, the small ones are folded. */

import type { Board, Project } from '../board/board.svelte.ts';
import type { Rag } from '../live/messages.ts';

export interface Group {
	/** The programme's code; `+` for the folded small ones, empty for projects without a programme. */
	code: string;
	name: string;
	rag: Rag | null;
	projects: Project[];
}

const FOLD_ABOVE_PROGRAMMES = 10;
const FOLD_UNDER_PROJECTS = 5;

export function groupProjects(board: Board): Group[] {
	const byProgramme = new Map<string, Project[]>();
	for (const project of board.projects) {
		const code = project.card.programme ?? '';
		const list = byProgramme.get(code);
		if (list) list.push(project);
		else byProgramme.set(code, [project]);
	}
	const cards = new Map(board.programmes.map((programme) => [programme.card.code, programme.card]));
	const order = new Intl.Collator('en', { numeric: true }).compare;
	const groups = [...byProgramme]
		.sort(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : order(a, b)))
		.map(([code, projects]) => ({
			code,
			name: cards.get(code)?.name ?? (code || 'No programme'),
			rag: cards.get(code)?.rag ?? null,
			projects
		}));
	return groups.length > FOLD_ABOVE_PROGRAMMES ? fold(groups) : groups;
}

function fold(groups: Group[]): Group[] {
	const small = groups.filter((group) => group.projects.length < FOLD_UNDER_PROJECTS);
	if (small.length < 2) return groups;
	const large = groups.filter((group) => group.projects.length >= FOLD_UNDER_PROJECTS);
	return [
		...large,
		{
			code: '+',
			name: `${small.length} small`,
			rag: null,
			projects: small.flatMap((group) => group.projects)
		}
	];
}

export function isAbnormal(rag: Rag): boolean {
	return rag === 'red' || rag === 'amber' || rag === 'unknown';
}
