"""A hall where screens are hung: approved by a lead over HTTP, each in a browser context of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from playwright.sync_api import APIRequestContext, Browser, BrowserContext, Page, Route, ViewportSize, expect

from tests.servers.browser import NETWORK, Console

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
        before: Callable[[Page], None] = lambda _: None,
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

    def id_of(self, name: str) -> str:
        """The screen of this name."""
        screens: list[dict[str, str]] = self._lead.get(f"{self.url}/api/v1/screens").json()["screens"]
        return next(screen["id"] for screen in screens if screen["name"] == name)

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
