"""A screen that nobody stands before: it keeps itself alive, does not burn in, and hears what it is told."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.journeys.hall import Hall, House, a_hall
from tests.servers.product import Server

NIGHT: Final = {"begins": "22:00", "ends": "06:00", "dim_pct": 60}
NOON: Final = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATE: Final = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
NO_SOCKETS: Final = """() => {
    const Real = window.WebSocket;
    window.WebSocket = class extends Real { constructor(url) { super(url.replace('/live', '/nowhere')); } };
}"""
NO_PAINT: Final = "() => { window.requestAnimationFrame = () => 0; }"
FROZEN_MS: Final = 15_000


@pytest.fixture(scope="module")
def house(shared_server: Server, playwright: Playwright) -> House:
    found = House(shared_server, playwright)
    found.begin("ALPHA", tier=2)
    return found


@pytest.fixture
def hall(browser: Browser, house: House) -> Iterator[Hall]:
    with a_hall(browser, house.url, house.lead) as found:
        yield found


def mark(page: Page) -> None:
    page.evaluate("() => { window.before = true; }")


def was_reloaded(page: Page, timeout: float = 10_000) -> None:
    page.wait_for_function("() => window.before === undefined", timeout=timeout)
    expect(page.locator("html")).to_have_attribute("data-state", "live")


def told_to_reload(hall: Hall, page: Page) -> None:
    mark(page)
    assert hall.tell("Lobby", "reload")["state"] == "done"
    was_reloaded(page)


def shift(page: Page) -> str:
    found: str = page.locator("main.scene").evaluate("scene => getComputedStyle(scene).translate")
    return found


def shifted(page: Page) -> str:
    """The shift half a minute later."""
    before = shift(page)
    page.clock.fast_forward(30_000)
    page.wait_for_function(
        "before => getComputedStyle(document.querySelector('main.scene')).translate !== before", arg=before
    )
    return shift(page)


def test_a_page_that_paints_no_more_is_noticed_by_its_worker_and_reloaded(hall: Hall) -> None:
    wall = hall.hang("Lobby")
    if not wall.workers:
        wall.wait_for_event("worker")
    mark(wall)

    wall.evaluate(NO_PAINT)

    was_reloaded(wall, FROZEN_MS)


def test_a_screen_is_reloaded_three_times_in_ten_minutes_and_no_more(hall: Hall) -> None:
    wall = hall.hang("Lobby")
    told_to_reload(hall, wall)
    told_to_reload(hall, wall)
    told_to_reload(hall, wall)

    refused = hall.tell("Lobby", "reload")

    assert refused["state"] == "refused"
    assert refused["problem"] == "It was reloaded 3 times within ten minutes."


def test_a_screen_hears_commands_where_websockets_are_broken(hall: Hall) -> None:
    wall = hall.hang("Lobby", before=lambda page: page.add_init_script(f"({NO_SOCKETS})()"))

    assert hall.tell("Lobby", "message", "Fire drill at three")["state"] == "done"
    expect(wall.get_by_test_id("wall-message")).to_have_text("Fire drill at three")
    assert hall.tell("Lobby", "show", "freshness")["state"] == "done"
    expect(wall).to_have_url(re.compile("/wall/freshness"))


def test_a_picture_moves_by_whole_pixels_within_eight_and_is_back_after_three_minutes(hall: Hall) -> None:
    wall = hall.hang("Lobby", before=lambda page: page.clock.install())
    begin = shift(wall)

    path = [shifted(wall), shifted(wall), shifted(wall), shifted(wall), shifted(wall), shifted(wall)]

    assert path == ["4px", "4px 4px", "0px 4px", "-4px 4px", "-4px", "0px"]
    assert begin == "0px"


def test_a_cursor_is_hidden_while_nobody_moves_it(hall: Hall) -> None:
    wall = hall.hang("Lobby")
    scene = wall.locator("main.scene")
    wall.mouse.move(300, 300)
    expect(scene).to_have_attribute("data-idle", "false")

    expect(scene).to_have_attribute("data-idle", "true")
    expect(scene).to_have_css("cursor", "none")


def test_a_screen_is_dimmed_at_night_by_its_own_clock(hall: Hall) -> None:
    wall = hall.hang("Lobby", before=lambda page: page.clock.set_fixed_time(NOON), night=NIGHT)
    expect(wall.locator(".over.night")).to_have_count(0)

    wall.clock.set_fixed_time(LATE)

    expect(wall.locator(".over.night")).to_have_css("opacity", "0.6")
