"""What is foreseen is drawn: warnings, levers, forecasts, records; how good it was; and the past."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

import orjson
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.domain.events.catalogue import AnyEvent
from tests import builders as b
from tests import deliveries as d
from tests.journeys import prepared
from tests.promises import a_history
from tests.servers.browser import in_both_themes
from tests.servers.http import HTTP
from tests.servers.installation import BATCH, as_posted
from tests.servers.product import Server

SCREEN: Final[Any] = {"width": 1920, "height": 1080}
PHONE: Final[Any] = {"width": 390, "height": 844}
PAIRS: Final = 30
NewContext = Callable[..., BrowserContext]


class Office:
    """A server with a live portfolio and a replayed one, and whoever looks at them."""

    def __init__(self, server: Server) -> None:
        self.server = server
        prepared.create(server.database_url)
        prepared.create(server.database_url, "past", name="Replayed promises", clock="replay")
        self._key = prepared.key_of(server.database_url)

    def tell(self, portfolio: str, events: Iterable[AnyEvent]) -> None:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": BATCH}
        body = orjson.dumps([{**as_posted(event), "portfolio": portfolio} for event in events])
        url = f"{self.server.url}/api/v1/events?wait=assessed"
        answer = HTTP.post(url, content=body, headers=headers)
        assert answer.status_code == 202, answer.text

    def sign_in(self, page: Page) -> None:
        link = re.search(rf"{re.escape(self.server.url)}/start#\S+", self.server.log)
        assert link is not None
        page.goto(link.group())
        page.get_by_label("Name").fill("Ada Admin")
        page.get_by_label("Email").fill("ada@example.org")
        page.get_by_label("Password").first.fill("correct horse battery")
        page.get_by_role("button").click()
        expect(page).not_to_have_url(re.compile("/start"))

    def open(self, page: Page, path: str) -> None:
        page.goto(f"{self.server.url}/p/{path}")


@pytest.fixture
def office(server: Server) -> Office:
    return Office(server)


def an_overspent_project() -> list[AnyEvent]:
    """Half done for three quarters of its money, with a risk that nobody owns."""
    harbour = "project/HARBOUR"
    risk = {"ref": "R-1", "title": "The supplier may fail", "priority": 1}
    return [
        d.a_registered("HARBOUR", name="Harbour ERP"),
        d.a_plan("HARBOUR"),
        b.progress("25", subject=harbour, on=d.in_days(-50), time=d.moment(60 * 24 * 50)),
        b.cost("30000", subject=harbour, on=d.in_days(-50), time=d.moment(60 * 24 * 50)),
        b.an_event("risk.raised", risk, subject=harbour, time=d.moment(60 * 24 * 30)),
        d.a_report("HARBOUR", "50", minutes_ago=9),
        b.cost("75000", subject=harbour, on=d.today(), time=d.moment(8)),
    ]


def with_clock(events: list[AnyEvent]) -> Iterable[AnyEvent]:
    """The events, each after the clock of the replay has reached it."""
    told = []
    for event in events:
        at = {"at": event.time.isoformat()}
        told += [b.an_event("clock.reached", at, subject="portfolio", time=event.time), event]
    return {(event.source, event.id): event for event in told}.values()


@pytest.mark.usefixtures("console")
def test_a_project_page_warns_says_what_would_help_and_how_it_was(
    office: Office, new_context: NewContext
) -> None:
    office.tell("global", an_overspent_project())
    page = new_context(viewport=SCREEN).new_page()
    office.sign_in(page)
    office.open(page, "global/project/HARBOUR")

    expect(page.locator('[data-warning="EW13"]')).to_contain_text("Risk R-1: it has no owner")
    expect(page.locator("[data-lever]").first).to_contain_text(
        re.compile(r"earn EUR\s[\d,]+ more at no further")
    )
    expect(page.get_by_test_id("cost-forecast")).to_contain_text(re.compile(r"EUR\s150,000"))
    expect(page.locator('[data-band="finish"]')).to_be_attached()
    page.locator('[data-record="risk/R-1"] button').click()
    expect(page).to_have_url(re.compile("record=risk%2FR-1"))
    expect(page.get_by_text("risk.raised").first).to_be_visible()
    expect(page.get_by_text("1 open, 0 high, 1 not estimated")).to_be_attached()
    expect(page.get_by_test_id("record-count")).to_have_text("1 of 1")
    page.get_by_label("Due before").fill("2020-01-01")
    page.get_by_label("Due before").blur()
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    assert in_both_themes(page) == []
    page.get_by_role("button", name="Clear the filter").click()
    expect(page.get_by_test_id("record-count")).to_have_text("1 of 1")

    page.locator("section:has(> #states) tbody a").last.click()
    expect(page.get_by_test_id("past")).to_contain_text("As it was on")
    expect(page.get_by_role("heading", name=re.compile("Why was it"))).to_be_visible()
    assert in_both_themes(page) == []
    page.get_by_role("link", name="Back to now").click()
    expect(page.get_by_role("heading", name="Early warnings")).to_be_visible()


@pytest.mark.usefixtures("console")
def test_the_forecast_quality_claims_what_it_measured_and_nothing_else(
    office: Office, new_context: NewContext
) -> None:
    office.tell("global", d.a_project("HARBOUR"))
    office.tell("past", with_clock(a_history(PAIRS)))
    page = new_context(viewport=PHONE).new_page()
    office.sign_in(page)

    office.open(page, "global")
    expect(page.get_by_role("link", name="Harbour")).to_be_visible()
    assert in_both_themes(page) == []
    page.get_by_role("link", name="Forecast quality").click()
    expect(page.get_by_test_id("verdict")).to_have_text("Not enough outcomes yet: no prediction is shown")
    assert in_both_themes(page) == []

    office.open(page, "past/settings/forecast-quality")
    expect(page.get_by_test_id("verdict")).to_have_text("Predictions are shown")
    expect(page.locator('[data-days="70"]')).to_contain_text(f"Rests on {2 * PAIRS} outcomes")
    expect(page.get_by_role("img", name=re.compile("Calibration")).first).to_be_visible()
    assert in_both_themes(page) == []


@pytest.mark.usefixtures("console")
def test_the_past_of_a_project_is_walked_from_change_to_change_by_keys(
    office: Office, new_context: NewContext
) -> None:
    office.tell("global", an_overspent_project())
    office.tell("global", [d.a_report("HARBOUR", "75", minutes_ago=1)])
    page = new_context(viewport=SCREEN).new_page()
    office.sign_in(page)
    office.open(page, "global/project/HARBOUR")
    page.locator("section:has(> #states) tbody a").first.click()
    scrubber = page.get_by_role("region", name="Changes of this project")

    expect(scrubber.get_by_role("button", name="Change before")).to_be_enabled()
    expect(scrubber.get_by_role("button", name="Next change")).to_be_disabled()
    newest = page.url
    page.keyboard.press(",")
    expect(page).not_to_have_url(newest)
    expect(page.locator("section:has(> #states) tr[aria-current]")).to_have_count(1)
    expect(scrubber.get_by_label("Moment")).to_be_visible()
    page.keyboard.press(".")
    expect(page).to_have_url(newest)
    assert in_both_themes(page) == []
