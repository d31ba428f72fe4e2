"""The rebuild law: the log, walked again along the stored revisions, gives the same bytes."""

import random
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.events.catalogue import AnyEvent
from app.models.board import board_head, card, change, revision
from app.models.log import event
from app.operations.rebuilding import Difference
from tests import builders as b
from tests import deliveries as d
from tests.operations.conftest import Node


def a_history(chance: random.Random) -> list[AnyEvent]:
    """Twelve projects in three programmes: plans, reports, costs, dates and words, in any order."""
    codes = [f"P{number}" for number in range(12)]
    events = [b.registered(f"programme/{name}", time=b.at(d.in_days(-100))) for name in "XYZ"]
    for code in codes:
        events += d.a_project(
            code, str(chance.randint(20, 60)), parent=chance.choice("XYZ"), tier=chance.randint(1, 4)
        )
        subject = f"project/{code}"
        for back in range(60, 0, -15):
            done = 50 - back // 4 + chance.randint(-8, 4)
            events += [
                b.progress(str(done), subject=subject, on=d.in_days(-back)),
                b.cost(str(done * chance.randint(900, 1200)), subject=subject, on=d.in_days(-back)),
                b.status(chance.choice(["Green", "Amber", "Red"]), subject=subject, on=d.in_days(-back)),
                b.forecast(
                    "M1", d.in_days(chance.randint(-5, 70)), subject=subject, time=b.at(d.in_days(-back))
                ),
            ]
        events.append(b.state(chance.choice(["delivering", "on_hold"]), subject=subject, time=d.moment(5)))
    chance.shuffle(events)
    return events


async def live_through(node: Node, events: list[AnyEvent], chance: random.Random) -> None:
    """Recorded and assessed in portions of any size, with a restart now and then."""
    rest = list(events)
    while rest:
        size = chance.choice([1, 2, 5, 20, 60])
        portion, rest = rest[:size], rest[size:]
        await node.record(*portion)
        if chance.random() < 0.7:
            await node.assess()
        if chance.random() < 0.2:
            node.lane.board = None
    await node.assess()


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_rebuild_along_the_stored_revisions_gives_the_same_bytes(node: Node, seed: int) -> None:
    chance = random.Random(seed)
    await live_through(node, a_history(chance), chance)

    assert await node.differences() == []
    assert node.head.revision > 5
    assert len({row.document for row in await node.rows(change)}) > 50


def of_shared_people(chance: random.Random) -> list[AnyEvent]:
    """Four projects that give each other people, managers and milestones, and take them back."""
    keys = [f"project/P{number}" for number in range(4)]
    events = [event for number in range(4) for event in d.a_project(f"P{number}", "40")]
    assigned = {"ref": "A", "person_ref": "ada", "pct": "60", "start": str(d.in_days(-9))}
    for step in range(60):
        kind, data = chance.choice(
            [
                ("resource.assigned", assigned),
                ("resource.released", {"ref": "A", "released": str(d.today())}),
                ("role.changed", {"role": "pm", "new_ref": "grace", "effective": str(d.in_days(-step))}),
                ("dependency.declared", waiting_for(chance.choice(keys))),
                ("milestone.forecast_changed", {"milestone": "M1", "new_forecast": str(d.in_days(15))}),
                ("item.state_changed", {"to": chance.choice(["delivering", "delivering", "on_hold"])}),
            ]
        )
        events.append(b.an_event(kind, data, subject=chance.choice(keys), time=d.moment(100 - step)))
    return events


async def step_by_step(node: Node, events: list[AnyEvent]) -> None:
    """Each event is a revision of its own; before every seventh the assessor starts again."""
    for number, each in enumerate(events):
        if number % 7 == 0:
            node.lane.board = None
        await node.tell(each)


def waiting_for(upstream: str) -> dict[str, Any]:
    due = str(d.in_days(9))
    return {"ref": "D", "title": "Data", "from_item": upstream, "milestone": "M1", "needed_by": due}


@pytest.mark.parametrize("seed", [1, 2])
async def test_what_projects_share_is_rebuilt_to_the_same_bytes(node: Node, seed: int) -> None:
    await step_by_step(node, of_shared_people(random.Random(seed)))

    assert await node.differences() == []
    shown = [row.detail for row in await node.rows(change) if row.detail is not None]
    assert any("EW18" in detail for detail in shown)
    assert any("upstream_late" in detail for detail in shown)


async def test_an_empty_portfolio_is_rebuilt_to_nothing(node: Node) -> None:
    assert await node.differences() == []


@pytest.fixture
async def proven(node: Node) -> Node:
    """Three revisions that follow from the log."""
    await node.tell(*d.a_project("APOLLO"))
    await node.tell(*d.a_project("VEGA", "20"))
    await node.tell(d.a_report("VEGA", "55", minutes_ago=0))
    assert await node.differences() == []
    return node


async def tamper(node: Node, statement: Any) -> list[Difference]:
    """Change a row behind the product's back; what a rebuild says."""
    await node.db.write(lambda connection: connection.execute(statement))
    return await node.differences()


async def test_an_event_that_was_rewritten_is_named(proven: Node) -> None:
    kinder = sa.func.replace(event.c.canonical, '"pct_complete":"20"', '"pct_complete":"50"')

    found = await tamper(proven, sa.update(event).where(event.c.seq == 6).values(canonical=kinder))

    assert Difference(2, "event 6") in found
    assert Difference(2, "project/VEGA") in found
    assert min(each.revision for each in found) == 2


async def test_an_event_that_was_rewritten_with_its_digest_breaks_the_chain(proven: Node) -> None:
    found = await tamper(proven, sa.update(event).where(event.c.seq == 2).values(digest="0" * 64))

    assert {Difference(1, "event 2"), Difference(1, "hash")} <= set(found)


async def test_an_event_that_was_taken_out_is_missed(proven: Node) -> None:
    assert Difference(2, "missing") in await tamper(proven, sa.delete(event).where(event.c.seq == 5))


async def test_a_colour_that_was_painted_over_is_seen(proven: Node) -> None:
    painted = sa.func.replace(change.c.document, '"rag":"red"', '"rag":"green"')
    place = (change.c.revision == 2) & (change.c.key == "project/VEGA")

    assert await tamper(proven, sa.update(change).where(place).values(document=painted)) == [
        Difference(2, "project/VEGA")
    ]


async def test_a_card_that_does_not_follow_from_its_changes_is_seen(proven: Node) -> None:
    painted = sa.func.replace(card.c.document, '"rag":"green"', '"rag":"amber"')

    paint = sa.update(card).where(card.c.key == "project/APOLLO").values(document=painted)

    assert Difference(3, "board") in await tamper(proven, paint)


async def test_a_revision_that_was_taken_out_is_missed(proven: Node) -> None:
    assert Difference(2, "missing") in await tamper(
        proven, sa.delete(revision).where(revision.c.revision == 2)
    )


async def test_a_board_that_was_turned_back_does_not_go_on(proven: Node) -> None:
    back = sa.update(board_head).where(board_head.c.portfolio_id == "alpha").values(hash="0" * 64)
    await proven.db.write(lambda connection: connection.execute(back))
    await proven.record(d.a_report("VEGA", "57", minutes_ago=0))

    other = await proven.restarted()

    assert other.head.revision == 4
    assert Difference(4, "hash") in await proven.differences()
