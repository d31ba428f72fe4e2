"""Screens of a group: one picture between them, and one clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.gallery import Gallery
from tests.journeys.hall import Hall, a_hall, told_the_time

TURN: Final = timedelta(seconds=30)
SERVER_TIME: Final = datetime(2025, 6, 25, 18, 0, tzinfo=UTC)
"""The first of four scenes of half a minute is on, and no new red holds another any more."""
SLOW: Final = SERVER_TIME - timedelta(minutes=40)
FAST: Final = SERVER_TIME + timedelta(hours=3)
SCENES: Final = ["portfolio", "changes", "alerts", "overview"]
GROUP: Final[dict[str, Any]] = {"group": "hall", "scenes": SCENES, "dwell_s": 30, "portfolio": "global"}


@pytest.fixture
def hall(browser: Browser, gallery: Gallery) -> Iterator[Hall]:
    with a_hall(browser, gallery.server.url, gallery.page.request) as found:
        yield found


def place(column: int) -> dict[str, int]:
    return {"columns": 2, "rows": 1, "column": column, "row": 1}


def shows(page: Page, scene: str) -> None:
    expect(page.locator(f'.frame[data-scene="{scene}"]')).to_be_visible()


def lone(scene: str) -> dict[str, Any]:
    return {"group": "hall", "scenes": [scene], "portfolio": "global"}


def marks(page: Page) -> list[str]:
    """The milestones of its lanes, each by its project and day."""
    expect(page.locator(".lane").first).to_be_visible()
    return page.locator(".lane li > span").all_inner_texts()


def goals(page: Page) -> list[str]:
    expect(page.locator(".goal").first).to_be_visible()
    return page.locator(".goal h3").all_inner_texts()


def projects(page: Page) -> list[str]:
    found: list[str] = page.locator(".grid [data-key]").evaluate_all("all => all.map(a => a.dataset.key)")
    return found


def test_two_screens_show_all_projects_between_them_and_none_twice(hall: Hall) -> None:
    left = hall.hang("Left", canvas=place(1), group="hall", portfolio="global")
    right = hall.hang("Right", canvas=place(2), group="hall", portfolio="global")

    expect(left.get_by_role("heading", level=1)).to_have_text("Global portfolio1 of 2")
    expect(right.get_by_role("heading", level=1)).to_have_text("Global portfolio2 of 2")
    one, other = projects(left), projects(right)
    assert len(one) > 15
    assert len(other) > 15
    assert len({*one, *other}) == len(one) + len(other) == 46


def test_two_screens_show_the_milestones_of_their_own_projects(hall: Hall) -> None:
    left = hall.hang("Left", canvas=place(1), **lone("milestones"))
    right = hall.hang("Right", canvas=place(2), **lone("milestones"))
    alone = hall.hang("Alone", **lone("milestones"))

    one, other, whole = marks(left), marks(right), marks(alone)

    assert min(len(one), len(other)) > 2
    assert len({*one, *other}) == len(one) + len(other)
    assert {*whole} <= {*one, *other}


def test_two_screens_share_the_rows_of_a_list(hall: Hall) -> None:
    left = hall.hang("Left", canvas=place(1), **lone("goals"))
    right = hall.hang("Right", canvas=place(2), **lone("goals"))
    alone = hall.hang("Alone", **lone("goals"))

    one, other, whole = goals(left), goals(right), goals(alone)

    assert len(one) == len(other) == 2
    assert [*one, *other] == whole


def test_two_screens_of_a_group_show_the_same_scene_at_the_same_time_whatever_their_own_clocks_say(
    hall: Hall,
) -> None:
    left = hall.hang("Left", before=told_the_time(SERVER_TIME, SLOW), **GROUP)
    right = hall.hang("Right", before=told_the_time(SERVER_TIME, FAST), **GROUP)
    shows(left, "portfolio")
    shows(right, "portfolio")

    left.clock.set_fixed_time(SLOW + TURN)
    right.clock.set_fixed_time(FAST + TURN)
    shows(left, "changes")
    shows(right, "changes")

    left.clock.set_fixed_time(SLOW + 3 * TURN)
    right.clock.set_fixed_time(FAST + 3 * TURN)
    shows(left, "overview")
    shows(right, "overview")
