"""Records in their table: save what changed, load all of a portfolio, find some of a kind."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final, Literal, NamedTuple

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.facts import PortfolioFacts
from app.domain.records import OPENED, STATE, Record, Records, missing
from app.domain.stamps import Stamped
from app.domain.subject import Key
from app.models.facts import record
from app.store.bulk import Write
from app.store.encoding import as_text, stamps_of
from app.store.rows import Rows

Sort = Literal["changed", "due", "ref"]
_COLUMNS: Final = (
    "portfolio_id", "subject", "kind", "ref", "counts", "state", "owner", "due", "changed_seq",
    "attributes", "stamps", "events",
)  # fmt: skip
_NEVER: Final = date(9999, 12, 31)
"""Where a record without a due date stands in the order of due dates."""


def rows_of(portfolio: str, facts: PortfolioFacts, places: Sequence[tuple[Any, ...]]) -> Iterator[Write]:
    """The rows of the records that changed: (subject, kind, reference)."""
    rows = []
    for subject, kind, ref in places:
        records = facts.items[subject].records
        found = records[kind, ref]
        values = {name: stamped.value for name, stamped in found.attributes.items()}
        shown = (found.state, found.get("owner"), found.due, found.events[-1])
        stored = (as_text(values), as_text(stamps_of(found.attributes)), as_text(found.events))
        rows.append((portfolio, subject, kind, ref, missing(records, found) is None, *shown, *stored))
    yield Write("upsert", record, _COLUMNS, rows)


def load(rows: Rows, facts: PortfolioFacts) -> None:
    """Every record of a portfolio into its facts."""
    columns = ("subject", "kind", "ref", "attributes", "stamps", "events")
    for subject, named, ref, attributes, stored, events in rows.of(record, *columns):
        values, stamps, kind = orjson.loads(attributes), orjson.loads(stored), rows.named(named)
        found = Record(kind, ref, events=orjson.loads(events))
        found.attributes = {name: Stamped(value, rows.stamp(stamps[name])) for name, value in values.items()}
        facts.item(Key(subject)).records[kind, ref] = found


class Stored(NamedTuple):
    """A record as a person reads it."""

    subject: str
    kind: str
    ref: str
    counts: bool
    state: str | None
    due: date | None
    changed_seq: int
    attributes: dict[str, Any]
    events: list[int]


class Filter(NamedTuple):
    """Which records; None: any."""

    subjects: Sequence[str] | None = None
    state: str | None = None
    owner: str | None = None
    due_before: date | None = None


def find(  # noqa: PLR0913 - which, in what order, from where, how many
    connection: Connection,
    portfolio: str,
    kind: str,
    wanted: Filter,
    sort: Sort,
    after: Sequence[Any] | None,
    limit: int,
) -> list[Stored]:
    """Records of a kind, by pages: `after` is the `place` of the last one that was seen."""
    query = sa.select(record).where(record.c.portfolio_id == portfolio, record.c.kind == kind)
    if wanted.subjects is not None:
        query = query.where(record.c.subject.in_(wanted.subjects))
    for column, value in ((record.c.state, wanted.state), (record.c.owner, wanted.owner)):
        if value is not None:
            query = query.where(column == value)
    if wanted.due_before is not None:
        query = query.where(record.c.due < wanted.due_before)
    keys = _order(sort)
    if after is not None:
        query = query.where(sa.tuple_(*keys) > sa.tuple_(*_from(after, sort)))
    return [_told(row) for row in connection.execute(query.order_by(*keys).limit(limit))]


def place(found: Stored, sort: Sort) -> list[Any]:
    """Where a record stands in this order, for the next page."""
    leading: dict[Sort, list[Any]] = {
        "changed": [-found.changed_seq],
        "due": [(found.due or _NEVER).isoformat()],
        "ref": [],
    }
    return [*leading[sort], found.subject, found.ref]


def _order(sort: Sort) -> list[sa.ColumnElement[Any]]:
    leading: dict[Sort, list[sa.ColumnElement[Any]]] = {
        "changed": [-record.c.changed_seq],
        "due": [sa.func.coalesce(record.c.due, _NEVER, type_=sa.Date)],
        "ref": [],
    }
    return [*leading[sort], record.c.subject, record.c.ref]


def _from(after: Sequence[Any], sort: Sort) -> list[sa.ColumnElement[Any]]:
    first, *others = after
    leading = sa.literal(date.fromisoformat(first), sa.Date) if sort == "due" else sa.literal(first)
    return [leading, *map(sa.literal, others)]


def told_of(subject: str, records: Records, found: Record) -> Stored:
    """A record of these as a person reads it."""
    values = {name: stamped.value for name, stamped in found.attributes.items()}
    counts, due = missing(records, found) is None, found.due
    return Stored(
        subject,
        *(found.kind, found.ref, counts, found.state, due, found.events[-1]),
        _shown(values),
        found.events,
    )


def _told(row: Any) -> Stored:
    values, events = orjson.loads(row.attributes), orjson.loads(row.events)
    return Stored(
        row.subject,
        row.kind,
        row.ref,
        row.counts,
        row.state,
        row.due,
        row.changed_seq,
        _shown(values),
        events,
    )


def _shown(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in (OPENED, STATE)}
