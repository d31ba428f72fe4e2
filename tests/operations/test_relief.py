"""A second process works rounds out as this one would; if it dies nothing is lost, and none stays behind."""

import asyncio
import os
import pickle
import resource
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings

from app.domain.events.catalogue import AnyEvent
from app.domain.fold import Recorded
from app.models.board import card, change
from app.operations.relief import PROCESSORS, Relief, ReliefLost
from app.store.log import Stretch
from tests import builders as b
from tests import deliveries as d
from tests.operations.conftest import Node
from tests.strategies import events

pytestmark = pytest.mark.skipif(PROCESSORS == 1, reason="relief needs Linux and a second processor")


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def name_of(process: int) -> str:
    return Path(f"/proc/{process}/comm").read_text().strip()


@pytest.fixture
async def relieved(node: Node) -> AsyncIterator[Node]:
    """Two projects; what happens next is worked out by another process."""
    await node.tell(*d.a_project("APOLLO"), *d.a_project("VEGA"))
    await node.lane.call_relief()
    yield node
    await node.lane.send_relief_home()


def relief_of(node: Node) -> Relief | None:
    return node.lane.relief


async def test_what_the_relief_works_out_is_what_follows_from_the_log(relieved: Node) -> None:
    await relieved.tell(d.a_report("APOLLO", "20", minutes_ago=3))
    await relieved.tell(
        b.registered("programme/ATLAS", time=d.moment(2)),
        b.planned("M1", d.in_days(9), subject="project/VEGA", time=d.moment(2)),
        *d.a_project("ORION", parent="ATLAS"),
    )
    await relieved.tell(d.a_report("APOLLO", "51", minutes_ago=0))

    assert relieved.lane.relief is not None
    assert name_of(relieved.lane.relief.pid) == "nerve-relief"
    assert relieved.card("project/APOLLO")["rag"] == "green"
    assert await relieved.differences() == []
    other = await relieved.restarted()
    assert (other.lane.facts, other.board) == (relieved.lane.facts, relieved.board)


async def test_it_goes_on_with_what_was_recorded_meanwhile(relieved: Node) -> None:
    for minute in range(9, 0, -1):
        await relieved.record(d.a_report("APOLLO", f"{50 - minute}", minutes_ago=minute))
        await relieved.record(d.a_report("VEGA", f"{50 + minute}", minutes_ago=minute))
        await relieved.lane.round()
        await relieved.record(d.a_report("VEGA", f"{50 - minute}", minutes_ago=minute - 0.5))
    await relieved.assess()

    assert relieved.head.assessed_seq == 6 + 27
    assert await relieved.differences() == []


async def test_a_relief_that_dies_takes_nothing_with_it(relieved: Node) -> None:
    assert relieved.lane.relief is not None
    await relieved.tell(d.a_report("APOLLO", "49", minutes_ago=3))
    os.kill(relieved.lane.relief.pid, signal.SIGKILL)

    await relieved.tell(d.a_report("APOLLO", "20", minutes_ago=0))

    assert relief_of(relieved) is None
    assert relieved.card("project/APOLLO")["rag"] == "red"
    assert await relieved.differences() == []


@pytest.mark.parametrize("dies", [False, True])
async def test_what_began_to_wait_with_the_relief_folds_in_without_it(relieved: Node, *, dies: bool) -> None:
    await relieved.tell(*d.a_project("ORION", parent="ATLAS"))
    waiting = dict(relieved.board.quarantine)
    if dies and relieved.lane.relief is not None:
        os.kill(relieved.lane.relief.pid, signal.SIGKILL)
    else:
        await relieved.lane.send_relief_home()

    await relieved.tell(b.registered("programme/ATLAS", time=d.moment(0)))

    assert [each.reason for waits in waiting.values() for each in waits] == ["unknown_programme"]
    assert relieved.board.quarantine == {}
    assert await relieved.differences() == []


