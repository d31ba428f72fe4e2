"""Records and samples as people read them: found by kind, one with its history, a project's measures.

What was told under another reference of an item is shown as the item's own, together with the rest.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy.engine import Connection

from app.db import Database
from app.domain.events.catalogue import RECORD_KINDS
from app.domain.facts import ItemFacts, PortfolioFacts, Sample
from app.domain.money import RateBook
from app.domain.page import text
from app.domain.records import Records, missing
from app.domain.standing import Board
from app.domain.subject import Key, Kind, key
from app.operations import looking
from app.operations.assessors import Assessors
from app.operations.looking import BoardNotReady, NothingThere
from app.operations.matrix import PLACED, Matrix
from app.store import log, portfolios
from app.store import records as store
from app.store.records import Filter, Sort, Stored

MOST_HISTORY: Final = 1_000
"""Events of a record that are told whole, the newest; the numbers of all are there."""
AT_ONCE: Final = 1_000
MOST_ROWS: Final = 20_000
T = TypeVar("T")


class Of(NamedTuple):
    """Of what records are looked for; None: of anything."""

    item: str | None = None
    programme: str | None = None
    """The code: of its projects."""


async def find(  # noqa: PLR0913 - which, in what order, from where, how many
    db: Database,
    assessors: Assessors,
    portfolio: str,
    kind: str,
    wanted: Filter,
    *,
    of: Of,
    sort: Sort,
    after: Sequence[Any] | None,
    limit: int,
) -> tuple[list[dict[str, Any]], list[Any] | None]:
    """Records of a kind, and the place after which the next page begins; None: there is none.

    Raises NothingThere.
    """
    if kind not in RECORD_KINDS:
        raise NothingThere(f"kind of record {kind}")
    lane = assessors.lanes.get(portfolio)
    facts = lane.facts if lane else PortfolioFacts()
    items = _items(facts, lane.board if lane else None, of)
    if items is not None:
        subjects = {subject for each in items for subject in (each, *facts.references.get(each, ()))}
        wanted = wanted._replace(subjects=sorted(subjects))
    look = partial(store.find, kind=kind, wanted=wanted, sort=sort, after=after, limit=limit)
    rows = await db.read(partial(_within, portfolio=portfolio, look=look))
    told = [_told(target, row) for target, row in _whole(facts, rows) if _is_wanted(row, wanted)]
    if kind in PLACED and lane is not None and lane.board is not None:
        matrix = Matrix(facts, lane.board.rates)
        told = [one | {"place": matrix.stands(one["item"], kind, one["ref"])} for one in told]
    return told, store.place(rows[-1], sort) if len(rows) == limit else None


class TooManyRows(Exception):
    """A table of more than MOST_ROWS."""


async def table(  # noqa: PLR0913 - a filter each
    db: Database,
    assessors: Assessors,
    portfolio: str,
    kind: str,
    wanted: Filter,
    *,
    of: Of,
    sort: Sort,
) -> list[dict[str, Any]]:
    """All records of a kind that are wanted, in this order. Raises NothingThere, TooManyRows."""
    found: list[dict[str, Any]] = []
    after: Sequence[Any] | None = None
    while True:
        page, after = await find(
            db, assessors, portfolio, kind, wanted, of=of, sort=sort, after=after, limit=AT_ONCE
        )
        found += page
        if len(found) > MOST_ROWS:
            raise TooManyRows
        if after is None:
            return found


async def read(  # noqa: PLR0913 - which one
    db: Database, assessors: Assessors, portfolio: str, kind: str, ref: str, item: str
) -> dict[str, Any]:
    """One record of an item with the events that told of it, newest first, and where a risk stood after each.

    Raises NothingThere, BoardNotReady.
    """
    facts, rates = await known(db, assessors, portfolio)
    target = facts.resolve(Key(item))
    records = facts.whole(target).records if target in facts.items else {}
    record = records.get((kind, ref))
    if record is None:
        raise NothingThere(f"{kind} {ref} of {item}")
    waits_for = missing(records, record)
    seqs = record.events[-MOST_HISTORY:]
    history = await db.read(lambda c: looking.told_of(c, log.numbered(c, portfolio, seqs)))
    told = _told(target, store.told_of(target, records, record))
    if kind in PLACED:
        matrix = Matrix(facts, rates)
        stood = matrix.stood(target, history)
        history = [{**each, "place": stood[each["seq"]]} for each in history]
        told["place"] = matrix.stands(target, kind, ref)
    return {**told, "waits_for": waits_for, "history": history}


async def kinds(db: Database, assessors: Assessors, portfolio: str, code: str) -> list[dict[str, Any]]:
    """The kinds of record that a project has, in order of name, with how many there are by state and owner.

    Raises NothingThere, BoardNotReady.
    """
    facts, _ = await known(db, assessors, portfolio)
    place = key(Kind.PROJECT, code)
    if place not in facts.items:
        raise NothingThere(place)
    states: dict[str, Counter[str | None]] = {}
    owners: dict[str, Counter[str]] = {}
    for record in facts.whole(place).records.values():
        states.setdefault(record.kind, Counter())[record.state] += 1
        if (owner := record.get("owner")) is not None:
            owners.setdefault(record.kind, Counter())[owner] += 1
    return [
        {
            "kind": kind,
            "count": states[kind].total(),
            "states": [{"state": state, "count": count} for state, count in states[kind].most_common()],
            "owners": [
                {"owner": owner, "count": count} for owner, count in sorted(owners.get(kind, {}).items())
            ],
        }
        for kind in sorted(states)
    ]


async def samples(  # noqa: PLR0913 - which, from where, how many
    db: Database,
    assessors: Assessors,
    portfolio: str,
    code: str,
    *,
    measure: str | None,
    after: list[Any] | None,
    limit: int,
) -> tuple[list[dict[str, Any]], list[Any] | None]:
    """A project's samples by measure and day, and where the next page begins; None: there is none.

    Raises NothingThere, BoardNotReady.
    """
    facts, _ = await known(db, assessors, portfolio)
    place = key(Kind.PROJECT, code)
    if place not in facts.items:
        raise NothingThere(place)
    rest = (
        each for each in _samples(facts.whole(place), measure) if after is None or _place(*each) > list(after)
    )
    found = [each for each, _ in zip(rest, range(limit), strict=False)]
    return [_sampled(*each) for each in found], _place(*found[-1]) if len(found) == limit else None


async def known(db: Database, assessors: Assessors, portfolio: str) -> tuple[PortfolioFacts, RateBook]:
    """The facts of a portfolio and its rates. Raises NothingThere, BoardNotReady."""
    await db.read(partial(_within, portfolio=portfolio, look=portfolios.find))
    lane = assessors.lanes.get(portfolio)
    if lane is None or lane.board is None:
        raise BoardNotReady
    return lane.facts, lane.board.rates


def _within(connection: Connection, portfolio: str, look: Callable[[Connection, str], T]) -> T:
    if portfolios.find(connection, portfolio) is None:
        raise NothingThere(f"portfolio {portfolio}")
    return look(connection, portfolio)


def _items(facts: PortfolioFacts, board: Board | None, of: Of) -> set[Key] | None:
    """Whose records are looked for; None: anybody's."""
    asked = None if of.item is None else {facts.resolve(Key(of.item))}
    if of.programme is None:
        return asked
    above, standings = key(Kind.PROGRAMME, of.programme), {} if board is None else board.standings
    below = {place for place, standing in standings.items() if standing.programme == above}
    return below if asked is None else asked & below


