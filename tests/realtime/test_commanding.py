"""Screens as devices on a real server: what leads tell them over HTTP reaches their websocket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx
import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect

from app.db import open_database
from app.domain.access import Role
from tests import builders as b
from tests import deliveries as d
from tests.realtime.boards import Screen
from tests.realtime.edge import hello, listen
from tests.servers.databases import Databases
from tests.servers.http import PLAIN
from tests.servers.installation import BATCH, add_person, as_posted, create_portfolio
from tests.servers.product import Server

PASSWORD: Final = "correct horse battery"
ABOUT: Final = {
    "scene": "risks", "build": "b42", "width": 1920, "height": 1080, "ratio": 2.0, "awake": "held",
}  # fmt: skip
ACK: Final = {"revision": 7, "rendered_ms": 3.5, "about": ABOUT}


class House:
    """A running server with a lead, who pairs screens."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.browsers: list[httpx.AsyncClient] = []
        self.lead = self.browser()

    def browser(self) -> httpx.AsyncClient:
        url = f"{self.server.url}/api/v1"
        self.browsers.append(httpx.AsyncClient(base_url=url, timeout=30, trust_env=False, verify=PLAIN))
        return self.browsers[-1]

    async def pair(self, name: str, **profile: Any) -> "Device":
        browser = self.browser()
        code = (await browser.post("/screens/pairing")).json()["code"]
        form = {"code": code, "name": name, "portfolio": "demo", "profile": profile}
        approved = await self.lead.post("/screens/approvals", json=form)
        assert approved.status_code == 201, approved.text
        assert (await browser.get("/screens/pairing")).json()["state"] == "approved"
        return Device(self, approved.json()["id"], browser)

    async def tell(self, device: "Device", command: str, argument: str | None = None) -> httpx.Response:
        form = {"command": command, "argument": argument}
        return await self.lead.post(f"/screens/{device.id}/commands", json=form)

    async def inventory(self, device: "Device") -> dict[str, Any]:
        rows = (await self.lead.get("/screens")).json()["screens"]
        found: dict[str, Any] = next(row for row in rows if row["id"] == device.id)
        return found


class Device:
    """A paired browser."""

    def __init__(self, house: House, screen_id: str, browser: httpx.AsyncClient) -> None:
        self.house, self.id, self.browser = house, screen_id, browser

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[ClientConnection]:
        """Its websocket, subscribed."""
        url = f"{self.house.server.websocket_url}/api/v1/portfolios/demo/live"
        cookie = {"Cookie": f"nerve_screen={self.browser.cookies['nerve_screen']}"}
        async with connect(url, additional_headers=cookie, compression=None, proxy=None) as opened:
            screen = Screen()
            await hello(opened, screen)
            await listen(opened, screen, "snapshot")
            yield opened

    async def asks(self, **said: Any) -> list[dict[str, Any]]:
        """What it is told where websockets are broken."""
        answer = await self.browser.post("/portfolios/demo/commands", json={"ack": ACK, **said})
        assert answer.status_code == 200, answer.text
        told: list[dict[str, Any]] = answer.json()["commands"]
        return told

    async def asks_until_told(self) -> dict[str, Any]:
        """Ask until there is a command."""
        async with asyncio.timeout(10):
            while not (told := await self.asks()):
                pass
        return told[0]

    async def standing(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.browser.get("/session")).json()["screen"]["standing"]
        return found


async def next_command(opened: ClientConnection) -> dict[str, Any]:
    """Read until a command comes."""
    async with asyncio.timeout(10):
        while (frame := orjson.loads(await opened.recv()))["type"] != "command":
            pass
    told: dict[str, Any] = frame
    return told


async def obey(opened: ClientConnection, **answer: Any) -> dict[str, Any]:
    """Take the next command and answer it."""
    told = await next_command(opened)
    await opened.send(orjson.dumps({"type": "done", "id": told["id"], **answer}).decode())
    return told


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    url = databases.migrated("sqlite")
    db = open_database(url)
    await create_portfolio(db, "demo")
    email = await add_person(db, Role.LEAD, PASSWORD)
    await db.close()
    with Server(url, tmp_path_factory.mktemp("devices") / "log") as server:
        found = House(server)
        await found.lead.post("/session", json={"email": email, "password": PASSWORD})
        yield found
        await asyncio.gather(*(browser.aclose() for browser in found.browsers))


async def test_a_command_reaches_the_screen_which_says_that_it_did_it(house: House) -> None:
    lobby = await house.pair("Lobby")
    async with lobby.watching() as opened:
        answer, told = await asyncio.gather(house.tell(lobby, "message", "Fire drill at 3"), obey(opened))

    assert (told["command"], told["argument"]) == ("message", "Fire drill at 3")
    assert (answer.json()["state"], answer.json()["problem"]) == ("done", None)


async def test_a_screen_that_cannot_says_why(house: House) -> None:
    lobby = await house.pair("Lobby")
    async with lobby.watching() as opened:
        obeying = obey(opened, problem="This build has no such scene.")
        answer, _ = await asyncio.gather(house.tell(lobby, "show", "goals"), obeying)

    assert (answer.json()["state"], answer.json()["problem"]) == ("refused", "This build has no such scene.")


async def test_a_command_goes_to_one_screen_only(house: House) -> None:
    lobby, kitchen = await house.pair("Lobby"), await house.pair("Kitchen")
    async with lobby.watching() as one, kitchen.watching() as other:
        await asyncio.gather(house.tell(lobby, "identify"), obey(one))
        await asyncio.gather(house.tell(kitchen, "mute", "on"), told := asyncio.ensure_future(obey(other)))

    assert told.result()["command"] == "mute"


