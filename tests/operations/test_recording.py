"""The log under everything: numbered without holes, each event once, whoever posts at the same time."""

import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import chain, pairwise
from typing import Any

import pytest

from app.db import Database, DatabaseUnavailable, open_database
from app.operations.doorbell import Doorbell
from app.operations.recording import Recorder, RecorderBusy, Unrecordable, _take, _Waiting
from app.store import log
from app.store.log import Incoming, LogEntry, Receipt, UnknownPortfolio
from tests import deliveries as d
from tests.operations.conftest import incoming, statements


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Recorder]:
    """The recorder of another node."""
    db = open_database(database_url)
    found = Recorder(db, Doorbell(), queue_limit=20_000)
    yield found
    await found.close()
    await db.close()


def batch(size: int, name: str = "P") -> list[Incoming]:
    return [incoming(d.a_registered(f"{name}-{number}")) for number in range(size)]


def unstorable(code: str) -> Incoming:
    """What the edge would never let through: an event without a subject."""
    event = d.a_registered(code)
    return incoming(event)._replace(event=event.model_copy(update={"subject": None}))


async def logged(db: Database, portfolio: str = "alpha") -> list[LogEntry]:
    """The whole log, oldest first."""
    found = await db.read(lambda connection: log.entries(connection, portfolio, None, None, 100_000))
    return found[::-1]


async def test_events_are_numbered_from_one_in_the_order_in_which_they_came(
    db: Database, recorder: Recorder
) -> None:
    first = await recorder.record("alpha", batch(3, "A"))
    second = await recorder.record("alpha", batch(2, "B"))

    assert [receipt.seq for receipt in first + second] == [1, 2, 3, 4, 5]
    assert [entry.seq for entry in await logged(db)] == [1, 2, 3, 4, 5]


async def test_what_queues_during_a_commit_shares_the_next(recorder: Recorder) -> None:
    events = batch(300)

    await asyncio.gather(*(recorder.record("alpha", [event]) for event in events))

    assert recorder.commits <= 3


async def test_a_commit_takes_as_many_statements_for_500_events_as_for_one(recorder: Recorder) -> None:
    with statements() as for_one:
        await recorder.record("alpha", batch(1, "A"))
    with statements() as for_many:
        await recorder.record("alpha", batch(500, "B"))

    assert len(for_many) == len(for_one) <= 4


async def test_repeats_cost_no_write(recorder: Recorder) -> None:
    await recorder.record("alpha", batch(100))

    with statements() as sent:
        await recorder.record("alpha", batch(100))

    assert {statement.split()[0] for statement in sent} == {"SELECT"}


async def test_numbers_have_no_holes_while_two_recorders_write_side_by_side(
    db: Database, recorder: Recorder, other: Recorder
) -> None:
    receipts = await asyncio.gather(
        *(
            node.record(portfolio, batch(1 + number % 7, f"{name}{number}"))
            for number in range(30)
            for name, node in (("here", recorder), ("there", other))
            for portfolio in ("alpha", "beta")
        )
    )

    for portfolio in ("alpha", "beta"):
        entries = await logged(db, portfolio)
        numbers = [one.seq for receipt in receipts for one in receipt if one.portfolio == portfolio]
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        assert sorted(numbers) == [entry.seq for entry in entries]
        assert all(before.recorded_at <= after.recorded_at for before, after in pairwise(entries))


async def test_two_recorders_in_step_wait_for_each_other(
    db: Database, recorder: Recorder, other: Recorder
) -> None:
    for number in range(20):
        await asyncio.gather(
            recorder.record("alpha", batch(1, f"here{number}")),
            other.record("alpha", batch(1, f"there{number}")),
        )

    assert [entry.seq for entry in await logged(db)] == list(range(1, 41))


async def test_the_same_events_from_two_recorders_at_once_are_recorded_once(
    db: Database, recorder: Recorder, other: Recorder
) -> None:
    answers = await asyncio.gather(
        *(node.record("alpha", batch(20)) for _ in range(10) for node in (recorder, other))
    )

    assert len(await logged(db)) == 20
    assert {tuple(receipt.seq for receipt in answer) for answer in answers} == {tuple(range(1, 21))}
    assert sum(not receipt.duplicate for answer in answers for receipt in answer) == 20


async def test_a_repeat_within_a_batch_counts_once(db: Database, recorder: Recorder) -> None:
    event, other = incoming(d.a_registered("P")), incoming(d.a_registered("P", tier=1))
    conflicting = other._replace(event=other.event.model_copy(update={"id": event.event.id}))

    receipts = await recorder.record("alpha", [event, event, conflicting])

    assert receipts == [
        Receipt("alpha", 1),
        Receipt("alpha", 1, duplicate=True),
        Receipt("alpha", 1, conflict=True),
    ]
    assert len(await logged(db)) == 1


