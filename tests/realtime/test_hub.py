"""Fan-out: a slow screen slows nobody, a dead one is let go, and a dead pipeline is not called alive."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.realtime import hub as hub_module
from app.realtime.board import Board
from app.realtime.hub import Hub
from app.realtime.protocol import CloseCode
from tests.realtime.boards import a_board, revision, shown_by
from tests.realtime.wires import Clock, FakeWatermarks, FakeWire, breathe, connect


class CertainFeed:
    """A feed that is at the head unless a test says otherwise."""

    def __init__(self) -> None:
        self.on_moved: list[Any] = []
        self.certain = True

    def caught_up(self, _portfolio: str) -> bool:
        return self.certain


class Stage:
    """A hub with one board, running."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.marks = FakeWatermarks(self.clock)
        self.feed = CertainFeed()
        self.hub = Hub(self.feed, self.marks, heartbeat_s=5, clock=self.clock)  # type: ignore[arg-type]
        self.board = a_board()

    def seat(self, *wires: FakeWire) -> None:
        for wire in wires:
            connect(self.hub, self.board, wire, self.clock)

    def revise(self, changed: Any = None) -> None:
        number = self.board.head.revision + 1
        self.board.apply(revision(number, changed or {"project/P0": {"value": number}}, "project/P0"))
        self.hub.moved("demo")

    async def settle(self) -> None:
        await asyncio.sleep(hub_module.TICK_S * 1.5)
        await breathe()

    async def pass_time(self, seconds: float, *, pipeline: bool = True) -> None:
        for _ in range(int(seconds)):
            self.clock.now += 1
            if pipeline:
                self.marks.checked_at = self.clock.now
            await self.hub.beat()
            await breathe()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    running = asyncio.create_task(made.hub.run())
    yield made
    running.cancel()


async def test_a_change_reaches_every_screen_at_once_when_idle(stage: Stage) -> None:
    wires = [FakeWire.reading() for _ in range(3)]
    stage.seat(*wires)

    stage.revise()
    await breathe()

    assert [wire.screen.kinds[-1] for wire in wires] == ["patch"] * 3


async def test_changes_within_a_tick_leave_together(stage: Stage) -> None:
    wire = FakeWire.reading()
    stage.seat(wire)
    stage.revise()
    await breathe()

    for _ in range(20):
        stage.revise()
        await breathe()
    await stage.settle()

    assert wire.screen.kinds.count("patch") == 2
    assert len(wire.screen.transitions) == 21


async def test_a_client_that_never_reads_among_100_costs_the_others_nothing(stage: Stage) -> None:
    healthy = [FakeWire.reading() for _ in range(100)]
    stuck = FakeWire()
    stage.seat(*healthy[:50], stuck, *healthy[50:])

    for _ in range(10):
        stage.revise()
        await stage.settle()

    assert [len(wire.screen.transitions) for wire in healthy] == [10] * 100
    assert all(wire.screen.cards == shown_by(stage.board) for wire in healthy)
    assert stuck.screen.frames == []


async def test_a_slow_client_gets_one_merged_patch_when_it_reads_again(stage: Stage) -> None:
    wire = FakeWire.reading()
    stage.seat(wire)
    wire.open.clear()
    for _ in range(5):
        stage.revise()
        await stage.settle()

    wire.open.set()
    await breathe()

    assert wire.screen.kinds[2:].count("patch") == 2
    assert wire.screen.cards == shown_by(stage.board)
    assert len(wire.screen.transitions) == 5


async def test_a_send_that_moves_nothing_for_5_seconds_is_given_up(stage: Stage) -> None:
    wire = FakeWire()
    stage.seat(wire)

    await stage.pass_time(4)
    patient = wire.aborted
    await stage.pass_time(2)

    assert (patient, wire.aborted) == (False, True)


async def test_a_slow_line_that_moves_is_not_given_up(stage: Stage) -> None:
    wire = FakeWire()
    stage.seat(wire)

    for _ in range(10):
        wire.moved += 1
        await stage.pass_time(3)

    assert not wire.aborted


