"""The real websocket: who gets in, what they see, and how it ends."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from app.domain.screens import Report
from app.realtime import sockets as sockets_module
from app.realtime.protocol import CloseCode
from tests.realtime.boards import Screen, shown_by
from tests.realtime.edge import Edge, an_edge, ending, hello, listen
from tests.servers.ports import becomes


@pytest.fixture
async def edge(sqlite_url: str) -> AsyncIterator[Edge]:
    async with an_edge(sqlite_url) as running:
        yield running


async def test_a_screen_sees_the_map_and_every_change_of_it(edge: Edge) -> None:
    await edge.revise({f"project/P{n}": {"programme": "ATLAS"} for n in range(3)})
    screen = Screen()
    async with edge.socket() as opened:
        await hello(opened, screen)
        await listen(opened, screen, "heartbeat")
        for number in range(20):
            await edge.revise({f"project/P{number % 4}": {"value": number}}, "project/P0")
        async with asyncio.timeout(5):
            while screen.revision != 21:
                screen.receive(await opened.recv())

    board = await edge.live.feed.board("demo")
    assert board is not None
    assert screen.cards == shown_by(board)
    assert len(screen.transitions) == 20
    assert screen.kinds[:3] == ["welcome", "snapshot", "heartbeat"]


async def test_a_screen_that_comes_back_is_sent_what_it_missed(edge: Edge) -> None:
    await edge.revise({"project/P": {"value": 1}})
    screen = Screen()
    async with edge.socket() as opened:
        await hello(opened, screen)
        await listen(opened, screen, "heartbeat")
    await edge.revise({"project/P": None, "project/Q": {"value": 2}})
    async with edge.socket() as opened:
        await hello(opened, screen)
        await listen(opened, screen, "patch")

    assert screen.kinds.count("snapshot") == 1
    assert set(screen.cards) == {"project/Q"}


@pytest.mark.parametrize(
    ("wall", "portfolio", "said", "code"),
    [
        ("nobody", "demo", {}, CloseCode.UNAUTHENTICATED),
        ("kitchen", "demo", {}, CloseCode.FORBIDDEN),
        ("kitchen", "elsewhere", {"portfolio": "elsewhere"}, CloseCode.UNKNOWN_PORTFOLIO),
        ("lobby", "demo", {"portfolio": "other"}, CloseCode.UNKNOWN_PORTFOLIO),
        ("lobby", "demo", {"protocol": 2, "news": True}, CloseCode.BAD_PROTOCOL),
        ("lobby", "demo", {"scope": "everything"}, CloseCode.NOT_HEARD),
        ("lobby", "demo", {"news": True}, CloseCode.NOT_HEARD),
        ("lobby", "demo", {"type": "greeting"}, CloseCode.NOT_HEARD),
    ],
)
async def test_who_cannot_be_served_is_told_by_the_close_code(
    edge: Edge, wall: str, portfolio: str, said: dict[str, Any], code: int
) -> None:
    async with edge.socket(wall, portfolio) as opened:
        await hello(opened, Screen(), **said)

        assert await ending(opened) == code


async def test_what_is_no_message_at_all_ends_the_connection(edge: Edge) -> None:
    async with edge.socket() as opened:
        await opened.send(b"\x00\x01")

        assert await ending(opened) == CloseCode.NOT_HEARD


async def test_a_client_that_says_nothing_is_let_go(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets_module, "HELLO_S", 0.2)

    async with edge.socket() as opened:
        assert await ending(opened) == CloseCode.NOT_HEARD


async def test_a_page_of_another_site_gets_no_websocket(edge: Edge) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        async with edge.socket(Origin="https://elsewhere.example"):
            pass


async def test_a_page_of_this_server_gets_one(edge: Edge) -> None:
    async with edge.socket(Origin=f"http://{edge.address}") as opened:
        await hello(opened, Screen())

        assert "welcome" in str(await opened.recv())


async def test_a_screen_that_is_revoked_is_dark_within_5_seconds(edge: Edge) -> None:
    screen = Screen()
    async with edge.socket() as opened:
        await hello(opened, screen)
        await listen(opened, screen, "snapshot")
        del edge.doors.walls["lobby"]

        async with asyncio.timeout(5):
            code = await ending(opened)

    assert code == CloseCode.UNAUTHENTICATED


async def test_the_server_knows_what_a_screen_shows(edge: Edge) -> None:
    screen = Screen()
    async with edge.socket() as opened:
        await hello(opened, screen, scope="item:project/P")
        await listen(opened, screen, "snapshot")
        await opened.send('{"type":"ack","revision":0,"rendered_ms":3.5}')
        assert await becomes(lambda: edge.doors.sightings == [("lobby", Report(0, 3.5))])


async def test_a_map_that_does_not_add_up_is_counted_and_sent_again(edge: Edge) -> None:
    screen = Screen()
    async with edge.socket() as opened:
        await hello(opened, screen)
        await listen(opened, screen, "snapshot")
        await opened.send('{"type":"resync","reason":"checksum"}')
        await listen(opened, screen, "snapshot", 2)

    assert screen.kinds[-2:] == ["resync", "snapshot"]
    assert edge.live.sockets.mismatches == 1


async def test_a_server_that_stops_says_so(edge: Edge) -> None:
    screen = Screen()
    async with edge.socket() as opened:
        await hello(opened, screen)
        await listen(opened, screen, "snapshot")
        edge.server.should_exit = True

        assert await ending(opened) == CloseCode.GOING_AWAY


async def test_many_screens_leave_nothing_behind(edge: Edge) -> None:
    for _ in range(30):
        async with edge.socket() as opened:
            await hello(opened, Screen())
            await opened.recv()

    assert await becomes(lambda: edge.live.hub.connections == 0)
    assert edge.live.sockets.screens() == set()


def never_reads(edge: Edge) -> socket.socket:
    """A client that subscribes and then reads nothing, with the smallest of buffers."""
    stuck = socket.socket()
    stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stuck.connect(("127.0.0.1", edge.port))
    stuck.sendall(
        b"GET /api/v1/portfolios/demo/live HTTP/1.1\r\nHost: x\r\n"
        b"Upgrade: websocket\r\nConnection: Upgrade\r\nCookie: nerve_screen=lobby\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    assert b" 101 " in stuck.recv(1024)
    said = b'{"type":"hello","protocol":1,"portfolio":"demo"}'
    stuck.sendall(b"\x81" + bytes([0x80 | len(said)]) + b"\0\0\0\0" + said)
    return stuck


async def test_a_client_that_never_reads_is_freed_and_the_others_miss_nothing(edge: Edge) -> None:
    wide = {f"project/P{n}": {"name": "x" * 900} for n in range(500)}
    await edge.revise(wide)
    stuck = await asyncio.to_thread(never_reads, edge)
    screen = Screen()
    async with edge.socket() as opened:
        await hello(opened, screen)
        await listen(opened, screen, "heartbeat")
        assert await becomes(lambda: edge.live.hub.connections == 2)
        async with asyncio.timeout(20):
            while edge.live.hub.connections > 1:
                await edge.revise({"project/P0": {"name": "x" * 900}}, "project/P0")
                screen.receive(await opened.recv())
    stuck.close()

    assert screen.closed is None
