"""A hall where screens are hung: approved by a lead over HTTP, each in a browser context of its own."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import orjson
from playwright.sync_api import (
    APIRequestContext,
    Browser,
    BrowserContext,
    Page,
    Playwright,
    Route,
    ViewportSize,
    expect,
)

from app.domain.events.catalogue import AnyEvent
from tests import builders as b
from tests.journeys import prepared
from tests.servers.browser import NETWORK, Console
from tests.servers.http import HTTP
from tests.servers.installation import BATCH, as_posted
from tests.servers.product import Server

ROOM: Final[ViewportSize] = {"width": 1920, "height": 1080}


class Hall:
    """What hangs in it is taken down at the end, and its consoles have to have been silent."""

    def __init__(self, browser: Browser, url: str, lead: APIRequestContext) -> None:
        self.url, self._browser, self._lead = url, browser, lead
        self.console = Console()
        self.console.allow("status of 401")  # how a browser learns that it is no screen
        self.console.allow(NETWORK)
        self._contexts: list[BrowserContext] = []
        self._hung: list[str] = []

    def hang(
        self,
        name: str,
        *,
        before: Callable[[Page], object] = lambda _: None,
        portfolio: str | None = None,
        **profile: Any,
    ) -> Page:
        """A screen that is live; `before` is done to its page before it is opened."""
        context = self._browser.new_context(viewport=ROOM, locale="en-GB", timezone_id="UTC")
        self._contexts.append(context)
        self.console.watch(context)
        page = context.new_page()
        before(page)
        page.goto(f"{self.url}/wall")
        code = page.get_by_test_id("pairing-code").inner_text()
        form = {"code": code, "name": name, "portfolio": portfolio, "profile": profile}
        answer = self._lead.post(f"{self.url}/api/v1/screens/approvals", data=form)
        assert answer.status == 201, answer.text()
        self._hung.append(answer.json()["id"])
        expect(page.locator("html")).to_have_attribute("data-state", "live")
        return page

    def take_away(self, page: Page) -> None:
        """Its device is off: nobody says goodbye."""
        self._contexts.remove(page.context)
        page.context.close()

    def inventory(self, name: str) -> dict[str, Any]:
        """The screen of this name, as a lead reads it."""
        screens: list[dict[str, Any]] = self._lead.get(f"{self.url}/api/v1/screens").json()["screens"]
        return next(screen for screen in screens if screen["name"] == name)

    def id_of(self, name: str) -> str:
        found: str = self.inventory(name)["id"]
        return found

    def tell(self, name: str, command: str, argument: str | None = None) -> dict[str, Any]:
        """A command, and what became of it."""
        order = {"command": command, "argument": argument}
        answer = self._lead.post(f"{self.url}/api/v1/screens/{self.id_of(name)}/commands", data=order)
        told: dict[str, Any] = answer.json()
        return told

    def close(self) -> None:
        for screen in self._hung:
            self._lead.delete(f"{self.url}/api/v1/screens/{screen}")
        for context in self._contexts:
            context.close()


@contextmanager
def a_hall(browser: Browser, url: str, lead: APIRequestContext) -> Iterator[Hall]:
    hall = Hall(browser, url, lead)
    yield hall
    hall.close()
    assert hall.console.complaints == []


def told_the_time(server_time: datetime, local: datetime) -> Callable[[Page], None]:
    """A page whose own clock stands still at `local`, and whose server says that it is `server_time`."""

    def answer(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        if response.ok and body["screen"]:
            body["screen"]["server_time"] = server_time.isoformat()
        route.fulfill(response=response, json=body)

    def stand(page: Page) -> None:
        page.clock.set_fixed_time(local)
        page.route("**/api/v1/session", answer)

    return stand


class House:
    """A server with an administrator and a portfolio of projects that are as they should be."""

    def __init__(self, server: Server, playwright: Playwright) -> None:
        self.server, self.url = server, server.url
        self.lead = playwright.request.new_context(base_url=server.url)
        link = re.search(r"/start#(\S+)", server.log)
        assert link is not None
        ticket = self.lead.post("/api/v1/start", data={"code": link.group(1)}).json()["ticket"]
        admin = {"name": "Ada", "email": "ada@example.org", "password": "correct horse battery"}
        assert self.lead.post("/api/v1/start/admin", data={"ticket": ticket, **admin}).ok
        prepared.create(server.database_url)
        self._key = prepared.key_of(server.database_url, "global")
        self._today = datetime.now(UTC).date()

    def post(self, *events: AnyEvent) -> None:
        """Recorded, assessed, on the board."""
        answer = HTTP.post(
            f"{self.url}/api/v1/events?wait=assessed",
            content=orjson.dumps([as_posted(event) for event in events]),
            headers={"Authorization": f"Bearer {self._key}", "Content-Type": BATCH},
            timeout=30,
        )
        assert answer.status_code == 202, answer.text

    def begin(self, code: str, *, tier: int) -> None:
        """A project in the middle of its plan, half done."""
        subject, now, half = f"project/{code}", datetime.now(UTC), timedelta(days=100)
        self.post(
            b.registered(subject, tier=tier, time=now),
            b.baseline(subject=subject, start=self._today - half, finish=self._today + half, time=now),
            self._progress(code, "50", self._today - timedelta(days=1)),
        )

    def turn_red(self, code: str) -> None:
        """Far less is done than was said."""
        self.post(self._progress(code, "10", self._today))

    def _progress(self, code: str, done: str, on: date) -> AnyEvent:
        return b.progress(done, on=on, subject=f"project/{code}", time=datetime.now(UTC))

    def cards(self, kind: str) -> list[dict[str, Any]]:
        """What is on the board of this kind."""
        board = self.lead.get("/api/v1/portfolios/global/board").json()
        return [entry["card"] for entry in board["cards"] if entry["card"]["kind"] == kind]

    def let_pass(self, span: timedelta, screen: str) -> None:
        """Nothing was heard of the screen for so long: its row says so, as if it had been."""
        long_ago = (datetime.now(UTC) - span).isoformat(timespec="microseconds").replace("+00:00", "Z")
        file = self.server.database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute(
                "UPDATE screen SET paired_at = ?, last_seen_at = ? WHERE screen_id = ?",
                (long_ago, long_ago, screen),
            )
