"""`make soak-wall`: a wall is left on while its server is killed under it, again and again.

A paired screen shows all ten scenes in turn; events come at a steady rate. Every minute the portfolio is
pinned for a moment and the heap read after garbage collection. Loopback only; it ends by itself. Exits 1 if
the wall grew, kept what it had taken out of the page, was reloaded, or ended with anything but the board.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import linear_regression
from typing import Any, Final, NamedTuple

from playwright.sync_api import APIRequestContext, Browser, CDPSession, Page

from bench.house import EMAIL, PASSWORD, House, Product
from bench.report import Figure, machine, percentile, show
from bench.seeding import PORTFOLIO
from bench.stream import Stream
from bench.wall import VIEW, chromium, is_correct

WARM_S: Final = 300.0
"""From minute 5 on: until then scenes are loaded and caches filled."""
PAUSES_S: Final = (1.0, 4.0, 15.0, 2.0, 45.0)
"""For so long the killed server stays away, in turn."""
ENOUGH: Final = 0.1
"""Millions of changes below which the growth of the heap is that of what is shown, and of compiled code."""
DARK_AFTER_S: Final = 14.0
"""A server that is away for longer must have been seen to be."""
PATIENCE: Final = 5
"""A command is sent so often: on a machine this busy one answer may be late."""
PROBE: Final = Path(__file__).with_name("soak.js")
DETACHED: Final = """function () {
    const prototypes = new Set(this.map(Object.getPrototypeOf));
    const elements = this.filter((each) => !prototypes.has(each) && !Object.hasOwn(each, 'constructor'));
    const gone = elements.filter((each) => each.ownerDocument.defaultView && !each.isConnected);
    const kept = gone.filter((each) => each.localName !== 'template');
    const before = window.soak.gone;
    window.soak.gone = new WeakSet(kept);
    return kept.filter((each) => before?.has(each)).map((each) => each.outerHTML.slice(0, 80));
}"""
"""What a script holds for one more frame is not kept; what was out of the page at the last look too is."""
PROFILE: Final[dict[str, Any]] = {
    "scenes": [
        "portfolio", "changes", "alerts", "risks", "milestones",
        "goals", "pool", "programme", "freshness", "overview",
    ],
    "dwell_s": 30,
}  # fmt: skip


class Sample(NamedTuple):
    """The wall at a moment."""

    at_s: float
    changes: int
    """That its socket has brought."""
    cards: int
    """On the board: every new alert is one more, also in the heap."""
    heap_mb: float
    nodes: int
    detached: list[str]
    """The beginnings of the elements that are kept, and were not shown in the sample before either."""
    listeners: int


class Wall:
    """A paired screen in a browser of its own, and the lead who approved it."""

    def __init__(self, browser: Browser, product: Product) -> None:
        self.product, self.loads = product, 0
        lead = browser.new_context(base_url=product.url)
        self._lead: APIRequestContext = lead.request
        signed_in = self._lead.post("/api/v1/session", data={"email": EMAIL, "password": PASSWORD})
        assert signed_in.ok, signed_in.text()
        screen = browser.new_context(viewport=VIEW, base_url=product.url)
        screen.add_init_script(path=PROBE)
        code = screen.request.post("/api/v1/screens/pairing").json()["code"]
        setup = {"code": code, "name": "Soak", "portfolio": PORTFOLIO, "profile": PROFILE}
        approved = self._lead.post("/api/v1/screens/approvals", data=setup)
        assert approved.ok, approved.text()
        self._id = approved.json()["id"]
        assert screen.request.get("/api/v1/screens/pairing").json()["state"] == "approved"
        self.page: Page = screen.new_page()
        self.page.on("load", self._loaded)
        self._cdp: CDPSession = screen.new_cdp_session(self.page)
        self.page.goto("/wall")
        self.await_state("live")

    def _loaded(self, _: Page) -> None:
        self.loads += 1

    def await_state(self, wanted: str, within_s: float = 60) -> None:
        """Until the page says that it is live, or that it is not."""
        self.page.wait_for_function(
            "(wanted) => document.documentElement.dataset.state === wanted",
            arg=wanted,
            timeout=within_s * 1000,
        )

    def sample(self, at_s: float) -> Sample:
        """What it holds on to, with the portfolio on it."""
        self._pin("portfolio")
        # A handle of an element would keep it, and all around it, for good.
        self.page.wait_for_function(
            "() => document.querySelector('.grid [data-key]') !== null", timeout=30_000
        )
        self.page.wait_for_timeout(1_000)
        for _ in range(3):
            self._cdp.send("HeapProfiler.collectGarbage")
        heap = self._cdp.send("Runtime.getHeapUsage")["usedSize"] / 1e6
        dom = self._cdp.send("Memory.getDOMCounters")
        detached = self._detached()
        changes: int = self.page.evaluate("() => window.soak.changes")
        self._pin(None)
        cards = len(self.product.get(f"/api/v1/portfolios/{PORTFOLIO}/board").json()["cards"])
        return Sample(at_s, changes, cards, heap, dom["nodes"], detached, dom["jsEventListeners"])

    def _detached(self) -> list[str]:
        """Elements that scripts keep since the last sample out of the page, other than what Svelte clones."""
        group = {"objectGroup": "soak"}
        prototype = self._cdp.send("Runtime.evaluate", {"expression": "Element.prototype", **group})["result"]
        asked = {"prototypeObjectId": prototype["objectId"], **group}
        every = self._cdp.send("Runtime.queryObjects", asked)["objects"]["objectId"]
        called = {"objectId": every, "functionDeclaration": DETACHED, "returnByValue": True}
        kept: list[str] = self._cdp.send("Runtime.callFunctionOn", called)["result"]["value"]
        self._cdp.send("Runtime.releaseObjectGroup", group)
        return kept

    def _pin(self, scene: str | None) -> None:
        told = {"command": "pin", "argument": scene}
        for _ in range(PATIENCE):
            answer = self._lead.post(f"/api/v1/screens/{self._id}/commands", data=told, timeout=30_000)
            if answer.json()["state"] == "done":
                return
        raise AssertionError(f"the wall did not obey: {answer.text()}")

    def ends_right(self) -> bool:
        """Does it show the board, and did its sum agree with the server's at the newest revision?"""
        self._pin("portfolio")
        _wait(self.page, lambda: is_correct(self.page, self.product), 60)
        head = self.product.get(f"/api/v1/portfolios/{PORTFOLIO}/board").json()["revision"]
        summed = "(head) => window.soak.checksum?.revision >= head"
        self.page.wait_for_function(summed, arg=head, timeout=90_000)
        self.page.wait_for_timeout(2_000)
        return "checksum" not in self.resyncs

    @property
    def resyncs(self) -> list[str]:
        """Why it asked for a snapshot, each time."""
        asked: list[str] = self.page.evaluate("() => window.soak.resyncs")
        return asked


