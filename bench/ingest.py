"""Recording: single events, batches, their latency and the number of transactions (gates 1, 4, 6, 7)."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from app.db import sqlite_engine
from app.domain.events.catalogue import canonical
from app.domain.events.reading import read_batch
from app.operations.assessing import ROUND
from app.store import log
from app.store.log import Incoming
from bench.house import House, Lane, Product
from bench.load import Load, Posted, Poster
from bench.processes import Process
from bench.report import Figure, middle
from bench.seeding import PORTFOLIO, Reports

REPEATS: Final = 9
_RUNS: Final = count(1)


class Turn(NamedTuple):
    """One turn of a load: what it posted and what that cost."""

    posted: Posted
    cpu_s: float
    """Of the server, the assessor's own left out."""
    assessor_cpu_s: float
    commits: int
    assessed: int

    @property
    def per_cpu_s(self) -> float:
        """Events per second of processor time."""
        return self.posted.events / self.cpu_s


def singles(house: House) -> Iterator[Figure]:
    """Gates 1 and 6: single events from 64 clients, against the endpoint that only validates."""
    ours, limit = _in_turn(house, clients=64, seconds=2.5)
    per_cpu, bound = (middle([turn.per_cpu_s for turn in turns]) for turns in (ours, limit))
    yield Figure("validate-only endpoint, events per CPU-second", bound, "1/s")
    note = f"{middle([t.posted.per_s for t in ours]):,.0f}/s by the clock"
    yield Figure(
        "durable single events, 64 clients, per CPU-second of the recorder", per_cpu, "1/s", note=note
    )
    yield Figure("gate 1: the same as a share of validate-only", per_cpu / bound, at_least=0.40)
    both = middle([t.posted.events / (t.cpu_s + t.assessor_cpu_s) for t in ours])
    yield Figure(
        "the same with the assessor's CPU counted", both / bound, note="the event loop's share of fan-out too"
    )
    yield Figure(
        "CPU of the assessor meanwhile", middle([t.assessor_cpu_s / t.posted.seconds for t in ours]), "cores"
    )
    each = middle([t.commits / t.posted.events for t in ours])
    yield Figure("gate 6: commits per event at 64 clients", each, at_most=0.25)
    few, many = (_statements(house, size) for size in (2, 500))
    yield Figure(
        "gate 6: SQL statements per commit of 500 events", many, at_most=few, note=f"{few} for 2 events"
    )


def latency(house: House) -> Iterator[Figure]:
    """Gate 7: how long a post takes with 16 closed-loop clients."""
    ours, limit = _in_turn(house, clients=16, seconds=2.5)
    p99, bound = (middle([turn.posted.p99_ms for turn in turns]) for turns in (ours, limit))
    yield Figure("validate-only endpoint, 16 clients, p99", bound, "ms")
    p50 = middle([turn.posted.p50_ms for turn in ours])
    yield Figure("durable post, 16 clients, p99", p99, "ms", note=f"p50 {p50:.1f} ms")
    yield Figure("gate 7: p99 as a multiple of validate-only", p99 / bound, "x", at_most=10)


def batches(house: House) -> Iterator[Figure]:
    """Gate 4: batches of 100 while the assessor runs, against raw sqlite3 with commits of 100."""
    turns, raw = [], []
    for _ in range(REPEATS):
        with house.product() as product:
            product.settle()
            turns.append(_turn(product, product, clients=8, seconds=2.5, batch=100))
        raw.append(_raw_sqlite(house.copy(), seconds=1.0))
    recorded, bound = middle([turn.posted.per_s for turn in turns]), middle(raw)
    yield Figure("raw sqlite3, commit 100, synchronous=FULL", bound, "1/s")
    note = f"post p99 {middle([t.posted.p99_ms for t in turns]):.0f} ms"
    yield Figure("batches of 100 recorded while the assessor runs", recorded, "1/s", note=note)
    yield Figure("gate 4: the same as a share of raw sqlite3", recorded / bound, at_least=0.50)
    assessed = middle([turn.assessed / turn.posted.seconds for turn in turns])
    note = f"in whole rounds of up to {ROUND:,}"
    yield Figure("events assessed meanwhile, at saturation", assessed, "1/s", note=note)


