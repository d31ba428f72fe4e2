/**
 * Protocol v1 without sockets or clocks: feed it frames, it says what to do.
 *
 * The promise: once a snapshot has been applied, the cards handed out are exactly the server's map at
 * `revision`. A patch is applied iff its epoch is ours and its `prev` is a revision we are complete
 * through; an old one is dropped; one that leaves a gap waits two seconds for what is missing, then a
 * snapshot is asked for.
 */

import { sumOf } from './checksum.ts';
import type {
	Change,
	Checksum,
	ClientMessage,
	Command,
	Entry,
	Heartbeat,
	Hello,
	Patch,
	ServerMessage,
	Snapshot,
	Transition
} from './messages.ts';
import { PROTOCOL } from './messages.ts';

export const GAP_PATIENCE_MS = 2_000;
export const RESYNC_PATIENCE_MS = 10_000;

export interface Replica {
	epoch: string | null;
	/** The view is complete through this revision (frames and heartbeats). */
	revision: number;
	/** The revision of the last frame that carried cards, and the chain's hash there. */
	received: number;
	hash: string | null;
	asOf: string | null;
	committedAt: string | null;
	lagMs: number;
	serverVersion: string | null;
	/** key → revision that last changed it. */
	revs: Map<string, number>;
	parts: Snapshot[];
	held: Patch[];
	gapSince: number | null;
	askedAt: number | null;
	/** Checksums that did not agree: each is a defect of the highest severity. */
	mismatches: number;
}

export type Effect =
	| { do: 'replace'; entries: readonly Entry[] }
	| {
			do: 'apply';
			changes: readonly Change[];
			transitions: readonly Transition[];
			more: number;
	  }
	| { do: 'send'; message: ClientMessage }
	| { do: 'command'; command: Command };

export function emptyReplica(): Replica {
	return {
		epoch: null,
		revision: -1,
		received: -1,
		hash: null,
		asOf: null,
		committedAt: null,
		lagMs: 0,
		serverVersion: null,
		revs: new Map(),
		parts: [],
		held: [],
		gapSince: null,
		askedAt: null,
		mismatches: 0
	};
}

export function hello(replica: Replica, portfolio: string, scope: string): Hello {
	const base = { type: 'hello', protocol: PROTOCOL, portfolio, scope } as const;
	if (replica.epoch === null || replica.hash === null) return base;
	return { ...base, epoch: replica.epoch, revision: replica.received, hash: replica.hash };
}

/** What was half received on the old connection will not be completed by the new one. */
export function disconnected(replica: Replica): void {
	replica.parts = [];
	replica.held = [];
	replica.gapSince = null;
	replica.askedAt = null;
}

export function receive(replica: Replica, message: ServerMessage, now: number): Effect[] {
	switch (message.type) {
		case 'welcome':
			replica.serverVersion = message.server_version;
			return [];
		case 'snapshot':
			return onSnapshot(replica, message);
		case 'patch':
			return onPatch(replica, message, now);
		case 'heartbeat':
			return onHeartbeat(replica, message);
		case 'checksum':
			return onChecksum(replica, message, now);
		case 'resync':
			replica.askedAt = now;
			replica.held = [];
			replica.gapSince = null;
			return [];
		case 'command':
			return [{ do: 'command', command: message }];
	}
}

/** Called now and then: a gap that did not close, or a snapshot that did not come. */
export function tick(replica: Replica, now: number): Effect[] {
	if (replica.askedAt !== null) {
		return now - replica.askedAt > RESYNC_PATIENCE_MS ? ask(replica, 'gap', now) : [];
	}
	if (replica.gapSince !== null && now - replica.gapSince >= GAP_PATIENCE_MS) {
		return ask(replica, 'gap', now);
	}
	return [];
}

