/** Projects by programme, in fixed order; where there are many programmes, the small ones are folded. */

import type { Board, Project } from '../board/board.svelte.ts';
import { inOrder } from '../board/order.ts';
import { isAbnormal } from '../board/wording.ts';
import { distinct, MOST_LETTERS } from './names.ts';

export interface Group {
	/** The programme's code; `+` for the folded small ones, empty for projects without a programme. */
	code: string;
	/** The heading: the code, without a prefix that nearly all share. */
	label: string;
	/** The same where there is little room. */
	short: string;
	name: string;
	projects: Project[];
}

const FOLD_ABOVE_PROGRAMMES = 10;
const FOLD_UNDER_PROJECTS = 5;
const SHORT = 12;

export function groupProjects(board: Board): Group[] {
	const byProgramme = new Map<string, Project[]>();
	for (const project of board.projects) {
		const code = project.last.programme ?? '';
		const list = byProgramme.get(code);
		if (list) list.push(project);
		else byProgramme.set(code, [project]);
	}
	const cards = new Map(board.programmes.map((programme) => [programme.last.code, programme.last]));
	const shorten = prefixStripper([...byProgramme.keys()]);
	const ordered = inOrder([...byProgramme], ([code]) => code);
	// Those without a programme stand last.
	const groups = [...ordered.filter(([code]) => code), ...ordered.filter(([code]) => !code)].map(
		([code, projects]) => ({
			code,
			label: shorten(code) || 'none',
			short: '',
			name: cards.get(code)?.name ?? (code || 'No programme'),
			projects
		})
	);
	return named(groups.length > FOLD_ABOVE_PROGRAMMES ? fold(groups) : groups);
}

/** Those that are not well; the list of `before`, if they are the same. */
export function abnormalOf(projects: readonly Project[], before: readonly Project[]): readonly Project[] {
	let same = 0;
	for (const project of projects) {
		if (!isAbnormal(project.last.rag)) continue;
		if (before[same] !== project) return projects.filter(({ last }) => isAbnormal(last.rag));
		same += 1;
	}
	return same === before.length ? before : before.slice(0, same);
}

function named(groups: Group[]): Group[] {
	const labels = groups.map((group) => group.label);
	const [long, short] = [distinct(labels, MOST_LETTERS), distinct(labels, SHORT)];
	return groups.map((group, i) => ({ ...group, label: long[i] ?? '', short: short[i] ?? '' }));
}

/** `sig-network` among twenty `sig-…` is `network`: what all say tells nothing. */
function prefixStripper(codes: readonly string[]): (code: string) => string {
	const counts = new Map<string, number>();
	for (const code of codes) {
		const prefix = /^[A-Za-z0-9]+[-_./]/.exec(code)?.[0];
		if (prefix) counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
	}
	const [common, count] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? ['', 0];
	const strips = codes.length > 3 && count >= codes.length * 0.6;
	return (code) => (strips && code.startsWith(common) ? code.slice(common.length) : code);
}

function fold(groups: Group[]): Group[] {
	const small = groups.filter((group) => group.projects.length < FOLD_UNDER_PROJECTS);
	if (small.length < 2) return groups;
	const large = groups.filter((group) => group.projects.length >= FOLD_UNDER_PROJECTS);
	return [
		...large,
		{
			code: '+',
			label: `${small.length} small`,
			short: '',
			name: `${small.length} small`,
			projects: small.flatMap((group) => group.projects)
		}
	];
}