async def test_an_identity_is_of_its_connection_source_and_portfolio(recorder: Recorder) -> None:
    event = d.a_registered("P")
    moved = event.model_copy(update={"source": "jira"})

    told = [
        *await recorder.record("alpha", [incoming(event), incoming(event, "sap"), incoming(moved)]),
        *await recorder.record("beta", [incoming(event)]),
    ]

    assert [(one.portfolio, one.seq, one.duplicate) for one in told] == [
        ("alpha", 1, False),
        ("alpha", 2, False),
        ("alpha", 3, False),
        ("beta", 1, False),
    ]


async def test_one_event_that_cannot_be_stored_does_not_fail_its_neighbours(
    db: Database, recorder: Recorder
) -> None:
    requests = [[event] for event in batch(21)]
    requests[10] = [unstorable("BAD")]

    answers = await asyncio.gather(
        *(recorder.record("alpha", request) for request in requests), return_exceptions=True
    )

    assert [place for place, answer in enumerate(answers) if isinstance(answer, Unrecordable)] == [10]
    assert [entry.seq for entry in await logged(db)] == list(range(1, 21))


async def test_a_batch_is_taken_whole_or_not_at_all(db: Database, recorder: Recorder) -> None:
    with pytest.raises(Unrecordable):
        await recorder.record("alpha", [*batch(5), unstorable("BAD")])

    assert await logged(db) == []


async def test_an_unknown_portfolio_fails_nobody_else(db: Database, recorder: Recorder) -> None:
    answers = await asyncio.gather(
        recorder.record("nowhere", batch(1)), recorder.record("alpha", batch(1)), return_exceptions=True
    )

    assert isinstance(answers[0], UnknownPortfolio)
    assert answers[1] == [Receipt("alpha", 1)]
    assert len(await logged(db)) == 1


async def test_a_full_queue_takes_nothing_and_has_room_again_later(db: Database) -> None:
    small = Recorder(db, Doorbell(), queue_limit=10)

    answers = await asyncio.gather(
        *(small.record("alpha", batch(5, name)) for name in "ABC"), return_exceptions=True
    )
    later = await small.record("alpha", batch(5, "C"))

    assert [type(answer) for answer in answers] == [list, list, RecorderBusy]
    assert [receipt.seq for receipt in later] == [11, 12, 13, 14, 15]
    assert small.queued == 0


@pytest.mark.parametrize(
    "address", ["sqlite:////nowhere/at/all.db", "postgresql+asyncpg://127.0.0.1:1/nobody"]
)
async def test_everybody_who_waits_is_told_that_the_database_is_away(address: str) -> None:
    db = open_database(address)
    recorder = Recorder(db, Doorbell(), queue_limit=100)

    async with asyncio.timeout(20):
        answers = await asyncio.gather(
            *(recorder.record("alpha", batch(3, name)) for name in "ABC"), return_exceptions=True
        )

    assert [type(answer) for answer in answers] == [DatabaseUnavailable] * 3
    assert recorder.queued == 0
    await recorder.close()
    await db.close()


def test_what_two_threads_take_from_one_queue_is_taken_once_and_nothing_is_lost() -> None:
    """A commit takes on the writer's thread; one that could not begin takes on the event loop's."""
    before, many = sys.getswitchinterval(), range(60_000)
    queue: deque[Any] = deque(_Waiting([number], None) for number in many)  # type: ignore[list-item, arg-type]

    def empty() -> list[Any]:
        taken: list[Any] = []
        while queue:
            taken += (number for waiting in _take(queue) for number in waiting.batch)
        return taken

    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            taken = [thread.result() for thread in [threads.submit(empty) for _ in range(4)]]
    finally:
        sys.setswitchinterval(before)

    assert sorted(chain.from_iterable(taken)) == list(many)


async def test_a_sender_who_leaves_has_still_posted(db: Database, recorder: Recorder) -> None:
    leaving = asyncio.create_task(recorder.record("alpha", batch(1, "A")))
    await asyncio.sleep(0)
    leaving.cancel()
    staying = await recorder.record("alpha", batch(1, "B"))

    assert [receipt.seq for receipt in staying] == [2]
    assert [entry.seq for entry in await logged(db)] == [1, 2]
    assert recorder.queued == 0


async def test_stopping_waits_for_what_was_taken(db: Database, recorder: Recorder) -> None:
    answers = [asyncio.create_task(recorder.record("alpha", batch(10, name))) for name in "ABCD"]
    await asyncio.sleep(0)

    await recorder.close()

    assert all(answer.done() for answer in answers)
    assert len(await logged(db)) == 40


async def test_an_event_is_stamped_by_the_clock_of_the_database(db: Database, recorder: Recorder) -> None:
    before = datetime.now(UTC)
    await recorder.record("alpha", batch(1))
    stamp = (await logged(db))[0].recorded_at

    assert abs((stamp - before).total_seconds()) < 5
    assert stamp.tzinfo == UTC
