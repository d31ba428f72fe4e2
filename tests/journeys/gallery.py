"""The wall of a portfolio whose time stands still: the same board, clock and font wherever it is drawn."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import orjson
from playwright.sync_api import Browser, Page, ViewportSize, WebSocketRoute, expect

from app.cli.posting import Event
from app.cli.simulator.history import history
from app.cli.simulator.story import Story
from app.cli.simulator.wording import RATES
from tests import builders as b
from tests.journeys import prepared
from tests.servers.browser import Console
from tests.servers.databases import Databases
from tests.servers.http import HTTP
from tests.servers.installation import BATCH, as_posted
from tests.servers.product import Server

STANDS_AT: Final = datetime(2025, 6, 25, 12, 0, tzinfo=UTC)
"""A Wednesday noon: nothing happens after it."""
SCENES: Final = (
    "portfolio", "changes", "alerts", "risks", "milestones",
    "goals", "pool", "programme", "freshness", "overview",
)  # fmt: skip
LANDSCAPE: Final[ViewportSize] = {"width": 1920, "height": 1080}
ULTRA: Final[ViewportSize] = {"width": 3840, "height": 2160}
PORTRAIT: Final[ViewportSize] = {"width": 1080, "height": 1920}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
_STORY_BEGAN: Final = STANDS_AT - timedelta(minutes=11)
_MOST_IN_A_BATCH: Final = 400


def the_demo() -> list[Event]:
    """Its half year, then what goes wrong in the last minutes, by time."""
    day = STANDS_AT.date()
    before = [event for part in history(day, _STORY_BEGAN) for event in part]
    return sorted([*before, *_last_minutes()], key=_at)


def _last_minutes() -> Iterator[Event]:
    """One source stays silent."""
    now = _STORY_BEGAN
    for scene in Story(STANDS_AT.date(), _STORY_BEGAN).scenes():
        now += timedelta(seconds=scene.after_s)
        if now >= STANDS_AT:
            return
        yield from (event for event in scene.events(now) if event["source"] != RATES)


def _at(event: Event) -> datetime:
    return datetime.fromisoformat(event["time"])


def _span(event: Event) -> object:
    """What is told in one go: months before the reports, then a month, then a minute."""
    at = _at(event)
    if at >= _STORY_BEGAN:
        return at.minute
    return (at.year, at.month) if at.year == STANDS_AT.year else at.year


def reached(at: datetime) -> Event:
    """A replay's clock goes on only when it is told to."""
    data = {"at": at.isoformat()}
    return as_posted(b.an_event("clock.reached", data, subject="portfolio", time=at))


class Gallery:
    """A server with that portfolio, and the page of its administrator."""

    def __init__(self, server: Server, page: Page, key: str, events: Iterable[Event]) -> None:
        self.server, self.page = server, page
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": BATCH}
        for _, together in groupby(events, key=_span):
            told = list(together)
            self.post([reached(_at(told[0])), *told, reached(_at(told[-1]))])
        self.post([reached(STANDS_AT)])
        self._sign_in()

    def post(self, events: list[Event]) -> None:
        url = f"{self.server.url}/api/v1/events?wait=assessed"
        for start in range(0, len(events), _MOST_IN_A_BATCH):
            body = orjson.dumps(events[start : start + _MOST_IN_A_BATCH])
            answer = HTTP.post(url, content=body, headers=self._headers)
            assert answer.status_code == 202, answer.text

    def _sign_in(self) -> None:
        link = re.search(rf"{re.escape(self.server.url)}/start#\S+", self.server.log)
        assert link is not None
        page = self.page
        page.clock.set_fixed_time(STANDS_AT)
        page.route_web_socket(re.compile("/live"), _as_live)
        page.goto(link.group())
        page.get_by_label("Name").fill("Ada Admin")
        page.get_by_label("Email").fill("ada@example.org")
        page.get_by_label("Password").first.fill("correct horse battery")
        page.get_by_role("button").click()
        expect(page).not_to_have_url(re.compile("/start"))

    def show(self, scene: str, size: ViewportSize = LANDSCAPE, **options: Any) -> None:
        """The scene, read, laid out and at rest."""
        page = self.page
        page.set_viewport_size(size)
        query = "&".join(f"{name}={value}" for name, value in options.items())
        page.goto(f"{self.server.url}/wall/{scene}?portfolio=global&{query}")
        expect(page.locator("html")).to_have_attribute("data-state", "live")
        expect(page.locator(f'.frame[data-scene="{_shown(scene, size)}"]')).to_be_visible()
        page.wait_for_load_state("networkidle")
        expect(page.locator(".skeleton")).to_have_count(0)
        page.evaluate("() => document.fonts.ready")


@contextmanager
def opened(
    browser: Browser, databases: Databases, folder: Path, events: Iterable[Event]
) -> Iterator[Gallery]:
    """A gallery of its own, whose page has nothing to complain about."""
    url = databases.migrated("sqlite")
    watched = Console()
    context = browser.new_context(viewport=LANDSCAPE, locale="en-GB", timezone_id="UTC")
    watched.watch(context)
    prepared.create(url, clock="replay")
    key = prepared.key_of(url, "global")
    with Server(url, folder / "server.log") as server:
        yield Gallery(server, context.new_page(), key, events)
        context.close()
    databases.drop(url)
    assert watched.complaints == []


def _shown(scene: str, size: ViewportSize) -> str:
    """A phone gets the overview instead of the grid."""
    return "overview" if scene == "portfolio" and size == PHONE else scene


def _as_live(socket: WebSocketRoute) -> None:
    """Tell the screen that its portfolio, whose time only a replay can stop, is a live one."""
    server = socket.connect_to_server()
    server.on_message(lambda said: socket.send(str(said).replace('"clock":"replay"', '"clock":"live"')))
