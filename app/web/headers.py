"""Security headers on every answer. Scripts and styles are ruled by the page's own policy (its meta tag)."""

from collections.abc import Mapping
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

API: Final = "/api/"
PAGES: Final = "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'"
"""What a meta tag cannot say; it must not repeat `script-src`, whose hashes only the page knows."""
ANSWERS: Final = "default-src 'none'; frame-ancestors 'none'"
ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def _raw(headers: Mapping[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name.lower().encode(), value.encode()) for name, value in headers.items())


_OF_PAGES: Final = _raw({**ALWAYS, "Content-Security-Policy": PAGES, "Cache-Control": "no-cache"})
_OF_ANSWERS: Final = _raw({**ALWAYS, "Content-Security-Policy": ANSWERS, "Cache-Control": "no-store"})


class SecurityHeaders:
    """Adds them where the answer does not set its own; answers of the API are not kept by caches.

    Pages are asked for anew, as a build may have replaced them: an old one names files that are gone.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        api = scope["path"].startswith(API)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message.get("headers", ())}
                ours = _OF_ANSWERS if api else _OF_PAGES
                message["headers"] = [
                    *message.get("headers", ()),
                    *(each for each in ours if each[0] not in own),
                ]
            await send(message)

        await self._app(scope, receive, send_with_headers)
