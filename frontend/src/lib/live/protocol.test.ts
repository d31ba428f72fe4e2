import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sumOf } from './checksum.ts';
import type { Card, Change, Entry, Patch, ServerMessage, Snapshot } from './messages.ts';
import {
	disconnected,
	emptyReplica,
	GAP_PATIENCE_MS,
	hello,
	receive,
	RESYNC_PATIENCE_MS,
	tick,
	type Effect,
	type Replica
} from './protocol.ts';

const AT = '2026-11-23T10:00:00Z';
const card = (name: string): Card => ({ kind: 'source', name, since: AT, last_at: AT, silent_at: AT });
const entry = (key: string, rev = 1): Entry => ({ key, rev, card: card(`${key}@${rev}`) });

function snapshot(revision: number, cards: Entry[], more: Partial<Snapshot> = {}): Snapshot {
	const hash = `h${revision}`;
	return { type: 'snapshot', epoch: 'e', revision, hash, as_of: AT, committed_at: AT, cards, ...more };
}

function patch(prev: number, revision: number, changes: Change[] = [], more: Partial<Patch> = {}): Patch {
	const hash = `h${revision}`;
	return { type: 'patch', epoch: 'e', prev, revision, hash, as_of: AT, committed_at: AT, changes, ...more };
}

const beat = (revision: number): ServerMessage => ({
	type: 'heartbeat',
	revision,
	head: revision,
	as_of: AT,
	lag_ms: 40
});

function started(revision = 1, keys = ['project/A', 'project/B']): Replica {
	const replica = emptyReplica();
	receive(
		replica,
		snapshot(
			revision,
			keys.map((key) => entry(key, revision))
		),
		0
	);
	return replica;
}

const asked = (effects: Effect[]) => effects.some((e) => e.do === 'send' && e.message.type === 'resync');
const applied = (effects: Effect[]) => effects.filter((e) => e.do === 'apply').length;

describe('a patch', () => {
	test('is applied when its prev is the revision held', () => {
		const replica = started();
		const effects = receive(replica, patch(1, 2, [entry('project/A', 2)]), 0);
		expect(applied(effects)).toBe(1);
		expect(replica.revision).toBe(2);
		expect(replica.revs.get('project/A')).toBe(2);
	});

	test('is dropped when it is old news', () => {
		const replica = started(5);
		expect(receive(replica, patch(3, 4, [entry('project/A', 4)]), 0)).toEqual([]);
		expect(replica.gapSince).toBeNull();
	});

	test('of another epoch is not applied, and a snapshot is asked for', () => {
		const replica = started();
		receive(replica, patch(1, 2, [entry('project/A', 2)], { epoch: 'other' }), 0);
		expect(replica.revs.get('project/A')).toBe(1);
		expect(asked(tick(replica, GAP_PATIENCE_MS))).toBe(true);
	});

	test('that leaves a gap waits two seconds, then asks for a snapshot once', () => {
		const replica = started();
		expect(receive(replica, patch(2, 3), 0)).toEqual([]);
		expect(tick(replica, GAP_PATIENCE_MS - 1)).toEqual([]);
		expect(asked(tick(replica, GAP_PATIENCE_MS))).toBe(true);
		expect(tick(replica, GAP_PATIENCE_MS + 1)).toEqual([]);
		expect(asked(tick(replica, GAP_PATIENCE_MS + RESYNC_PATIENCE_MS + 1))).toBe(true);
	});

	test('that was waiting is applied when the missing one comes', () => {
		const replica = started();
		receive(replica, patch(2, 3, [entry('project/B', 3)]), 0);
		const effects = receive(replica, patch(1, 2, [entry('project/A', 2)]), 10);
		expect(applied(effects)).toBe(2);
		expect(replica.revision).toBe(3);
		expect(tick(replica, 60_000)).toEqual([]);
	});

	test('after a heartbeat may still name the revision of the frame before it', () => {
		const replica = started(1);
		receive(replica, beat(9), 0);
		expect(applied(receive(replica, patch(1, 12, [entry('project/A', 12)]), 0))).toBe(1);
	});

	test('takes away a card that left', () => {
		const replica = started();
		receive(replica, patch(1, 2, [{ key: 'project/A', rev: 2, card: null }]), 0);
		expect([...replica.revs.keys()]).toEqual(['project/B']);
	});
});

describe('a snapshot', () => {
	test('in parts is applied at once, when the last has come', () => {
		const replica = emptyReplica();
		const first = snapshot(4, [entry('project/A', 2)], { part: 1, parts: 2 });
		expect(receive(replica, first, 0)).toEqual([]);
		const effects = receive(replica, snapshot(4, [entry('project/B', 3)], { part: 2, parts: 2 }), 0);
		expect(effects).toHaveLength(1);
		expect([...replica.revs]).toEqual([
			['project/A', 2],
			['project/B', 3]
		]);
	});

	test('answers a resync, and what came before it is ignored', () => {
		const replica = started();
		receive(replica, { type: 'resync', reason: 'slow' }, 0);
		expect(receive(replica, patch(1, 2, [entry('project/A', 2)]), 0)).toEqual([]);
		receive(replica, snapshot(7, [entry('project/A', 7)]), 0);
		expect(replica.askedAt).toBeNull();
		expect(applied(receive(replica, patch(7, 8), 0))).toBe(1);
	});
});

