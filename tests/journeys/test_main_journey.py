"""The main job, end to end: an event that is posted turns a tile red on a wall, and the wall says why."""

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.cli.simulator.history import history
from tests import builders as b
from tests.journeys import prepared
from tests.servers.browser import NETWORK, Console, in_both_themes
from tests.servers.http import HTTP
from tests.servers.installation import BATCH, ONE, as_posted
from tests.servers.product import Server, StartServer

PICTURE: Final = Path(__file__).parents[2] / "docs/images/wall.png"
SCREEN: Final[Any] = {"width": 1920, "height": 1080}
APOLLO: Final = '[data-key="project/APOLLO"]'
SECOND_MS: Final = 1_000
NOT_LIVE_MS: Final = 12_000
NewContext = Callable[..., BrowserContext]


class Company:
    """A server with the portfolio of the README, and the integration that reports to it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.start_link = re.search(rf"{re.escape(server.url)}/start#\S+", server.log)
        prepared.create(server.database_url)
        self._key = prepared.key_of(server.database_url, "global")

    def post(self, body: object, kind: str = ONE, query: str = "") -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": kind}
        url = f"{self.server.url}/api/v1/events{query}"
        return HTTP.post(url, content=orjson.dumps(body), headers=headers, timeout=30)

    def report_half_a_year(self) -> None:
        now = datetime.now(UTC)
        for part in history(now.date(), now):
            assert self.post(part, BATCH).status_code == 202
        self.report_apollo("52", "?wait=assessed")

    def register_apollo(self) -> None:
        event = as_posted(b.registered("project/APOLLO", time=datetime.now(UTC)))
        assert self.post(event).status_code == 202

    def report_apollo(self, done: str, query: str = "") -> int:
        """What the README posts; the number of the event."""
        now = datetime.now(UTC)
        event = {
            "specversion": "1.0",
            "type": "nerve.progress.reported.v1",
            "id": f"hello-{now.timestamp()}",
            "source": "my-planning-tool",
            "subject": "project/APOLLO",
            "time": now.isoformat(),
            "data": {"as_of": now.date().isoformat(), "pct_complete": done},
        }
        seq: int = self.post(event, query=query).json()["seq"]
        return seq


@pytest.fixture
def company(start_server: StartServer, sqlite_url: str) -> Company:
    return Company(start_server(sqlite_url))


def open_with_the_start_link(company: Company, page: Page) -> None:
    """The first administrator, created at the link that the server printed."""
    assert company.start_link is not None
    page.goto(company.start_link.group())
    page.get_by_label("Name").fill("Ada Admin")
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password").first.fill("correct horse battery")
    page.get_by_role("button").click()
    expect(page).not_to_have_url(re.compile("/start"))


def open_down_to_the_event(page: Page, seq: int) -> None:
    """The why tree opens on the way to the finding; from there, one input after the other until the event."""
    event = page.locator(f'[role="treeitem"][data-kind="event"][data-node$=".{seq}"]')
    closed = page.locator('[role="treeitem"][data-kind="input"][aria-expanded="false"]')
    expect(closed.first).to_be_visible()
    while event.count() == 0:
        closed.first.click()
    event.first.click()


def test_a_report_turns_a_tile_red_on_the_wall_which_says_why(
    company: Company, new_context: NewContext, console: Console, tmp_path: Path
) -> None:
    company.report_half_a_year()
    page = new_context(viewport=SCREEN).new_page()
    open_with_the_start_link(company, page)
    page.goto(f"{company.server.url}/wall?portfolio=global")
    expect(page.locator(APOLLO).first).not_to_have_attribute("data-rag", "red")
    expect(page.locator("html")).to_have_attribute("data-state", "live")
    page.evaluate("() => { window.neverReloaded = true }")

    seq = company.report_apollo("20")
    expect(page.locator(APOLLO).first).to_have_attribute("data-rag", "red", timeout=SECOND_MS)
    expect(page.get_by_test_id("newest-change")).to_contain_text("Apollo", ignore_case=True)
    page.screenshot(path=PICTURE if os.environ.get("NERVE_SCREENSHOTS") == "1" else tmp_path / "wall.png")
    assert in_both_themes(page) == []

    page.locator(f"a{APOLLO}").first.click()
    expect(page).to_have_url(re.compile("/p/global/project/APOLLO"))
    expect(page.get_by_test_id("computed")).to_contain_text("red", ignore_case=True)
    open_down_to_the_event(page, seq)
    expect(page.locator(f'[data-event="{seq}"]')).to_contain_text("my-planning-tool")
    assert "why=" in page.url
    assert in_both_themes(page) == []

    page.go_back()
    page.goto(f"{company.server.url}/wall?portfolio=global")
    expect(page.locator("html")).to_have_attribute("data-state", "live")
    page.evaluate("() => { window.neverReloaded = true }")
    console.allow(NETWORK)
    company.server.kill()
    expect(page.locator("html")).to_have_attribute("data-state", "not-live", timeout=NOT_LIVE_MS)
    expect(page.get_by_test_id("not-live")).to_contain_text("NOT LIVE")
    assert in_both_themes(page) == []

    company.server.start()
    company.report_apollo("90")
    expect(page.locator("html")).to_have_attribute("data-state", "live", timeout=40_000)
    expect(page.locator(APOLLO).first).not_to_have_attribute("data-rag", "red")
    expect(page.get_by_test_id("not-live")).to_have_count(0)
    assert page.evaluate("() => window.neverReloaded") is True


def test_whoever_has_an_account_signs_in_and_sees_the_same(
    company: Company, new_context: NewContext, console: Console
) -> None:
    company.register_apollo()
    console.allow("status of 401")  # how a browser learns that nobody has signed in
    open_with_the_start_link(company, new_context().new_page())
    page = new_context(viewport=SCREEN).new_page()
    page.goto(f"{company.server.url}/p/global")
    expect(page).to_have_url(re.compile("/sign-in"))
    assert in_both_themes(page) == []

    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password").fill("wrong horse battery")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()

    expect(page).to_have_url(re.compile("/p/global$"))
    expect(page.locator(APOLLO).first).to_be_visible()
