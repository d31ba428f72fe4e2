"""A real browser whose console has to stay silent."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, expect

from tests.journeys.gallery import Gallery, opened, the_demo
from tests.servers.browser import FLAGS, Console, find_browser
from tests.servers.databases import Databases

PATIENCE_MS = 10_000


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    """How long an expectation waits; what has to be quicker says so itself."""
    expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], playwright: Playwright
) -> dict[str, Any]:
    found = find_browser(Path(playwright.chromium.executable_path))
    return {**browser_type_launch_args, "executable_path": found, "args": list(FLAGS)}


@pytest.fixture
def console() -> Iterator[Console]:
    """What all pages of this test have complained about; the test fails on what it did not allow."""
    watched = Console()
    yield watched
    assert watched.complaints == []


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext], console: Console
) -> Callable[..., BrowserContext]:
    def watched(**options: Any) -> BrowserContext:
        context = new_context(**options)
        console.watch(context)
        return context

    return watched


@pytest.fixture(scope="session")
def gallery(
    browser: Browser, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gallery]:
    """A wall whose time stands still; one page for all who only look at it."""
    with opened(browser, databases, tmp_path_factory.mktemp("gallery"), the_demo()) as found:
        yield found
