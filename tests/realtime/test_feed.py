"""Boards follow the database: with hints, without them, and with hints that lie. Both databases."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest
import sqlalchemy as sa

from app.db import Database, open_database
from app.realtime.feed import Feed
from app.realtime.scopes import ALL, Scope
from app.realtime.session import Have
from app.store import boards
from tests.realtime.assessor import commit, open_portfolio
from tests.realtime.boards import shown_by
from tests.servers.ports import becomes


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    opened = open_database(database_url)
    await open_portfolio(opened)
    yield opened
    await opened.close()


@pytest.fixture
def feed(db: Database) -> Feed:
    return Feed(db, poll_s=0.05)


async def revise(db: Database, count: int) -> None:
    for number in range(count):
        await commit(db, {f"project/P{number % 5}": {"programme": "ATLAS", "value": number}}, "project/P0")


async def in_database(db: Database) -> dict[str, int]:
    return {card.key: card.rev for card in await db.read(partial(boards.cards, portfolio="demo"))}


async def test_an_unknown_portfolio_has_no_board(feed: Feed) -> None:
    assert await feed.board("nowhere") is None


async def test_a_board_is_loaded_once_however_many_ask(feed: Feed, db: Database) -> None:
    await revise(db, 3)

    first, second = await asyncio.gather(feed.board("demo"), feed.board("demo"))

    assert first is second
    assert first is not None
    assert first.head.revision == 3
    assert {key: rev for key, (rev, _) in shown_by(first).items()} == await in_database(db)


async def test_a_hint_moves_the_board_without_reading(feed: Feed, db: Database) -> None:
    board = await feed.board("demo")
    made = await commit(db, {"project/P": {"programme": "ATLAS"}})

    feed.hint(made)

    assert board is not None
    assert board.head == made.head


async def test_without_any_hint_a_look_finds_what_is_new(feed: Feed, db: Database) -> None:
    board = await feed.board("demo")
    await revise(db, 7)
    await commit(db, {"project/P0": None})

    await feed.look()

    assert board is not None
    assert board.head.revision == 8
    assert {key: rev for key, (rev, _) in shown_by(board).items()} == await in_database(db)


async def test_hints_that_are_lost_doubled_and_swapped_cost_time_only(feed: Feed, db: Database) -> None:
    board = await feed.board("demo")
    made = [await commit(db, {f"project/P{n}": {"programme": "A"}}) for n in range(6)]
    running = asyncio.create_task(feed.run())

    for which in (0, 0, 3, 2, 5):
        feed.hint(made[which])

    assert board is not None
    assert await becomes(lambda: board.head.revision == 6)
    running.cancel()
    assert {key: rev for key, (rev, _) in shown_by(board).items()} == await in_database(db)


async def test_a_board_far_behind_is_loaded_again(
    feed: Feed, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.realtime.feed.FAR", 3)
    board = await feed.board("demo")
    await revise(db, 5)

    await feed.look()

    assert board is not None
    assert (board.head.revision, board.covers(4)) == (5, False)


async def test_history_rewritten_starts_everyone_again(feed: Feed, db: Database) -> None:
    await revise(db, 2)
    board = await feed.board("demo")
    await db.write(lambda connection: connection.execute(sa.text("UPDATE board_head SET epoch = 'restored'")))

    await feed.look()

    assert board is not None
    assert board.head.epoch == "restored"


async def test_a_feed_is_certain_only_for_a_while_after_it_looked(db: Database) -> None:
    now = 10.0
    feed = Feed(db, poll_s=1, clock=lambda: now)
    await feed.board("demo")
    at_once = feed.caught_up("demo")

    now = 13.5
    later = feed.caught_up("demo")
    await feed.look()

    assert (at_once, later, feed.caught_up("demo")) == (True, False, True)


# Coming back after the ring has forgotten


async def after_restart(db: Database) -> Feed:
    """A feed of a process that has just started: its ring is empty."""
    feed = Feed(db, poll_s=1)
    await feed.board("demo")
    return feed


async def test_what_the_ring_forgot_the_change_table_knows(db: Database) -> None:
    await revise(db, 4)
    old = await db.read(partial(boards.head, portfolio="demo"))
    await revise(db, 2)
    await commit(db, {"project/P3": None})
    feed = await after_restart(db)

    assert old is not None
    missed = await feed.missed("demo", ALL, Have(old.epoch, old.revision, old.hash))

    assert missed is not None
    assert missed.keys == {"project/P0": 5, "project/P1": 6, "project/P3": 7}


async def test_the_change_table_is_believed_only_by_the_same_history(db: Database) -> None:
    await revise(db, 4)
    feed = await after_restart(db)
    head = await db.read(partial(boards.head, portfolio="demo"))

    assert head is not None
    assert await feed.missed("demo", ALL, Have(head.epoch, 2, "another hash")) is None


async def test_a_thinned_history_is_never_resumed_across(db: Database) -> None:
    await revise(db, 6)
    head = await db.read(partial(boards.head, portfolio="demo"))
    await db.write(lambda connection: connection.execute(sa.text("DELETE FROM revision WHERE revision = 4")))
    feed = await after_restart(db)

    assert head is not None
    assert await feed.missed("demo", ALL, Have(head.epoch, 3)) is None
    assert await feed.missed("demo", ALL, Have(head.epoch, 5)) is not None


async def test_a_client_ahead_of_this_node_makes_it_look(feed: Feed, db: Database) -> None:
    board = await feed.board("demo")
    await revise(db, 3)

    assert board is not None
    missed = await feed.missed("demo", Scope("programme:ATLAS"), Have(board.head.epoch, 2))

    assert missed is not None
    assert set(missed.keys) == {"project/P2"}


async def test_revisions_are_read_with_what_they_changed(db: Database) -> None:
    made = [await commit(db, {"project/P": {"value": n}, "project/Q": None}, "project/P") for n in range(3)]

    read = await db.read(partial(boards.revisions_after, portfolio="demo", after=1, limit=10))

    assert read == tuple(made[1:])


async def test_a_card_that_is_not_there_is_nothing(db: Database) -> None:
    assert await db.read(partial(boards.stored, portfolio="demo", key="project/P")) is None
