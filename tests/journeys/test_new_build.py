"""A new build is deployed: the wall takes it up by itself, at a calm moment, without a hand."""

import base64
import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from app.main import STATIC
from app.web.built import FOREVER
from tests.journeys.test_screens import NewContext, Office
from tests.servers.browser import NETWORK, Console
from tests.servers.http import HTTP
from tests.servers.product import Server, StartServer

MINUTE_MS: Final = 61_000
IS_THE_NEXT: Final = "() => document.querySelector('script').textContent.includes('\"the-next-one\"')"
INLINE: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class Build:
    """A copy of the screens that were built, which can be replaced under a running server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(STATIC, folder, ignore=shutil.ignore_patterns("*.gz", "*.br"))

    @property
    def version(self) -> str:
        found: str = json.loads((self.folder / "_app/version.json").read_text())["version"]
        return found

    def deploy(self, version: str) -> None:
        """The same screens as another build. Its page allows its script by the script's hash."""
        page, before = (self.folder / "index.html").read_text(), self.version
        new = page.replace(before, version).replace(_hash(page), _hash(page.replace(before, version)))
        (self.folder / "index.html").write_text(new)
        (self.folder / "_app/version.json").write_text(json.dumps({"version": version}))


def _hash(page: str) -> str:
    script = INLINE.search(page)
    assert script is not None
    return base64.b64encode(hashlib.sha256(script.group(1).encode()).digest()).decode()


def pass_a_minute(wall: Page) -> None:
    """The wall is live again after it: its server goes by another clock."""
    wall.clock.fast_forward(MINUTE_MS)
    expect(wall.locator("html")).to_have_attribute("data-state", "live")


@pytest.fixture
def build(tmp_path: Path) -> Build:
    return Build(tmp_path / "screens")


def test_a_wall_takes_a_new_build_up_by_itself(
    start_server: StartServer, sqlite_url: str, build: Build, new_context: NewContext, console: Console
) -> None:
    console.allow("status of 401")
    console.allow(NETWORK)
    server = start_server(sqlite_url, NERVE_STATIC_DIR=str(build.folder))
    office = Office(server, new_context)
    office.wall.clock.install()
    office.wall.reload()  # so that everything on the page goes by that clock
    office.approve("Lobby")
    assert not office.wall.evaluate(IS_THE_NEXT)

    build.deploy("the-next-one")
    server.restart()
    expect(office.wall.locator("html")).to_have_attribute("data-state", "live", timeout=30_000)
    with office.wall.expect_response(re.compile("version.json")):
        pass_a_minute(office.wall)
    pass_a_minute(office.wall)
    pass_a_minute(office.wall)
    pass_a_minute(office.wall)

    office.wall.wait_for_function(IS_THE_NEXT)
    expect(office.wall.locator("html")).to_have_attribute("data-state", "live")


def test_a_page_is_asked_for_anew_and_the_files_that_it_names_are_kept(shared_server: Server) -> None:
    page = HTTP.get(f"{shared_server.url}/wall")
    named = re.findall(r'href="(/_app/immutable/\S+\.(?:js|css))"', page.text)

    files = [HTTP.get(f"{shared_server.url}{name}", headers={"Accept-Encoding": "br"}) for name in named]

    assert page.headers["cache-control"] == "no-cache"
    assert len(files) > 4
    assert {each.headers["cache-control"] for each in files} == {FOREVER}
    assert {each.headers["content-encoding"] for each in files} == {"br"}
    assert {each.headers["cross-origin-resource-policy"] for each in files} == {"same-origin"}
