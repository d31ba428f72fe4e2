"""The console without a mouse: what can be done can be done by keys, the focus is seen, and is never lost."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import orjson
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from app.domain.events.catalogue import AnyEvent
from tests import builders as b
from tests import deliveries as d
from tests.journeys import prepared
from tests.servers.browser import Console
from tests.servers.http import HTTP
from tests.servers.installation import BATCH, as_posted
from tests.servers.product import Server

DESK: Final[Any] = {"width": 1440, "height": 900}
ROOM: Final[Any] = {"width": 1920, "height": 1080}
MOST_STOPS: Final = 120
"""From anywhere on a page to what is looked for."""
SEEN: Final = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return 'nothing has the focus';
    const style = getComputedStyle(at);
    const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    const box = at.getBoundingClientRect();
    const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0;
    return ring && inside ? '' : `cannot be seen: ${at.outerHTML.slice(0, 120)}`;
}"""

AT_ONCE: Final = """() => {
    const filter = document.querySelector('[aria-label="Filter projects"]');
    filter.value = 'harb';
    filter.dispatchEvent(new Event('input', {bubbles: true}));
    [...document.querySelectorAll('[aria-label="Filter by colour"] button')][0].click();
}"""
"""Something typed and a colour chosen, quicker than any address changes."""


class Keys:
    """Somebody who has a keyboard only. Every stop on the way has to be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def has(self, wanted: Locator) -> bool:
        found: bool = wanted.evaluate_all("them => them.includes(document.activeElement)")
        return found

    def to(self, wanted: Locator, key: str = "Tab") -> None:
        """From stop to stop until this one has the focus."""
        expect(wanted.first).to_be_attached()
        stops = 0
        while not self.has(wanted):
            assert stops < MOST_STOPS, f"no way to {wanted}"
            self.page.keyboard.press(key)
            assert self.page.evaluate(SEEN) == ""
            stops += 1

    def press(self, wanted: Locator, key: str = "Enter") -> None:
        self.to(wanted)
        self.page.keyboard.press(key)

    def say(self, wanted: Locator, text: str) -> None:
        self.to(wanted)
        self.page.keyboard.type(text)

    def is_at(self, wanted: Locator) -> None:
        expect(wanted).to_be_focused()
        assert self.page.evaluate(SEEN) == ""


@pytest.fixture(scope="module")
def signed_in(browser: Browser, shared_server: Server) -> Iterator[Keys]:
    """An administrator, signed in by keys alone, in an office with one overspent project."""
    watched = Console()
    watched.allow("status of 401")  # how a browser learns that it is no screen
    prepared.create(shared_server.database_url)
    tell(shared_server, an_overspent_project())
    link = re.search(rf"{re.escape(shared_server.url)}/start#\S+", shared_server.log)
    assert link is not None
    context = browser.new_context(viewport=DESK, locale="en-GB")
    watched.watch(context)
    found = Keys(context.new_page())
    found.page.goto(link.group())
    found.say(found.page.get_by_label("Name"), "Ada Admin")
    found.say(found.page.get_by_label("Email"), "ada@example.org")
    found.say(found.page.get_by_label("Password").first, "correct horse battery")
    found.page.keyboard.press("Enter")
    expect(found.page).not_to_have_url(re.compile("/start"))
    yield found
    context.close()
    assert watched.complaints == []


@pytest.fixture
def keys(signed_in: Keys, shared_server: Server) -> Keys:
    """At the portfolio."""
    signed_in.page.goto(f"{shared_server.url}/p/global")
    return signed_in


def tell(server: Server, events: list[AnyEvent]) -> None:
    key = prepared.key_of(server.database_url, "global")
    headers = {"Authorization": f"Bearer {key}", "Content-Type": BATCH}
    body = orjson.dumps([as_posted(event) for event in events])
    url = f"{server.url}/api/v1/events?wait=assessed"
    assert HTTP.post(url, content=body, headers=headers).status_code == 202


def an_overspent_project() -> list[AnyEvent]:
    harbour = "project/HARBOUR"
    risks: list[dict[str, Any]] = [
        {"ref": "R-1", "title": "The supplier may fail", "priority": 1},
        {"ref": "R-2", "title": "The data are late", "owner": "ada"},
    ]
    return [
        d.a_registered("HARBOUR", name="Harbour ERP"),
        d.a_plan("HARBOUR"),
        *(b.an_event("risk.raised", risk, subject=harbour, time=d.moment(60 * 24 * 30)) for risk in risks),
        d.a_report("HARBOUR", "50", minutes_ago=9),
        b.cost("75000", subject=harbour, on=d.today(), time=d.moment(8)),
    ]


def test_what_is_asked_for_while_the_address_is_on_its_way_is_not_lost(keys: Keys) -> None:
    page = keys.page
    expect(page.get_by_role("link", name="Harbour ERP")).to_be_visible()

    page.evaluate(AT_ONCE)

    expect(page).to_have_url(re.compile(r"q=harb&rag=red$"))
    expect(page.get_by_label("Filter projects")).to_have_value("harb")
    expect(page.get_by_role("button", name="1 red")).to_have_attribute("aria-pressed", "true")


def test_from_the_portfolio_to_the_event_and_back(keys: Keys) -> None:
    page = keys.page
    expect(page.get_by_role("link", name="Harbour ERP")).to_be_visible()
    page.keyboard.press("Tab")
    keys.is_at(page.get_by_role("link", name="Skip to content"))
    page.keyboard.press("/")
    page.keyboard.type("nothing like it")
    keys.press(page.get_by_role("button", name="Clear the filter"))
    keys.is_at(page.get_by_label("Filter projects"))
    page.keyboard.type("harb")
    keys.press(page.get_by_role("link", name="Harbour ERP"))

    tree = page.get_by_role("tree", name=re.compile("Why is it"))
    event = tree.locator('[data-kind="event"]').first
    keys.to(tree.get_by_role("treeitem").first)
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    keys.to(event, "ArrowDown")
    page.keyboard.press("Enter")
    panel = page.locator("section[data-event]")
    keys.is_at(panel.get_by_role("heading"))
    keys.press(panel.get_by_role("button", name="Close"))
    expect(panel).to_have_count(0)
    keys.is_at(tree.locator('[role="treeitem"][tabindex="0"]'))


def test_the_register_is_filtered_read_and_downloaded(keys: Keys) -> None:
    page = keys.page
    keys.press(page.get_by_role("link", name="Harbour ERP"))
    register = page.get_by_role("region", name="Register and records")
    keys.to(register.get_by_label("State"))
    page.keyboard.type("open")
    expect(page).to_have_url(re.compile("state=open"))
    keys.say(register.get_by_label("Due before"), "01012020")
    keys.press(register.get_by_role("button", name="Clear the filter"))
    keys.is_at(register.get_by_label("State"))
    with page.expect_download() as download:
        keys.press(register.get_by_role("link", name="Download CSV"))
    assert download.value.suggested_filename == "risk.csv"

    keys.to(register.get_by_role("button", name="R-1", exact=True), "Shift+Tab")
    page.keyboard.press("Enter")
    told = register.get_by_role("button", name=re.compile(r"^event \d+"))
    keys.press(told)
    keys.is_at(page.locator("section[data-event]").get_by_role("heading"))
    keys.press(page.locator("section[data-event]").get_by_role("button", name="Close"))
    keys.is_at(told)


def test_a_screen_is_let_in_told_something_and_taken_out(
    keys: Keys, shared_server: Server, new_context: Callable[..., BrowserContext], console: Console
) -> None:
    console.allow("status of 401")
    page, wall = keys.page, new_context(viewport=ROOM).new_page()
    wall.goto(f"{shared_server.url}/wall")
    code = wall.get_by_test_id("pairing-code").inner_text()
    page.keyboard.press("g")
    page.keyboard.press("s")
    keys.say(page.get_by_label("Code on the screen"), code)
    keys.say(page.get_by_label("Name", exact=True), "Lobby")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Lobby is approved")).to_be_visible()
    expect(wall.locator("html")).to_have_attribute("data-state", "live")

    keys.press(page.get_by_role("button", name="Manage Lobby"))
    keys.press(page.get_by_role("button", name="Identify"), "Space")
    expect(page.get_by_test_id("told")).not_to_be_empty()
    keys.press(page.get_by_role("button", name="Edit…"))
    keys.is_at(page.get_by_role("form", name="Setup of Lobby").get_by_label("Name", exact=True))
    keys.press(page.get_by_role("button", name="Keep it as it is"))
    keys.is_at(page.get_by_role("button", name="Edit…"))
    keys.press(page.get_by_role("button", name="Revoke…"))
    keys.is_at(page.get_by_role("button", name="Keep it"))
    keys.press(page.get_by_role("button", name="Yes, revoke Lobby"))
    expect(wall.get_by_test_id("pairing-code")).to_be_visible()


def test_help_is_one_key_away_and_signing_out_a_few(keys: Keys) -> None:
    page = keys.page
    opener = page.get_by_role("button", name="Shortcuts")
    keys.press(opener)
    expect(page.get_by_role("dialog", name="Shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Shortcuts")).to_have_count(0)
    keys.is_at(opener)
    keys.press(page.get_by_role("button", name=re.compile("account")))
    keys.press(page.get_by_role("button", name="Sign out"))
    expect(page).to_have_url(re.compile("/sign-in"))
