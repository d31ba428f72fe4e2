"""Who may look and who may write: people with a role, screens with a portfolio, keys with scopes.

These are values. Where the secrets behind them are kept and checked is `operations/keyring.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final


class Role(StrEnum):
    """What a person may do; each role may do what the ones before it may."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    LEAD = "lead"
    ADMIN = "admin"

    def reaches(self, wanted: "Role") -> bool:
        """Is this role the wanted one, or above it?"""
        return _RANKS[self] >= _RANKS[wanted]


_RANKS: Final = {role: rank for rank, role in enumerate(Role)}


class Scope(StrEnum):
    """What a key may be used for."""

    INGEST = "ingest"
    READ = "read"


class DomainError(Exception):
    """A request is refused for a reason that whoever asks may be told; subclasses carry the facts."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account. People see every portfolio; their role says what they may change."""

    user_id: str
    name: str
    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class Screen:
    """A paired device on a wall. It looks, it never writes; without a portfolio it may show any."""

    screen_id: str
    name: str
    place: str | None
    portfolio: str | None
    profile: Mapping[str, Any]
    standing: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """The commands that last (app/domain/screens.py): they change what it shows, not what it may see."""

    @property
    def may_see_names(self) -> bool:
        """May it show the names of people? Not unless whoever approved it said so."""
        return self.profile.get("names") is True

    def may_view(self, portfolio: str) -> bool:
        return self.portfolio in {None, portfolio}


@dataclass(frozen=True, slots=True)
class Key:
    """An integration's key: its connection, its scopes, the portfolios it is granted (None: all)."""

    key_id: str
    connection_id: str
    name: str
    scopes: frozenset[Scope]
    portfolios: frozenset[str] | None

    def may(self, scope: Scope, portfolio: str) -> bool:
        """May it be used like this on this portfolio?"""
        return scope in self.scopes and self.granted(portfolio)

    def granted(self, portfolio: str) -> bool:
        return self.portfolios is None or portfolio in self.portfolios

    @property
    def only_portfolio(self) -> str | None:
        """The one portfolio it is granted: where its events go that name none."""
        return next(iter(self.portfolios)) if self.portfolios and len(self.portfolios) == 1 else None
