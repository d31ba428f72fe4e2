"""Assessing: one project, a steady stream over all of them, and how far the board lags (gate 16)."""

import gc
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from itertools import pairwise
from typing import Final

import sqlalchemy as sa

from app.cli.serving import tune_the_interpreter
from app.db import sqlite_engine
from app.domain.assess import assess_round
from app.domain.events.reading import read_one
from app.domain.fold import Recorded, fold
from app.domain.subject import Key
from app.store import assessments
from app.store.assessments import Assessed
from bench.house import House
from bench.load import Load, Poster
from bench.report import Figure, middle, percentile
from bench.seeding import PORTFOLIO, Reports, code

RATE: Final = 1_500
SECONDS: Final = 30.0
WARM_S: Final = 6.0
"""Of these seconds, before rate and lag are counted: a project's first assessment after a start takes three
times as long, and by then each had it."""
TOUCHED: Final = 150
"""Projects in a round: what a tenth of a second of that stream is about."""


def one_project(house: House) -> Iterator[Figure]:
    """Gate 16, in process: one typical project, and what a round costs besides."""
    tune_the_interpreter()
    portfolio = _load(house)
    each: list[float] = []
    rounds: list[float] = []
    for number in range(5):
        times = _round(portfolio, Reports(900_000 + number), TOUCHED)
        each += times[:TOUCHED]
        rounds.append(sum(times[TOUCHED:]))
    yield Figure("gate 16: assessment of one project, median", middle(each), "ms", at_most=1)
    yield Figure("assessment of one project, p99", percentile(each, 0.99), "ms")
    note = f"roll-up of 1,000 projects, alerts, header; {TOUCHED} projects touched"
    yield Figure("the rest of a round", middle(rounds), "ms", note=note)
    bound = 1000 * TOUCHED / (TOUCHED * middle(each) + middle(rounds))
    yield Figure("so at most, without recording or storing", bound, "1/s")


def stream(house: House) -> Iterator[Figure]:
    """Gate 16: 1,500 events/s in batches of 100 over 1,000 projects, assessed as they come."""
    with house.product() as product:
        product.settle()
        load = Load(product.port, house.key, 4, SECONDS, run=800_000, batch=100, rate=RATE / 100)
        with Poster(load) as poster:
            before = product.lane()
            posted = poster.go()
            after = product.lane()
        cpu = (after.assessor_cpu_s - before.assessor_cpu_s) / max(
            1, after.assessed_seq - before.assessed_seq
        )
        caught_up = time.monotonic()
        product.settle()
        caught_up = time.monotonic() - caught_up
        file = product.file
    gaps, lags = _gaps(file, before.revision), lags_of(file, PORTFOLIO, before.head_seq, since_s=WARM_S)
    from_the_start = lags_of(file, PORTFOLIO, before.head_seq)
    assessed = _rate(file, before.revision, after.revision)
    yield Figure("events recorded", posted.per_s, "1/s", note=f"post p99 {posted.p99_ms:.0f} ms")
    yield Figure("gate 16: events assessed", assessed, "1/s", at_least=RATE * 0.98, note="1,500/s offered")
    yield Figure("lag from recorded to on the board, p50", percentile(lags, 0.5), "s")
    yield Figure("gate 16: the same, p99", percentile(lags, 0.99), "s", at_most=2.0)
    note = f"the first {WARM_S:.0f} s after a start included"
    yield Figure("the same, p99", percentile(from_the_start, 0.99), "s", note=note)
    yield Figure("gate 16: time between rounds, median", middle(gaps) * 1000, "ms", at_least=95)
    yield Figure("CPU of the assessor per event", cpu * 1000, "ms", note="reading and storing included")
    yield Figure("until the board was current after the end", caught_up, "s")


def _load(house: House) -> Assessed:
    engine = sqlite_engine(sa.make_url(f"sqlite:///{house.copy()}"), begin="BEGIN")
    with engine.begin() as connection:
        found = assessments.load(connection, PORTFOLIO)
    engine.dispose()
    assert found is not None
    gc.freeze()  # as the product does after loading
    return found


def _round(portfolio: Assessed, reports: Reports, projects: int) -> list[float]:
    """Milliseconds of processor time of each step of a round in which so many projects reported."""
    head, facts, board, _ = portfolio
    touched = {Key(f"project/{code(number)}") for number in range(0, 1_000, 1_000 // projects)}
    touched = set(sorted(touched)[:projects])
    for number in range(1_000):
        if Key(f"project/{code(number)}") in touched:
            event = read_one(reports.next(number))
            fold(facts, Recorded(head.assessed_seq + number, datetime.now(event.time.tzinfo), event))
    assert facts.now is not None
    steps, times = assess_round(board, facts, touched, facts.policy, facts.now, head.revision + 1), []
    while True:
        began = time.thread_time()
        try:
            next(steps)
        except StopIteration as stop:
            times.append((time.thread_time() - began) * 1000)
            board.apply(stop.value)
            return times
        times.append((time.thread_time() - began) * 1000)


def lags_of(
    file: object, portfolio: str, after: int, upto: int | None = None, *, since_s: float = 0.0
) -> list[float]:
    """Seconds from recorded to committed on the board, of every event after one, and up to another.

    `since_s`: of those that were recorded so much later than the first.
    """
    query = (
        "SELECT e.recorded_at, (SELECT r.committed_at FROM revision r WHERE r.portfolio_id = e.portfolio_id"
        " AND r.last_seq >= e.seq ORDER BY r.revision LIMIT 1)"
        " FROM event e WHERE e.portfolio_id = ? AND e.seq > ? AND e.seq <= ? ORDER BY e.seq"
    )
    last = sys.maxsize if upto is None else upto
    with closing(sqlite3.connect(str(file))) as connection:
        rows = connection.execute(query, (portfolio, after, last)).fetchall()
    return [_apart(*row) for row in rows if _apart(rows[0][0], row[0]) >= since_s]


def _rate(file: object, after: int, upto: int) -> float:
    """Events per second that revisions took in, once the first seconds are over."""
    query = (
        "SELECT committed_at, last_seq FROM revision"
        " WHERE portfolio_id = ? AND revision > ? AND revision <= ? ORDER BY revision"
    )
    with closing(sqlite3.connect(str(file))) as connection:
        rows = connection.execute(query, (PORTFOLIO, after, upto)).fetchall()
    warm = [row for row in rows if _apart(rows[0][0], row[0]) >= WARM_S]
    return float((warm[-1][1] - warm[0][1]) / _apart(warm[0][0], warm[-1][0]))


def _gaps(file: object, after: int) -> list[float]:
    query = "SELECT committed_at FROM revision WHERE portfolio_id = ? AND revision > ? ORDER BY revision"
    with closing(sqlite3.connect(str(file))) as connection:
        moments = [at for (at,) in connection.execute(query, (PORTFOLIO, after))]
    return [_apart(before, at) for before, at in pairwise(moments)]


def _apart(before: str, after: str) -> float:
    return (datetime.fromisoformat(after) - datetime.fromisoformat(before)).total_seconds()
