"""The log: append events under the portfolio's row lock, read them in order."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.db import utc_text
from app.domain.events.catalogue import AnyEvent, parse, same
from app.domain.fold import Recorded
from app.models.log import event, event_head, quarantine
from app.store import bulk
from app.store.clock import clock

COLUMNS: Final = (
    "portfolio_id", "seq", "connection_id", "source", "external_id", "type", "subject",
    "occurred_at", "recorded_at", "salt", "digest", "canonical",
)  # fmt: skip


class Incoming(NamedTuple):
    """A validated event on its way into the log. Its identity is (portfolio, connection, source, id)."""

    connection: str
    event: AnyEvent
    canonical: str


class Receipt(NamedTuple):
    """Where an event stands in its portfolio's log; `conflict`: its identity is taken by other content."""

    portfolio: str
    seq: int
    duplicate: bool = False
    conflict: bool = False


class UnknownPortfolio(LookupError):
    """No portfolio has this id."""


class EventHead(NamedTuple):
    seq: int
    recorded_at: datetime | None


class Stretch(NamedTuple):
    """Consecutive events of the log after number `after`, and their digests for the revision's hash."""

    after: int
    events: list[Recorded]
    digests: list[str]

    @property
    def last_seq(self) -> int:
        """The number of the last of them; `after` itself when there are none."""
        return self.after + len(self.events)


class Appended(NamedTuple):
    """A receipt for each event of a group, and those that are new to the log."""

    receipts: list[Receipt]
    new: Stretch


def append(connection: Connection, portfolio: str, group: Sequence[Incoming]) -> Appended:
    """Number and insert what is new; answer a repeat with its first receipt. Four statements.

    The row lock of `event_head` is held until commit, so numbers are in commit order and gap-free.
    """
    if not group:
        return Appended([], Stretch(0, [], []))
    head, now = _lock(connection, portfolio)
    known = _known(connection, portfolio, group)
    stamp = max(now, head.recorded_at) if head.recorded_at else now
    rows, receipts, new = [], [], Stretch(head.seq, [], [])
    recorded_at, salts = utc_text(stamp), _salts(len(group))
    for incoming, salt in zip(group, salts, strict=True):
        identity = (incoming.connection, incoming.event.source, incoming.event.id)
        if (first := known.get(identity)) is not None:
            repeat = same(first[1], incoming.canonical)
            receipts.append(Receipt(portfolio, first[0], duplicate=repeat, conflict=not repeat))
            continue
        seq, digest = new.last_seq + 1, _digest(salt, incoming.canonical)
        known[identity] = (seq, incoming.canonical)
        rows.append(_row(portfolio, seq, incoming, recorded_at, salt, digest))
        new.events.append(Recorded(seq, stamp, incoming.event))
        new.digests.append(digest)
        receipts.append(Receipt(portfolio, seq))
    if rows:
        bulk.insert(connection, event, COLUMNS, rows)
        connection.execute(_MOVE_HEAD, {"portfolio": portfolio, "seq": new.last_seq, "stamp": stamp})
    return Appended(receipts, new)


def head(connection: Connection, portfolio: str) -> EventHead | None:
    """The number and stamp of the latest event."""
    row = connection.execute(_HEAD, {"portfolio": portfolio}).one_or_none()
    return EventHead(row.seq, row.recorded_at) if row else None


def after(connection: Connection, portfolio: str, seq: int, limit: int) -> Stretch:
    """The next events in order, at most `limit`."""
    rows = connection.execute(_AFTER, {"portfolio": portfolio, "seq": seq, "limit": limit}).all()
    events = [Recorded(row.seq, row.recorded_at, parse(row.canonical, recorded=True)) for row in rows]
    return Stretch(seq, events, [row.digest for row in rows])


def altered(connection: Connection, portfolio: str, after: int, upto: int) -> list[int]:
    """The events whose text is not what was recorded; one that was erased on purpose is not among them."""
    rows = connection.execute(
        sa.select(event.c.seq, event.c.salt, event.c.digest, event.c.canonical)
        .where(event.c.portfolio_id == portfolio, event.c.seq > after, event.c.seq <= upto)
        .where(event.c.canonical.is_not(None))
        .order_by(event.c.seq)
    )
    return [row.seq for row in rows if _digest(row.salt, row.canonical) != row.digest]


class LogEntry(NamedTuple):
    """An event as a person reads it: its canonical JSON and where it came from."""

    seq: int
    connection: str
    recorded_at: datetime
    canonical: str | None


def entry(connection: Connection, portfolio: str, seq: int) -> LogEntry | None:
    """One event of the log."""
    rows = entries(connection, portfolio, None, seq + 1, 1)
    return rows[0] if rows and rows[0].seq == seq else None


def entries(
    connection: Connection, portfolio: str, subjects: Iterable[str] | None, before: int | None, limit: int
) -> list[LogEntry]:
    """The newest events first, of these subjects (None: of all), with numbers below `before`."""
    query = sa.select(event.c.seq, event.c.connection_id, event.c.recorded_at, event.c.canonical)
    query = query.where(event.c.portfolio_id == portfolio).order_by(event.c.seq.desc()).limit(limit)
    if subjects is not None:
        query = query.where(event.c.subject.in_(list(subjects)))
    if before is not None:
        query = query.where(event.c.seq < before)
    return [LogEntry(*row) for row in connection.execute(query)]


