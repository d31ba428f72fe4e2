"""Screens: memory of an idle one, from an event to all of them, and a snapshot of 10,000 projects."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final

import orjson
from fastapi import FastAPI
from sqlalchemy.engine import make_url

from app.db import Meter, Work
from app.domain.board import Head, StoredCard
from app.operations.watermark import Watermark
from app.realtime.board import Board
from app.realtime.feed import Feed
from app.realtime.hub import Hub
from app.realtime.polling import board_router
from app.web.identity import viewer_of
from bench.house import House
from bench.report import Figure, middle
from bench.seeding import PORTFOLIO
from bench.swarm import Screens, Swarm

FEW: Final = 200
MANY: Final = 1_000
COPIES: Final = 10
_RUNS: Final = count(700_000)


def sockets(house: House) -> Iterator[Figure]:
    """Gate 11: memory per idle socket."""
    with house.product(NERVE_HEARTBEAT_S="5") as product:
        product.settle()
        with Screens(Swarm(product.port, house.key, FEW)):
            time.sleep(2)
            before = product.rss_kb
            with Screens(Swarm(product.port, house.key, MANY)):
                time.sleep(3)
                after = product.rss_kb
    yield Figure("memory at 200 sockets", before / 1024, "MiB")
    yield Figure("gate 11: memory per idle socket, 1,000 more", (after - before) / MANY, "KB", at_most=32)


def frames(house: House) -> Iterator[Figure]:
    """An accepted event to a frame at each of 100 screens, while 200 events/s flow."""
    with house.product() as product:
        product.settle()
        with Screens(Swarm(product.port, house.key, 100, rate=200, seconds=10, run=next(_RUNS))) as screens:
            cpu = product.cpu_s
            seen = screens.go()
            cpu = product.cpu_s - cpu
    note = f"{seen.deliveries:,} deliveries of {seen.accepted:,} events, {seen.missing} never came"
    yield Figure(
        "event accepted to frame, 100 screens, 200 events/s, p50", seen.p50_ms, "ms", at_most=150, note=note
    )
    yield Figure("event accepted to frame, 100 screens, 200 events/s, p99", seen.p99_ms, "ms", at_most=1_000)
    yield Figure("the worst of them", seen.worst_ms, "ms")
    yield Figure("events whose card never came", seen.missing, "", at_most=0)
    yield Figure("CPU of the server meanwhile", cpu / 10, "cores")


def snapshot(house: House) -> Iterator[Figure]:
    """Gate 13, in process: the board's route for 10,000 projects, against orjson of the same rows."""
    with house.product() as product:
        entries = product.get(f"/api/v1/portfolios/{PORTFOLIO}/board").json()["cards"]
    rows = [
        {"key": f"{e['key']}-{n}", "rev": e["rev"], "card": e["card"]} for n in range(COPIES) for e in entries
    ]
    cards = [StoredCard(row["key"], row["rev"], orjson.dumps(row["card"])) for row in rows]
    spy = _Spy()
    times, bound, size = asyncio.run(_snapshots(spy, rows, cards))
    projects = sum(1 for row in rows if row["card"]["kind"] == "project")
    yield Figure(
        "orjson.dumps of the same rows",
        middle(bound),
        "ms",
        note=f"{projects:,} projects, {size / 1e6:.1f} MB",
    )
    yield Figure("the board's route, nothing cached", middle(times), "ms")
    yield Figure("gate 13: as a multiple of orjson", middle(times) / middle(bound), "x", at_most=3)
    yield Figure("gate 13: SQL statements", spy.asked, "", at_most=0)


class _Spy:
    """A database that only counts what it is asked."""

    url = make_url("sqlite://")
    writes_in_line = False
    asked = 0

    async def read(self, work: Work[Any]) -> Any:  # noqa: ARG002 - the protocol's
        self.asked += 1

    async def write(self, work: Work[Any], *, first: bool = False, meter: Meter | None = None) -> Any:  # noqa: ARG002 - the protocol's
        self.asked += 1

    async def close(self) -> None:
        """Nothing to close."""


class _Alive:
    """A pipeline that is never behind."""

    def current(self, portfolio: str) -> Watermark | None:  # noqa: ARG002 - the protocol's
        return Watermark(1, 1, 0, time.monotonic())


async def _snapshots(
    spy: _Spy, rows: list[dict[str, Any]], cards: list[StoredCard]
) -> tuple[list[float], list[float], int]:
    """Milliseconds of the route with a board that was never asked, and of orjson, in turns; and the size."""
    feed = Feed(spy, poll_s=1)
    hub, app = (
        Hub(feed, _Alive(), heartbeat_s=5),
        FastAPI(telemetry={"tracing": False, "metrics": False, "logs": False}),
    )
    app.include_router(board_router(feed, hub, spy))
    app.dependency_overrides[viewer_of] = lambda: None
    now, times, bound, size = datetime.now(UTC), [], [], 0
    for _ in range(7):
        feed._boards[PORTFOLIO] = Board(Head("epoch", 1, "hash", 1, now, now), cards)  # noqa: SLF001 - instead of loading it
        began = time.perf_counter()
        size = await _get(app, f"/portfolios/{PORTFOLIO}/board")
        times.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        orjson.dumps(rows)
        bound.append((time.perf_counter() - began) * 1000)
    return times[1:], bound[1:], size


async def _get(app: FastAPI, path: str) -> int:
    """The length of what a GET is answered."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path,
        "raw_path": path.encode(), "root_path": "", "scheme": "http", "query_string": b"", "headers": [],
        "server": ("bench", 80), "client": ("bench", 1),
    }  # fmt: skip
    sizes: list[int] = []
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        statuses.append(message.get("status", 200))
        sizes.append(len(message.get("body", b"")))

    await app(scope, receive, send)
    assert set(statuses) == {200}
    return sum(sizes)
