"""A shortcut to one handler, past the search for its route and the solving of its dependencies."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, request_response
from starlette.types import Receive, Scope, Send

Handler = Callable[[Request], Awaitable[Response]]
_NO: Final[tuple[Match, Scope]] = (Match.NONE, {})
_YES: Final[tuple[Match, Scope]] = (Match.FULL, {})


class Straight(BaseRoute):
    """For the one request that comes by the thousand: put it before all other routes.

    It takes requests without a query only. Those with one, and the API's document, are FastAPI's, from
    the route that is declared as usual; the handler does the same.
    """

    def __init__(self, method: str, path: str, handler: Handler) -> None:
        self._method, self._path, self._app = method, path, request_response(handler)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Is it exactly this request?"""
        mine = scope["path"] == self._path and scope["type"] == "http" and scope["method"] == self._method
        return _YES if mine and not scope["query_string"] else _NO

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the handler."""
        await self._app(scope, receive, send)