def _in_turn(house: House, *, clients: int, seconds: float) -> tuple[list[Turn], list[Turn]]:
    """The product and the validate-only endpoint in turns, after a warm-up of each."""
    ours: list[Turn] = []
    limit: list[Turn] = []
    with ExitStack() as stack:
        product = stack.enter_context(house.product())
        validator = stack.enter_context(house.validator())
        pairs: list[tuple[Process, Product | None, list[Turn]]] = [
            (validator, None, limit),
            (product, product, ours),
        ]
        for server, lane, _ in pairs:
            _turn(server, lane, clients=clients, seconds=0.5, key=house.key)
        for _ in range(REPEATS):
            for server, lane, turns in pairs:
                product.settle()
                turns.append(_turn(server, lane, clients=clients, seconds=seconds, key=house.key))
    return ours, limit


def _turn(  # noqa: PLR0913 - the parts of a load
    server: Process, product: Product | None, *, clients: int, seconds: float, batch: int = 1, key: str = ""
) -> Turn:
    load = Load(server.port, key or (product.key if product else ""), clients, seconds, next(_RUNS), batch)
    with Poster(load) as poster:
        before, cpu = _lane(product), server.cpu_s
        posted = poster.go()
        after, cpu = _lane(product), server.cpu_s - cpu
    assert not posted.refused, posted.refused
    assessing = after.assessor_cpu_s - before.assessor_cpu_s
    commits, assessed = after.commits - before.commits, after.assessed_seq - before.assessed_seq
    return Turn(posted, cpu - assessing, assessing, commits, assessed)


def _lane(product: Product | None) -> Lane:
    return product.lane() if product else Lane(0, 0, 0, 0, 0, 0.0, 0, 0, loaded=True)


def _raw_sqlite(file: Path, *, seconds: float) -> float:
    """Rows per second of the standard library's sqlite3 into the product's own table, 100 per commit."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        (seq,) = connection.execute("SELECT max(seq) FROM event").fetchone()
        rows = _rows(int(seq) + 1, 40_000)
        statement = (
            f"INSERT INTO event ({', '.join(log.COLUMNS)}) VALUES ({', '.join('?' * len(log.COLUMNS))})"  # noqa: S608 - ours
        )
        began, done = time.perf_counter(), 0
        while time.perf_counter() - began < seconds and done < len(rows):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(statement, rows[done : done + 100])
            connection.execute("COMMIT")
            done += 100
        return done / (time.perf_counter() - began)


def _rows(first: int, number: int) -> list[tuple[Any, ...]]:
    reports = Reports(next(_RUNS))
    bodies = [reports.next().decode() for _ in range(number)]
    found = []
    for seq, body in enumerate(bodies, first):
        e = json.loads(body)
        at, salt, digest = e["time"], f"{seq:016x}", f"{seq:064x}"
        row = (
            PORTFOLIO,
            seq,
            "raw",
            e["source"],
            e["id"],
            e["type"],
            e["subject"],
            at,
            at,
            salt,
            digest,
            body,
        )
        found.append(row)
    return found


def _statements(house: House, size: int) -> int:
    """How many statements the recorder's transaction has for so many events."""
    reports, seen = Reports(next(_RUNS)), []
    events = [event for event in read_batch(reports.batch(size)) if not isinstance(event, Exception | tuple)]
    group = [Incoming("bench", event, canonical(event).decode()) for event in events]
    engine = sqlite_engine(sa.make_url(f"sqlite:///{house.copy()}"), begin="BEGIN IMMEDIATE")

    @sa.event.listens_for(engine, "before_cursor_execute")
    def _(*told: Any) -> None:
        seen.append(told[2])

    with engine.begin() as connection:
        log.append(connection, PORTFOLIO, group)
    engine.dispose()
    return len([statement for statement in seen if not statement.startswith("BEGIN")])
