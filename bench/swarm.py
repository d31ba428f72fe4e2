"""Many screens at once, in a process of their own: `python -m bench.swarm`, told by one line of JSON.

Idle, they only stay connected. With a rate, events are posted meanwhile, and for each screen it is noted
how long after the event was accepted its project's card arrived.
"""

import asyncio
import re
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Final

import orjson

from bench import wire
from bench.load import ONE, PATH
from bench.processes import Helper, keep_off_the_others
from bench.report import percentile
from bench.seeding import PORTFOLIO, PROJECTS, Reports, code

LIVE: Final = f"/api/v1/portfolios/{PORTFOLIO}/live"
HELLO: Final = orjson.dumps({"type": "hello", "protocol": 1, "portfolio": PORTFOLIO, "scope": "all"})
_PATCH: Final = b'{"type":"patch"'
_SNAPSHOT: Final = b'{"type":"snapshot"'
_KEY: Final = re.compile(rb'"key":"project/([^"]+)"')
_CONNECTS_APART_S: Final = 0.002


@dataclass(frozen=True, slots=True)
class Swarm:
    """How many screens, and how many events per second for how long."""

    port: int
    key: str
    screens: int
    rate: float = 0
    seconds: float = 0
    run: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """How long it took until frames were there."""

    accepted: int
    deliveries: int
    p50_ms: float
    p99_ms: float
    worst_ms: float
    missing: int
    """Events that were accepted and whose card never came."""


class Screens(Helper):
    """The swarm's process: connected, each with a snapshot."""

    def __init__(self, swarm: Swarm) -> None:
        super().__init__("bench.swarm", orjson.dumps(asdict(swarm)).decode())

    def go(self) -> Seen:
        """Post events, and wait for the end of it."""
        self.say("go")
        return Seen(**orjson.loads(self.hear()))


@dataclass(slots=True)
class _Work:
    swarm: Swarm
    reports: Reports
    ready: int = 0
    waiting: list[float] = field(default_factory=lambda: [0.0] * PROJECTS)
    """When the last event of each project was accepted; 0: nothing is waited for."""
    awaited: list[set[int]] = field(default_factory=list)
    """The projects each screen waits for."""
    keys: dict[bytes, list[int]] = field(default_factory=dict)
    waits_ms: list[float] = field(default_factory=list)
    accepted: int = 0
    free: asyncio.Event = field(default_factory=asyncio.Event)
    number: int = 0
    """Of the project that is being reported on."""
    places: dict[wire.Screen, int] = field(default_factory=dict)
    numbers: dict[bytes, int] = field(default_factory=lambda: {code(n).encode(): n for n in range(PROJECTS)})

    async def connect(self) -> None:
        for place in range(self.swarm.screens):
            screen = wire.Screen(LIVE, self.swarm.key, HELLO, self.hear)
            self.places[screen] = place
            self.awaited.append(set())
            await wire.connect(screen, self.swarm.port)
            await asyncio.sleep(_CONNECTS_APART_S)
        deadline = time.monotonic() + 60
        while self.ready < self.swarm.screens and time.monotonic() < deadline:  # noqa: ASYNC110 - a look now and then
            await asyncio.sleep(0.01)

    def hear(self, screen: wire.Screen, frame: bytes) -> None:
        if frame.startswith(_SNAPSHOT):
            self.ready += 1
        if not self.swarm.rate or not frame.startswith(_PATCH):
            return
        now, awaited = time.perf_counter(), self.awaited[self.places[screen]]
        for number in self._changed(frame):
            if number in awaited:
                awaited.discard(number)
                self.waits_ms.append(max(0.0, now - self.waiting[number]) * 1000)

    def _changed(self, frame: bytes) -> list[int]:
        """The projects in a patch; all screens are sent the same ones."""
        head = frame[:120]
        if head not in self.keys:
            self.keys.clear()
            self.keys[head] = [self.numbers[key] for key in _KEY.findall(frame) if key in self.numbers]
        return self.keys[head]

    async def post(self) -> Seen:
        """Events at a steady rate, one project after the other, each changing its card."""
        client = wire.Client(self.answered)
        await wire.connect(client, self.swarm.port)
        began, sent = time.perf_counter(), 0
        while sent < self.swarm.rate * self.swarm.seconds:
            await asyncio.sleep(max(0.0, began + sent / self.swarm.rate - time.perf_counter()))
            self.free.clear()
            number = self.number = (sent * 7) % PROJECTS
            for awaited in self.awaited:
                awaited.add(number)
            self.waiting[number] = float("inf")
            percent = 20 + (sent % 37) + number % 11
            client.ask(wire.post(PATH, self.swarm.key, ONE, self.reports.report(number, percent)))
            await self.free.wait()
            sent += 1
        deadline = time.monotonic() + 5
        while any(self.awaited) and time.monotonic() < deadline:  # noqa: ASYNC110 - a look now and then
            await asyncio.sleep(0.05)
        missing = sum(map(len, self.awaited))
        waits = self.waits_ms
        p50, p99 = percentile(waits, 0.5), percentile(waits, 0.99)
        return Seen(self.accepted, len(waits), p50, p99, max(waits, default=float("nan")), missing)

    def answered(self, _: wire.Client, status: int, body: bytes) -> None:
        assert status == 202, body
        self.accepted += 1
        self.waiting[self.number] = time.perf_counter()
        self.free.set()


async def _main() -> None:
    keep_off_the_others()
    swarm = Swarm(**orjson.loads(sys.stdin.readline()))
    work = _Work(swarm, Reports(swarm.run))
    await work.connect()
    print(
        "ready" if work.ready == swarm.screens else f"only {work.ready} screens have a snapshot", flush=True
    )
    loop = asyncio.get_running_loop()
    line = await loop.run_in_executor(None, sys.stdin.readline)
    if line.strip() == "go":
        print(orjson.dumps(asdict(await work.post())).decode(), flush=True)


if __name__ == "__main__":
    wire.run(_main())