async def test_a_command_to_a_screen_that_is_off_says_so_and_is_not_delivered_late(house: House) -> None:
    lobby = await house.pair("Lobby")

    answer = await house.tell(lobby, "takeover", "Evacuate")

    assert (answer.status_code, answer.json()["state"]) == (200, "unanswered")
    assert answer.json()["last_seen_at"] is None


async def test_what_lasts_stands_until_it_is_taken_back_also_for_a_screen_that_was_off(house: House) -> None:
    lobby = await house.pair("Lobby")
    await house.tell(lobby, "pin", "risks")
    pinned = await lobby.standing()
    await house.tell(lobby, "pin")

    assert pinned == {"pinned": "risks", "paused": False, "muted": False, "blank": False}
    assert (await lobby.standing())["pinned"] is None


async def test_a_screen_that_was_set_up_anew_is_told_to_ask_for_it(house: House) -> None:
    lobby = await house.pair("Lobby")
    form = {"name": "Reception", "place": "Hall", "portfolio": "demo", "profile": {"theme": "light"}}
    async with lobby.watching() as opened:
        edited = await house.lead.put(f"/screens/{lobby.id}", json=form)
        told = await obey(opened)
        session = (await lobby.browser.get("/session")).json()["screen"]

    assert (edited.json()["name"], told["command"]) == ("Reception", "renew")
    assert (session["name"], session["place"], session["profile"]["theme"]) == ("Reception", "Hall", "light")


async def test_screens_of_a_group_have_one_playlist(house: House) -> None:
    left = await house.pair("Left", group="canvas", scenes=["portfolio"])
    async with left.watching() as opened:
        await house.pair("Right", group="canvas", scenes=["risks", "goals"], dwell_s=30)
        told = await obey(opened)

    profile = (await house.inventory(left))["profile"]
    assert told["command"] == "renew"
    assert (profile["scenes"], profile["dwell_s"]) == (["risks", "goals"], 30)


async def test_the_inventory_has_what_the_screen_says_of_itself(house: House) -> None:
    lobby = await house.pair("Lobby")
    waiting = (await house.inventory(lobby))["condition"]
    async with lobby.watching() as opened:
        ack = {"type": "ack", "revision": 0, "rendered_ms": 3.5, "about": ABOUT}
        await opened.send(orjson.dumps(ack).decode())
        await asyncio.gather(house.tell(lobby, "identify"), obey(opened))
    row = await house.inventory(lobby)

    assert (waiting, row["condition"]) == ("waiting", "live")
    assert (row["revision_shown"], row["rendered_ms"], row["about"]) == (0, 3.5, ABOUT)


async def test_who_did_what_to_a_screen_is_kept(house: House) -> None:
    lobby = await house.pair("Lobby")
    async with lobby.watching() as opened:
        await asyncio.gather(house.tell(lobby, "blank", "on"), obey(opened))
    await house.lead.delete(f"/screens/{lobby.id}")

    acts = (await house.lead.get(f"/screens/{lobby.id}/log")).json()["acts"]

    assert [(act["act"], act["argument"], act["by"]) for act in acts] == [
        ("revoke", None, "Lead"),
        ("blank", "on", "Lead"),
        ("approve", "Lobby", "Lead"),
    ]
    assert acts[1]["done_at"] >= acts[1]["sent_at"] >= acts[1]["at"]


async def test_nobody_answers_for_another_screen(house: House) -> None:
    lobby, kitchen = await house.pair("Lobby"), await house.pair("Kitchen")
    async with lobby.watching() as one, kitchen.watching() as other:

        async def lie() -> None:
            told = await next_command(one)
            await other.send(orjson.dumps({"type": "done", "id": told["id"]}).decode())

        answer, _ = await asyncio.gather(house.tell(lobby, "identify"), lie())

    assert answer.json()["state"] == "unanswered"


async def test_a_screen_is_not_told_the_names_of_people_unless_its_setup_says_so(house: House) -> None:
    key = house.server.nerve("key", "create", "planning", "--portfolio", "demo", "--scope", "ingest")
    risk = b.an_event("risk.raised", {"ref": "R", "title": "Lift", "owner": "Ada"}, subject="project/ONE")
    body = orjson.dumps([as_posted(each) for each in (*d.a_project("ONE"), risk)])
    headers = {"Authorization": f"Bearer {key}", "Content-Type": BATCH}
    posted = await house.lead.post("/events?wait=assessed", content=body, headers=headers)
    public, office = await house.pair("Public"), await house.pair("Office", names=True)
    path = "/portfolios/demo/records/risk"
    told, all_told = [(await each.browser.get(path)).json()["records"] for each in (public, office)]

    assert posted.status_code == 202
    assert (told[0]["attributes"].get("owner"), all_told[0]["attributes"]["owner"]) == (None, "Ada")
    assert told[0]["attributes"]["title"] == "Lift"
    assert (await public.browser.get("/portfolios/demo/events")).status_code == 403
    assert (await office.browser.get("/portfolios/demo/events")).status_code == 200


async def test_a_screen_without_a_websocket_is_told_when_it_asks_and_says_what_it_did(house: House) -> None:
    lobby = await house.pair("Lobby")
    telling = asyncio.ensure_future(house.tell(lobby, "identify"))
    told = await lobby.asks_until_told()
    await lobby.asks(done=[{"id": told["id"]}])
    row = await house.inventory(lobby)

    assert told["command"] == "identify"
    assert (await telling).json()["state"] == "done"
    assert (row["condition"], row["revision_shown"], row["about"]) == ("live", 7, ABOUT)


async def test_only_a_screen_asks_what_it_is_told(house: House) -> None:
    answer = await house.lead.post("/portfolios/demo/commands", json={"ack": ACK})

    assert answer.status_code == 403
