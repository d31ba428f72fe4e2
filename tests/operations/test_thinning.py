"""The past is thinned as it gets older: whatever is kept is, byte for byte, what it was."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

import pytest
import sqlalchemy as sa

from app.db import Database, open_database
from app.models.board import card, change
from app.models.jobs import job_run
from app.operations.history import RevisionThinned, Span
from app.operations.rebuilding import Difference
from app.operations.thinning import PAGE, thin, thin_in_turn
from app.store import boards
from app.store.clock import database_time
from tests.operations.conftest import Node, Witness
from tests.operations.past import MORNING, Shown, applied, entries, every, report
from tests.servers.databases import KINDS, Databases

AGES: Final = [
    *every(7 * 60, 20),
    *every(20, 20, MORNING + timedelta(days=40)),
    *every(20, 20, MORNING + timedelta(days=120)),
    *every(20, 12, MORNING + timedelta(days=150)),
]
"""Some revisions of a day, an hour and a week that are kept by the day, by the hour and all."""


class Past(NamedTuple):
    """A long past in a database, and what its witness remembers."""

    url: str
    boards: dict[int, Shown]
    moments: dict[int, datetime]

    @asynccontextmanager
    async def witnessed(self) -> AsyncIterator[Witness]:
        db = open_database(self.url)
        witness = Witness(Node(db, "history"))
        witness.boards, witness.moments = dict(self.boards), dict(self.moments)
        await witness.node.assess()
        yield witness
        await db.close()

    async def live(self) -> None:
        """Live through it."""
        db = open_database(self.url)
        witness = Witness(Node(db, "history"))
        await witness.node.create("replay")
        await witness.live(AGES)
        self.boards.update(witness.boards)
        self.moments.update(witness.moments)
        await db.close()

    async def thin(self) -> None:
        async with self.witnessed() as witness:
            await witness.thin()


@pytest.fixture(scope="module", params=KINDS)
def past(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Past]:
    """Lived through once for all tests of a kind of database; nobody changes it."""
    lived = Past(databases.migrated(request.param), {}, {})
    asyncio.run(lived.live())
    yield lived
    databases.drop(lived.url)


@pytest.fixture(scope="module")
def thinned_past(past: Past, databases: Databases) -> Iterator[Past]:
    """The same after thinning; nobody changes it either."""
    copy = past._replace(url=databases.copy(past.url))
    asyncio.run(copy.thin())
    yield copy
    databases.drop(copy.url)


@pytest.fixture
async def witness(past: Past, databases: Databases) -> AsyncIterator[Witness]:
    """Somebody who remembers it and may go on in a copy of their own."""
    copy = past._replace(url=databases.copy(past.url))
    async with copy.witnessed() as found:
        yield found
    databases.drop(copy.url)


@pytest.fixture
async def untouched(past: Past) -> AsyncIterator[Witness]:
    """Somebody who looks at the past as it was lived."""
    async with past.witnessed() as found:
        yield found


@pytest.fixture
async def thinned(thinned_past: Past) -> AsyncIterator[Witness]:
    """Somebody who looks at what is left of it."""
    async with thinned_past.witnessed() as found:
        yield found


async def test_after_thinning_the_board_at_every_revision_that_is_kept_is_what_it_was(
    witness: Witness,
) -> None:
    count = await witness.thin()

    kept = await witness.whole()
    assert count == len(witness.moments) - len(kept) > 40
    assert {number: await witness.board(number) for number in kept} == {
        number: witness.boards[number] for number in kept
    }


async def test_thinning_keeps_days_then_hours_then_everything(thinned: Witness) -> None:
    kept = [thinned.moments[number] for number in await thinned.whole()]
    old, older, new = (
        [moment for moment in kept if low <= (kept[-1] - moment).days < high]
        for low, high in ((8, 90), (90, 1000), (0, 7))
    )
    assert len({moment.date() for moment in older}) >= len(older) - 1  # and the first of all
    assert len({(moment.date(), moment.hour) for moment in old}) == len(old)
    assert len(new) == 12


async def test_a_change_goes_only_where_its_card_changed_again_up_to_the_next_revision_kept(
    untouched: Witness,
    thinned: Witness,
) -> None:
    before = {(row.revision, row.key) for row in await untouched.node.rows(change)}

    kept = await thinned.whole()
    until = {number: min(n for n in kept if n >= number) for number in thinned.moments}
    assert {(row.revision, row.key) for row in await thinned.node.rows(change)} == {
        (number, key)
        for number, key in before
        if not any((later, key) in before for later in range(number + 1, until[number] + 1))
    }


async def test_a_revision_that_was_thinned_names_those_beside_it(thinned: Witness) -> None:
    kept = await thinned.whole()
    gone = next(number for number in thinned.moments if number not in kept)

    with pytest.raises(RevisionThinned) as refused:
        await thinned.board(gone)

    beside = [max(n for n in kept if n < gone), min(n for n in kept if n > gone)]
    assert [place.revision for place in refused.value.nearest] == beside


async def test_an_instant_of_thinned_history_shows_the_revision_kept_before_it(thinned: Witness) -> None:
    kept = await thinned.whole()

    found = {moment: await thinned.board(moment) for moment in thinned.moments.values()}

    assert found == {
        moment: thinned.boards[max(n for n in kept if n <= number)]
        for number, moment in thinned.moments.items()
    }


async def test_a_replay_of_thinned_history_shows_only_boards_that_were(
    untouched: Witness, thinned: Witness
) -> None:
    turned = sum(len(step["transitions"]) for step in await untouched.told())
    kept = await thinned.whole()
    since = thinned.moments[kept[1]] + timedelta(minutes=1)

    steps, behind = await thinned.told(Span(since, None)), await thinned.told()

    assert [step["revision"] for step in steps] == kept[2:]
    assert {
        step["revision"]: applied(entries(thinned.boards[kept[1]]), steps[: place + 1])
        for place, step in enumerate(steps)
    } == {number: entries(thinned.boards[number]) for number in kept[2:]}
    assert sum(len(step["transitions"]) for step in behind) == turned


async def test_thinning_twice_changes_nothing_more(thinned: Witness) -> None:
    before = await thinned.node.rows(change)

    assert await thinned.thin() == 0
    assert await thinned.node.rows(change) == before


async def test_hours_become_days_as_time_goes_on(witness: Witness) -> None:
    await witness.thin()
    await witness.tell(MORNING + timedelta(days=400), report("APOLLO", 99, MORNING + timedelta(days=400)))

    await witness.thin()

    kept = await witness.whole()
    days = [witness.moments[number].date() for number in kept[1:]]
    assert len(set(days)) == len(days)
    assert {number: await witness.board(number) for number in kept} == {
        number: witness.boards[number] for number in kept
    }
    assert await witness.node.differences() == []


async def test_thinning_goes_on_over_many_pages(witness: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.operations.thinning.PAGE", 3)

    await witness.thin()
    await witness.thin()

    kept = await witness.whole()
    assert len(witness.moments) < PAGE
    assert len(kept) < len(witness.moments) / 2
    assert {number: await witness.board(number) for number in kept} == {
        number: witness.boards[number] for number in kept
    }


async def test_what_was_committed_this_week_is_not_thinned(witness: Witness) -> None:
    assert await thin(witness.node.db, "history", await witness.node.db.read(database_time)) == 0


async def test_a_screen_that_comes_back_to_thinned_history_gets_all_that_changed(
    untouched: Witness, thinned: Witness
) -> None:
    last = max(untouched.boards)
    ask = {number: partial(boards.gap, portfolio="history", after=number, upto=last, limit=100)
           for number in range(1, last)}  # fmt: skip
    before = {number: await untouched.node.db.read(work) for number, work in ask.items()}

    assert {number: await thinned.node.db.read(work) for number, work in ask.items()} == before


async def test_the_present_keeps_its_reasons_when_the_past_is_thinned(
    untouched: Witness, thinned: Witness
) -> None:
    before = await untouched.why("project/APOLLO")

    assert await thinned.why("project/APOLLO") == before


async def test_a_thinned_history_still_follows_from_the_log(thinned: Witness) -> None:
    assert await thinned.node.differences() == []


async def test_a_change_that_is_missing_from_a_thinned_history_is_named(witness: Witness) -> None:
    await witness.thin()
    rows = sorted((row.revision, row.key) for row in await witness.node.rows(change))
    kept = await witness.whole()
    number, key = next(row for row in rows if row[0] > 1 and row[0] not in kept)

    cut = sa.delete(change).where(change.c.revision == number, change.c.key == key)
    await witness.node.db.write(lambda connection: connection.execute(cut))

    assert Difference(min(n for n in kept if n > number), key) in await witness.node.differences()


async def test_history_is_thinned_by_one_node_an_hour(witness: Witness) -> None:
    db = witness.node.db

    found = [await thin_in_turn(db, node) for node in ("here", "there", "here")]

    [run] = await db.read(lambda connection: connection.execute(sa.select(job_run)).all())
    assert found == [0, None, None]
    assert (run.job, run.node, run.done_at is not None) == ("thin", "here", True)


async def test_a_node_that_died_over_its_work_loses_it_to_the_next(db: Database) -> None:
    await thin_in_turn(db, "here")
    dead = sa.update(job_run).values(done_at=None, claimed_until=MORNING)
    await db.write(lambda connection: connection.execute(dead))

    assert await thin_in_turn(db, "there") == 0


async def test_every_card_has_the_change_that_its_rev_names(thinned: Witness) -> None:
    changes = {(row.revision, row.key): row.document for row in await thinned.node.rows(change)}
    shown = [row for row in await thinned.node.rows(card) if row.document is not None]
    assert [row.key for row in shown if changes.get((row.rev, row.key)) != row.document] == []
