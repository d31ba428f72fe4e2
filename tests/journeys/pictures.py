"""Pictures of the wall, kept and compared region by region in the browser itself.

`pictures/` holds one picture of 256 colours for each view, and the version of the browser that drew them.
With NERVE_SCREENSHOTS=1 they are kept anew instead of compared (`make pictures`).
"""

import os
import struct
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from itertools import starmap
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page

KEPT: Final = Path(__file__).with_name("pictures")
BROWSER: Final = KEPT / "BROWSER"
RENEWING: Final = os.environ.get("NERVE_SCREENSHOTS") == "1"
MOST_PIXELS: Final = 12
"""So many of a region may differ: a letter has more."""
MOST_STEPS: Final = 10
"""By so much of 255 a pixel may differ in a channel: the edges of letters are kept that coarsely."""
TRIES: Final = 8
PAUSE_MS: Final = 250
REGIONS: Final[Mapping[str, str]] = {
    "strip": ".strip",
    "head": ".body > section > header",
    "grid": ".grid-area",
    "rail": ".rail",
    "rows": ".body > section > .rows",
    "figures": ".body dl",
    "matrix": ".matrix",
    "beside": ".beside",
    "lanes": ".lanes",
    "tables": ".tables",
    "requests": ".requests",
    "measures": ".measures",
    "tiles": ".tiles",
    "next": ".next",
    "counts": ".overview .counts",
    "freshness": ".fresh",
    "ticker": ".bottom",
    "scenes": "nav",
}
"""What a view consists of, by the name that a failure is told with; all else is `elsewhere`."""

_BOXES: Final = """regions => Object.entries(regions).flatMap(([name, selector]) => {
    const box = document.querySelector(selector)?.getBoundingClientRect();
    return box && box.width > 2 ? [[name, box.left, box.top, box.right, box.bottom]] : [];
})"""
_REDUCE: Final = """async png => {
    const drawn = await createImageBitmap(await (await fetch('data:image/png;base64,' + png)).blob());
    const pen = new OffscreenCanvas(drawn.width, drawn.height).getContext('2d');
    pen.drawImage(drawn, 0, 0);
    const {data} = pen.getImageData(0, 0, drawn.width, drawn.height);
    const colours = new Uint32Array(data.length / 4);
    const uses = new Map();
    for (let i = 0; i < data.length; i += 4) {
        const colour = data[i] << 16 | data[i + 1] << 8 | data[i + 2];
        colours[i / 4] = colour;
        uses.set(colour, (uses.get(colour) ?? 0) + 1);
    }
    const channels = colour => [colour >> 16, colour >> 8 & 255, colour & 255];
    const coarse = colour => channels(colour).reduce((sum, c) => sum << 8 | Math.round(c / 17) * 17, 0);
    const most = [...uses.keys()].sort((a, b) => uses.get(b) - uses.get(a));
    const palette = [...new Set([...most.slice(0, 40), ...most.map(coarse)])].slice(0, 256);
    const apart = (a, b) => channels(a).reduce((sum, c, i) => Math.max(sum, Math.abs(c - channels(b)[i])), 0);
    const places = new Map(most.map(colour => {
        const far = palette.map(each => apart(each, colour));
        return [colour, far.indexOf(Math.min(...far))];
    }));
    const indices = Uint8Array.from(colours, colour => places.get(colour));
    const shades = Uint8Array.from(palette.flatMap(channels));
    const {width, height} = drawn;
    return {width, height, palette: shades.toBase64(), indices: indices.toBase64()};
}"""
_COMPARE: Final = """async ({actual, kept, boxes, mostPixels, mostSteps}) => {
    const pixels = async (type, base64) => {
        const drawn = await createImageBitmap(await (await fetch(`data:${type};base64,${base64}`)).blob());
        const pen = new OffscreenCanvas(drawn.width, drawn.height).getContext('2d');
        pen.drawImage(drawn, 0, 0);
        return pen.getImageData(0, 0, drawn.width, drawn.height);
    };
    const [is, was] = [await pixels('image/png', actual), await pixels('image/png', kept)];
    const {width, height} = is;
    if (was.width !== width || was.height !== height) {
        return {failed: {size: `${width}x${height}, was ${was.width}x${was.height}`}, picture: actual};
    }
    const region = new Uint8Array(width * height);
    boxes.forEach(([, left, top, right, bottom], at) => {
        const [from, to] = [Math.max(0, Math.floor(left)), Math.min(width, Math.ceil(right))];
        for (let y = Math.max(0, Math.floor(top)); y < Math.min(height, Math.ceil(bottom)); y += 1) {
            if (from < to) region.fill(at + 1, y * width + from, y * width + to);
        }
    });
    const counts = new Array(boxes.length + 1).fill(0);
    const [words, before] = [new Uint32Array(is.data.buffer), new Uint32Array(was.data.buffer)];
    const differs = at => words[at] !== before[at] && [0, 1, 2].some(
        c => Math.abs(is.data[at * 4 + c] - was.data[at * 4 + c]) > mostSteps);
    for (let at = 0; at < region.length; at += 1) if (differs(at)) counts[region[at]] += 1;
    const failed = Object.fromEntries(counts.flatMap((count, at) =>
        count > mostPixels ? [[boxes[at - 1]?.[0] ?? 'elsewhere', `${count} pixels`]] : []));
    if (Object.keys(failed).length === 0) return {failed};
    const shown = new ImageData(width, height);
    for (let at = 0; at < region.length; at += 1) {
        const faint = 255 - (255 - was.data[at * 4 + 1]) / 4;
        shown.data.set(differs(at) ? [220, 0, 120, 255] : [faint, faint, faint, 255], at * 4);
    }
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext('2d').putImageData(shown, 0, 0);
    const picture = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer()).toBase64();
    return {failed, picture};
}"""