def _whole(facts: PortfolioFacts, rows: Sequence[Stored]) -> list[tuple[Key, Stored]]:
    """Each record once, with its item and what was told of it under the item's other references."""
    merged: dict[Key, Records] = {}
    found: dict[tuple[Key, str], Stored] = {}
    for row in rows:
        target = facts.resolve(Key(row.subject))
        if target not in merged:
            merged[target] = facts.whole(target).records if facts.references.get(target) else {}
        record = merged[target].get((row.kind, row.ref))
        whole = row if record is None else store.told_of(target, merged[target], record)
        found.setdefault((target, row.ref), whole)
    return [(target, row) for (target, _), row in found.items()]


def _is_wanted(row: Stored, wanted: Filter) -> bool:
    """Whether it is still what was asked for, where a part of it was."""
    return (
        wanted.state in (None, row.state)
        and wanted.owner in (None, row.attributes.get("owner"))
        and (wanted.due_before is None or (row.due is not None and row.due < wanted.due_before))
    )


def _told(target: Key, row: Stored) -> dict[str, Any]:
    return {
        "item": target,
        "kind": row.kind,
        "ref": row.ref,
        "state": row.state,
        "counts": row.counts,
        "due": _iso(row.due),
        "changed_seq": row.changed_seq,
        "attributes": row.attributes,
        "events": row.events,
    }


def _samples(facts: ItemFacts, measure: str | None) -> Iterator[tuple[str, Sample]]:
    for name in sorted(facts.series):
        if measure in (None, name):
            yield from ((name, sample) for sample in facts.series[name].samples)


def _place(measure: str, sample: Sample) -> list[Any]:
    return [measure, sample.as_of.isoformat(), sample.ref]


def _sampled(measure: str, sample: Sample) -> dict[str, Any]:
    stamp = sample.stamp
    return {
        "measure": measure,
        "as_of": sample.as_of.isoformat(),
        "ref": sample.ref,
        "value": text(sample.value),
        "unit": sample.unit,
        "seq": stamp.seq,
        "time": stamp.time.isoformat(),
        "source": stamp.source,
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
