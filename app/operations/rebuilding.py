"""Rebuilding: the log, walked again along the stored revisions, has to give the same board byte for byte.

So a colour of any day can be proved from the events of that day, and a row of the log that was
changed behind the product's back is named with the first revision that shows it.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Final, NamedTuple

from sqlalchemy.engine import Connection

from app.db import Database
from app.domain.board import CardChange, Head, Revision
from app.domain.facts import PortfolioFacts
from app.domain.standing import Board
from app.domain.subject import Key
from app.operations.revising import assess, finished
from app.store import assessments, boards, log, readings, revisions
from app.store.assessments import Assessed
from app.store.log import Stretch

PAGE: Final = 100


class Difference(NamedTuple):
    """Something that is stored and does not follow from the log."""

    revision: int
    what: str
    """`event 17`, `hash`, `as_of`, `transitions`, `board`, `facts`, `readings`, or the key of a card."""


@dataclass(slots=True)
class Rebuilt:
    """A portfolio after a walk along its log: empty at first, then as it was at each revision."""

    head: Head
    facts: PortfolioFacts
    board: Board
    degraded: set[Key] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)
    owed: set[str] = field(default_factory=set)
    """Cards whose change was thinned: they changed again up to the next whole revision."""
    readings: dict[str, bytes] = field(default_factory=dict)
    """Project → its readings of the day of `head`."""
    days: set[date] = field(default_factory=set)
    """Those of which there are readings."""


class Stored(NamedTuple):
    """A portfolio as of its last revision, with the readings of that day and the days that have any."""

    assessed: Assessed
    readings: Mapping[str, bytes]
    days: set[date]


async def verify_log(db: Database, portfolio: str) -> Rebuilt | None:
    """Walk the whole log again, and compare; None: there is no such portfolio."""
    stored = await db.read(partial(_stored, portfolio=portfolio))
    if stored is None:
        return None
    rebuilt = _empty(stored.assessed)
    while rebuilt.head.revision < stored.assessed.head.revision:
        at = rebuilt.head.revision
        page = await db.read(partial(boards.revisions_after, portfolio=portfolio, after=at, limit=PAGE))
        for each in page:
            read = partial(_read, portfolio=portfolio, before=rebuilt.head, after=each.head)
            stretch, altered = await db.read(read)
            await _turn_the_day(db, portfolio, rebuilt, each.head)
            rebuilt.differences += [Difference(each.head.revision, f"event {seq}") for seq in altered]
            walk(rebuilt, each, stretch)
            await asyncio.sleep(0)
        if rebuilt.head.revision == at or page[-1].head.revision != rebuilt.head.revision:
            rebuilt.differences.append(Difference(rebuilt.head.revision + 1, "missing"))
            return rebuilt
        if rebuilt.head.revision >= stored.assessed.head.revision:
            stored = await db.read(partial(_stored, portfolio=portfolio)) or stored
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
    done, outcome = finished(steps)
    rebuilt.board.apply(done)
    rebuilt.readings.update(outcome.readings)
    rebuilt.facts.changed.clear()
    rebuilt.degraded = rebuilt.degraded.difference(outcome.recovered) | set(done.failures)
    digest = revisions.chain(before, number, outcome)
    rebuilt.head = Head(
        before.epoch, number, digest, outcome.last_seq, outcome.as_of, stored.head.committed_at
    )
    changes = tuple(CardChange(key, document) for key, document in sorted(outcome.cards.items()))
    found = Revision(stored.portfolio, rebuilt.head, changes, tuple(outcome.transitions))
    rebuilt.differences += compare(stored, found, rebuilt.owed)
    rebuilt.head = stored.head  # what comes after is judged by itself


def compare(stored: Revision, found: Revision, owed: set[str]) -> Iterator[Difference]:
    """In what a stored revision differs from the one that follows from the log.

    A change may be missing from a revision that was thinned, if the card changed again up to the next whole
    one; `owed` keeps count of those.
    """
    number = stored.head.revision
    for what in ("hash", "as_of"):
        if getattr(stored.head, what) != getattr(found.head, what):
            yield Difference(number, what)
    here, there = ({each.key: each.document for each in one.changes} for one in (stored, found))
    thinned = set() if stored.whole else there.keys() - here.keys()
    for key in sorted((here.keys() | there.keys()) - thinned):
        if key not in here or key not in there or here[key] != there[key]:
            yield Difference(number, key)
    owed.difference_update(here)
    owed.update(thinned)
    if stored.whole:
        yield from (Difference(number, key) for key in sorted(owed))
        owed.clear()
    if stored.transitions != found.transitions:
        yield Difference(number, "transitions")


async def _turn_the_day(db: Database, portfolio: str, rebuilt: Rebuilt, coming: Head) -> None:
    """Compare the readings of a day when it is over, before a revision of another one."""
    before, now = rebuilt.head, coming.as_of
    if before.as_of is None or now is None or now.date() == before.as_of.date():
        return
    day = before.as_of.date()
    kept = await db.read(partial(readings.of_day, portfolio=portfolio, day=day))
    if kept != rebuilt.readings:
        rebuilt.differences.append(Difference(before.revision, "readings"))
    rebuilt.days.update({day} if rebuilt.readings else ())
    rebuilt.readings = {}


def _at_the_end(rebuilt: Rebuilt, stored: Stored) -> Iterator[Difference]:
    number = rebuilt.head.revision
    for what in ("board", "facts", "degraded"):
        if getattr(rebuilt, what) != getattr(stored.assessed, what):
            yield Difference(number, what)
    days = rebuilt.days | ({rebuilt.head.as_of.date()} if rebuilt.head.as_of and rebuilt.readings else set())
    if (rebuilt.readings, days) != (stored.readings, stored.days):
        yield Difference(number, "readings")


def _stored(connection: Connection, portfolio: str) -> Stored | None:
    found = assessments.load(connection, portfolio)
    if found is None:
        return None
    at = found.head.as_of
    today = {} if at is None else readings.of_day(connection, portfolio, at.date())
    return Stored(found, today, readings.days(connection, portfolio))


def _empty(stored: Assessed) -> Rebuilt:
    head = Head(stored.head.epoch, 0, "", 0, None, None)
    facts = PortfolioFacts(stored.facts.clock, policies=stored.facts.policies[:1])
    return Rebuilt(head, facts, Board(stored.board.portfolio))


def _read(connection: Connection, portfolio: str, before: Head, after: Head) -> tuple[Stretch, list[int]]:
    first, last = before.assessed_seq, after.assessed_seq
    stretch = log.after(connection, portfolio, first, last - first)
    return stretch, log.altered(connection, portfolio, first, last)
