"""Screens of the real server: whatever happens to them, what they show is what the server has."""

import asyncio
import itertools
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import orjson
import psutil
import pytest
from pydantic import TypeAdapter
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app.db import open_database
from app.domain.access import Role
from app.domain.events.catalogue import AnyEvent
from app.realtime.protocol import CloseCode, ServerMessage
from tests import builders as b
from tests import deliveries as d
from tests.realtime.boards import Screen
from tests.realtime.edge import ending, hello, listen
from tests.servers.databases import Databases
from tests.servers.http import PLAIN
from tests.servers.installation import BATCH, add_person, as_posted, create_portfolio, issue_key
from tests.servers.ports import wait_until
from tests.servers.product import Server

PASSWORD: Final = "correct horse battery"
PROJECTS: Final = 6


class House:
    """A running server with the portfolio `demo`, and whoever posts to it and looks at it."""

    def __init__(self, server: Server, key: str) -> None:
        self.server, self.key = server, key
        self._numbers = itertools.count(1)
        self.client = httpx.AsyncClient(
            base_url=f"{server.url}/api/v1",
            headers={"Authorization": f"Bearer {key}"},
            timeout=30,
            trust_env=False,
            verify=PLAIN,
        )

    async def post(self, *events: AnyEvent) -> None:
        body = orjson.dumps([{**as_posted(each), "id": f"event-{next(self._numbers)}"} for each in events])
        answer = await self.client.post(
            "/events?wait=assessed", content=body, headers={"Content-Type": BATCH}
        )
        assert answer.status_code == 202, answer.text

    async def snapshot(self) -> Screen:
        """What a screen shows that has just been switched on."""
        screen = Screen()
        screen.receive((await self.client.get("/portfolios/demo/board")).content)
        return screen

    @asynccontextmanager
    async def socket(self, **headers: str) -> AsyncIterator[ClientConnection]:
        """An open websocket; with the key, unless it comes with other headers."""
        sent = headers or {"Authorization": f"Bearer {self.key}"}
        url = f"{self.server.websocket_url}/api/v1/portfolios/demo/live"
        async with connect(url, additional_headers=sent, compression=None, proxy=None) as opened:
            yield opened

    async def sign_in(self) -> str:
        """The session cookie of a new viewer."""
        db = open_database(self.server.database_url)
        email = await add_person(db, Role.VIEWER, PASSWORD)
        await db.close()
        async with httpx.AsyncClient(base_url=self.server.url, trust_env=False, verify=PLAIN) as browser:
            answer = await browser.post("/api/v1/session", json={"email": email, "password": PASSWORD})
        return f"nerve_session={answer.cookies['nerve_session']}"


async def prepare(url: str) -> str:
    """Create the portfolio; a key for it."""
    db = open_database(url)
    await create_portfolio(db, "demo")
    key = await issue_key(db, granted=["demo"])
    await db.close()
    return key


@asynccontextmanager
async def a_house(url: str, log: Path) -> AsyncIterator[House]:
    """A server with a few projects that are on time; its screens hear of it twice a second."""
    key = await prepare(url)
    with Server(url, log, settings={"NERVE_HEARTBEAT_S": "0.5", "NERVE_ROUND_GAP_MS": "0"}) as server:
        found = House(server, key)
        await found.post(*(event for n in range(PROJECTS) for event in d.a_project(f"P{n}")))
        yield found
        await found.client.aclose()


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def one_house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with a_house(databases.migrated("sqlite"), tmp_path_factory.mktemp("live") / "log") as found:
        yield found


@pytest.fixture
def house(one_house: House) -> House:
    """One server for all tests; whoever ended it, it runs again."""
    if not one_house.server.running:
        one_house.server.start()
    return one_house


async def watch(opened: ClientConnection, screen: Screen, upto: int) -> None:
    """Read until the screen is at this revision."""
    async with asyncio.timeout(10):
        while screen.revision is None or screen.revision < upto:
            screen.receive(await opened.recv())


async def shows_what_the_server_has(house: House, *screens: Screen) -> bool:
    now = await house.snapshot()
    return all(
        (each.cards, each.revision, each.hash) == (now.cards, now.revision, now.hash) for each in screens
    )


def anything(chance: random.Random) -> list[AnyEvent]:
    """Something that happens to some project."""
    code = f"P{chance.randrange(PROJECTS)}"
    subject, day = f"project/{code}", d.in_days(chance.randint(-3, 50))
    return chance.choice(
        [
            [d.a_report(code, str(chance.randint(0, 100)), minutes_ago=0)],
            [b.planned(f"M{chance.randrange(3)}", day, subject=subject, time=d.moment())],
            [b.achieved(f"M{chance.randrange(3)}", d.today(), subject=subject, time=d.moment())],
            [b.state(chance.choice(["delivering", "on_hold", "closed"]), subject=subject, time=d.moment())],
            [*d.a_project(f"N{chance.randrange(1_000)}", str(chance.randint(0, 100)))],
        ]
    )


