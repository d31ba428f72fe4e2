"""Recorded events become revisions; what does not count waits; what cannot be assessed harms nobody else."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import pairwise
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.db import Database, open_database
from app.domain.events.catalogue import AnyEvent
from app.domain.policy import HOUSE_DEFAULT
from app.models.board import alert, board_head, card, change, revision
from app.models.log import dead_event, quarantine
from app.models.portfolio import policy
from app.operations.assessors import Assessors
from app.operations.doorbell import Doorbell
from app.store.revisions import FenceLost
from tests import builders as b
from tests import deliveries as d
from tests.operations.conftest import Node, statements


async def test_revisions_follow_each_other_and_cover_every_event_once(node: Node) -> None:
    await node.tell(*d.a_project("APOLLO"))
    await node.tell(*d.a_project("VEGA", "20"), d.a_report("APOLLO", "51"))
    await node.tell(d.a_report("VEGA", "55", minutes_ago=0))

    found = sorted(await node.rows(revision), key=lambda row: row.revision)
    assert [row.revision for row in found] == [1, 2, 3]
    assert [(row.first_seq, row.last_seq) for row in found] == [(1, 3), (4, 7), (8, 8)]
    assert all(before.as_of <= after.as_of for before, after in pairwise(found))
    assert (node.head.revision, node.head.hash) == (3, found[-1].hash)


async def test_a_project_turns_red_and_says_why(node: Node) -> None:
    await node.tell(*d.a_project("APOLLO", "50"))
    await node.tell(d.a_report("APOLLO", "20", minutes_ago=0))

    found = node.card("project/APOLLO")
    assert (found["rag"], found["previous"], found["cause"]["rule"]) == ("red", "green", "SCH-1")
    assert node.card("portfolio")["counts"]["red"] == 1
    assert {row.rule for row in await node.rows(alert) if row.closure == "open"} == {"red"}


async def test_what_is_stored_is_what_is_on_the_board(node: Node) -> None:
    await node.tell(*d.a_project("APOLLO", "20", parent="ATLAS"), b.registered("programme/ATLAS"))
    await node.tell(b.planned("M1", d.in_days(20), subject="project/APOLLO"), b.rate("USD", "EUR", "0.9"))
    await node.tell(b.achieved("M1", d.today(), subject="project/APOLLO", time=d.moment()))

    stored = {row.key: row.document.encode() for row in await node.rows(card) if row.document is not None}
    assert stored == node.board.cards
    assert await folded_changes(node) == node.board.cards


async def folded_changes(node: Node) -> dict[str, bytes]:
    """The map that whoever applied every change has."""
    shown: dict[str, bytes] = {}
    for row in sorted(await node.rows(change), key=lambda row: (row.revision, row.key)):
        if row.document is None:
            del shown[row.key]
        else:
            shown[row.key] = row.document.encode()
    return shown


async def test_a_restart_goes_on_from_the_same_board_and_the_same_facts(node: Node) -> None:
    await node.tell(*d.a_project("APOLLO", "20", parent="ATLAS", calendar="sun-thu"), *d.a_project("VEGA"))
    await node.tell(*a_bit_of_everything("APOLLO"), d.a_report("GHOST", "5"))

    other = await node.restarted()

    assert other.board == node.board
    assert other.lane.facts == node.lane.facts
    assert (other.head, other.lane.policy) == (node.head, node.lane.policy)


def a_bit_of_everything(code: str) -> list[AnyEvent]:
    """Whatever else can be said of a project."""
    subject = f"project/{code}"
    eac = {"as_of": d.today().isoformat(), "eac": b.eur("1E+5")}
    return [
        b.cost("30000", subject=subject, on=d.in_days(-10)),
        b.cost("10.50", subject=subject, on=d.in_days(-9), mode="increment"),
        b.an_event("cost.eac_reported", eac, subject=subject, time=d.moment()),
        b.progress(ev="123456.654321", subject=subject, on=d.in_days(-1)),
        b.planned("M1", d.in_days(10), subject=subject, critical=True, name="Go live"),
        b.forecast("M1", d.in_days(15), subject=subject, time=d.moment(3)),
        b.forecast("M1", None, subject=subject, time=d.moment(2), new_target="v1.36"),
        b.an_event(
            "milestone.working_date_reported",
            {"milestone": "M1", "working_date": d.in_days(16).isoformat(), "field": "due"},
            subject=subject,
            time=d.moment(1),
        ),
        b.planned("M2", d.in_days(-5), subject=subject),
        b.achieved("M2", d.in_days(-4), subject=subject, time=d.moment()),
        b.status("Amber/Red", subject=subject, on=d.in_days(-2)),
        b.an_event("item.touched", {"ref": "x"}, subject=subject, time=d.moment()),
        b.an_event("item.stage_changed", {"to": "Build"}, subject=subject, time=d.moment()),
        b.an_event(
            "item.changed", {"tier": 1, "roles": {"sro": "A. Person"}}, subject=subject, time=d.moment()
        ),
        b.an_event("alias.added", {"reference": "JIRA-1"}, subject=subject, time=d.moment()),
        b.an_event("source.heartbeat", {"expected_every_s": 60}, subject="source/erp", time=d.moment()),
        b.rate("USD", "EUR", "0.912345678901", on=d.in_days(-3)),
    ]


async def test_events_of_a_project_that_nobody_registered_wait_with_their_reason(node: Node) -> None:
    numbers = await node.tell(d.a_plan("GHOST"), d.a_report("GHOST", "20"))

    waiting = await node.rows(quarantine)
    assert [(row.seq, row.subject, row.reason) for row in waiting] == [
        (number, "project/GHOST", "unknown_item") for number in numbers
    ]
    assert "project/GHOST" not in node.board.cards


async def test_what_waited_counts_as_soon_as_the_project_is_registered(node: Node) -> None:
    await node.tell(d.a_plan("GHOST"), d.a_report("GHOST", "20"))
    await node.tell(d.a_registered("GHOST"))

    assert node.card("project/GHOST")["rag"] == "red"
    assert await node.rows(quarantine) == []


async def test_what_waited_counts_as_soon_as_its_reference_is_mapped(node: Node) -> None:
    await node.tell(*d.a_project("APOLLO", "50"))
    await node.tell(d.a_report("JIRA-7", "20", minutes_ago=0))
    waiting = len(await node.rows(quarantine))

    await node.tell(
        b.an_event("alias.added", {"reference": "JIRA-7"}, subject="project/APOLLO", time=d.moment())
    )

    assert (waiting, await node.rows(quarantine)) == (1, [])
    assert node.card("project/APOLLO")["rag"] == "red"
    assert "project/JIRA-7" not in node.board.cards


async def test_what_names_something_unknown_folds_in_after_a_restart_as_well(node: Node) -> None:
    [number, *_] = await node.tell(*d.a_project("APOLLO", parent="ATLAS"))
    waiting = [(row.seq, row.subject, row.reason) for row in await node.rows(quarantine)]

    other = await node.restarted()
    await other.tell(b.registered("programme/ATLAS"))

    assert waiting == [(number, "project/APOLLO", "unknown_programme")]
    assert (await other.rows(quarantine), await other.differences()) == ([], [])
    assert other.card("programme/ATLAS")["coverage"]["of"] == 1


async def test_a_cumulative_cost_that_falls_waits_too(node: Node) -> None:
    subject = "project/APOLLO"
    await node.tell(*d.a_project("APOLLO"), b.cost("30000", subject=subject, on=d.in_days(-10)))

    [falling] = await node.tell(b.cost("20000", subject=subject, on=d.in_days(-5)))

    found = [(row.seq, row.reason) for row in await node.rows(quarantine)]
    assert found == [(falling, "cumulative_cost_falls")]


async def test_a_round_that_lost_its_revision_leaves_no_trace(node: Node, database_url: str) -> None:
    other_db = open_database(database_url)
    other = Node(other_db)
    await node.tell(*d.a_project("APOLLO"))
    await other.assess()
    await node.record(d.a_report("APOLLO", "20", minutes_ago=0))

    await other.assess()
    with pytest.raises(FenceLost):
        await node.round()
    await other_db.close()

    assert other.head.revision == 2
    assert len(await node.rows(revision)) == 2
    assert (await node.restarted()).board == other.board
    assert await node.differences() == []


@pytest.fixture
async def two_nodes(db: Database, database_url: str) -> AsyncIterator[tuple[Assessors, Assessors]]:
    """Two nodes that assess the same portfolios, each as the product runs it."""
    other_db = open_database(database_url)
    nodes = Assessors(db, Doorbell(), gap_s=0), Assessors(other_db, Doorbell(), gap_s=0)
    for each in nodes:
        await each.start()
    yield nodes
    for each in nodes:
        await each.stop()
    await other_db.close()


async def test_two_nodes_that_assess_the_same_portfolio_agree(
    node: Node, two_nodes: tuple[Assessors, Assessors]
) -> None:
    last = 0
    for percent in range(50, 20, -2):
        events = d.a_project(f"P{percent}", str(percent))
        [*_, last] = await node.record(*events)
        for each in two_nodes:
            each.lanes["alpha"].bell.set()
        await asyncio.sleep(0.005)

    reached = await asyncio.gather(*(each.reached("alpha", last, 10) for each in two_nodes))

    here, there = (each.lanes["alpha"] for each in two_nodes)
    assert reached[0] == reached[1] is not None
    assert here.head == there.head
    assert here.board == there.board
    assert here.facts == there.facts
    assert await node.differences() == []


async def test_a_node_that_did_not_assess_hears_of_it_all_the_same(
    node: Node, two_nodes: tuple[Assessors, Assessors]
) -> None:
    for each in two_nodes:
        await each.reached("alpha", 0, 5)
    [*_, last] = await node.tell(*d.a_project("APOLLO", "20"))

    revisions = await asyncio.gather(*(each.reached("alpha", last, 10) for each in two_nodes))

    assert revisions == [node.head.revision] * 2


async def break_the_default_calendar(db: Database) -> None:
    """A policy whose default calendar does not exist: items that name none cannot be assessed."""
    broken = HOUSE_DEFAULT.model_dump(mode="json")
    del broken["calendars"][HOUSE_DEFAULT.calendar]
    await publish(db, broken)


async def publish(db: Database, document: dict[str, Any]) -> None:
    def write(connection: Connection) -> None:
        text = HOUSE_DEFAULT.model_validate(document).model_dump_json()
        connection.execute(sa.update(policy).values(document=text))

    await db.write(write)


async def test_a_rule_that_fails_degrades_its_project_and_nothing_else(node: Node) -> None:
    await break_the_default_calendar(node.db)

    await node.tell(*d.a_project("BROKEN", "50"), *d.a_project("FINE", "20", calendar="sun-thu"))

    assert (node.card("project/BROKEN")["rag"], node.card("project/BROKEN")["degraded"]) == ("unknown", True)
    assert node.card("project/FINE")["rag"] == "red"
    assert node.card("portfolio")["counts"]["unknown"] == 1
    [dead] = await node.rows(dead_event)
    assert (dead.subject, dead.seq) == ("project/BROKEN", 6)
    assert "KeyError" in dead.error
    assert await node.differences() == []


async def test_a_degraded_project_recovers_when_it_can_be_assessed_again(node: Node) -> None:
    await break_the_default_calendar(node.db)
    await node.tell(*d.a_project("BROKEN", "50"))
    await publish(node.db, HOUSE_DEFAULT.model_dump(mode="json"))

    mended = await node.restarted()
    await mended.tell(d.a_report("BROKEN", "51", minutes_ago=0))

    assert mended.card("project/BROKEN")["rag"] == "green"
    assert "degraded" not in mended.card("project/BROKEN")
    assert await node.rows(dead_event) == []


async def test_a_degraded_project_recovers_with_everybody_else_without_an_event_of_its_own(
    node: Node,
) -> None:
    await break_the_default_calendar(node.db)
    await node.tell(*d.a_project("BROKEN", "50"))
    await publish(node.db, HOUSE_DEFAULT.model_dump(mode="json"))

    mended = await node.restarted()
    await mended.tell(b.rate("USD", "EUR", "0.9"))  # a rate makes everything be assessed

    assert mended.card("project/BROKEN")["rag"] == "green"
    assert await node.rows(dead_event) == []


async def test_a_revision_takes_as_many_statements_for_50_projects_as_for_one(node: Node) -> None:
    codes = [f"P{number}" for number in range(50)]
    await node.tell(*(event for code in codes for event in d.a_project(code)))
    await node.record(d.a_report("P0", "51", minutes_ago=0.1))
    with statements() as for_one:
        await node.assess()
    await node.record(*(d.a_report(code, "52", minutes_ago=0) for code in codes))
    with statements() as for_many:
        await node.assess()

    assert len(for_many) == len(for_one)


async def test_an_assessor_that_is_stopped_leaves_nothing_half_done(node: Node) -> None:
    await node.record(*(event for n in range(30) for event in d.a_project(f"P{n}")))
    working = asyncio.create_task(node.round())
    await asyncio.sleep(0)
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working

    other = await node.restarted()

    assert len(await node.rows(revision)) == other.head.revision == 1
    assert await node.differences() == []


async def test_the_head_says_when_to_look_again(node: Node) -> None:
    await node.tell(*d.a_project("APOLLO"))

    [head] = [row for row in await node.rows(board_head) if row.portfolio_id == "alpha"]
    assert head.due_at == node.board.due_at()
    assert head.due_at > node.head.as_of


async def test_a_portfolio_that_cannot_be_read_again_and_again_costs_no_memory(node: Node) -> None:
    await node.tell(*d.a_project("APOLLO", "20"))
    await node.db.write(
        lambda connection: connection.execute(sa.update(card).values(document="{"))  # no card any more
    )
    node.lane.look_again()
    kept = gc.get_freeze_count()

    with pytest.raises(orjson.JSONDecodeError):
        await node.assess()

    assert gc.get_freeze_count() == kept
