"""Rebuilding: the log, walked again along the stored revisions, has to give the same board byte for byte.

So a colour of any day can be proved from the events of that day, and a row of the log that was
changed behind the product's back is named with the first revision that shows it.
"""

import asyncio
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple, TypeVar

from sqlalchemy.engine import Connection

from app.db import Database
from app.domain.board import CardChange, Head, Revision
from app.domain.facts import PortfolioFacts
from app.domain.standing import Board
from app.domain.subject import Key
from app.operations.assessing import assess
from app.store import assessments, boards, log, revisions
from app.store.assessments import Assessed
from app.store.log import Stretch

PAGE: Final = 100
T = TypeVar("T")


class Difference(NamedTuple):
    """Something that is stored and does not follow from the log."""

    revision: int
    what: str
    """`event 17`, `hash`, `as_of`, `transitions`, `board`, `facts`, or the key of a card."""


@dataclass(slots=True)
class Rebuilt:
    """A portfolio after a walk along its log: empty at first, then as it was at each revision."""

    head: Head
    facts: PortfolioFacts
    board: Board
    degraded: set[Key] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)


async def verify_log(db: Database, portfolio: str) -> Rebuilt | None:
    """Walk the whole log again, and compare; None: there is no such portfolio."""
    stored = await db.read(partial(assessments.load, name=portfolio))
    if stored is None:
        return None
    rebuilt = _empty(stored)
    while rebuilt.head.revision < stored.head.revision:
        at = rebuilt.head.revision
        page = await db.read(partial(boards.revisions_after, portfolio=portfolio, after=at, limit=PAGE))
        for each in page:
            read = partial(_read, portfolio=portfolio, before=rebuilt.head, after=each.head)
            stretch, altered = await db.read(read)
            rebuilt.differences += [Difference(each.head.revision, f"event {seq}") for seq in altered]
            walk(rebuilt, each, stretch)
            await asyncio.sleep(0)
        if rebuilt.head.revision == at or page[-1].head.revision != rebuilt.head.revision:
            rebuilt.differences.append(Difference(rebuilt.head.revision + 1, "missing"))
            return rebuilt
        if rebuilt.head.revision >= stored.head.revision:
            stored = await db.read(partial(assessments.load, name=portfolio)) or stored
    rebuilt.differences += _at_the_end(rebuilt, stored)
    return rebuilt


def walk(rebuilt: Rebuilt, stored: Revision, stretch: Stretch) -> None:
    """Take the next revision's events in, and note in what its result differs from what is stored."""
    before, number = rebuilt.head, rebuilt.head.revision + 1
    numbers = range(before.assessed_seq + 1, stored.head.assessed_seq + 1)
    if stored.head.revision != number or [each.seq for each in stretch.events] != [*numbers]:
        rebuilt.differences.append(Difference(number, "missing"))
        rebuilt.head = stored.head
        return
    steps = assess(stretch, rebuilt.facts, rebuilt.board, rebuilt.degraded, number)
    done, outcome = _finished(steps)
    rebuilt.board.apply(done)
    rebuilt.facts.changed.clear()
    rebuilt.degraded = rebuilt.degraded.difference(outcome.recovered) | set(done.failures)
    digest = revisions.chain(before, number, outcome)
    rebuilt.head = Head(
        before.epoch, number, digest, outcome.last_seq, outcome.as_of, stored.head.committed_at
    )
    changes = tuple(CardChange(key, document) for key, document in sorted(outcome.cards.items()))
    found = Revision(stored.portfolio, rebuilt.head, changes, tuple(outcome.transitions))
    rebuilt.differences += compare(stored, found)
    rebuilt.head = stored.head  # what comes after is judged by itself


def compare(stored: Revision, found: Revision) -> Iterator[Difference]:
    """In what a stored revision differs from the one that follows from the log."""
    number = stored.head.revision
    for what in ("hash", "as_of"):
        if getattr(stored.head, what) != getattr(found.head, what):
            yield Difference(number, what)
    here, there = ({each.key: each.document for each in one.changes} for one in (stored, found))
    for key in sorted(here.keys() | there.keys()):
        if key not in here or key not in there or here[key] != there[key]:
            yield Difference(number, key)
    if stored.transitions != found.transitions:
        yield Difference(number, "transitions")


def _at_the_end(rebuilt: Rebuilt, stored: Assessed) -> Iterator[Difference]:
    for what in ("board", "facts", "degraded"):
        if getattr(rebuilt, what) != getattr(stored, what):
            yield Difference(rebuilt.head.revision, what)


def _empty(stored: Assessed) -> Rebuilt:
    head = Head(stored.head.epoch, 0, "", 0, None, None)
    facts = PortfolioFacts(stored.facts.clock, policies=stored.facts.policies[:1])
    return Rebuilt(head, facts, Board(stored.board.portfolio))


def _read(connection: Connection, portfolio: str, before: Head, after: Head) -> tuple[Stretch, list[int]]:
    first, last = before.assessed_seq, after.assessed_seq
    stretch = log.after(connection, portfolio, first, last - first)
    return stretch, log.altered(connection, portfolio, first, last)


def _finished(steps: Generator[None, None, T]) -> T:
    try:
        while True:
            next(steps)
    except StopIteration as stop:
        result: T = stop.value
        return result