@pytest.mark.parametrize("dies", [False, True])
async def test_whom_a_change_concerns_is_known_without_the_relief(relieved: Node, *, dies: bool) -> None:
    def assigned(code: str) -> AnyEvent:
        said = {
            "ref": "A",
            "person_ref": "ada",
            "start": f"{d.today()}",
            "end": f"{d.in_days(40)}",
            "pct": "80",
        }
        return b.an_event("resource.assigned", said, subject=f"project/{code}", time=d.moment())

    await relieved.tell(assigned("APOLLO"))
    before = relieved.card("project/APOLLO").get("warnings", [])
    if dies and relieved.lane.relief is not None:
        os.kill(relieved.lane.relief.pid, signal.SIGKILL)
    else:
        await relieved.lane.send_relief_home()

    await relieved.tell(assigned("VEGA"))

    assert "EW18" not in before
    assert "EW18" in relieved.card("project/APOLLO")["warnings"]
    assert await relieved.differences() == []


async def test_the_office_counts_what_happened_with_the_relief(relieved: Node) -> None:
    def happened(kind: str, **data: str) -> AnyEvent:
        return b.an_event(kind, {"ref": "A", **data}, subject="project/APOLLO", time=d.moment())

    await relieved.tell(
        happened("resource.requested", role="pm", pct="100", needed_by=f"{d.today()}"),
        happened("resource.assigned", person_ref="ada"),
        happened("resource.started", started=f"{d.today()}"),
    )
    await relieved.lane.send_relief_home()
    await relieved.tell(d.a_report("VEGA", "49", minutes_ago=0))

    [shown] = [row for row in await relieved.rows(card) if row.key == "portfolio"]
    changes = {(row.key, row.revision): row.detail for row in await relieved.rows(change)}
    detail = orjson.loads(shown.detail or changes["portfolio", shown.rev])
    assert "RES-3" in [each["kpi"] for each in detail["office"]]


async def test_a_board_that_is_read_again_has_no_relief_that_knows_another(relieved: Node) -> None:
    assert relieved.lane.relief is not None
    process = relieved.lane.relief.pid
    relieved.lane.look_again()

    await relieved.tell(d.a_report("APOLLO", "20", minutes_ago=0))

    assert relief_of(relieved) is None
    assert not is_alive(process)
    assert await relieved.differences() == []


async def test_a_long_round_while_events_wait_calls_for_relief_and_quiet_sends_it_home(node: Node) -> None:
    await node.tell(*d.a_project("APOLLO"))
    node.lane.busy_s = node.lane.quiet_s = 0.0
    await node.tell(d.a_report("APOLLO", "49", minutes_ago=3))
    nobody = node.lane.relief
    await node.record(d.a_report("APOLLO", "48", minutes_ago=2))
    node.lane.hear(Stretch(1_000, [Recorded(1_001, d.moment(), d.a_report("APOLLO", "47"))], ["another's"]))
    await node.assess()
    called = node.lane.relief
    node.lane.busy_s = 60.0
    await node.tell(d.a_report("APOLLO", "46", minutes_ago=1))

    assert nobody is None  # nothing waited
    assert called is not None
    assert node.lane.relief is None
    assert not is_alive(called.pid)
    assert await node.differences() == []


async def test_a_relief_whose_first_process_is_gone_ends(relieved: Node) -> None:
    relief = relieved.lane.relief
    assert relief is not None
    relief.channel.close()

    async with asyncio.timeout(10):
        await asyncio.to_thread(os.waitpid, relief.pid, 0)


async def test_where_there_is_no_room_for_one_it_goes_on_alone(node: Node) -> None:
    await node.tell(*d.a_project("APOLLO"))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        await node.lane.call_relief()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    await node.tell(d.a_report("APOLLO", "20", minutes_ago=0))

    assert (node.lane.relief, Relief.on_duty) == (None, 0)
    assert node.lane.alone_until > time.monotonic()
    assert node.card("project/APOLLO")["rag"] == "red"


async def test_what_was_not_asked_has_no_answer(relieved: Node) -> None:
    assert relieved.lane.relief is not None
    with pytest.raises(ReliefLost):
        await relieved.lane.relief.answer(relieved.board)


async def test_each_has_a_processor_of_its_own(relieved: Node) -> None:
    on_duty, more = Relief.on_duty, Relief.is_to_be_had()
    await relieved.lane.send_relief_home()

    assert (on_duty, more) == (1, 1 + on_duty < PROCESSORS)
    assert Relief.on_duty == 0


@given(events)
@settings(max_examples=20)
def test_an_event_is_the_same_in_both_processes(found: list[AnyEvent]) -> None:
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own
