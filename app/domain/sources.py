"""Sources of events: whether each is heard, and when it would count as silent."""

from datetime import datetime
from typing import Any

import orjson

from app.domain.documents import encode
from app.domain.facts import PortfolioFacts, SourceFacts
from app.domain.item import INSTANT
from app.domain.policy import Policy
from app.domain.signals import silent_at
from app.domain.standing import Board, Round


def assess_sources(board: Board, facts: PortfolioFacts, done: Round, policy: Policy) -> None:
    """The card of each source, which of them are silent, and when the others would be."""
    silent = set()
    for name in sorted(facts.sources):
        source, key = facts.sources[name], f"source/{name}"
        limit = silent_at(source, policy.sources)
        quiet = done.now > limit
        if quiet:
            silent.add(name)
        done.due[key] = None if quiet else limit + INSTANT
        document = encode(_card(source, limit, quiet, board.cards.get(key)))
        if document != board.cards.get(key):
            done.cards[key] = document
    done.silent = frozenset(silent)


def _card(source: SourceFacts, limit: datetime, quiet: bool, before: bytes | None) -> dict[str, Any]:  # noqa: FBT001
    """A SourceCard; `since` is when it fell silent, or was heard again."""
    known = None if before is None else orjson.loads(before)
    same = known is not None and known["silent"] is quiet
    heard = source.last_at.replace(second=0, microsecond=0)
    return {
        "kind": "source",
        "name": source.name,
        "silent": quiet,
        "since": known["since"] if same and known is not None else (limit if quiet else heard),
        "last_at": heard,
        "silent_at": limit.replace(second=0, microsecond=0),
    }
