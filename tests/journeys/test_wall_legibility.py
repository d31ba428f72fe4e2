"""What must be read on a wall can be: never under 16 arc-minutes, never cut, never over something else."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from math import hypot, pi, tan
from typing import Any, Final

import orjson
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.cli.simulator.history import history
from app.domain.events.catalogue import AnyEvent
from tests import builders as b
from tests.deliveries import a_plan, a_registered, a_report
from tests.journeys import prepared
from tests.servers.http import HTTP
from tests.servers.installation import BATCH, as_posted
from tests.servers.product import Server

NewContext = Callable[..., BrowserContext]
LANDSCAPE: Final[Any] = {"width": 1920, "height": 1080}
PORTRAIT: Final[Any] = {"width": 1080, "height": 1920}
MOST_IN_A_BATCH: Final = 400
FLOOR: Final = 16.0
"""Arc-minutes of a capital letter."""
CAP_HEIGHT: Final = 0.72
"""Of Inter, in heights of the font."""
DIAGONAL_MM, DISTANCE_MM = 55 * 25.4, 4_000
"""What a screen nobody has measured is taken for."""
GROUPS: Final = {
    "sig-api-machinery": 69,
    "sig-apps": 30,
    "sig-architecture": 14,
    "sig-auth": 27,
    "sig-autoscaling": 4,
    "sig-cli": 34,
    "sig-cloud-provider": 29,
    "sig-cluster-lifecycle": 27,
    "sig-contributor-experience": 2,
    "sig-docs": 1,
    "sig-etcd": 4,
    "sig-instrumentation": 18,
    "sig-multicluster": 3,
    "sig-network": 56,
    "sig-node": 93,
    "sig-owns-only": 1,
    "sig-owns-participates": 1,
    "sig-release": 14,
    "sig-scheduling": 28,
    "sig-security": 3,
    "sig-storage": 56,
    "sig-testing": 8,
    "sig-windows": 13,
    "unassigned": 1,
}
"""536 projects, as the replay of the Kubernetes enhancements has them."""
TEXTS: Final = """() => [...document.querySelectorAll('main.scene *')].flatMap((element) => {
    const own = [...element.childNodes].filter((node) => node.nodeType === 3 && node.textContent.trim());
    const box = element.getBoundingClientRect();
    if (!own.length || box.width < 2 || element.closest('.visually-hidden, .rag, small')) return [];
    const style = getComputedStyle(element);
    return [{
        text: element.textContent.trim(),
        role: element.className.split(' ')[0],
        size: parseFloat(style.fontSize),
        item: element.closest('[data-item]')?.dataset.item ?? null,
        cut: style.overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1,
        left: box.left, top: box.top, right: box.right, bottom: box.bottom,
    }];
})"""
"""Every text of the wall but the letters in the shapes, which repeat what the shapes say, and small print."""
FEWEST: Final = 20
"""Texts of a wall that has been drawn."""
LOOKS: Final = 40
"""At a wall, until it is still: 12 seconds."""


def a_large_portfolio() -> Iterator[AnyEvent]:
    """Names longer than there is room for; one project in six is late, some of those said to be green."""
    for group in GROUPS:
        yield b.registered(f"programme/{group}", name=group)
    codes = [(f"KEP-{1000 + at}", group) for at, group in enumerate(_spread())]
    for at, (code, group) in enumerate(codes):
        yield a_registered(code, name=f"Graceful shutdown of {code} before upgrades", parent=group)
        if at % 6 == 0:
            yield a_plan(code)
            yield a_report(code, str(at % 40))
        if at % 12 == 0:
            yield b.status("green", subject=f"project/{code}", on=datetime.now(UTC).date(), time=_now())


def _spread() -> Iterator[str]:
    for group, count in GROUPS.items():
        yield from [group] * count


def _now() -> datetime:
    return datetime.now(UTC)


class Portfolio:
    """A portfolio on a server, and the integration that fills it."""

    def __init__(self, server: Server, name: str) -> None:
        self.server = server
        prepared.create(server.database_url, name=name)
        self._key = prepared.key_of(server.database_url, "global")

    def post(self, body: object) -> None:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": BATCH}
        url = f"{self.server.url}/api/v1/events?wait=assessed"
        answer = HTTP.post(url, content=orjson.dumps(body), headers=headers)
        assert answer.status_code == 202, answer.text

    def post_all(self, events: Iterable[AnyEvent]) -> None:
        waiting = [as_posted(event) for event in events]
        for start in range(0, len(waiting), MOST_IN_A_BATCH):
            self.post(waiting[start : start + MOST_IN_A_BATCH])

    def open_wall(self, page: Page) -> None:
        link = re.search(rf"{re.escape(self.server.url)}/start#\S+", self.server.log)
        assert link is not None
        page.goto(link.group())
        page.get_by_label("Name").fill("Ada Admin")
        page.get_by_label("Email").fill("ada@example.org")
        page.get_by_label("Password").first.fill("correct horse battery")
        page.get_by_role("button").click()
        expect(page).not_to_have_url(re.compile("/start"))
        page.goto(f"{self.server.url}/wall?portfolio=global")
        expect(page.locator("html")).to_have_attribute("data-state", "live")


def arc_minutes(
    font_size: float,
    screen: dict[str, int],
    *,
    diagonal_mm: float = DIAGONAL_MM,
    distance_mm: float = DISTANCE_MM,
) -> float:
    """How high a capital of this font is to the furthest viewer."""
    pixels_per_mm = hypot(screen["width"], screen["height"]) / diagonal_mm
    return font_size * CAP_HEIGHT / (distance_mm * tan(pi / 180 / 60) * pixels_per_mm)


def texts_on(page: Page, screen: dict[str, int]) -> list[dict[str, Any]]:
    """What is read on a screen of this size, once it is laid out and stays where it is."""
    page.set_viewport_size(screen)  # type: ignore[arg-type]
    before: list[dict[str, Any]] = []
    for _ in range(LOOKS):
        found: list[dict[str, Any]] = page.evaluate(TEXTS)
        if len(found) > FEWEST and [_place(each) for each in found] == [_place(each) for each in before]:
            return found
        before = found
        page.wait_for_timeout(300)  # longer than the board takes for its next commit
    raise AssertionError(f"the wall is not still: {len(before)} texts")


def _place(text: dict[str, Any]) -> tuple[float, float, float]:
    return text["left"], text["top"], text["size"]


def overlapping(texts: list[dict[str, Any]]) -> list[str]:
    """Pairs of texts of one item of the rail that lie over each other."""
    items = [text for text in texts if text["item"]]
    return [
        f"{one['text']} over {other['text']}"
        for at, one in enumerate(items)
        for other in items[at + 1 :]
        if one["item"] == other["item"]
        and min(one["right"], other["right"]) - max(one["left"], other["left"]) > 1
        and min(one["bottom"], other["bottom"]) - max(one["top"], other["top"]) > one["size"] * 0.3
    ]


def complaints(texts: list[dict[str, Any]], screen: dict[str, int]) -> list[str]:
    """What is wrong with how the wall can be read. Only the name of a project may be cut."""
    small = [f"small: {t['text']}" for t in texts if arc_minutes(t["size"], screen) < FLOOR - 0.05]
    cut = [f"cut: {t['text']}" for t in texts if t["cut"] and t["role"] != "name"]
    beyond = [
        f"beyond the edge: {t['text']}"
        for t in texts
        if t["role"] not in {"name", "fit"} and (t["right"] > screen["width"] + 1 or t["left"] < -1)
    ]
    return [*small, *cut, *beyond, *(f"overlap: {pair}" for pair in overlapping(texts))]


@pytest.mark.usefixtures("console")
def test_a_board_of_the_demo_s_size_can_be_read(server: Server, new_context: NewContext) -> None:
    portfolio = Portfolio(server, "Global portfolio")
    for part in history(_now().date(), _now()):
        portfolio.post(part)
    page = new_context(viewport=LANDSCAPE).new_page()
    portfolio.open_wall(page)
    expect(page.locator('.grid[data-size="letters"]')).to_be_visible()
    for screen in (LANDSCAPE, PORTRAIT):
        texts = texts_on(page, screen)
        assert complaints(texts, screen) == []
        assert {"HARBOUR", "NORTHWIND", "SALTMARSH"} <= {text["text"] for text in texts}


@pytest.mark.usefixtures("console")
def test_a_board_of_five_hundred_projects_can_be_read(server: Server, new_context: NewContext) -> None:
    portfolio = Portfolio(server, "Kubernetes enhancements")
    portfolio.post_all(a_large_portfolio())
    page = new_context(viewport=LANDSCAPE).new_page()
    portfolio.open_wall(page)
    expect(page.locator('.grid[data-size="shapes"]')).to_be_visible()
    for screen in (LANDSCAPE, PORTRAIT):
        texts = texts_on(page, screen)
        assert complaints(texts, screen) == []
        headings = [text["text"] for text in texts if text["role"] == "label"]
        assert len(set(headings)) == len(headings)
        assert {"api-machinery", "cluster-lifecycle", "9 small"} <= set(headings) or screen is PORTRAIT
