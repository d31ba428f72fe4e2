"""How large a request may be; refused with a problem document, where the framework answers plain text."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.kinds import TOO_LARGE
from app.web.problems import Problem, answer

FORM: Final = 64 * 1024
"""Enough for every form of the console."""


class BodyLimit:
    """Refuses larger bodies with 413: by their stated length at once, else while they are read."""

    def __init__(self, app: ASGIApp, *, limits: Mapping[str, int], otherwise: int = FORM) -> None:
        self._app, self._limits, self._otherwise = app, dict(limits), otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limits.get(scope["path"], self._otherwise)
        detail = f"At most {limit} bytes are accepted here."
        stated = Headers(scope=scope).get("content-length", "")
        if stated.isdecimal() and int(stated) > limit:
            await answer(Problem(TOO_LARGE, detail), scope["path"])(scope, receive, send)
            return
        read = 0

        async def receive_some() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
            return message

        await self._app(scope, receive_some, send)
