"""Time passing is an event: one for each portfolio that is due, and silence then shows."""

from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from app.db import Database
from app.domain import assess
from app.domain.events.catalogue import AnyEvent
from app.models.board import board_head, revision
from app.models.log import event
from app.operations.ticking import tick
from app.store.clock import database_time
from tests import builders as b
from tests import deliveries as d
from tests.operations.conftest import Node


async def make_due(node: Node, seconds: float = 1) -> None:
    """Turn the clock of the portfolio to a moment after its due instant."""
    earlier = await node.db.read(database_time) - timedelta(seconds=seconds)
    mine = board_head.c.portfolio_id == node.portfolio
    await node.db.write(lambda c: c.execute(sa.update(board_head).where(mine).values(due_at=earlier)))


async def test_a_portfolio_that_is_not_due_is_left_alone(node: Node) -> None:
    await node.tell(*d.a_project("APOLLO"))

    assert await tick(node.db, node.recorder) == 0
    assert len(await node.rows(event)) == 3


async def test_a_portfolio_that_is_due_is_told_so_once(node: Node) -> None:
    await node.tell(*d.a_project("APOLLO"))
    await make_due(node)

    ticks = [await tick(node.db, node.recorder) for _ in range(3)]

    told = [row for row in await node.rows(event) if row.type == "nerve.clock.reached.v1"]
    assert (ticks, len(told)) == ([1, 1, 1], 1)
    assert (told[0].connection_id, told[0].source, told[0].subject) == ("nerve", "nerve", "portfolio")


async def test_after_the_clock_was_assessed_nothing_is_due_any_more(node: Node) -> None:
    await node.tell(*d.a_project("APOLLO"))
    await make_due(node)
    await tick(node.db, node.recorder)
    await node.assess()

    assert await tick(node.db, node.recorder) == 0
    assert node.head.assessed_seq == 4
    assert await node.differences() == []


async def test_a_replay_is_moved_by_its_own_clock_only(db: Database) -> None:
    node = Node(db, "history")
    await node.create("replay")
    await node.tell(*d.a_project("APOLLO"))
    await make_due(node)

    assert await tick(db, node.recorder) == 0


async def test_silence_turns_a_project_stale_and_then_unknown_and_never_green(db: Database) -> None:
    node = Node(db, "history")
    await node.create("replay")
    await node.tell(clock(0), *d.a_project("APOLLO", "50"))
    green = node.card("project/APOLLO")

    await node.tell(clock(50))
    stale = node.card("project/APOLLO")
    await node.tell(clock(100))
    unknown = node.card("project/APOLLO")

    assert (green["rag"], stale["stale"]) == ("green", True)
    assert (unknown["rag"], unknown["cause"]["reason"]) == ("unknown", "too_old")
    assert await node.differences() == []


def clock(days: int) -> AnyEvent:
    moment = b.at(d.in_days(days), 23)
    at = {"at": moment.isoformat()}
    return b.an_event("clock.reached", at, subject="portfolio", time=b.at(d.today()), id=f"clock-{days}")


async def test_the_time_of_a_portfolio_never_moves_back(db: Database) -> None:
    node = Node(db, "history")
    await node.create("replay")
    for days in (10, 5, 20, 0):
        await node.tell(clock(days), d.a_report("APOLLO", "50"))

    moments = [row.as_of for row in sorted(await node.rows(revision), key=lambda row: row.revision)]
    assert all(before <= after for before, after in pairwise(moments))
    assert moments[-1] == b.at(d.in_days(20), 23)


async def test_two_nodes_that_tick_at_once_append_one_event(db: Database) -> None:
    node, other = Node(db), Node(db)
    await node.tell(*d.a_project("APOLLO"))
    await make_due(node)

    await tick(node.db, node.recorder)
    await tick(other.db, other.recorder)

    assert [row.seq for row in await node.rows(event) if row.source == "nerve"] == [4]


async def test_those_whose_time_has_come_at_once_are_judged_over_several_revisions(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assess, "SLICE", 5)
    node = Node(db, "history")
    await node.create("replay")
    await node.tell(clock(0), *[event for n in range(12) for event in d.a_project(f"P{n:02}")])
    before = node.head.revision
    await node.record(clock(50))

    await node.round()
    first = [node.card(f"project/P{n:02}")["rag"] for n in range(12)]
    await node.assess()

    assert (first.count("unknown"), first.count("green")) == (5, 7)
    assert node.card("portfolio")["counts"] == {"red": 0, "amber": 0, "unknown": 12, "green": 0, "none": 0}
    assert node.head.revision == before + 3
    assert await node.differences() == []
