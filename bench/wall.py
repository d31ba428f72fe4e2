"""The wall in Chromium with 1,000 projects: bytes, time to paint, CPU, heap, honesty when the server dies."""

import gzip
import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Page,
    Response,
    ViewportSize,
    sync_playwright,
)

from bench.house import EMAIL, PASSWORD, House, Product
from bench.load import Load, Poster
from bench.report import Figure, middle, percentile
from bench.seeding import AMBER, PORTFOLIO, PROJECTS, Reports, standing

FLAGS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
)
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VIEW: Final[ViewportSize] = {"width": 1920, "height": 1080}
SLOW: Final = 4
LOADS: Final = 5
RESTARTS: Final = 4
STEADY_S: Final = 8.0
STORM_S: Final = 60.0
PROBE: Final = Path(__file__).with_name("probe.js")
STATIC: Final = Path(__file__).parents[1] / "app/static"
BUDGET: Final = Path(__file__).parents[1] / "frontend/budget.json"
"""Kilobytes of 1,000 bytes, as `npm run budget` counts them."""
_RUNS: Final = count(600_000)
_STATE: Final = "(wanted) => document.documentElement.dataset.state === wanted"


def wall(house: House) -> Iterator[Figure]:
    """The floors of the wall route, 1,000 projects, 1920x1080; throttled four times where it says 4x."""
    with house.product() as product, chromium() as browser:
        product.settle()
        yield from _first_paint(product, browser)
        yield from _busy(product, browser)
        yield from _painting(product, browser)
        yield from _storm(product, browser)
        yield from _dying(product, browser)


class _Paint(NamedTuple):
    ms: float
    cells: int
    scripts: int
    styles: int


def _first_paint(product: Product, browser: Browser) -> Iterator[Figure]:
    paints = []
    for _ in range(LOADS):
        with _screen(product, browser) as (page, cdp):
            _throttle(cdp, SLOW)
            paints.append(_load(page, cdp, product))
    note = f"{paints[0].cells} cells drawn"
    floors = json.loads(BUDGET.read_text())["wall"]
    yield Figure("JS until the first paint, gz", paints[0].scripts / 1000, "kB", at_most=floors["js"])
    yield Figure("CSS until the first paint, gz", paints[0].styles / 1000, "kB", at_most=floors["css"])
    yield Figure(
        "navigation to cells painted, 4x", middle([p.ms for p in paints]) / 1000, "s", at_most=2.5, note=note
    )


def _load(page: Page, cdp: CDPSession, product: Product) -> _Paint:
    sizes: dict[str, int] = {"script": 0, "stylesheet": 0}

    def count_bytes(response: Response) -> None:
        kind = response.request.resource_type
        if kind in sizes:
            sizes[kind] += _compressed(response)

    page.on("response", count_bytes)
    _open(page, cdp, product)
    page.remove_listener("response", count_bytes)
    told = page.evaluate("() => window.probe")
    return _Paint(told["painted"], told["cells"], sizes["script"], sizes["stylesheet"])


def _compressed(response: Response) -> int:
    """The size that gzip gives it: as it was built, else as the standard library does it."""
    file = STATIC / response.url.split("/", 3)[3].partition("?")[0]
    built = file.with_name(f"{file.name}.gz")
    if built.is_file():
        return built.stat().st_size
    body = file.read_bytes() if file.is_file() else response.body()
    return len(gzip.compress(body, 9))


def _busy(product: Product, browser: Browser) -> Iterator[Figure]:
    with _screen(product, browser) as (page, cdp):
        _open(page, cdp, product)
        _throttle(cdp, SLOW)
        with _changes(product, 200, STEADY_S + 3):
            time.sleep(2)
            before, began = _metrics(cdp), time.monotonic()
            time.sleep(STEADY_S)
            after, took = _metrics(cdp), time.monotonic() - began
        _throttle(cdp, 1)
        script = (after["ScriptDuration"] - before["ScriptDuration"]) / took
        task = (after["TaskDuration"] - before["TaskDuration"]) / took
        yield Figure("JS CPU at 200 changes/s, 4x", script * 1000, "ms/s", at_most=80)
        yield Figure("main thread busy at 200 changes/s, 4x", task * 100, "%", at_most=50)
        product.settle()
        yield Figure("heap after garbage collection", _heap(cdp), "MB", at_most=15)


