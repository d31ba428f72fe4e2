"""Where a request comes from: a page of this site, another site, the server's own machine."""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.kinds import CROSS_ORIGIN, MALFORMED, NOT_LOCAL
from app.web.problems import Problem, answer

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


class SameOrigin:
    """Refuses writes and websockets that a page of another site makes with the cookies of this one.

    As browsers say it, in Sec-Fetch-Site or else in Origin. Whatever says neither is no browser, and
    sends no cookie that it was not given on purpose; a key in the Authorization header is always meant.
    """

    def __init__(self, app: ASGIApp, public_url: str | None = None) -> None:
        self._app = app
        self._public = urlsplit(public_url).netloc if public_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = self._problem(scope) if scope["type"] in {"http", "websocket"} else None
        if problem is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": problem.kind.title})
        else:
            await answer(problem, scope["path"])(scope, receive, send)

    def _problem(self, scope: Scope) -> Problem | None:
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            return Problem(MALFORMED, "The address contains U+0000.")
        headers = Headers(scope=scope)
        guarded = scope["type"] == "websocket" or scope["method"] not in _SAFE
        if guarded and "authorization" not in headers and not self._same(headers):
            return Problem(CROSS_ORIGIN)
        return None

    def _same(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        origin = headers.get("origin")
        return origin is None or urlsplit(origin).netloc in {headers.get("host"), self._public} - {None, ""}


async def local_only(connection: HTTPConnection) -> None:
    """A dependency. Raises Problem 403 unless somebody on this machine asks, by its loopback name, directly.

    The name is looked at as well, because a page of another site may point its own name at 127.0.0.1.
    """
    forwarded = any(name in connection.headers for name in _FORWARDED)
    client = connection.client.host if connection.client else ""
    host = urlsplit(f"//{connection.headers.get('host', '')}").hostname or ""
    if forwarded or not _is_loopback(client) or not (host == "localhost" or _is_loopback(host)):
        raise Problem(NOT_LOCAL)


def address_of(connection: HTTPConnection) -> str:
    """The address that limits are counted for."""
    return connection.client.host if connection.client else "unknown"


def _is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return address.is_loopback or (mapped is not None and mapped.is_loopback)