class Kills:
    """The server is killed while events come, stays away for a while, and comes back."""

    def __init__(self, wall: Wall, product: Product) -> None:
        self._wall, self._product, self.done = wall, product, 0
        self.back_s: list[float] = []

    def kill(self) -> None:
        """One of them; raises when the wall does not say so, or does not come back."""
        pause = PAUSES_S[self.done % len(PAUSES_S)]
        self._product.kill()
        if pause > DARK_AFTER_S:
            self._wall.await_state("not-live", 12)
        self._wall.page.wait_for_timeout(pause * 1000)
        self._product.start()
        began = time.monotonic()
        self._wall.await_state("live", 120)
        self.back_s.append(time.monotonic() - began)
        self.done += 1


def soak(wall: Wall, product: Product, asked: argparse.Namespace) -> Iterator[Figure]:
    """Leave it on for so long; say how it is now and then; then what came of it."""
    total = asked.minutes * 60
    warm, every = min(WARM_S, total / 3), min(60.0, total / 15)
    kills, samples = Kills(wall, product), list[Sample]()
    began, due = time.monotonic(), 0.0
    with Stream(product, asked.rate) as stream:
        while (at := time.monotonic() - began) < total:
            if kills.done < asked.kills and at >= (kills.done + 0.5) * total / asked.kills:
                kills.kill()
            elif at >= due:
                due = at + every
                samples.append(wall.sample(at))
                _say(samples[-1], stream.accepted, kills.done)
            else:
                wall.page.wait_for_timeout(500)
    product.settle()
    right = wall.ends_right()
    yield from _judged([each for each in samples if each.at_s >= warm])
    yield Figure("kills after which the wall was live again", kills.done, at_least=asked.kills,
                 note=f"p95 {percentile(kills.back_s, 0.95):.1f} s after the server answered")  # fmt: skip
    yield Figure("reloads of the page", wall.loads - 1, at_most=0)
    yield Figure("checksums that disagreed", wall.resyncs.count("checksum"), at_most=0,
                 note=f"snapshots asked for: {len(wall.resyncs)}")  # fmt: skip
    yield Figure("the wall shows the board at the end", float(right), at_least=1)
    yield Figure("events accepted", stream.accepted, note=f"{stream.accepted / total:.0f} a second")