def require_the_pinned_browser(version: str) -> None:
    """Another one draws letters otherwise: the test is skipped, and says so."""
    if RENEWING:
        KEPT.mkdir(exist_ok=True)
        BROWSER.write_text(f"{version}\n")
    pinned = BROWSER.read_text().strip()
    if pinned.partition(".")[0] != version.partition(".")[0]:
        pytest.skip(f"the pictures are of Chromium {pinned}, this is {version}: look, then `make pictures`")


class Pictures:
    """The pictures that are kept, and a page to compare with them; what differs is left in a folder."""

    def __init__(self, browser: Browser, differences: Path) -> None:
        self._differences = differences
        self._easel = browser.new_page()
        self._easel.goto("about:blank")

    def close(self) -> None:
        self._easel.close()

    def differences(self, page: Page, name: str) -> list[str]:
        """The regions of this view that are not as kept; a view that still moves is given time."""
        kept = KEPT / f"{name}.png"
        if RENEWING:
            page.wait_for_timeout(TRIES * PAUSE_MS / 2)
            kept.write_bytes(_with_a_palette(self._easel.evaluate(_REDUCE, _taken(page))))
        if not kept.exists():
            return [f"{name}: no picture is kept, run `make pictures`"]
        found: dict[str, Any] = {}
        for _ in range(TRIES):
            drawn = _taken(page)
            found = self._compare(page, drawn, kept)
            if not found["failed"]:
                return []
            page.wait_for_timeout(PAUSE_MS)
        return self._told(name, drawn, found)

    def _compare(self, page: Page, drawn: str, kept: Path) -> dict[str, Any]:
        return self._easel.evaluate(  # type: ignore[no-any-return]
            _COMPARE,
            {
                "actual": drawn,
                "kept": b64encode(kept.read_bytes()).decode(),
                "boxes": page.evaluate(_BOXES, dict(REGIONS)),
                "mostPixels": MOST_PIXELS,
                "mostSteps": MOST_STEPS,
            },
        )

    def _told(self, name: str, drawn: str, found: Mapping[str, Any]) -> list[str]:
        actual, difference = (self._differences / f"{name}.{what}.png" for what in ("actual", "difference"))
        actual.write_bytes(b64decode(drawn))
        difference.write_bytes(b64decode(found["picture"]))
        return [f"{name}, {region}: {how}, see {difference}" for region, how in found["failed"].items()]


def _with_a_palette(reduced: Mapping[str, Any]) -> bytes:
    """A PNG of 256 colours: a tenth of the size, and nearer than what is told apart."""
    width, indices = reduced["width"], b64decode(reduced["indices"])
    rows = b"".join(b"\0" + indices[at : at + width] for at in range(0, len(indices), width))
    head = struct.pack(">IIBBBBB", width, reduced["height"], 8, 3, 0, 0, 0)
    parts = {
        b"IHDR": head,
        b"PLTE": b64decode(reduced["palette"]),
        b"IDAT": zlib.compress(rows, 9),
        b"IEND": b"",
    }
    return b"\x89PNG\r\n\x1a\n" + b"".join(starmap(_chunk, parts.items()))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _taken(page: Page) -> str:
    return b64encode(page.screenshot(animations="disabled", caret="hide")).decode()
