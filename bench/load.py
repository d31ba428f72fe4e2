"""A load of posted events, in a process of its own: `python -m bench.load`, told by one line of JSON.

Closed: every client posts again as soon as it is answered. Open: posts leave at a steady rate whether or
not the earlier ones were answered, and their latency counts from when they should have left.
"""

import asyncio
import sys
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from typing import Final

import orjson

from bench import wire
from bench.processes import Helper, keep_off_the_others
from bench.report import percentile
from bench.seeding import Reports

ONE: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"
PATH: Final = "/api/v1/events"


@dataclass(frozen=True, slots=True)
class Load:
    """What to post where, and for how long."""

    port: int
    key: str
    clients: int
    seconds: float
    run: int
    """Makes the ids of its events differ from those of other runs."""
    batch: int = 1
    rate: float = 0
    """Requests per second; 0: closed loop."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of it."""

    events: int
    seconds: float
    p50_ms: float
    p99_ms: float
    refused: dict[str, int]

    @property
    def per_s(self) -> float:
        """Events that were accepted per second."""
        return self.events / self.seconds


class Poster(Helper):
    """The load's process, ready to go."""

    def __init__(self, load: Load) -> None:
        super().__init__("bench.load", orjson.dumps(asdict(load)).decode())

    def go(self) -> Posted:
        """Post, and wait for the end of it."""
        self.begin()
        return self.end()

    def begin(self) -> None:
        """Start posting."""
        self.say("go")

    def end(self) -> Posted:
        """Wait for the end of it."""
        return Posted(**orjson.loads(self.hear()))


@dataclass(slots=True)
class _Work:
    load: Load
    reports: Reports
    until: float = 0.0
    waits_ms: list[float] = field(default_factory=list)
    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    clients: list[wire.Client] = field(default_factory=list)
    idle: deque[wire.Client] = field(default_factory=deque)
    late: deque[float] = field(default_factory=deque)
    flying: int = 0
    last_at: float = 0.0

    async def connect(self) -> None:
        for _ in range(self.load.clients):
            client = wire.Client(self.answered)
            await wire.connect(client, self.load.port)
            self.clients.append(client)

    def ask(self, client: wire.Client, at: float) -> None:
        """Post the next request as if at this moment."""
        if self.load.batch > 1:
            request = wire.post(PATH, self.load.key, BATCH, self.reports.batch(self.load.batch))
        else:
            request = wire.post(PATH, self.load.key, ONE, self.reports.next())
        client.asked_at = at or time.perf_counter()
        self.flying += 1
        client.ask(request)

    def answered(self, client: wire.Client, status: int, body: bytes) -> None:
        now = time.perf_counter()
        self.flying -= 1
        if status == 202:
            self.waits_ms.append((now - client.asked_at) * 1000)
            self.accepted += self.load.batch
            self.last_at = now
        else:
            self.refused[f"{status} {body[:80].decode(errors='replace')}"] += 1
        if self.load.rate:
            self.rest(client)
        elif now < self.until:
            self.ask(client, 0)

    def rest(self, client: wire.Client) -> None:
        """A client is free: whatever is late goes first."""
        if self.late:
            self.ask(client, self.late.popleft())
        else:
            self.idle.append(client)

    async def closed(self) -> None:
        for client in self.clients:
            self.ask(client, 0)
        await asyncio.sleep(self.load.seconds)

    async def open(self) -> None:
        self.idle.extend(self.clients)
        began, sent = time.perf_counter(), 0
        while (now := time.perf_counter()) < self.until:
            while sent < (now - began) * self.load.rate:
                due = began + sent / self.load.rate
                if self.idle:
                    self.ask(self.idle.popleft(), due)
                else:
                    self.late.append(due)
                sent += 1
            await asyncio.sleep(0.001)

    async def work(self) -> Posted:
        began = time.perf_counter()
        self.until = began + self.load.seconds
        await (self.open() if self.load.rate else self.closed())
        while self.flying and time.perf_counter() < self.until + 10:  # noqa: ASYNC110 - a look now and then
            await asyncio.sleep(0.001)
        took = max(self.load.seconds, self.last_at - began)
        p50, p99 = percentile(self.waits_ms, 0.5), percentile(self.waits_ms, 0.99)
        return Posted(self.accepted, took, p50, p99, dict(self.refused))


async def _main() -> None:
    keep_off_the_others()
    load = Load(**orjson.loads(sys.stdin.readline()))
    work = _Work(load, Reports(load.run))
    await work.connect()
    print("ready", flush=True)
    sys.stdin.readline()
    print(orjson.dumps(asdict(await work.work())).decode(), flush=True)


if __name__ == "__main__":
    wire.run(_main())
