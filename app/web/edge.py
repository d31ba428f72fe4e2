"""What every application of ours has at its edge, in one call."""

from collections.abc import Mapping

from fastapi import FastAPI

from app.web import problems
from app.web.access import Access
from app.web.bodies import BodyLimit
from app.web.headers import SecurityHeaders
from app.web.origin import SameOrigin
from app.web.straight import Handler, Straight


def install(
    app: FastAPI, access: Access, *, limits: Mapping[str, int], straight: Mapping[str, Handler]
) -> None:
    """Problem documents, security headers, limits of bodies (bytes by path), and who is asking.

    Plain posts to the paths of `straight` take the shortcut to their handler.
    """
    app.state.access = access
    problems.install(app)
    app.add_middleware(BodyLimit, limits=limits)
    app.add_middleware(SameOrigin, public_url=access.public_url)
    for path, handler in straight.items():
        app.add_middleware(Straight, path=path, limit=limits[path], handler=handler)
    app.add_middleware(SecurityHeaders)
