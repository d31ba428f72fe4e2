"""A browser on this machine: the one given, Playwright's own, an installed one, or one installed now.

Also what every journey holds a page to: nothing on its console, and nothing that axe finds.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, WebError

FLAGS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-lcd-text",
    "--disable-quic",
    "--disable-sync",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
    "--no-first-run",
)
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REMEDY: Final = (
    "Journeys need Chromium and none was found. Either set NERVE_BROWSER to the file of a Chromium or "
    "Chrome, or install one so that `chromium` or `google-chrome` is on the PATH, or run "
    "`playwright install chromium`."
)
INSTALLS_WITHIN: Final = 300
TURN: Final = Path(tempfile.gettempdir()) / f"nerve-browser-{os.geteuid()}.lock"
NETWORK: Final = (
    r"net::ERR_|WebSocket connection to|Failed to load resource|NetworkError|Failed to fetch"
    r"|Unable to preload"
)
"""What a browser says by itself when a server is away; allow it in a journey that kills one."""
OF_COLOURS: Final = ("color-contrast", "link-in-text-block")
"""Those of axe's rules of which another theme may say something else."""
AXE: Final = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"


def find_browser(playwrights_own: Path) -> Path:
    """The first that exists, in the order of the docstring above; fails with the remedies when none does.

    One process at a time: the others wait for what the first installs, as no two may install at once.
    """
    if given := os.environ.get("NERVE_BROWSER"):
        if not Path(given).is_file():
            pytest.fail(f"NERVE_BROWSER={given} is not a file. {REMEDY}", pytrace=False)
        return Path(given)
    attempts: Sequence[Callable[[], object]] = (lambda: None, _install_from_debian, _install_from_playwright)
    with TURN.open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        for attempt in attempts:
            attempt()
            if found := _installed(playwrights_own):
                return found
    return pytest.fail(REMEDY, pytrace=False)


def _installed(playwrights_own: Path) -> Path | None:
    if playwrights_own.is_file():
        return playwrights_own
    return next((Path(found) for name in NAMES if (found := shutil.which(name))), None)


def _install_from_debian() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _run("apt-get", "update", "--quiet")
        _run("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium")


def _install_from_playwright() -> None:
    _run(sys.executable, "-m", "playwright", "install", "chromium")


def _run(*command: str) -> None:
    """Try it; whether it helped is seen by looking for the browser again."""
    settings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, env=settings, capture_output=True, timeout=INSTALLS_WITHIN, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        sys.stderr.write(f"{' '.join(command)}: {error}\n")


class Console:
    """What the pages of a test complain about: console errors and warnings, and uncaught errors."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self._allowed: list[re.Pattern[str]] = []

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._hear)
        context.on("weberror", self._catch)

    def allow(self, pattern: str) -> None:
        """Complaints that match are expected in this test."""
        self._allowed.append(re.compile(pattern))

    @property
    def complaints(self) -> list[str]:
        return [said for said in self._said if not any(allowed.search(said) for allowed in self._allowed)]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._said.append(f"{message.type}: {message.text} ({message.location['url']})")

    def _catch(self, error: WebError) -> None:
        self._said.append(f"uncaught: {error.error}")


def axe_findings(page: Page, **options: Any) -> list[str]:
    """What axe says is wrong with the page, one line each: rule, selector, what to do."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    results = page.evaluate(
        "(options) => axe.run(document, {resultTypes: ['violations'], ...options})", options
    )
    return [
        f"{found['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for found in results["violations"]
        for node in found["nodes"]
    ]


def in_both_themes(page: Page) -> list[str]:
    """What axe finds in the dark, and of the colours, which alone are others, in the light."""
    found = []
    for theme, options in (("dark", {}), ("light", {"runOnly": OF_COLOURS})):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        found += [f"{theme}: {finding}" for finding in axe_findings(page, **options)]
    page.evaluate("() => { delete document.documentElement.dataset.theme }")
    return found
