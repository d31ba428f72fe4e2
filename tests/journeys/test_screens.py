"""A screen's life: it shows a code, a lead lets it in, renames it, tells it things, takes it out again."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests import builders as b
from tests.journeys import prepared
from tests.servers.browser import NETWORK, Console, axe_findings
from tests.servers.http import HTTP
from tests.servers.installation import ONE, as_posted
from tests.servers.product import Server

ROOM: Final[Any] = {"width": 1920, "height": 1080}
PHONE: Final[Any] = {"width": 390, "height": 844}
SECONDS: Final = 1_000
NewContext = Callable[..., BrowserContext]


class Office:
    """A server with one project, the console of its administrator, and a wall that nobody knows."""

    def __init__(self, server: Server, new_context: NewContext) -> None:
        self.server = server
        link = re.search(rf"{re.escape(server.url)}/start#\S+", server.log)
        assert link is not None
        prepared.create(server.database_url)
        self._register(prepared.key_of(server.database_url, "global"))
        self.console = new_context(viewport=PHONE).new_page()
        self.console.goto(link.group())
        self.console.get_by_label("Name").fill("Ada Admin")
        self.console.get_by_label("Email").fill("ada@example.org")
        self.console.get_by_label("Password").first.fill("correct horse battery")
        self.console.get_by_role("button").click()
        expect(self.console).not_to_have_url(re.compile("/start"))
        self.wall = new_context(viewport=ROOM).new_page()
        self.wall.goto(f"{server.url}/wall")

    def _register(self, key: str) -> None:
        event = as_posted(b.registered("project/APOLLO", time=datetime.now(UTC)))
        headers = {"Authorization": f"Bearer {key}", "Content-Type": ONE}
        url = f"{self.server.url}/api/v1/events?wait=assessed"
        answer = HTTP.post(url, content=orjson.dumps(event), headers=headers, timeout=30)
        assert answer.status_code == 202

    def code(self) -> Locator:
        return self.wall.get_by_test_id("pairing-code")

    def approve(self, name: str) -> None:
        """As a lead does it on a phone that has scanned the picture."""
        code = self.code().inner_text().replace("-", "")
        self.console.goto(f"{self.server.url}/settings/screens?code={code}")
        self.console.get_by_label("Name", exact=True).fill(name)
        self.console.get_by_label("Place").fill("Hall B")
        self.console.get_by_label("Risks").check()
        assert axe_findings(self.console) == []
        self.console.get_by_role("button", name="Approve").click()
        expect(self.wall.locator("html")).to_have_attribute("data-state", "live")

    def screen(self) -> dict[str, Any]:
        """The one screen, as the inventory has it."""
        answer = self.console.request.get(f"{self.server.url}/api/v1/screens")
        found: dict[str, Any] = answer.json()["screens"][0]
        return found

    def set_up(self, **changes: Any) -> None:
        """What the form of the inventory sends."""
        screen = self.screen()
        form = {name: screen[name] for name in ("name", "place", "portfolio", "profile", "expires_at")}
        url = f"{self.server.url}/api/v1/screens/{screen['id']}"
        assert self.console.request.put(url, data={**form, **changes}).ok


@pytest.fixture
def office(server: Server, new_context: NewContext, console: Console) -> Office:
    console.allow("status of 401")  # how a browser learns that it is no screen
    console.allow(NETWORK)
    return Office(server, new_context)


def never_asks_to_sign_in(page: Page) -> None:
    expect(page.get_by_test_id("pairing-code")).to_be_visible()
    expect(page).to_have_url(re.compile("/wall"))
    expect(page.get_by_label("Password")).to_have_count(0)


def test_a_screen_is_let_in_renamed_told_things_and_taken_out(office: Office) -> None:
    wall, console = office.wall, office.console
    never_asks_to_sign_in(wall)
    assert axe_findings(wall) == []
    office.approve("Lobby")

    row = console.locator("tr[data-screen]")
    expect(row).to_have_attribute("data-condition", "live", timeout=15 * SECONDS)
    row.get_by_role("button", name="Manage").click()
    console.get_by_role("button", name="Edit").click()
    setup = console.get_by_role("form", name="Setup of Lobby")
    setup.get_by_label("Name", exact=True).fill("Reception")
    setup.get_by_label("Theme").select_option("light")
    setup.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Reception")
    expect(wall.locator("html")).to_have_attribute("data-theme", "light")
    assert axe_findings(console) == []

    console.get_by_label("Text").fill("Fire drill at three")
    console.get_by_role("button", name="Message").click()
    expect(console.get_by_test_id("told")).to_have_text("Reception did it.")
    expect(wall.get_by_test_id("wall-message")).to_have_text("Fire drill at three")
    console.get_by_role("combobox", name="Scene").select_option("risks")
    console.get_by_role("button", name="Show", exact=True).click()
    expect(wall).to_have_url(re.compile("/wall/risks"))
    console.get_by_role("button", name="Identify").click()
    expect(wall.get_by_test_id("identity")).to_contain_text("Reception")
    assert axe_findings(wall) == []

    console.get_by_role("button", name="Revoke…").click()
    console.get_by_role("button", name="Yes, revoke Reception").click()
    never_asks_to_sign_in(wall)
    expect(wall.get_by_test_id("former")).to_contain_text("“Reception” was revoked")


def test_a_screen_whose_approval_ends_shows_a_code_and_one_that_is_open_twice_says_so(office: Office) -> None:
    wall = office.wall
    office.approve("Lobby")
    second = wall.context.new_page()
    second.goto(f"{office.server.url}/wall")
    expect(second.get_by_text("Another tab of this browser is this screen")).to_be_visible()
    second.get_by_role("button", name="Show it here").click()
    expect(second.locator("html")).to_have_attribute("data-state", "live")
    expect(wall.get_by_text("Another tab of this browser is this screen")).to_be_visible()
    wall.close()

    office.set_up(expires_at=(datetime.now(UTC) + timedelta(seconds=3)).isoformat())

    never_asks_to_sign_in(second)
    expect(second.get_by_test_id("former")).to_contain_text("The approval of “Lobby” ended")


def test_a_screen_is_the_same_screen_after_the_server_was_killed(office: Office) -> None:
    office.approve("Lobby")
    office.server.restart()

    office.wall.reload()

    expect(office.wall.locator("html")).to_have_attribute("data-state", "live")
    expect(office.wall.get_by_test_id("pairing-code")).to_have_count(0)
    expect(office.wall.get_by_label("Password")).to_have_count(0)