async def look(house: House, screen: Screen, chance: random.Random, over: asyncio.Event) -> None:
    """A screen that is cut off at random moments and comes back with what it has."""
    while not over.is_set():
        async with house.socket() as opened:
            await hello(opened, screen)
            await silence(opened, screen, after_s=chance.uniform(0.01, 0.3))


async def poll(house: House, screen: Screen, over: asyncio.Event) -> None:
    """A screen behind a proxy that breaks websockets."""
    while not over.is_set():
        place = {"after": f"{screen.epoch}-{screen.revision}", "wait": "0.2"}
        answer = await house.client.get("/portfolios/demo/board", params=place)
        if answer.status_code == 200:
            screen.receive(answer.content)


async def test_snapshot_and_patches_are_the_next_snapshot_whatever_happens_to_a_screen(house: House) -> None:
    chance, over = random.Random(), asyncio.Event()
    screens, poller = [Screen() for _ in range(4)], Screen()
    looking = [
        *(asyncio.create_task(look(house, each, random.Random(n), over)) for n, each in enumerate(screens)),
        asyncio.create_task(poll(house, poller, over)),
    ]
    for _ in range(120):
        await house.post(*anything(chance))
    over.set()
    await asyncio.gather(*looking)

    head = (await house.snapshot()).revision or 0
    for each in (*screens, poller):
        async with house.socket() as opened:
            await hello(opened, each)
            await watch(opened, each, head)
    assert await shows_what_the_server_has(house, *screens, poller)
    assert all(each.kinds.count("patch") > 5 for each in (*screens, poller))


async def test_a_screen_that_comes_back_is_sent_only_what_it_missed(house: House) -> None:
    screen = await house.snapshot()
    await house.post(d.a_report("P0", "20", minutes_ago=0))
    async with house.socket() as opened:
        await hello(opened, screen)
        await listen(opened, screen, "patch")

    assert screen.kinds == ["snapshot", "welcome", "patch"]
    assert {change["key"] for change in screen.frames[-1]["changes"]} < set(screen.cards)
    assert await shows_what_the_server_has(house, screen)


async def test_a_screen_of_a_server_that_was_killed_goes_on_where_it_was(house: House) -> None:
    screen = await house.snapshot()
    house.server.restart()
    await house.post(d.a_report("P0", "20", minutes_ago=0))
    async with house.socket() as opened:
        await hello(opened, screen)
        await listen(opened, screen, "heartbeat")

    assert "snapshot" not in screen.kinds[1:]
    assert await shows_what_the_server_has(house, screen)


async def test_an_idle_board_gives_signs_of_life(house: House) -> None:
    screen = Screen()
    async with house.socket() as opened:
        await hello(opened, screen)
        await listen(opened, screen, "heartbeat", 3)

    beats = [frame for frame in screen.frames if frame["type"] == "heartbeat"]
    head = (await house.snapshot()).revision
    assert {(beat["revision"], beat["head"], beat["lag_ms"]) for beat in beats} == {(head, head, 0)}


async def test_a_frozen_server_gives_none_and_goes_on_afterwards(house: House) -> None:
    screen = Screen()
    async with house.socket() as opened:
        await hello(opened, screen)
        await listen(opened, screen, "heartbeat")
        house.server.freeze()
        heard = await silence(opened, screen, after_s=2)
        house.server.thaw()
        await house.post(d.a_report("P0", "20", minutes_ago=0))
        await listen(opened, screen, "patch")

    assert heard <= 1
    assert await shows_what_the_server_has(house, screen)


async def silence(opened: ClientConnection, screen: Screen, *, after_s: float) -> int:
    """How many frames come in so many seconds; at most those that were on their way."""
    before = len(screen.frames)
    with suppress(TimeoutError):
        async with asyncio.timeout(after_s):
            while True:
                screen.receive(await opened.recv())
    return len(screen.frames) - before


async def test_whoever_is_not_known_is_told_so_and_nothing_else(house: House) -> None:
    async with house.socket(Cookie="nerve_session=guessed") as opened:
        await hello(opened, Screen())

        assert await ending(opened) == CloseCode.UNAUTHENTICATED


async def test_a_key_for_another_portfolio_is_forbidden(house: House) -> None:
    db = open_database(house.server.database_url)
    await create_portfolio(db, "other")
    key = await issue_key(db, granted=["other"])
    await db.close()
    async with house.socket(Authorization=f"Bearer {key}") as opened:
        await hello(opened, Screen())

        assert await ending(opened) == CloseCode.FORBIDDEN


