"""History: the board as it was, what happened since, every state of a card, the readings of each day.

A moment is a revision, or an instant of portfolio time: then it is the newest revision up to there of
which all is still stored.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple, TypeVar

import orjson
from sqlalchemy.engine import Connection

from app.db import Database
from app.domain.board import Head, StoredCard
from app.domain.subject import Kind, key
from app.domain.thinning import Place
from app.operations.looking import NothingThere
from app.store import boards, policies, readings
from app.store import history as past
from app.store.history import Activity, State, Step
from app.store.log import UnknownPortfolio

Moment = datetime | int
MOST_CHANGES: Final = 5_000
"""Cards in a page of changes, unless its first revision alone has more."""
MOST_DAYS: Final = 1_100
"""Days of a series: three years."""
INSTANT: Final = timedelta(microseconds=1)
T = TypeVar("T")


class RevisionThinned(LookupError):
    """This revision cannot be shown any more; these before and after it can."""

    def __init__(self, revision: int, nearest: Sequence[Place]) -> None:
        super().__init__(revision)
        self.revision, self.nearest = revision, nearest


class EmptySpan(ValueError):
    """The span ends where it begins, or before."""


class Span(NamedTuple):
    """Portfolio time after `since`, up to and including `until`; None: from the beginning, to the end."""

    since: datetime | None
    until: datetime | None


def place(connection: Connection, portfolio: str, moment: Moment) -> Head:
    """Where the board stood; before its first revision at revision 0, which is empty.

    Raises UnknownPortfolio, NothingThere, RevisionThinned.
    """
    now = _known(connection, portfolio)
    nothing = Head(now.epoch, 0, "", 0, None, None)
    if isinstance(moment, datetime):
        return past.at_moment(connection, portfolio, moment) or nothing
    found = (nothing, True) if moment == 0 else past.at_revision(connection, portfolio, moment)
    if found is None:
        raise NothingThere(f"revision {moment}")
    head, whole = found
    if not whole:
        raise RevisionThinned(moment, past.nearest(connection, portfolio, moment))
    return head


async def board(db: Database, portfolio: str, moment: Moment) -> tuple[Head, list[StoredCard]]:
    """The board as it was. Raises UnknownPortfolio, NothingThere, RevisionThinned."""

    def look(connection: Connection) -> tuple[Head, list[StoredCard]]:
        head = place(connection, portfolio, moment)
        return head, past.cards(connection, portfolio, head.revision)

    return await _of_one_moment(db, look)


async def changes(  # noqa: PLR0913 - a span and a page of it
    db: Database, portfolio: str, span: Span, *, after: int, limit: int, documents: bool
) -> bytes:
    """The revisions of a span in order, as JSON, by pages: `next` is the `after` of the next one.

    Applied to the board as of the span's beginning they give the board at each of them.
    Raises UnknownPortfolio, EmptySpan.
    """
    since, until = _checked(span)

    def look(connection: Connection) -> tuple[list[Step], bool]:
        _known(connection, portfolio)
        return past.steps(
            connection, portfolio, since=since, until=until, after=after, limit=limit, most=MOST_CHANGES
        )

    found, more = await _of_one_moment(db, look)
    told = [_step(each, documents=documents) for each in found]
    return _json({"revisions": told, "next": found[-1].revision if more else None})


def _step(step: Step, *, documents: bool) -> dict[str, Any]:
    turns = ",".join(array[1:-1] for array in step.transitions)
    told: dict[str, Any] = {
        "revision": step.revision,
        "as_of": step.as_of,
        "committed_at": step.committed_at,
        "keys": [each.key for each in step.changes],
        "transitions": orjson.Fragment(f"[{turns}]"),
    }
    if documents:
        told["changes"] = [
            {"key": key, "rev": rev, "card": _document(document)} for key, rev, document in step.changes
        ]
    return told


async def density(db: Database, portfolio: str, span: Span, buckets: int) -> dict[str, Any]:
    """How many cards changed, and how many transitions there were, in each of so many parts of the span.

    Without an end the span is that of the history. Raises UnknownPortfolio, EmptySpan.
    """
    _checked(span)

    def look(connection: Connection) -> tuple[list[datetime], list[Activity]]:
        now = _known(connection, portfolio)
        edges = _edges(span, past.first_at(connection, portfolio), now.as_of, buckets)
        return edges, past.density(connection, portfolio, edges)

    edges, found = await _of_one_moment(db, look)
    return {
        "from": edges[0] if edges else span.since,
        "to": edges[-1] if edges else span.until,
        "buckets": [
            {"from": edge, "changes": each.changed, "transitions": each.turned}
            for edge, each in zip(edges, found, strict=False)
        ],
    }


def _edges(span: Span, first: datetime | None, last: datetime | None, buckets: int) -> list[datetime]:
    """The ends of so many equal parts; none where nothing has happened yet."""
    since = first - INSTANT if span.since is None and first is not None else span.since
    until = last if span.until is None else span.until
    if since is None or until is None or since >= until:
        return []
    return [*(since + (until - since) * part / buckets for part in range(buckets)), until]


async def states(
    db: Database, portfolio: str, card: str, *, before: int | None, limit: int
) -> dict[str, Any]:
    """Every state of a card that is still stored, newest first, by pages; raises NothingThere."""

    def look(connection: Connection) -> list[State]:
        _known(connection, portfolio)
        return past.states(connection, portfolio, card, before, limit)

    found = await db.read(look)
    if not found and before is None:
        raise NothingThere(card)
    return {
        "states": [_state(each) for each in found],
        "next": found[-1].revision if len(found) == limit else None,
    }


def _state(state: State) -> dict[str, Any]:
    """As JSON. `cause` is what decided the colour; the events are those that the revision took in."""
    detail = orjson.loads(state.detail) if state.detail else {}
    return {
        "revision": state.revision,
        "as_of": state.as_of,
        "committed_at": state.committed_at,
        "card": None if state.document is None else orjson.loads(state.document),
        "cause": detail.get("cause"),
        "policy": detail.get("policy"),
        "first_seq": state.first_seq,
        "last_seq": state.last_seq,
    }


async def series(  # noqa: PLR0913 - a span of one KPI's days
    db: Database, portfolio: str, code: str, kpi: str, *, since: date | None, until: date | None
) -> dict[str, Any]:
    """What a KPI of a project said on each day on which it was assessed: a value, or why there is none.

    At most 1,100 days, the newest. Raises NothingThere: no such portfolio, project or KPI.
    """
    item = key(Kind.PROJECT, code)

    def look(connection: Connection) -> list[tuple[date, str]]:
        _known(connection, portfolio)
        policy = policies.newest(connection, portfolio)
        if kpi not in policy.kpis:
            raise NothingThere(f"KPI {kpi}")
        if boards.stored(connection, portfolio, item) is None:
            raise NothingThere(item)
        return readings.series(connection, portfolio, item, since=since, until=until, limit=MOST_DAYS)

    days = [_reading(day, orjson.loads(said).get(kpi)) for day, said in await db.read(look)]
    return {"project": code, "kpi": kpi, "series": days}


def _reading(day: date, said: str | dict[str, str] | None) -> dict[str, Any]:
    if isinstance(said, str):
        return {"day": day, "value": said, "reason": None}
    return {"day": day, "value": None, "reason": "does_not_apply" if said is None else said["unknown"]}


def _checked(span: Span) -> Span:
    if span.since is not None and span.until is not None and span.since >= span.until:
        raise EmptySpan
    return span


def _known(connection: Connection, portfolio: str) -> Head:
    found = boards.head(connection, portfolio)
    if found is None:
        raise UnknownPortfolio(portfolio)
    return found


async def _of_one_moment(db: Database, look: Callable[[Connection], T]) -> T:
    def work(connection: Connection) -> T:
        boards.one_moment(connection)
        return look(connection)

    return await db.read(work)


def _document(document: str | None) -> orjson.Fragment | None:
    return None if document is None else orjson.Fragment(document)


def _json(told: dict[str, Any]) -> bytes:
    return orjson.dumps(told, option=orjson.OPT_UTC_Z)
