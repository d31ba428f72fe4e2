"""A new policy over 10,000 projects, while reports go on: how long it takes, and the lag meanwhile."""

import asyncio
import gc
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, Final

import orjson

from app.cli.serving import tune_the_interpreter
from app.db import open_database
from app.domain.events.catalogue import canonical
from app.domain.events.reading import read_one
from app.domain.policy import HOUSE_DEFAULT
from app.domain.standing import behind
from app.operations.assessing import Lane
from app.operations.doorbell import Doorbell
from app.operations.recording import Recorder
from app.operations.turns import Turns
from app.store.log import Incoming
from bench.assessment import lags_of
from bench.house import House
from bench.processes import nerve
from bench.report import Figure, percentile

MANY: Final = 10_000
PROGRAMMES: Final = 50
RATE: Final = 100
"""Reports per second that go on meanwhile, ten at a time."""
NAME: Final = "many"
_WEEK: Final = timedelta(weeks=1)
_NUMBERS: Final = count()


def policy(house: House) -> Iterator[Figure]:
    """A policy change over 10,000 projects in process, while 100 reports/s go on."""
    file = house.folder / "copy-many.db"
    nerve(f"sqlite:///{file}", "migrate")
    nerve(f"sqlite:///{file}", "portfolio", "create", NAME, "--name", "Many", "--currency", "EUR")
    tune_the_interpreter()
    took, first, last = asyncio.run(_change(file))
    lags = lags_of(file, NAME, first, last)
    yield Figure("policy change over 10,000 projects", took, "s", at_most=30)
    yield Figure("lag of the reports meanwhile, p50", percentile(lags, 0.5), "s")
    yield Figure("the same, p99", percentile(lags, 0.99), "s", at_most=2, note=f"{len(lags)} reports")


async def _change(file: Path) -> tuple[float, int, int]:
    """Seconds that it took, the first event after it, and the last before it was done."""
    db, bell = open_database(f"sqlite:///{file}"), Doorbell()
    recorder = Recorder(db, bell, queue_limit=1_000_000)
    lane = Lane(NAME, db, bell, 0.1, Turns(lambda: recorder.queued > 0))
    await recorder.record(NAME, [_incoming(_programme(number)) for number in range(PROGRAMMES)])
    for first in range(0, MANY, 100):
        batch = [_incoming(said) for number in range(first, first + 100) for said in _project(number)]
        await recorder.record(NAME, batch)
    while await lane.round():
        pass
    gc.collect()
    gc.freeze()
    bell.on_recorded.append(lambda _, new: lane.hear(new))
    running = [asyncio.create_task(lane.run()), asyncio.create_task(_report(recorder))]
    await asyncio.sleep(3)
    began = time.monotonic()
    [receipt] = await recorder.record(NAME, [_incoming(_published())])
    while not _is_worked_off(lane):
        await lane.moved.wait()
    took, last = time.monotonic() - began, lane.head.assessed_seq if lane.head else 0
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    await recorder.close()
    await db.close()
    return took, receipt.seq, last


def _is_worked_off(lane: Lane) -> bool:
    version = lane.policy.version
    return version > 0 and lane.board is not None and not behind(lane.board, lane.facts, version)


async def _report(recorder: Recorder) -> None:
    """Ten reports of progress at a time, at a steady pace."""
    chance = Random(1)
    for number in count():
        at = datetime.now(UTC)
        said = [_progress(chance.randrange(MANY), at + timedelta(microseconds=n), number) for n in range(10)]
        await recorder.record(NAME, [_incoming(each) for each in said])
        await asyncio.sleep(10 / RATE)


def _programme(number: int) -> dict[str, Any]:
    said = _event("item.registered", number, datetime.now(UTC) - 26 * _WEEK, {"name": f"Programme {number}"})
    return {**said, "subject": f"programme/G{number}"}


def _project(number: int) -> Iterator[dict[str, Any]]:
    """A year of which half is over, a milestone a month, six reports of work and cost."""
    now = datetime.now(UTC)
    start, finish = now - 26 * _WEEK, now + 26 * _WEEK
    attributes = {"name": f"Delivery {number}", "parent": f"G{number % PROGRAMMES}", "currency": "EUR"}
    yield _event("item.registered", number, start, attributes)
    plan = {"version": 1, "bac": _money(100_000), "start": f"{start:%F}", "finish": f"{finish:%F}"}
    yield _event("baseline.approved", number, start, {**plan, "periods": []})
    for weeks in range(12, 0, -2):
        at, done = now - weeks * _WEEK, 26 - weeks
        yield _progress(number, at, number, done * 2)
        spent = {"period_end": f"{at:%F}", "amount": _money(2_000 * done), "mode": "cumulative"}
        yield _event("cost.booked", number, at, spent)
    for month in range(1, 13):
        day = start + timedelta(days=30 * month)
        yield _event(
            "milestone.planned", number, start, {"milestone": f"M{month}", "baseline_date": f"{day:%F}"}
        )
        if day < now:
            said = {"milestone": f"M{month}", "actual_date": f"{day:%F}"}
            yield _event("milestone.achieved", number, day, said)


def _progress(number: int, at: datetime, salt: int, percent: float = 50.0) -> dict[str, Any]:
    share = percent + salt % 7 - 3
    return _event("progress.reported", number, at, {"as_of": f"{at:%F}", "pct_complete": share})


def _published() -> dict[str, Any]:
    document = HOUSE_DEFAULT.model_dump(mode="json")
    document["kpis"]["SCH-1"] |= {"amber": "0.98", "red": "0.93"}
    said = _event("policy.published", 0, datetime.now(UTC), {"policy": document, "reason": "stricter"})
    return {**said, "subject": "portfolio"}


def _event(kind: str, number: int, at: datetime, data: dict[str, Any]) -> dict[str, Any]:
    head = {"specversion": "1.0", "id": f"many-{next(_NUMBERS)}", "source": "erp", "portfolio": NAME}
    subject = f"project/P{number:05}"
    return {**head, "type": f"nerve.{kind}.v1", "subject": subject, "time": at.isoformat(), "data": data}


def _money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


def _incoming(said: dict[str, Any]) -> Incoming:
    event = read_one(orjson.dumps(said))
    return Incoming("bench", event, canonical(event).decode())