async def test_a_page_of_another_site_gets_no_socket_with_the_cookies_of_this_one(house: House) -> None:
    cookie = await house.sign_in()

    with pytest.raises(InvalidStatus, match="403"):
        async with house.socket(Cookie=cookie, Origin="https://elsewhere.example"):
            pass
    async with house.socket(Cookie=cookie, Origin=house.server.url) as opened:
        await hello(opened, Screen())
        assert "welcome" in str(await opened.recv())


async def test_whoever_signs_out_is_shown_nothing_more_within_5_seconds(house: House) -> None:
    cookie, screen = await house.sign_in(), Screen()
    async with house.socket(Cookie=cookie) as opened:
        await hello(opened, screen)
        await listen(opened, screen, "heartbeat")
        async with httpx.AsyncClient(base_url=house.server.url, trust_env=False, verify=PLAIN) as browser:
            answer = await browser.delete("/api/v1/session", headers={"Cookie": cookie})
        async with asyncio.timeout(5):
            code = await ending(opened)

    assert (answer.status_code, code) == (204, CloseCode.UNAUTHENTICATED)


async def test_a_server_that_is_asked_to_stop_says_so_to_its_screens(house: House) -> None:
    async with house.socket() as opened:
        await hello(opened, Screen())
        await opened.recv()
        stopping = asyncio.create_task(asyncio.to_thread(house.server.stop))
        code = await ending(opened)
        await stopping

    assert (code, house.server.exit_code) == (CloseCode.GOING_AWAY, 0)


def never_reads(house: House) -> socket.socket:
    """A screen that subscribes and then reads nothing, with the smallest of buffers."""
    address = urlsplit(house.server.url)
    stuck = socket.socket()
    stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stuck.connect((address.hostname, address.port))
    stuck.sendall(
        f"GET /api/v1/portfolios/demo/live HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\nAuthorization: Bearer {house.key}\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    answered = b""
    while not answered.endswith(b"\r\n\r\n"):
        answered += stuck.recv(1)
    said = b'{"type":"hello","protocol":1,"portfolio":"demo"}'
    stuck.sendall(b"\x81" + bytes([0x80 | len(said)]) + b"\0\0\0\0" + said)
    return stuck


def freed(house: House, stuck: socket.socket, within_s: float) -> bool:
    """Whether the server lets go of this connection; its client would not notice, as it does not read."""
    port, server = stuck.getsockname()[1], psutil.Process(house.server.pid)

    def gone() -> bool:
        return all(each.raddr.port != port for each in server.net_connections("tcp") if each.raddr)

    return wait_until(gone, seconds=within_s, pause=0.2)


async def test_a_screen_that_never_reads_is_given_up_and_the_others_miss_nothing(house: House) -> None:
    screen, chance = Screen(), random.Random(7)
    stuck = await asyncio.to_thread(never_reads, house)
    with closing(stuck):
        async with house.socket() as opened:
            await hello(opened, screen)
            await listen(opened, screen, "heartbeat")
            given_up = asyncio.create_task(asyncio.to_thread(freed, house, stuck, 20))
            while not given_up.done():
                await house.post(*anything(chance))
                await watch(opened, screen, (await house.snapshot()).revision or 0)

    assert given_up.result()
    assert screen.closed is None
    assert await shows_what_the_server_has(house, screen)


async def test_a_client_that_talks_nonsense_is_let_go_and_harms_nobody(house: House) -> None:
    screen = Screen()
    async with house.socket() as opened, house.socket() as rude:
        await hello(opened, screen)
        await rude.send("x" * 70_000)
        with pytest.raises(ConnectionClosed):
            await rude.recv()
        await house.post(d.a_report("P0", "20", minutes_ago=0))
        await watch(opened, screen, (await house.snapshot()).revision or 0)

    assert await shows_what_the_server_has(house, screen)


async def test_what_screens_are_sent_is_the_contract(house: House) -> None:
    """Every frame and card validates against the models that the OpenAPI document and the SPA have."""
    contract: TypeAdapter[Any] = TypeAdapter(ServerMessage)
    screen, chance = Screen(), random.Random(3)
    async with house.socket() as opened:
        await hello(opened, screen)
        await listen(opened, screen, "heartbeat")
        for _ in range(20):
            await house.post(*anything(chance))
        await watch(opened, screen, (await house.snapshot()).revision or 0)

    for frame in screen.frames:
        contract.validate_json(orjson.dumps(frame))
    assert {"welcome", "snapshot", "patch", "heartbeat"} <= set(screen.kinds)
