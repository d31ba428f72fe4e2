"""Values that travel from the assessor to every screen: a revision and what it changed."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CardChange:
    """Card `key` is now this document (UTF-8 JSON of a card), or gone."""

    key: str
    document: bytes | None


@dataclass(frozen=True, slots=True)
class Head:
    """Where a board stands."""

    epoch: str
    revision: int
    hash: str
    assessed_seq: int
    as_of: datetime | None
    committed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Revision:
    """One committed assessment. Each change has this revision as its `rev`."""

    portfolio: str
    head: Head
    changes: tuple[CardChange, ...]
    transitions: tuple[bytes, ...] = ()
    """JSON objects of app.realtime.protocol.Transition, in order."""
    whole: bool = True
    """Whether all that it changed is still here: it was not thinned."""


@dataclass(frozen=True, slots=True)
class StoredCard:
    """A card of the map: `rev` is the revision that last changed it."""

    key: str
    rev: int
    document: bytes