function ask(replica: Replica, reason: 'gap' | 'checksum', now: number): Effect[] {
	replica.askedAt = now;
	replica.gapSince = null;
	replica.held = [];
	replica.parts = [];
	return [{ do: 'send', message: { type: 'resync', reason } }];
}

function onSnapshot(replica: Replica, snapshot: Snapshot): Effect[] {
	const first = replica.parts[0];
	const continues = first?.epoch === snapshot.epoch && first.revision === snapshot.revision;
	replica.parts = continues ? [...replica.parts, snapshot] : [snapshot];
	if (replica.parts.length < (snapshot.parts ?? 1)) return [];

	const parts = [...replica.parts].sort((a, b) => (a.part ?? 1) - (b.part ?? 1));
	const entries = parts.flatMap((part) => part.cards);
	replica.parts = [];
	replica.epoch = snapshot.epoch;
	replica.revision = replica.received = snapshot.revision;
	replica.hash = snapshot.hash;
	replica.asOf = snapshot.as_of;
	replica.committedAt = snapshot.committed_at;
	replica.revs = new Map(entries.map((entry) => [entry.key, entry.rev]));
	replica.gapSince = null;
	replica.askedAt = null;
	return [{ do: 'replace', entries }, ...release(replica)];
}

function onPatch(replica: Replica, patch: Patch, now: number): Effect[] {
	if (replica.askedAt !== null && replica.parts.length === 0) return [];
	if (fits(replica, patch)) return [apply(replica, patch), ...release(replica)];
	if (patch.epoch === replica.epoch && patch.revision <= replica.revision) return [];
	replica.held.push(patch);
	replica.gapSince ??= now;
	return [];
}

/** Complete through `prev` already, and not yet as far as `revision`. */
function fits(replica: Replica, patch: Patch): boolean {
	return (
		replica.parts.length === 0 &&
		patch.epoch === replica.epoch &&
		patch.revision > replica.received &&
		patch.prev >= replica.received &&
		patch.prev <= replica.revision
	);
}

function release(replica: Replica): Effect[] {
	const effects: Effect[] = [];
	for (;;) {
		const next = replica.held.find((patch) => fits(replica, patch));
		if (!next) break;
		effects.push(apply(replica, next));
	}
	replica.held = replica.held.filter(
		(patch) => patch.epoch !== replica.epoch || patch.revision > replica.revision
	);
	if (replica.held.length === 0) replica.gapSince = null;
	return effects;
}

function apply(replica: Replica, patch: Patch): Effect {
	for (const change of patch.changes) {
		if (change.card === null) replica.revs.delete(change.key);
		else replica.revs.set(change.key, change.rev);
	}
	replica.received = patch.revision;
	replica.revision = Math.max(replica.revision, patch.revision);
	replica.hash = patch.hash;
	replica.asOf = patch.as_of;
	replica.committedAt = patch.committed_at;
	return {
		do: 'apply',
		changes: patch.changes,
		transitions: patch.transitions ?? [],
		more: patch.more_transitions ?? 0
	};
}

function onHeartbeat(replica: Replica, beat: Heartbeat): Effect[] {
	replica.lagMs = beat.lag_ms;
	const complete = replica.gapSince === null && replica.parts.length === 0 && replica.askedAt === null;
	if (replica.epoch !== null && complete && beat.revision >= replica.revision) {
		replica.revision = beat.revision;
		replica.asOf = beat.as_of ?? replica.asOf;
	}
	return [];
}

function onChecksum(replica: Replica, checksum: Checksum, now: number): Effect[] {
	const comparable =
		replica.askedAt === null &&
		replica.gapSince === null &&
		replica.parts.length === 0 &&
		checksum.revision === replica.revision;
	if (!comparable) return [];
	const [high, low] = checksum.sum;
	const sum = sumOf(replica.revs);
	if (checksum.cards === replica.revs.size && high === sum.high && low === sum.low) return [];
	replica.mismatches += 1;
	return ask(replica, 'checksum', now);
}
