// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Batch } from './buffer.ts';
import { everyMs } from './buffer.ts';
import { Connection } from './connection.svelte.ts';
import type { ServerMessage } from './messages.ts';
import { terminalOf } from './transport.ts';

const AT = '2026-11-23T10:00:00Z';

/** A websocket in the hands of the test. */
class FakeSocket extends EventTarget {
	static all: FakeSocket[] = [];
	static refuse = false;
	readyState = 0;
	sent: { type: string; revision?: number; reason?: string }[] = [];
	binaryType = 'blob';
	bufferedAmount = 0;

	constructor(readonly url: string) {
		super();
		FakeSocket.all.push(this);
		const refuse = FakeSocket.refuse;
		setTimeout(() => (refuse ? this.drop(1006) : this.open()), 1);
	}

	static get last(): FakeSocket {
		return FakeSocket.all.at(-1)!;
	}

	open(): void {
		this.readyState = 1;
		this.dispatchEvent(new Event('open'));
	}

	send(text: string): void {
		this.sent.push(JSON.parse(text));
	}

	say(message: ServerMessage): void {
		this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
	}

	drop(code: number): void {
		this.readyState = 3;
		this.dispatchEvent(new CloseEvent('close', { code }));
	}

	close(code = 1000): void {
		if (this.readyState < 2) this.drop(code);
	}
}

const snapshot = (revision: number): ServerMessage => ({
	type: 'snapshot',
	epoch: 'e',
	revision,
	hash: `h${revision}`,
	as_of: AT,
	committed_at: AT,
	cards: []
});
const beat: ServerMessage = { type: 'heartbeat', revision: 1, head: 1, as_of: AT, lag_ms: 0 };

let batches: Batch[];
let connection: Connection;

function connect(): Connection {
	batches = [];
	connection = new Connection({
		portfolio: 'global',
		scope: 'item:project/A',
		schedule: everyMs(250),
		commit: (batch) => batches.push(batch)
	});
	return connection.start();
}

beforeEach(() => {
	vi.useFakeTimers();
	vi.stubGlobal('WebSocket', FakeSocket);
	vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('down')));
	FakeSocket.all = [];
	FakeSocket.refuse = false;
});

