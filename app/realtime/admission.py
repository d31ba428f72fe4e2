"""Who may look: asked when a connection opens, when it subscribes or resumes, and every few seconds."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection


class Admission(NamedTuple):
    """The answer for one connection and portfolio."""

    refusal: int | None
    """The close code to end with: CloseCode.UNAUTHENTICATED or FORBIDDEN; None: welcome."""
    viewer: str | None = None
    """Whose connection it is, for the inventory: `screen/ID` or `user/ID`."""


Admit = Callable[[HTTPConnection, str], Awaitable[Admission]]
"""Is the bearer of this connection's credentials allowed to view this portfolio, now?"""


def same_origin(connection: HTTPConnection, allowed: str | None = None) -> bool:
    """Does the page that asks come from this server, or from the `allowed` address?

    Browsers always say where a page comes from when it opens a websocket; what says nothing is no
    browser, and carries no cookie that it was not given on purpose.
    """
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    asked = {connection.headers.get("host"), urlsplit(allowed).netloc if allowed else None}
    return urlsplit(origin).netloc in asked - {None, ""}