def _painting(product: Product, browser: Browser) -> Iterator[Figure]:
    """Amber projects turn red and back: they are drawn one by one in every size of the wall."""
    with _screen(product, browser) as (page, cdp):
        _open(page, cdp, product)
        page.evaluate("() => { window.probe.watching = true }")
        reports = Reports(next(_RUNS))
        amber = [n for n in range(PROJECTS) if standing(n) == AMBER]
        for turn in range(40):
            for place in range(turn // 2 * 5, turn // 2 * 5 + 5):
                number = amber[place % len(amber)]
                product.post(b"[%b]" % (reports.next(number) if turn % 2 else reports.report(number, 5)))
            time.sleep(0.2)
        time.sleep(1)
        waits: list[float] = page.evaluate("() => window.probe.waits")
    note = f"{len(waits)} changes of colour, p50 {percentile(waits, 0.5):.0f} ms"
    yield Figure("frame received to painted, p95", percentile(waits, 0.95), "ms", at_most=400, note=note)


def _storm(product: Product, browser: Browser) -> Iterator[Figure]:
    """However much arrives, what waits in the page is bounded by its cards, and the last state is shown."""
    with _screen(product, browser) as (page, cdp):
        _open(page, cdp, product)
        answers = []
        with _changes(product, 1_000, STORM_S):
            until = time.monotonic() + STORM_S
            while time.monotonic() < until:
                asked = time.monotonic()
                page.evaluate("() => new Promise((answer) => setTimeout(answer))")
                answers.append((time.monotonic() - asked) * 1000)
                time.sleep(0.25)
        product.settle()
        ended = time.monotonic()
        _until(lambda: is_correct(page, product))
        took = time.monotonic() - ended
        heap = _heap(cdp)
    note = f"input is answered within {percentile(answers, 0.95):.0f} ms (p95) meanwhile"
    yield Figure("1,000 changes/s for 60 s: heap afterwards", heap, "MB", at_most=15, note=note)
    yield Figure("1,000 changes/s for 60 s: settled to every cell right", took, "s", at_most=5)


def _dying(product: Product, browser: Browser) -> Iterator[Figure]:
    dark, back = [], []
    with _screen(product, browser) as (page, cdp):
        _open(page, cdp, product)
        page.wait_for_function(_STATE, arg="live", timeout=20_000)
        for turn in range(RESTARTS):
            product.kill()
            killed = time.monotonic()
            if turn == 0:
                page.wait_for_function(_STATE, arg="not-live", timeout=60_000)
                dark.append(time.monotonic() - killed)
            product.start()
            answered = time.monotonic()
            product.post(b"[%b]" % Reports(next(_RUNS)).report(3, 5 if turn % 2 else 100))
            product.settle()
            _until(lambda: is_correct(page, product))
            back.append(time.monotonic() - answered)
    yield Figure("server killed to NOT LIVE", middle(dark), "s", at_most=12)
    note = f"{RESTARTS} restarts, the first after NOT LIVE; p50 {middle(back):.1f} s"
    yield Figure(
        "server answers again to correct paint, p95", percentile(back, 0.95), "s", at_most=5, note=note
    )


def is_correct(page: Page, product: Product) -> bool:
    """Is the page live, at the head, and every cell in the colour of its card?"""
    board = product.get(f"/api/v1/portfolios/{PORTFOLIO}/board").json()
    colours = {e["key"]: e["card"]["rag"] for e in board["cards"] if e["card"]["kind"] == "project"}
    shown: dict[str, Any] = page.evaluate(
        """() => ({
            state: document.documentElement.dataset.state,
            revision: Number(document.querySelector('main').dataset.revision),
            cells: [...document.querySelectorAll('.grid [data-key]')]
                .map((c) => [c.dataset.key, c.dataset.rag])
        })"""
    )
    right = all(colours.get(key) == rag for key, rag in shown["cells"])
    return (
        shown["state"] == "live" and shown["revision"] >= board["revision"] and bool(shown["cells"]) and right
    )


def _until(true: Callable[[], bool], within_s: float = 45) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "the wall did not come back"
        time.sleep(0.05)


@contextmanager
def _changes(product: Product, per_s: int, seconds: float) -> Iterator[None]:
    """Events at a steady rate, each of which changes a card."""
    with Poster(Load(product.port, product.key, 8, seconds, next(_RUNS), rate=per_s)) as poster:
        poster.begin()
        yield
        assert not poster.end().refused


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of this machine, without what it does by itself."""
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        found = own if own.is_file() else next((Path(f) for n in NAMES if (f := shutil.which(n))), None)
        assert found is not None, (
            f"no browser: install {' or '.join(NAMES)}, or `playwright install chromium`"
        )
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def _screen(product: Product, browser: Browser) -> Iterator[tuple[Page, CDPSession]]:
    """A page of a signed-in browser that has nothing cached."""
    context: BrowserContext = browser.new_context(viewport=VIEW, base_url=product.url)
    signed_in = context.request.post("/api/v1/session", data={"email": EMAIL, "password": PASSWORD})
    assert signed_in.ok, signed_in.text()
    context.add_init_script(path=PROBE)
    page = context.new_page()
    cdp = context.new_cdp_session(page)
    cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
    yield page, cdp
    context.close()


def _open(page: Page, cdp: CDPSession, product: Product) -> None:
    """Open the wall and wait for its cells; of the harness only the probe is in the page until then."""
    page.goto(f"{product.url}/wall/portfolio?portfolio={PORTFOLIO}", wait_until="commit")
    cdp.send("Runtime.evaluate", {"expression": "window.seen", "awaitPromise": True})


def _throttle(cdp: CDPSession, times: int) -> None:
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": times})


def _heap(cdp: CDPSession) -> float:
    """Megabytes after garbage collection."""
    cdp.send("HeapProfiler.enable")
    cdp.send("HeapProfiler.collectGarbage")
    return float(cdp.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


def _metrics(cdp: CDPSession) -> dict[str, float]:
    return {each["name"]: each["value"] for each in cdp.send("Performance.getMetrics")["metrics"]}
