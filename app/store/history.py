"""The board as it was, what happened since, and every state of a card: read from what each revision changed.

A revision is *whole* while all that it changed is stored. Of a thinned one there is only what was not
changed again up to the next whole one (app/store/thinning.py), so the board is exact at whole revisions.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate, pairwise
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.board import Head, StoredCard
from app.domain.thinning import Place
from app.models.board import board_head, change, revision
from app.store import bulk
from app.store.boards import Stored


class Changed(NamedTuple):
    """A card that a revision changed."""

    key: str
    rev: int
    document: str | None
    """None: it was gone."""


class Step(NamedTuple):
    """A whole revision and everything that changed since the whole one before."""

    revision: int
    as_of: datetime
    committed_at: datetime
    changes: tuple[Changed, ...]
    """The newest of each key, in the order of the keys."""
    transitions: tuple[str, ...]
    """JSON arrays, in order."""


class Activity(NamedTuple):
    """How much happened in a span of time."""

    changed: int
    turned: int


class State(NamedTuple):
    """A card as it was from one revision on."""

    revision: int
    as_of: datetime
    committed_at: datetime
    first_seq: int
    last_seq: int
    document: str | None
    """None: it was gone."""
    detail: str | None


def at_revision(connection: Connection, portfolio: str, number: int) -> tuple[Head, bool] | None:
    """Where the board stood at this revision, and whether it is whole; None: there is none."""
    row = connection.execute(_AT_REVISION, {"portfolio": portfolio, "number": number}).one_or_none()
    return None if row is None else (Head(*row[:-1]), row.thinned_at is None)


def at_moment(connection: Connection, portfolio: str, moment: datetime) -> Head | None:
    """The newest whole revision as of this portfolio time; None: it is before the first one."""
    number = number_at(connection, portfolio, moment)
    row = connection.execute(_AT_MOMENT, {"portfolio": portfolio, "number": number}).one_or_none()
    return None if row is None else Head(*row)


def number_at(connection: Connection, portfolio: str, moment: datetime) -> int:
    """The newest revision, whole or not, as of this portfolio time; 0: it is before the first one."""
    number: int | None = connection.execute(
        _NUMBER_AT, {"portfolio": portfolio, "moment": moment}
    ).scalar_one_or_none()
    return 0 if number is None else number


def nearest(connection: Connection, portfolio: str, number: int) -> list[Place]:
    """The whole revisions before and after this one."""
    asked = {"portfolio": portfolio, "number": number}
    rows = [connection.execute(query, asked).one_or_none() for query in (_WHOLE_BEFORE, _WHOLE_AFTER)]
    return [Place(*row) for row in rows if row is not None]


def cards(connection: Connection, portfolio: str, number: int) -> list[StoredCard]:
    """The board at a whole revision, in the order of the keys."""
    rows = connection.execute(_CARDS, {"portfolio": portfolio, "number": number}).all()
    return [StoredCard(key, rev, document.encode()) for key, rev, document in sorted(rows)]


def stored(connection: Connection, portfolio: str, key: str, number: int) -> Stored | None:
    """A card at a whole revision with what explained it; None: it was not there."""
    asked = {"portfolio": portfolio, "key": key, "number": number}
    row = connection.execute(_STORED, asked).one_or_none()
    return None if row is None or row.document is None else Stored(*row)


def states(connection: Connection, portfolio: str, key: str, before: int | None, limit: int) -> list[State]:
    """The states of a card, newest first."""
    query = _STATES if before is None else _STATES.where(change.c.revision < before)
    rows = connection.execute(query.limit(limit), {"portfolio": portfolio, "key": key})
    return [State(*row) for row in rows]


def steps(  # noqa: PLR0913 - a span and a page of it
    connection: Connection,
    portfolio: str,
    *,
    since: datetime | None,
    until: datetime | None,
    after: int,
    limit: int,
    most: int,
) -> tuple[list[Step], bool]:
    """The whole revisions after `since` up to `until` and above `after`; whether there are more.

    At most `limit` of them, and fewer where they changed more than `most` cards; one, if there is any.
    """
    first = after if since is None else max(after, number_at(connection, portfolio, since))
    query = _WHOLE.where(revision.c.revision > first)
    if until is not None:
        query = query.where(revision.c.revision <= number_at(connection, portfolio, until))
    found = connection.execute(query.limit(limit + 1), {"portfolio": portfolio}).all()
    if not found:
        return [], False
    numbers = [row.revision for row in found[:limit]]
    before = connection.execute(_WHOLE_BEFORE, {"portfolio": portfolio, "number": numbers[0]}).one_or_none()
    between = {"portfolio": portfolio, "after": 0 if before is None else before.revision}
    numbers = _first(connection, between, numbers, most)
    between["upto"] = numbers[-1]
    changes: list[dict[str, Changed]] = [{} for _ in numbers]
    for row in connection.execute(_CHANGES, between):
        changes[bisect_left(numbers, row.revision)][row.key] = Changed(*row)
    told: list[list[str]] = [[] for _ in numbers]
    for number, transitions in connection.execute(_TRANSITIONS, between):
        told[bisect_left(numbers, number)].append(transitions)
    return [
        Step(*row, tuple(changed[key] for key in sorted(changed)), tuple(turned))
        for row, changed, turned in zip(found, changes, told, strict=False)
    ], len(found) > len(numbers)


def _first(connection: Connection, between: dict[str, Any], numbers: list[int], most: int) -> list[int]:
    """The first of these revisions, as many as changed at most so many cards together."""
    counted = [0] * len(numbers)
    for number, count in connection.execute(_COUNTS, {**between, "upto": numbers[-1]}):
        counted[bisect_left(numbers, number)] += count
    enough = sum(total <= most for total in accumulate(counted))
    return numbers[: max(enough, 1)]


def first_at(connection: Connection, portfolio: str) -> datetime | None:
    """The portfolio time of the first revision; None: there is none yet."""
    found = at_revision(connection, portfolio, 1)
    return None if found is None else found[0].as_of


def density(connection: Connection, portfolio: str, edges: Sequence[datetime]) -> list[Activity]:
    """How much happened after each edge up to the next one: of thinned revisions too, in one statement."""
    rows = [(portfolio, place, *span) for place, span in enumerate(pairwise(edges))]
    kinds = [revision.c[name].type for name in ("portfolio_id", "revision", "as_of", "as_of")]
    owner, place, low, high = bulk.picked(kinds, connection.dialect.name)
    statement = _DENSITY.format(owner=owner, place=place, low=low, high=high)
    found = {number: counts for number, *counts in bulk.run(connection, statement, rows)}
    return [Activity(*(0 if each is None else each for each in found[number])) for number in range(len(rows))]


_PORTFOLIO: Final[sa.BindParameter[str]] = sa.bindparam("portfolio")
_NUMBER: Final[sa.BindParameter[int]] = sa.bindparam("number")
_OURS: Final = revision.c.portfolio_id == _PORTFOLIO
_IS_WHOLE: Final = revision.c.thinned_at.is_(None)
_HEAD: Final = sa.select(
    board_head.c.epoch,
    revision.c.revision,
    revision.c.hash,
    revision.c.last_seq,
    revision.c.as_of,
    revision.c.committed_at,
).join(board_head, board_head.c.portfolio_id == revision.c.portfolio_id)
_AT_REVISION: Final = _HEAD.add_columns(revision.c.thinned_at).where(_OURS, revision.c.revision == _NUMBER)
_AT_MOMENT: Final = (
    _HEAD.where(_OURS, _IS_WHOLE, revision.c.revision <= _NUMBER)
    .order_by(revision.c.revision.desc())
    .limit(1)
)
_NUMBER_AT: Final = (
    sa.select(revision.c.revision)
    .where(_OURS, revision.c.as_of <= sa.bindparam("moment", type_=revision.c.as_of.type))
    .order_by(revision.c.as_of.desc(), revision.c.revision.desc())
    .limit(1)
)
_PLACE: Final = sa.select(revision.c.revision, revision.c.as_of).where(_OURS, _IS_WHOLE).limit(1)
_WHOLE_BEFORE: Final = _PLACE.where(revision.c.revision < _NUMBER).order_by(revision.c.revision.desc())
_WHOLE_AFTER: Final = _PLACE.where(revision.c.revision > _NUMBER).order_by(revision.c.revision)
_WHOLE: Final = (
    sa.select(revision.c.revision, revision.c.as_of, revision.c.committed_at)
    .where(_OURS, _IS_WHOLE)
    .order_by(revision.c.revision)
)
_LATER: Final = change.alias("later")
_KEYS: Final = (
    sa.select(sa.func.min(change.c.key).label("key"))
    .where(change.c.portfolio_id == _PORTFOLIO)
    .cte("keys", recursive=True)
)
_NEXT_KEY: Final = (
    sa.select(sa.func.min(_LATER.c.key))
    .where(_LATER.c.portfolio_id == _PORTFOLIO, _LATER.c.key > _KEYS.c.key)
    .scalar_subquery()
)
_EVERY_KEY: Final = _KEYS.union_all(sa.select(_NEXT_KEY).where(_KEYS.c.key.is_not(None)))
"""By leaps through the index, not through all changes: a key may have changed ten thousand times."""
_NEWEST: Final = (
    sa.select(sa.func.max(_LATER.c.revision))
    .where(
        _LATER.c.portfolio_id == _PORTFOLIO, _LATER.c.key == _EVERY_KEY.c.key, _LATER.c.revision <= _NUMBER
    )
    .scalar_subquery()
)
_CARDS: Final = (
    sa.select(change.c.key, change.c.revision, change.c.document)
    .join_from(_EVERY_KEY, change, sa.and_(change.c.key == _EVERY_KEY.c.key, change.c.revision == _NEWEST))
    .where(change.c.portfolio_id == _PORTFOLIO, change.c.document.is_not(None))
)
_STORED: Final = (
    sa.select(change.c.revision, change.c.document, change.c.detail)
    .where(
        change.c.portfolio_id == _PORTFOLIO,
        change.c.key == sa.bindparam("key"),
        change.c.revision <= _NUMBER,
    )
    .order_by(change.c.revision.desc())
    .limit(1)
)
_STATES: Final = (
    sa.select(
        change.c.revision,
        revision.c.as_of,
        revision.c.committed_at,
        revision.c.first_seq,
        revision.c.last_seq,
        change.c.document,
        change.c.detail,
    )
    .join(
        revision,
        sa.and_(revision.c.portfolio_id == change.c.portfolio_id, revision.c.revision == change.c.revision),
    )
    .where(change.c.portfolio_id == _PORTFOLIO, change.c.key == sa.bindparam("key"))
    .order_by(change.c.revision.desc())
)


def _between(table: sa.Table) -> sa.ColumnElement[bool]:
    number = table.c.revision
    return sa.and_(
        table.c.portfolio_id == _PORTFOLIO, number > sa.bindparam("after"), number <= sa.bindparam("upto")
    )


_COUNTS: Final = (
    sa.select(change.c.revision, sa.func.count()).where(_between(change)).group_by(change.c.revision)
)
_CHANGES: Final = (
    sa.select(change.c.key, change.c.revision, change.c.document)
    .where(_between(change))
    .order_by(change.c.revision)
)
_TRANSITIONS: Final = (
    sa.select(revision.c.revision, revision.c.transitions)
    .where(_between(revision), revision.c.turned > 0)
    .order_by(revision.c.revision)
)
_DENSITY: Final = """
    SELECT {place},
        (SELECT sum(inside.changed) FROM revision AS inside
         WHERE inside.portfolio_id = {owner} AND inside.as_of > {low} AND inside.as_of <= {high}),
        (SELECT sum(inside.turned) FROM revision AS inside
         WHERE inside.portfolio_id = {owner} AND inside.as_of > {low} AND inside.as_of <= {high})
    FROM {{rows}}
"""
"""A part at a time, by the index: joined, every part would be compared with every revision."""
