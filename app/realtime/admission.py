"""Who may look: asked when a connection opens, when it subscribes or resumes, and every few seconds."""

from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from app.domain.screens import Report
from app.realtime.protocol import CloseCode
from app.web.identity import Identity


class Doorkeeper(Protocol):
    """What the live edge needs to know about credentials; `app.web.access.Access` is one."""

    async def identify(self, connection: HTTPConnection) -> Identity | None:
        """Whoever asks; None: nobody that is known. Raises DatabaseUnavailable."""
        ...

    def still_valid(self, identity: Identity) -> bool:
        """Are these credentials still good for exactly the same? Cheap."""
        ...


class Inventory(Protocol):
    """Who keeps what each screen shows; `app.operations.keyring.Keyring` does."""

    def shown(self, screen_id: str, report: Report | None, *, now: datetime) -> None:
        """This screen is there, and says this of itself. Cheap."""
        ...


def refusal(identity: Identity | None, portfolio: str) -> int | None:
    """The close code for whoever may not look at this portfolio; None: welcome."""
    if identity is None:
        return CloseCode.UNAUTHENTICATED
    return None if identity.may_view(portfolio) else CloseCode.FORBIDDEN


def same_origin(connection: HTTPConnection, public_url: str | None = None) -> bool:
    """Does the page that asks come from this server, by the name it was called or by its public address?

    Browsers always say where a page comes from when it opens a websocket; what says nothing is no
    browser, and carries no cookie that it was not given on purpose.
    """
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    ours = {connection.headers.get("host"), urlsplit(public_url or "").netloc}
    return urlsplit(origin).netloc in ours - {None, ""}
