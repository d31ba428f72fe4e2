"""The files of the built screens whose names change with their content: compressed once, and kept for good.

To compress them for everybody who asks takes the server longer than to read them, and a browser that is not
told for how long they hold asks for them again.
"""

import mimetypes
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

FOREVER: Final = "public, max-age=31536000, immutable"
_PLACE: Final = "/_app/immutable/"
_COMPRESSED: Final = {"br": ".br", "gzip": ".gz"}
"""The best first."""


class Built:
    """Answers for what lies under `_app/immutable` of this folder; all else is the application's.

    What was asked for once is kept in memory, under the one name that it has: nobody fills it with others.
    A build that replaces another is found where it lies.
    """

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self._app = app
        self._folder = (folder / _PLACE.strip("/")).resolve()
        self._kept: dict[tuple[str, str | None], Response] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
        found = self._find(scope) if asked and scope["path"].startswith(_PLACE) else None
        await (found or self._app)(scope, receive, send)

    def _find(self, scope: Scope) -> Response | None:
        name = scope["path"].removeprefix(_PLACE)
        readable = _read_by(Headers(scope=scope).get("accept-encoding", ""))
        for coding in (*(each for each in _COMPRESSED if each in readable), None):
            if (name, coding) in self._kept:
                return self._kept[name, coding]
            body = self._read(f"{name}{_COMPRESSED[coding]}" if coding else name)
            if body is not None:
                return self._kept.setdefault((name, coding), _answer(body, name, coding))
        return None

    def _read(self, name: str) -> bytes | None:
        try:
            file = (self._folder / name).resolve()
            return file.read_bytes() if file.relative_to(self._folder).as_posix() == name else None
        except (OSError, ValueError):  # there is no such file, or cannot be
            return None


def _read_by(accepted: str) -> set[str]:
    """The codings that whoever asks can read."""
    said = (each.replace(" ", "").lower().partition(";") for each in accepted.split(","))
    return {coding for coding, _, weight in said if weight not in {"q=0", "q=0.0"}}


def _answer(body: bytes, name: str, coding: str | None) -> Response:
    headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
    if coding is not None:
        headers["Content-Encoding"] = coding
    return Response(body, headers=headers, media_type=mimetypes.guess_type(name)[0])
