"""Cookies: never readable by scripts, never sent for another site, over HTTPS only where there is HTTPS."""

from datetime import timedelta
from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

from app.operations.keyring import LONGEST
from app.operations.pairing import LASTS
from app.web.access import Access
from app.web.identity import PAIRING_COOKIE, SCREEN_COOKIE, SESSION_COOKIE

AGES: Final = {SESSION_COOKIE: LONGEST, SCREEN_COOKIE: timedelta(days=400), PAIRING_COOKIE: 2 * LASTS}
"""How long the browser keeps them; how long they are good for is the server's word."""


class Cookies:
    """The cookies that go with one answer."""

    def __init__(self, access: Access, connection: HTTPConnection, response: Response) -> None:
        self._response = response
        self._secure = access.secure_cookies or connection.url.scheme == "https"

    def give(self, **secrets: str | None) -> None:
        """Set these cookies; those that are None are left alone."""
        for name, secret in secrets.items():
            if secret is not None:
                age = int(AGES[name].total_seconds())
                self._response.set_cookie(
                    name, secret, max_age=age, path="/", secure=self._secure, httponly=True, samesite="strict"
                )

    def take(self, name: str) -> None:
        """Make the browser forget this cookie."""
        self._response.delete_cookie(name, path="/", secure=self._secure, httponly=True, samesite="strict")