def _judged(warm: list[Sample]) -> Iterator[Figure]:
    """The trend over all that was measured once it was warm: one sample says little."""
    if len(warm) < 3:
        sys.exit("too short to say anything: there are fewer than three samples")
    changes = [each.changes / 1e6 for each in warm]
    slope = linear_regression(changes, [each.heap_mb for each in warm]).slope
    enough = changes[-1] - changes[0] >= ENOUGH
    span = f"{warm[0].heap_mb:.2f} to {warm[-1].heap_mb:.2f} MB over {changes[-1] - changes[0]:.3f} million"
    note = span if enough else f"{span}: too few to judge"
    yield Figure("heap after GC per million changes", slope, "MB", at_most=4 if enough else None, note=note)
    yield Figure("cards on the board, from warm to the end", warm[-1].cards - warm[0].cards)
    kept = warm[-1].detached
    yield Figure("detached nodes at the end", len(kept), at_most=0, note=" ".join(kept[:3]))
    yield Figure("nodes, from warm to the end", warm[-1].nodes - warm[0].nodes)
    yield Figure("listeners, from warm to the end", warm[-1].listeners - warm[0].listeners)


def _say(sample: Sample, accepted: int, kills: int) -> None:
    print(
        f"{sample.at_s / 60:5.1f} min  {sample.heap_mb:6.2f} MB  {sample.changes:9,} changes  "
        f"{sample.cards:5,} cards  "
        f"{accepted:9,} events  {sample.nodes:6,} nodes  {len(sample.detached):3} detached  "
        f"{sample.listeners:5} listeners  {kills:2} kills",
        flush=True,
    )


def _wait(page: Page, true: Any, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "the wall does not show the board"
        page.wait_for_timeout(250)


def main() -> int:
    """Run it for as long as was asked for."""
    asked = _arguments()
    print(f"{machine()}\n{asked.minutes:g} minutes, {asked.rate} events/s, {asked.kills} kills\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="nerve-soak-") as made:
        folder = Path(asked.folder or made)
        folder.mkdir(parents=True, exist_ok=True)
        house = House(folder)
        with house.product() as product, chromium() as browser:
            product.settle()
            figures = list(soak(Wall(browser, product), product, asked))
        house.tidy()
    show("soak: the wall, left on", figures)
    missed = [each.name for each in figures if each.verdict == "FAIL"]
    print("the wall stood" if not missed else f"the wall did not stand: {', '.join(missed)}")
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    hours = os.environ.get("HOURS")
    minutes = float(hours) * 60 if hours else float(os.environ.get("MINUTES") or 30)
    parser.add_argument("--minutes", type=float, default=minutes, help="default: HOURS, MINUTES, or 30")
    parser.add_argument("--rate", type=int, default=200, help="events a second, each of which changes a card")
    parser.add_argument("--kills", type=int, default=20, help="of the server, over the whole time")
    parser.add_argument("--folder", help="keep the seeded database in this folder for the next run")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
