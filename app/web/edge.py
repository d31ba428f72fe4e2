"""What every application of ours has at its edge, in one call."""

from collections.abc import Mapping

from fastapi import FastAPI

from app.web import problems
from app.web.access import Access
from app.web.bodies import BodyLimit
from app.web.headers import SecurityHeaders
from app.web.origin import SameOrigin


def install(app: FastAPI, access: Access, *, limits: Mapping[str, int]) -> None:
    """Problem documents, security headers, limits of bodies (bytes by path), and who is asking."""
    app.state.access = access
    problems.install(app)
    app.add_middleware(BodyLimit, limits=limits)
    app.add_middleware(SameOrigin, public_url=access.public_url)
    app.add_middleware(SecurityHeaders)
