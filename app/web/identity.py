"""Who is asking, and what they may do: the dependencies by which every route and socket is guarded.

A person comes with a session cookie, a screen with a device cookie, an integration with a key in
`Authorization: Bearer`. A browser may be a person and a screen at once. With an Authorization header
only the header counts.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Depends
from starlette.requests import HTTPConnection

from app.domain.access import Key, Person, Role, Scope, Screen
from app.domain.redaction import without_names
from app.operations.keyring import Credentials
from app.web.kinds import FORBIDDEN, NOT_SIGNED_IN
from app.web.problems import Problem

SESSION_COOKIE: Final = "nerve_session"
SCREEN_COOKIE: Final = "nerve_screen"
PAIRING_COOKIE: Final = "nerve_pairing"


@dataclass(frozen=True, slots=True)
class Identity:
    """Whoever asks: a person, a screen, both, or an integration by its key."""

    person: Person | None = None
    screen: Screen | None = None
    key: Key | None = None
    credentials: Credentials = field(default=Credentials(), repr=False, compare=False)

    @property
    def viewer(self) -> str:
        """What to call them in inventories and logs."""
        if self.key:
            return f"key/{self.key.key_id}"
        if self.screen:
            return f"screen/{self.screen.screen_id}"
        return f"user/{self.person.user_id}" if self.person else "nobody"

    def may_view(self, portfolio: str) -> bool:
        """May they look at this portfolio?"""
        if self.key:
            return self.key.may(Scope.READ, portfolio)
        return self.person is not None or (self.screen is not None and self.screen.may_view(portfolio))

    @property
    def sees_names(self) -> bool:
        """May they be shown the names of people? All but screens whose setup does not say so."""
        return self.person is not None or self.screen is None or self.screen.may_see_names

    def shown(self, document: Any) -> Any:
        """The document as they may see it."""
        return document if self.sees_names else without_names(document)

    def has_role(self, role: Role) -> bool:
        """Are they a person with at least this role?"""
        return self.person is not None and self.person.role.reaches(role)

    def has_scope(self, scope: Scope) -> bool:
        """Are they a key with this scope?"""
        return self.key is not None and scope in self.key.scopes

    def must_view(self, portfolio: str) -> None:
        """Raises Problem 403 unless they may look at this portfolio."""
        if not self.may_view(portfolio):
            raise Problem(FORBIDDEN, "These credentials do not include this portfolio.")


async def identity_of(connection: HTTPConnection) -> Identity:
    """Whoever asks. Raises Problem 401: nobody that is known."""
    identity: Identity | None = await connection.app.state.access.identify(connection)
    if identity is None:
        presented = connection.headers.get("authorization") is not None
        problem = 'Bearer realm="nerve"' + (', error="invalid_token"' if presented else "")
        raise Problem(NOT_SIGNED_IN, headers={"WWW-Authenticate": problem})
    return identity


Caller = Annotated[Identity, Depends(identity_of)]
"""Anybody with a valid credential."""


def require_role(role: Role) -> Callable[[Identity], Awaitable[Person]]:
    """A dependency: a person with at least this role, else 403."""

    async def person_of(caller: Caller) -> Person:
        if caller.person is None or not caller.has_role(role):
            raise Problem(FORBIDDEN, f"This needs a person with the role {role.value}.")
        return caller.person

    return person_of


def require_scope(scope: Scope) -> Callable[[Identity], Awaitable[Key]]:
    """A dependency: a key with this scope, else 403. Its grants are the operation's to check."""

    async def key_of(caller: Caller) -> Key:
        if caller.key is None or not caller.has_scope(scope):
            raise Problem(FORBIDDEN, f"This needs a key with the scope {scope.value}.")
        return caller.key

    return key_of


async def viewer_of(portfolio: str, caller: Caller) -> Identity:
    """A dependency of routes under `/portfolios/{portfolio}`: whoever may look at it, else 403."""
    caller.must_view(portfolio)
    return caller


async def reader_of(portfolio: str, caller: Caller) -> Identity:
    """A dependency of what cannot be told without names, such as the log: as `viewer_of`, else 403."""
    caller.must_view(portfolio)
    if not caller.sees_names:
        raise Problem(FORBIDDEN, "This screen may not show the names of people.")
    return caller


async def moment(connection: HTTPConnection) -> datetime:
    """A dependency: the time of this request, by the clock of the edge."""
    now: datetime = connection.app.state.access.now()
    return now


Viewer = Annotated[Identity, Depends(viewer_of)]
Reader = Annotated[Identity, Depends(reader_of)]
Analyst = Annotated[Person, Depends(require_role(Role.ANALYST))]
Lead = Annotated[Person, Depends(require_role(Role.LEAD))]
Admin = Annotated[Person, Depends(require_role(Role.ADMIN))]
Ingester = Annotated[Key, Depends(require_scope(Scope.INGEST))]
Now = Annotated[datetime, Depends(moment)]
