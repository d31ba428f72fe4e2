"""A round is worked out while the one before it is stored; what cannot be stored takes both with it."""

import pytest

from app.db import open_database
from app.models.board import revision
from app.operations.assessors import Assessors
from app.operations.doorbell import Doorbell
from app.operations.looking import overview
from app.store.revisions import FenceLost
from tests import deliveries as d
from tests.operations.conftest import Node


async def test_nobody_is_told_of_a_round_before_it_is_stored(node: Node) -> None:
    await node.tell(*d.a_project("APOLLO", "50"))
    assessors = Assessors(node.db, Doorbell(), gap_s=0.0)
    assessors.lanes["alpha"] = node.lane
    await node.record(d.a_report("APOLLO", "20", minutes_ago=0))

    await node.lane.round()
    told, *_ = await overview(node.db, assessors)
    await node.lane.stored()
    later, *_ = await overview(node.db, assessors)

    assert node.card("project/APOLLO")["rag"] == "red"
    assert (told["revision"], told["counts"]["red"]) == (1, 0)
    assert (later["revision"], later["counts"]["red"]) == (2, 1)


async def test_rounds_that_follow_at_once_are_stored_in_their_order(node: Node) -> None:
    await node.tell(*d.a_project("APOLLO", "50"))
    await node.record(d.a_report("APOLLO", "20", minutes_ago=2))
    await node.lane.round()
    await node.record(d.a_report("APOLLO", "51", minutes_ago=0))
    await node.lane.round()
    await node.lane.stored()

    found = sorted(await node.rows(revision), key=lambda row: row.revision)
    assert [(row.revision, row.last_seq) for row in found] == [(1, 3), (2, 4), (3, 5)]
    assert await node.differences() == []


async def test_a_round_on_one_that_was_not_stored_is_worked_out_again(node: Node, database_url: str) -> None:
    other_db = open_database(database_url)
    other = Node(other_db)
    await node.tell(*d.a_project("APOLLO"))
    await node.record(d.a_report("APOLLO", "20", minutes_ago=2))
    await other.assess()
    await node.lane.round()
    await node.record(d.a_report("APOLLO", "51", minutes_ago=0))

    with pytest.raises(FenceLost):
        await node.lane.round()
    node.lane.look_again()
    await node.assess()
    await other_db.close()

    assert node.head.revision == 3
    assert (await node.restarted()).board == node.board
    assert await node.differences() == []


async def test_what_another_node_recorded_in_between_is_read_from_the_log(
    node: Node, database_url: str
) -> None:
    other_db = open_database(database_url)
    other = Node(other_db)
    await node.tell(*d.a_project("APOLLO"))
    await node.record(d.a_report("APOLLO", "20", minutes_ago=2))
    await other.record(d.a_report("APOLLO", "30", minutes_ago=1))
    await node.record(d.a_report("APOLLO", "51", minutes_ago=0))

    await node.assess()
    await other_db.close()

    assert node.head.assessed_seq == 6
    assert await node.differences() == []
