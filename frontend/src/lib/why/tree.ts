/** The why tree as something to walk: visible rows in order, keys to moves, the whole as text. */

import { eventName, kpiName, LETTER, limitText, quantity, reasonText, WORD } from '../board/wording.ts';
import { conditionText } from './conditions.ts';
import type { Foretold, WhyNode } from '../api/types.ts';

export interface Row {
	node: WhyNode;
	level: number;
	parent: string | null;
	position: number;
	siblings: number;
}

export function visibleRows(root: WhyNode, open: ReadonlySet<string>): Row[] {
	const rows: Row[] = [];
	const walk = (node: WhyNode, level: number, parent: string | null, position: number, siblings: number) => {
		rows.push({ node, level, parent, position, siblings });
		if (!open.has(node.id)) return;
		const children = node.children ?? [];
		children.forEach((child, i) => walk(child, level + 1, node.id, i + 1, children.length));
	};
	walk(root, 1, null, 1, 1);
	return rows;
}

export function findNode(root: WhyNode, id: string): WhyNode | null {
	if (root.id === id) return root;
	for (const child of root.children ?? []) {
		const found = findNode(child, id);
		if (found) return found;
	}
	return null;
}

/** The ids from the root to a node, so that a pasted address opens the way to it. */
export function pathTo(root: WhyNode, id: string): string[] {
	if (root.id === id) return [id];
	for (const child of root.children ?? []) {
		const rest = pathTo(child, id);
		if (rest.length > 0) return [root.id, ...rest];
	}
	return [];
}

/** What is open at first: the way down the first cause, as far as its figures. */
export function firstOpen(root: WhyNode): Set<string> {
	const open = new Set<string>();
	let node: WhyNode | undefined = root;
	for (let level = 1; level <= 3 && node?.children?.length; level += 1) {
		open.add(node.id);
		node = node.children[0];
	}
	return open;
}

/** A colour is a sentence, a rule without a name gets one; all else is called what the server calls it. */
export function nameOf(node: WhyNode): string {
	if (node.kind === 'colour' && node.rag && !node.label.includes(WORD[node.rag])) {
		return `${node.label} is ${WORD[node.rag]}`;
	}
	return /^[a-z]+(_[a-z]+)*$/.test(node.label) && node.kind === 'finding' ? kpiName(node.label) : node.label;
}

export type Move = { to: string } | { open: string } | { close: string } | null;

export function moveFor(key: string, rows: readonly Row[], at: string, open: ReadonlySet<string>): Move {
	const index = Math.max(
		0,
		rows.findIndex((row) => row.node.id === at)
	);
	const row = rows[index];
	if (!row) return null;
	const hasChildren = (row.node.children?.length ?? 0) > 0;
	switch (key) {
		case 'ArrowDown':
			return step(rows, index + 1);
		case 'ArrowUp':
			return step(rows, index - 1);
		case 'Home':
			return step(rows, 0);
		case 'End':
			return step(rows, rows.length - 1);
		case 'ArrowRight':
			if (!hasChildren) return null;
			return open.has(row.node.id) ? step(rows, index + 1) : { open: row.node.id };
		case 'ArrowLeft':
			if (hasChildren && open.has(row.node.id)) return { close: row.node.id };
			return row.parent === null ? null : { to: row.parent };
		default:
			return null;
	}
}

function step(rows: readonly Row[], index: number): Move {
	const row = rows[index];
	return row ? { to: row.node.id } : null;
}

export function figure(value: number | string | null | undefined, unit: string | null | undefined): string {
	if (value == null) return '';
	const number = typeof value === 'number' ? value : Number(value);
	if (typeof value === 'string' && (!Number.isFinite(number) || value.trim() === '')) return value;
	if (unit && /^[A-Z]{3}$/.test(unit)) return money(number, unit);
	return quantity(number, unit ?? '');
}

export function money(amount: number, currency: string): string {
	const options: Intl.NumberFormatOptions = { style: 'currency', currency, currencyDisplay: 'code' };
	if (Math.abs(amount) >= 1e6) {
		return new Intl.NumberFormat('en', { ...options, notation: 'compact', maximumFractionDigits: 2 }).format(
			amount
		);
	}
	return new Intl.NumberFormat('en', { ...options, maximumFractionDigits: 0 }).format(amount);
}

/** A limit as a figure; of what is counted in whole numbers it is one. */
export const limitFigure = (limit: number | string, unit: string | null | undefined): string =>
	unit === 'n' ? limitText(Number(limit), unit) : figure(limit, unit);

/** The facts of a node beside its label, in reading order. */
export function facts(node: WhyNode): string[] {
	const said: string[] = [];
	if (node.kind === 'event')
		return [eventName(node.type ?? ''), node.by ?? node.source ?? ''].filter(Boolean);
	const value = figure(node.value, node.unit);
	if (value && !node.label.includes(value)) said.push(value);
	if (node.limit != null) {
		const limit = `limit ${limitFigure(node.limit, node.unit)}`;
		if (!node.label.includes(limit)) said.push(limit);
	}
	if (node.limit_set_by) said.push(`set by ${node.limit_set_by}`);
	if (node.policy_version != null) said.push(`policy ${node.policy_version}`);
	if (node.reason) said.push(node.kind === 'warning' ? conditionText(node.reason) : reasonText(node.reason));
	if (node.foretold) said.push(...chance(node.foretold));
	return said;
}

/** What all such milestones have in common, from the general to the special. */
const TRUNK = ['any', 'plan_fields', 'milestone'];

/** A probability is told with its counts, those of the most special condition that was ever met. */
function chance(foretold: Foretold): string[] {
	if (foretold.probability === null) return [];
	const counted = foretold.basis.filter((each) => TRUNK.includes(each.condition) && each.cases > 0).at(-1);
	const share = `${foretold.milestone} slips with ${Math.round(foretold.probability * 100)}\u202f%`;
	return [counted ? `${share}: ${counted.slipped} of ${counted.cases} such milestones did` : share];
}

export function asText(node: WhyNode, depth = 0): string {
	const mark = node.rag ? `[${LETTER[node.rag]}] ` : '';
	const more = facts(node);
	const tail = [...more, node.as_of ? `as of ${node.as_of.slice(0, 10)}` : ''].filter(Boolean).join(', ');
	const line = `${'  '.repeat(depth)}${depth > 0 ? '- ' : ''}${mark}${nameOf(node)}${tail ? ` (${tail})` : ''}`;
	const rest = node.more ? [`${'  '.repeat(depth + 1)}… and ${node.more} others`] : [];
	return [line, ...(node.children ?? []).map((child) => asText(child, depth + 1)), ...rest].join('\n');
}

/** The sequence number an event node stands for: in its address, its id or its value. */
export function eventSeq(node: WhyNode): number | null {
	if (node.kind !== 'event') return null;
	const found = /(?:events\/|event[:/#-]?\s*|seq[:=])(\d+)/i.exec(
		`${node.href ?? ''} ${node.id} ${node.label}`
	);
	return found ? Number(found[1]) : null;
}
