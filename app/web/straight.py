"""A shortcut to one handler, past routing and whatever only browsers and odd requests need."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.problems import told

Read = Callable[[], Awaitable[bytes]]
Handler = Callable[[HTTPConnection, Read], Awaitable[Response]]
"""Takes a request and the way to read its body; raises what the table of problems knows."""
_DIGITS: Final = 9
"""More of them in a stated length are too many for any limit."""


class Straight:
    """For the one request that comes by the thousand: a POST with a key, of a stated and allowed length.

    Every other request, also to the same path, takes the ordinary way, where the same handler is a route.
    The shortcut saves a fifth of what recording an event costs the processor (`make bench`, gate 1).
    """

    def __init__(self, app: ASGIApp, *, path: str, limit: int, handler: Handler) -> None:
        self._app, self._path, self._limit, self._handler = app, path, limit, handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._is_plain(scope):
            await self._app(scope, receive, send)
            return

        async def read() -> bytes:
            return await _body(receive)

        try:
            response = await self._handler(HTTPConnection(scope), read)
        except Exception as error:  # noqa: BLE001 - `told` raises again what it does not know
            response = told(error, self._path)
        await response(scope, receive, send)

    def _is_plain(self, scope: Scope) -> bool:
        if scope.get("path") != self._path or scope["type"] != "http" or scope["method"] != "POST":
            return False
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"")
        sized = length.isdigit() and len(length) <= _DIGITS and int(length) <= self._limit
        return sized and b"authorization" in headers and not scope["query_string"]


async def _body(receive: Receive) -> bytes:
    """All of it; the server sees to it that it is as long as was stated."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        if not message.get("more_body"):
            return b"".join((*parts, message.get("body", b""))) if parts else message.get("body", b"")
        parts.append(message["body"])