describe('a heartbeat', () => {
	test('makes the view complete through its revision', () => {
		const replica = started(1);
		receive(replica, beat(6), 0);
		expect(replica.revision).toBe(6);
		expect(replica.lagMs).toBe(40);
	});

	test('says nothing while something is missing', () => {
		const replica = started(1);
		receive(replica, patch(2, 3), 0);
		receive(replica, beat(6), 0);
		expect(replica.revision).toBe(1);
	});
});

describe('a checksum', () => {
	const checksum = (replica: Replica, cards: number): ServerMessage => ({
		type: 'checksum',
		revision: replica.revision,
		cards,
		sum: [sumOf(replica.revs).high, sumOf(replica.revs).low]
	});

	test('that agrees changes nothing', () => {
		const replica = started();
		expect(receive(replica, checksum(replica, 2), 0)).toEqual([]);
	});

	test('that disagrees is counted and answered with a resync', () => {
		const replica = started();
		expect(asked(receive(replica, checksum(replica, 3), 0))).toBe(true);
		expect(replica.mismatches).toBe(1);
	});

	test('of another revision is not compared', () => {
		const replica = started(1);
		const other: ServerMessage = { type: 'checksum', revision: 99, cards: 0, sum: [0, 0] };
		expect(receive(replica, other, 0)).toEqual([]);
	});
});

describe('hello', () => {
	test('says what is held, at the revision whose hash is known', () => {
		const replica = started(3);
		receive(replica, beat(8), 0);
		expect(hello(replica, 'p', 'all')).toMatchObject({ epoch: 'e', revision: 3, hash: 'h3' });
	});

	test('claims nothing before the first snapshot', () => {
		expect(hello(emptyReplica(), 'p', 'all')).not.toHaveProperty('epoch');
	});

	test('after a lost connection forgets what was half received', () => {
		const replica = started();
		receive(replica, patch(5, 6), 0);
		disconnected(replica);
		expect(tick(replica, 60_000)).toEqual([]);
	});
});

test('the version of the server and its commands are passed on', () => {
	const replica = emptyReplica();
	const welcome: ServerMessage = {
		type: 'welcome',
		server_time: AT,
		server_version: '2',
		heartbeat_s: 5,
		epoch: 'e',
		revision: 0
	};
	receive(replica, welcome, 0);
	expect(replica.serverVersion).toBe('2');
	expect(receive(replica, { type: 'command', id: 'act_1', command: 'reload' }, 0)).toHaveLength(1);
});

/** A client's map as a screen keeps it: what the effects say, and nothing else. */
function render(board: Map<string, Card>, effects: Effect[]): void {
	for (const effect of effects) {
		if (effect.do === 'replace') {
			board.clear();
			for (const one of effect.entries) board.set(one.key, one.card);
		} else if (effect.do === 'apply') {
			for (const { key, card } of effect.changes) {
				if (card === null) board.delete(key);
				else board.set(key, card);
			}
		}
	}
}

const KEYS = ['project/A', 'project/B', 'project/C', 'programme/P', 'portfolio'];
const step = fc.array(fc.record({ key: fc.constantFrom(...KEYS), gone: fc.boolean() }), { maxLength: 3 });
const fate = fc.constantFrom('deliver', 'deliver', 'deliver', 'repeat', 'lose', 'delay');

describe('the law', () => {
	test('snapshot and patches make the next snapshot, whatever is lost, repeated or delayed', () => {
		const life = fc.array(fc.tuple(step, fate), { minLength: 1, maxLength: 40 });
		fc.assert(
			fc.property(life, (steps) => {
				const server = new Map<string, Entry>();
				const whole = (at: number) => snapshot(at, [...server.values()]);
				const replica = emptyReplica();
				const board = new Map<string, Card>();
				let now = 0;
				const deliver = (message: ServerMessage) => render(board, receive(replica, message, now));
				let revision = 0;
				const late: Patch[] = [];
				deliver(whole(0));

				for (const [changes, fate] of steps) {
					const prev = revision++;
					const list = changes.map(({ key, gone }): Change => {
						if (gone) server.delete(key);
						else server.set(key, entry(key, revision));
						return { key, rev: revision, card: gone ? null : card(`${key}@${revision}`) };
					});
					const frame = patch(prev, revision, list);
					if (fate === 'delay') late.push(frame);
					if (fate === 'deliver' || fate === 'repeat') deliver(frame);
					if (fate === 'repeat') deliver(frame);
				}
				late.reverse().forEach(deliver);
				deliver(patch(revision, revision + 1));
				now += GAP_PATIENCE_MS;
				if (asked(tick(replica, now))) deliver(whole(revision + 1));

				expect([...board].sort()).toEqual([...server].map(([key, e]) => [key, e.card]).sort());
				expect([...replica.revs].sort()).toEqual([...server].map(([key, e]) => [key, e.rev]).sort());
			})
		);
	});
});