async def test_a_client_too_slow_twice_in_a_minute_is_closed(stage: Stage) -> None:
    wire = FakeWire.reading()
    stage.seat(wire)
    for _ in range(2):
        wire.open.clear()
        stage.revise()
        await stage.settle()
        wire.moved += 1
        stage.clock.now += 3
        stage.revise({f"project/N{n}": {"at": stage.clock.now} for n in range(5_001)})
        wire.open.set()
        await stage.settle()

    assert wire.screen.closed == CloseCode.SLOW


async def test_a_screen_that_is_gone_disturbs_nobody(stage: Stage) -> None:
    gone, healthy = FakeWire.reading(), FakeWire.reading()
    stage.seat(gone, healthy)
    gone.aborted = True

    stage.revise()
    await stage.settle()

    assert healthy.screen.cards == shown_by(stage.board)


async def test_a_frame_is_encoded_once_for_all(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    wires = [FakeWire.reading() for _ in range(50)]
    stage.seat(*wires)
    encoded = []
    original = Board.patch_of

    def counted(board: Board, *arguments: Any) -> str | None:
        encoded.append(arguments)
        return original(board, *arguments)

    monkeypatch.setattr(Board, "patch_of", counted)
    stage.revise()
    await stage.settle()

    assert len(encoded) == 1


async def test_a_screen_hears_a_heartbeat_with_its_snapshot_and_then_every_5_seconds(stage: Stage) -> None:
    wire = FakeWire.reading()
    stage.seat(wire)
    at_once = wire.screen.kinds.count("heartbeat")

    await stage.pass_time(21)

    assert at_once == 1
    assert wire.screen.kinds.count("heartbeat") - at_once in {4, 5}


async def test_a_dead_pipeline_stops_the_heartbeats(stage: Stage) -> None:
    wire = FakeWire.reading()
    stage.seat(wire)
    await stage.pass_time(6)
    before = wire.screen.kinds.count("heartbeat")

    await stage.pass_time(20, pipeline=False)

    assert wire.screen.kinds.count("heartbeat") == before


async def test_a_node_that_may_be_behind_sends_no_heartbeats(stage: Stage) -> None:
    wire = FakeWire.reading()
    stage.feed.certain = False
    stage.seat(wire)

    await stage.pass_time(20)

    assert "heartbeat" not in wire.screen.kinds


async def test_the_lag_of_the_pipeline_is_on_the_heartbeat(stage: Stage) -> None:
    stage.marks.lag_ms = 4_200
    wire = FakeWire.reading()

    stage.seat(wire)

    assert wire.screen.frames[-1]["lag_ms"] == 4_200


async def test_the_map_is_compared_every_minute(stage: Stage) -> None:
    wire = FakeWire.reading()
    stage.seat(wire)

    await stage.pass_time(125)

    assert wire.screen.kinds.count("checksum") == 2


async def test_an_ended_connection_hears_the_code_and_nothing_more(stage: Stage) -> None:
    wire = FakeWire.reading()
    connection = connect(stage.hub, stage.board, wire, stage.clock)
    before = len(wire.screen.frames)

    connection.end(CloseCode.FORBIDDEN)
    stage.revise()
    await stage.settle()

    assert (wire.screen.closed, len(wire.screen.frames)) == (CloseCode.FORBIDDEN, before)


async def test_a_connection_that_left_is_forgotten(stage: Stage) -> None:
    wire = FakeWire.reading()
    connection = connect(stage.hub, stage.board, wire, stage.clock)

    stage.hub.leave("demo", connection)
    await connection.stop()
    stage.revise()
    await stage.settle()

    assert stage.hub.connections == 0
    assert "patch" not in wire.screen.kinds


async def test_a_late_loop_makes_fewer_frames(stage: Stage) -> None:
    wire = FakeWire.reading()
    stage.seat(wire)
    stage.hub.loop_lag_ms = 150.0
    stage.revise()
    await breathe()

    stage.revise()
    await stage.settle()

    assert wire.screen.kinds.count("patch") == 1
