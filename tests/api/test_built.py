"""Files of the built screens: sent as they were compressed, kept for good by whoever asked."""

from pathlib import Path

import httpx
import pytest
from starlette.responses import PlainTextResponse

from app.web.built import FOREVER, Built

FILE = "/_app/immutable/chunks/wall.js"
SENT = {"": b"plain", ".br": b"as brotli", ".gz": b"as gzip"}


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """One chunk with its compressed forms, a file of no build beside them, and one outside."""
    chunks = tmp_path / "build/_app/immutable/chunks"
    chunks.mkdir(parents=True)
    for ending, body in SENT.items():
        (chunks / f"wall.js{ending}").write_bytes(body)
    (tmp_path / "build/index.html").write_text("a page")
    (tmp_path / "build/_app/version.json").write_text("{}")
    (tmp_path / "secret").write_text("not of the build")
    return tmp_path / "build"


@pytest.fixture
def browser(build: Path) -> httpx.AsyncClient:
    built = Built(PlainTextResponse("the application's"), build)
    return httpx.AsyncClient(transport=httpx.ASGITransport(built), base_url="http://nerve.example.org")


@pytest.mark.parametrize(
    ("accepted", "ending", "coding"),
    [
        ("gzip, deflate, br, zstd", ".br", "br"),
        ("gzip", ".gz", "gzip"),
        ("GZIP;q=0.5, br;q=0", ".gz", "gzip"),
        ("identity", "", None),
        ("", "", None),
    ],
)
async def test_a_file_is_sent_in_the_best_form_that_can_be_read(
    browser: httpx.AsyncClient, accepted: str, ending: str, coding: str | None
) -> None:
    async with browser.stream("GET", FILE, headers={"Accept-Encoding": accepted}) as answer:
        body = b"".join([part async for part in answer.aiter_raw()])

    assert body == SENT[ending]
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "Accept-Encoding"


async def test_a_file_is_kept_for_good_by_whoever_asked(browser: httpx.AsyncClient) -> None:
    answer = await browser.head(FILE, headers={"Accept-Encoding": "identity"})

    assert answer.headers["cache-control"] == FOREVER


@pytest.mark.parametrize(
    "path",
    [
        "/index.html",
        "/_app/immutable/gone.js",
        "/_app/immutable/chunks",
        "/_app/immutable/%2e%2e/%2e%2e/%2e%2e/secret",
        "/_app/immutable/%2e%2e/version.json",
        "/_app/immutable//etc/passwd",
        "/_app/immutable/chunks/%2e/wall.js",
        "/_app/immutable/chunks//wall.js",
        "/_app/immutable/wall%00.js",
        f"/_app/immutable/{'long' * 100}.js",
    ],
)
async def test_all_else_is_the_applications(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).text == "the application's"


async def test_what_is_posted_is_the_applications(browser: httpx.AsyncClient) -> None:
    assert (await browser.post(FILE)).text == "the application's"


async def test_a_build_that_replaces_another_is_found(browser: httpx.AsyncClient, build: Path) -> None:
    later = "/_app/immutable/chunks/later.js"
    assert (await browser.get(later)).text == "the application's"

    (build / later[1:]).write_text("of the next build")

    assert (await browser.get(later)).text == "of the next build"
