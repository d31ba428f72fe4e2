"""The past on a wall: a moment that can be sent, steps from change to change, and played."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests import builders as b
from tests.journeys.gallery import STANDS_AT, Gallery, opened, reached, the_demo
from tests.servers.browser import in_both_themes
from tests.servers.databases import Databases
from tests.servers.installation import as_posted

TOLD_OF: Final = {"project/HARBOUR", "project/ORBIT", "project/FROST", "programme/ATLAS", "portfolio"}
ORBIT: Final = '.frame [data-key="project/ORBIT"]'
BEFORE_ORBIT_TURNS: Final = "2025-06-25T11:48:00.000Z"
LATER: Final = STANDS_AT + timedelta(minutes=2)


@pytest.fixture(scope="module")
def wall(
    browser: Browser, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gallery]:
    """Three projects with half a year behind them, of which one turns red at 11:49 and green again.

    One for all who look at that: what is told later changes nothing of it.
    """
    events = [event for event in the_demo() if event["subject"] in TOLD_OF]
    with opened(browser, databases, tmp_path_factory.mktemp("history"), events) as found:
        yield found


def moment_after(page: Page, address: str) -> datetime:
    """Which moment the address names once it is another."""
    expect(page).not_to_have_url(address)
    found = re.search(r"at=([^&]+)", page.url)
    assert found is not None, page.url
    return datetime.fromisoformat(found.group(1).replace("%3A", ":")).astimezone(UTC)


def scrubber_of(page: Page) -> Locator:
    found = page.get_by_role("region", name="Time travel")
    expect(found).to_contain_text("REPLAY")
    expect(page.locator("main.scene")).to_have_attribute("data-replay", "true")
    return found


def test_a_moment_of_the_past_can_be_sent_stepped_from_and_left(wall: Gallery) -> None:
    page = wall.page
    wall.show("portfolio", at=BEFORE_ORBIT_TURNS)
    scrubber = scrubber_of(page)
    expect(page.locator(ORBIT).first).to_have_attribute("data-rag", "green")
    assert in_both_themes(page) == []

    sent = page.url
    page.keyboard.press(".")
    expect(page.locator(ORBIT).first).to_have_attribute("data-rag", "red")
    turned = moment_after(page, sent)
    assert turned > datetime.fromisoformat(BEFORE_ORBIT_TURNS)
    red = page.url
    scrubber.get_by_role("button", name="Previous change").click()
    expect(page.locator(ORBIT).first).not_to_have_attribute("data-rag", "red")
    assert moment_after(page, red) < turned

    page.keyboard.press("Escape")
    expect(scrubber).to_have_count(0)
    expect(page.locator("main.scene")).to_have_attribute("data-replay", "false")
    expect(page).not_to_have_url(re.compile("at="))


def test_the_past_is_played_and_a_pill_counts_what_is_new(wall: Gallery) -> None:
    page = wall.page
    wall.show("portfolio", at=BEFORE_ORBIT_TURNS)
    scrubber = scrubber_of(page)
    pill = scrubber.get_by_title("Back to the live board (Escape)")
    expect(pill).to_have_text("live: 0 new")

    sent = page.url
    playing = scrubber.get_by_title("Space")
    when = scrubber.locator("time")
    playing.click()
    expect(when).not_to_have_attribute("datetime", BEFORE_ORBIT_TURNS)
    playing.click()
    expect(playing).to_have_text("Play")
    assert moment_after(page, sent) > datetime.fromisoformat(BEFORE_ORBIT_TURNS)

    speed = scrubber.get_by_role("button", name="Speed")
    speed.click()
    expect(speed).to_have_text(re.compile("^600"))
    speed.click()
    expect(speed).to_have_text(re.compile("^3600"))
    speed.blur()
    page.keyboard.press(" ")
    expect(when).to_have_attribute("datetime", re.compile("T12:0"))
    expect(playing).to_have_text("Play")
    expect(page.locator(ORBIT).first).to_have_attribute("data-rag", "green")

    wall.post(
        [reached(LATER), as_posted(b.progress("5", subject="project/ORBIT", on=LATER.date(), time=LATER))]
    )
    expect(pill).to_have_text(re.compile(r"live: [1-9]\d* new"))
    expect(page.locator(ORBIT).first).to_have_attribute("data-rag", "green")
    pill.click()
    expect(scrubber).to_have_count(0)
    expect(page.locator(ORBIT).first).to_have_attribute("data-rag", "red")


def test_the_past_is_dragged_to_its_beginning(wall: Gallery) -> None:
    page = wall.page
    wall.show("portfolio", at=BEFORE_ORBIT_TURNS)
    dragged = scrubber_of(page).get_by_role("slider", name="Moment")
    assert page.locator(".scrubber path").get_attribute("d"), "no change is drawn"

    sent = page.url
    dragged.fill("500")

    assert moment_after(page, sent) < STANDS_AT - timedelta(days=30)