afterEach(() => {
	connection.stop();
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

test('says hello, commits the snapshot, acknowledges what it shows', async () => {
	connect();
	await vi.advanceTimersByTimeAsync(20);
	expect(FakeSocket.last.url).toMatch(/^ws:.*\/api\/v1\/portfolios\/global\/live$/);
	expect(FakeSocket.last.sent[0]).toMatchObject({ type: 'hello', scope: 'item:project/A' });
	FakeSocket.last.say(snapshot(4));
	await vi.advanceTimersByTimeAsync(6_000);
	expect(batches).toHaveLength(1);
	expect(connection.ready).toBe(true);
	expect(connection.freshness.state).toBe('live');
	expect(FakeSocket.last.sent.at(-1)).toMatchObject({ type: 'ack', revision: 4 });
});

test('a killed server is not live within twelve seconds, and heals by itself after half an hour', async () => {
	connect();
	await vi.advanceTimersByTimeAsync(20);
	FakeSocket.last.say(snapshot(4));
	FakeSocket.refuse = true;
	FakeSocket.last.drop(1006);
	await vi.advanceTimersByTimeAsync(6_000);
	expect(connection.freshness.state).toBe('not-live');
	await vi.advanceTimersByTimeAsync(30 * 60_000);
	FakeSocket.refuse = false;
	await vi.advanceTimersByTimeAsync(31_000);
	expect(FakeSocket.last.sent[0]).toMatchObject({ type: 'hello', revision: 4, hash: 'h4' });
	FakeSocket.last.say(beat);
	expect(connection.freshness.state).toBe('live');
});

test('a hung server is lagging, then not live, then given up', async () => {
	connect();
	await vi.advanceTimersByTimeAsync(20);
	FakeSocket.last.say(snapshot(1));
	await vi.advanceTimersByTimeAsync(12_000);
	expect(connection.freshness.state).toBe('lagging');
	await vi.advanceTimersByTimeAsync(20_000);
	expect(connection.freshness.state).toBe('not-live');
	await vi.advanceTimersByTimeAsync(20_000);
	expect(FakeSocket.all.length).toBeGreaterThan(1);
});

test.each([
	[4501, 'unauthenticated'],
	[4503, 'forbidden'],
	[4504, 'unknown-portfolio'],
	[4500, 'bad-protocol'],
	[4599, 'refused']
] as const)('close code %i ends the attempts: %s', async (code, terminal) => {
	connect();
	await vi.advanceTimersByTimeAsync(20);
	FakeSocket.last.drop(code);
	await vi.advanceTimersByTimeAsync(120_000);
	expect(connection.terminal).toBe(terminal);
	expect(FakeSocket.all).toHaveLength(1);
});

test('any other close is worth another try', () => {
	expect(terminalOf(1006)).toBeNull();
	expect(terminalOf(0)).toBeNull();
});

test('a socket that does not open within eight seconds is given up', async () => {
	vi.spyOn(FakeSocket.prototype, 'open').mockImplementation(() => {});
	connect();
	await vi.advanceTimersByTimeAsync(7_000);
	expect(FakeSocket.all).toHaveLength(1);
	await vi.advanceTimersByTimeAsync(7_000);
	expect(FakeSocket.all.length).toBeGreaterThan(1);
	vi.restoreAllMocks();
});

test('nothing that a socket says counts once it was given up', async () => {
	connect();
	await vi.advanceTimersByTimeAsync(20);
	const given = FakeSocket.last;
	given.say(snapshot(1));
	await vi.advanceTimersByTimeAsync(50_000);
	expect(FakeSocket.last).not.toBe(given);
	given.say(snapshot(9));
	expect(connection.revision).toBe(1);
});

test('a gap is asked about on the socket', async () => {
	vi.spyOn(console, 'warn').mockImplementation(() => {});
	connect();
	await vi.advanceTimersByTimeAsync(20);
	FakeSocket.last.say(snapshot(1));
	const frame = { type: 'patch', epoch: 'e', prev: 5, revision: 6, hash: 'h' } as const;
	FakeSocket.last.say({ ...frame, as_of: AT, committed_at: AT, changes: [] });
	await vi.advanceTimersByTimeAsync(3_000);
	expect(FakeSocket.last.sent.some(({ type, reason }) => type === 'resync' && reason === 'gap')).toBe(true);
	expect(connection.mismatches).toBe(0);
});

test('where websockets cannot be opened the same frames come by long-poll', async () => {
	FakeSocket.refuse = true;
	const answers = [Response.json(snapshot(3)), new Response(null, { status: 204 })];
	const pending = new Promise<Response>(() => {});
	vi.stubGlobal(
		'fetch',
		vi.fn(async () => answers.shift() ?? pending)
	);
	connect();
	await vi.advanceTimersByTimeAsync(20_000);
	expect(connection.transport).toBe('poll');
	expect(connection.revision).toBe(3);
	expect(batches).toHaveLength(1);
	expect(vi.mocked(fetch).mock.calls[1]?.[0]).toContain('?after=e-3&wait=');
});

test('a long-poll that is refused tells why', async () => {
	FakeSocket.refuse = true;
	vi.stubGlobal(
		'fetch',
		vi.fn(async () => new Response(null, { status: 401 }))
	);
	connect();
	await vi.advanceTimersByTimeAsync(20_000);
	expect(connection.terminal).toBe('unauthenticated');
});

test('a page that is shown again does not wait out its delay', async () => {
	connect();
	await vi.advanceTimersByTimeAsync(20);
	FakeSocket.last.say(beat);
	FakeSocket.refuse = true;
	FakeSocket.last.drop(1006);
	await vi.advanceTimersByTimeAsync(10 * 60_000);
	const before = FakeSocket.all.length;
	FakeSocket.refuse = false;
	document.dispatchEvent(new Event('visibilitychange'));
	await vi.advanceTimersByTimeAsync(10);
	expect(FakeSocket.all.length).toBe(before + 1);
});
