"""Every scene of the wall opens, reads and is heard; and the wall goes back to what it showed before."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from app.cli.simulator.history import history
from app.domain.events.catalogue import AnyEvent
from tests import builders as b
from tests.deliveries import in_days, moment, today
from tests.journeys.test_main_journey import in_both_themes
from tests.journeys.test_wall_legibility import (
    FLOOR,
    LANDSCAPE,
    PORTRAIT,
    NewContext,
    Portfolio,
    arc_minutes,
    texts_on,
)
from tests.servers.installation import as_posted
from tests.servers.product import Server

HEADINGS: Final = {
    "changes": "Changes",
    "alerts": "Alerts",
    "risks": "Risks",
    "milestones": "Milestones",
    "goals": "Goals",
    "pool": "Pool",
    "programme": "Programme",
    "freshness": "Freshness",
    "overview": "Next milestones",
}
NOTHING_THERE: Final = "[data-notice], [aria-label='Loading']"
PHONE: Final[Any] = {"width": 390, "height": 844}


def records() -> Iterator[AnyEvent]:
    """One of each that a scene reads beside the board."""
    soon, late = in_days(10).isoformat(), in_days(-3).isoformat()
    risk = {"ref": "R-1", "title": "Late", "prob": "30", "impact": {"quality": 4}}
    yield b.an_event("risk.raised", risk, time=moment(60 * 24 * 40))
    yield b.an_event("risk.updated", {"ref": "R-1", "prob": "90"}, time=moment())
    yield b.an_event("action.assigned", {"ref": "A-1", "title": "Call", "due": late}, time=moment())
    goal = {"ref": "G-1", "name": "Close early"}
    yield b.an_event("objective.updated", goal, subject="portfolio", time=moment())
    yield b.an_event("objective.linked", {"objective_ref": "G-1"}, subject="programme/ATLAS", time=moment())
    ada = {"name": "Ada Example", "location": "Lisbon"}
    yield b.an_event("person.registered", ada, subject="person/P-1", time=moment())
    yield b.an_event("person.pool_state_changed", {"to": "warm"}, subject="person/P-1", time=moment())
    yield b.an_event("skill.claimed", {"skill": "cutover", "level": 3}, subject="person/P-1", time=moment())
    wanted = {"ref": "Q-1", "role": "Cutover lead", "pct": "100", "needed_by": soon}
    yield b.an_event("resource.requested", wanted, time=moment())
    yield b.an_event("gate.scheduled", {"gate": "G2", "date": soon}, time=moment())


@pytest.fixture
def wall(server: Server, new_context: NewContext) -> Page:
    """The demo's portfolio with a register, goals and a pool, on a screen."""
    portfolio = Portfolio(server, "Global portfolio")
    for part in history(today(), moment()):
        portfolio.post(part)
    portfolio.post([as_posted(event) for event in records()])
    page = new_context(viewport=LANDSCAPE).new_page()
    portfolio.open_wall(page)
    return page


def show(page: Page, scene: str) -> None:
    """The scene, with something on it."""
    url = page.url.partition("/wall")[0]
    page.goto(f"{url}/wall/{scene}?portfolio=global")
    expect(page.locator("html")).to_have_attribute("data-state", "live")
    expect(page.get_by_role("heading", name=HEADINGS[scene], exact=True)).to_be_visible()
    expect(page.locator(NOTHING_THERE)).to_have_count(0)


def small(page: Page, screen: dict[str, int]) -> list[str]:
    """Texts that cannot be read from where the furthest viewer stands, or that are beyond the edge."""
    texts = texts_on(page, screen)
    return [
        text["text"]
        for text in texts
        if arc_minutes(text["size"], screen) < FLOOR - 0.05 or text["right"] > screen["width"] + 1
    ]


def findings(page: Page) -> Iterator[str]:
    """What is wrong with any scene, and where."""
    for scene in HEADINGS:
        show(page, scene)
        yield from (f"{scene}: {finding}" for finding in in_both_themes(page))
        for screen in (PORTRAIT, LANDSCAPE):
            yield from (f"{scene}: small or beyond {screen}: {text}" for text in small(page, screen))


@pytest.mark.usefixtures("console")
def test_every_scene_of_the_demo_can_be_read_and_heard_and_is_reached_from_a_phone(wall: Page) -> None:
    assert list(findings(wall)) == []

    wall.set_viewport_size(PHONE)
    wall.get_by_role("navigation", name="Scenes").get_by_role("link", name="Portfolio").click()
    expect(wall.get_by_role("link", name="All projects")).to_be_visible()
    wall.get_by_role("navigation", name="Scenes").get_by_role("link", name="Pool").click()
    expect(wall.get_by_text("Lisbon")).to_be_visible()
    assert in_both_themes(wall) == []


@pytest.mark.usefixtures("console")
def test_the_wall_steps_back_to_the_change_before_and_returns(wall: Page) -> None:
    red = wall.locator('.grid [data-rag="red"]').first
    expect(red).to_be_visible()
    wall.keyboard.press(",")
    scrubber = wall.get_by_role("region", name="Time travel")
    expect(scrubber).to_contain_text("REPLAY")
    expect(wall).to_have_url(re.compile("at="))
    expect(wall.locator("main.scene")).to_have_attribute("data-replay", "true")
    expect(red).to_be_visible()
    assert in_both_themes(wall) == []

    address = wall.url
    wall.goto(address)  # a moment can be sent to somebody
    expect(scrubber).to_contain_text("REPLAY")
    expect(red).to_be_visible()
    wall.keyboard.press("Escape")
    expect(scrubber).to_have_count(0)
    expect(wall.locator("main.scene")).to_have_attribute("data-replay", "false")