def numbered(connection: Connection, portfolio: str, seqs: Sequence[int]) -> list[LogEntry]:
    """The events with these numbers, the newest first."""
    query = sa.select(event.c.seq, event.c.connection_id, event.c.recorded_at, event.c.canonical)
    query = query.where(event.c.portfolio_id == portfolio, event.c.seq.in_(seqs))
    return [LogEntry(*row) for row in connection.execute(query.order_by(event.c.seq.desc()))]


class Held(NamedTuple):
    """An event that does not count yet, and why."""

    entry: LogEntry
    reason: str


def held(connection: Connection, portfolio: str, before: int | None, limit: int) -> list[Held]:
    """The newest events that wait in quarantine, with numbers below `before`."""
    place = sa.and_(event.c.portfolio_id == quarantine.c.portfolio_id, event.c.seq == quarantine.c.seq)
    columns = (event.c.seq, event.c.connection_id, event.c.recorded_at, event.c.canonical)
    query = sa.select(quarantine.c.reason, *columns).select_from(quarantine).join(event, place)
    query = query.where(quarantine.c.portfolio_id == portfolio).order_by(quarantine.c.seq.desc())
    if before is not None:
        query = query.where(quarantine.c.seq < before)
    return [Held(LogEntry(*row), reason) for reason, *row in connection.execute(query.limit(limit))]


def count_held(connection: Connection, portfolio: str) -> int:
    """How many events wait in quarantine."""
    waiting = quarantine.c.portfolio_id == portfolio
    return connection.execute(sa.select(sa.func.count()).select_from(quarantine).where(waiting)).scalar_one()


def _lock(connection: Connection, portfolio: str) -> tuple[EventHead, datetime]:
    row = connection.execute(_locked(connection.dialect.name), {"portfolio": portfolio}).one_or_none()
    if row is None:
        raise UnknownPortfolio(portfolio)
    return EventHead(row.seq, row.recorded_at), row.now


def _known(
    connection: Connection, portfolio: str, group: Sequence[Incoming]
) -> dict[tuple[str, str, str], tuple[int, str | None]]:
    asked = [(portfolio, i.connection, i.event.source, i.event.id) for i in group]
    rows = bulk.run(connection, _identities(connection.dialect.name), asked)
    return {(row[0], row[1], row[2]): (row[3], row[4]) for row in rows}


def _salts(count: int) -> list[str]:
    """Sixteen hexadecimal digits for each event, from one call to the system."""
    digits = secrets.token_hex(8 * count)
    return [digits[place : place + 16] for place in range(0, 16 * count, 16)]


def _row(  # noqa: PLR0913 - the columns of the log
    portfolio: str, seq: int, incoming: Incoming, recorded_at: str, salt: str, digest: str
) -> tuple[object, ...]:
    found = incoming.event
    return (
        portfolio, seq, incoming.connection, found.source, found.id, found.type, found.subject,
        utc_text(found.time), recorded_at, salt, digest, incoming.canonical,
    )  # fmt: skip


def _digest(salt: str, canonical: str) -> str:
    return hashlib.sha256(f"{salt}{canonical}".encode()).hexdigest()


@cache
def _identities(dialect: str) -> str:
    columns = ("portfolio_id", "connection_id", "source", "external_id")
    values = bulk.picked([sa.Text()] * len(columns), dialect)
    same = " AND ".join(f"e.{name} = {value}" for name, value in zip(columns, values, strict=True))
    # CROSS JOIN: SQLite then keeps this order, the rows outside and the index of identities inside
    return (
        "SELECT e.connection_id, e.source, e.external_id, e.seq, e.canonical"  # noqa: S608 - no input in it
        f" FROM {{rows}} CROSS JOIN event e WHERE {same}"
    )


@cache
def _locked(dialect: str) -> sa.Select[int, datetime | None, datetime]:
    """The head and the database's clock; on SQLite the transaction itself is the lock."""
    head = _HEAD.add_columns(clock(dialect).label("now"))
    return head if dialect == "sqlite" else head.with_for_update()


_HEAD: Final = sa.select(event_head.c.seq, event_head.c.recorded_at).where(
    event_head.c.portfolio_id == sa.bindparam("portfolio")
)
_MOVE_HEAD: Final = (
    sa.update(event_head)
    .where(event_head.c.portfolio_id == sa.bindparam("portfolio"))
    .values(seq=sa.bindparam("seq"), recorded_at=sa.bindparam("stamp"))
)
_AFTER: Final = (
    sa.select(event.c.seq, event.c.recorded_at, event.c.canonical, event.c.digest)
    .where(event.c.portfolio_id == sa.bindparam("portfolio"), event.c.seq > sa.bindparam("seq"))
    .order_by(event.c.seq)
    .limit(sa.bindparam("limit"))
)
