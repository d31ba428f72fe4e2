"""Looking: what a person reads about a portfolio beside its board. Nothing here changes anything."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy.engine import Connection

from app.db import Database
from app.domain.facts import ItemFacts
from app.domain.forecasts.project import project_forecast
from app.domain.forecasts.statements import ProjectForecast
from app.domain.money import RateBook
from app.domain.page import project_page
from app.domain.policy import Policy
from app.domain.prediction.track_record import TrackRecord
from app.domain.subject import PEOPLE, Key, Kind, key
from app.operations import naming
from app.operations.assessors import Assessors
from app.store import boards, log, portfolios
from app.store.boards import Stored
from app.store.log import LogEntry

PAGE: Final = 50
T = TypeVar("T")


class NothingThere(LookupError):
    """There is no such thing in this portfolio."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class BoardNotReady(Exception):
    """This node is reading the portfolio: just started, or overtaken by another node."""


async def overview(db: Database, assessors: Assessors) -> list[dict[str, Any]]:
    """Every portfolio with its newest counts, for lists and switchers."""
    return [
        {
            "id": portfolio.id,
            "name": portfolio.name,
            "clock": portfolio.clock,
            "currency": portfolio.currency,
            "attribution": portfolio.attribution,
            **_standing(assessors, portfolio.id),
        }
        for portfolio in await db.read(portfolios.every)
    ]


def _standing(assessors: Assessors, portfolio: str) -> dict[str, Any]:
    lane = assessors.lanes.get(portfolio)
    if lane is None or lane.board is None or lane.head is None:
        return {"revision": 0, "as_of": None, "rag": None, "counts": None}
    card = orjson.loads(lane.header) if lane.header else {}
    return {
        "revision": lane.head.revision,
        "as_of": lane.head.as_of,
        "rag": card.get("rag"),
        "counts": card.get("counts"),
    }


async def page_of_project(
    db: Database, assessors: Assessors, portfolio: str, code: str, record: TrackRecord | None = None
) -> dict[str, Any]:
    """The project's card and everything behind it, from the facts in memory.

    `record` is the track record that is at hand: what warnings foretell rests on it. Raises NothingThere,
    BoardNotReady.
    """
    stored, known = await _project(db, assessors, portfolio, code)
    card = orjson.loads(stored.document)
    page = project_page(*known, since=datetime.fromisoformat(card["since"]), record=record)
    return {"card": card, "rev": stored.rev, **page}


async def forecast_of_project(
    db: Database, assessors: Assessors, portfolio: str, code: str
) -> ProjectForecast:
    """What the project will cost, when it will be done, how its dates moved. Raises as its page."""
    _, known = await _project(db, assessors, portfolio, code)
    return project_forecast(*known)


async def _project(
    db: Database, assessors: Assessors, portfolio: str, code: str
) -> tuple[Stored, tuple[ItemFacts, Policy, RateBook, datetime]]:
    """The card as it is stored, and what a lane knows of the project."""
    place = key(Kind.PROJECT, code)
    lane = assessors.lanes.get(portfolio)
    stored = await db.read(partial(boards.stored, portfolio=portfolio, key=place))
    if stored is None:
        raise NothingThere(place)
    if lane is None or lane.board is None or lane.facts.now is None:
        raise BoardNotReady
    return stored, (lane.facts.whole(place), lane.policy, lane.board.rates, lane.facts.now)


async def events(  # noqa: PLR0913 - a filter each
    db: Database, assessors: Assessors, portfolio: str, *, subject: str | None, before: int | None, limit: int
) -> list[dict[str, Any]]:
    """The newest events first; of a subject, also those posted under its other references."""
    lane = assessors.lanes.get(portfolio)
    others = lane.facts.references.get(Key(subject), set()) if lane and subject else set()
    subjects = None if subject is None else [subject, *sorted(others)]

    def look(connection: Connection) -> list[dict[str, Any]]:
        return told_of(connection, log.entries(connection, portfolio, subjects, before, limit))

    return await db.read(partial(_within, portfolio=portfolio, look=look))


async def event(db: Database, portfolio: str, seq: int) -> dict[str, Any]:
    """One event of the log. Raises NothingThere."""

    def look(connection: Connection) -> list[dict[str, Any]]:
        found = log.entry(connection, portfolio, seq)
        return told_of(connection, [] if found is None else [found])

    found = await db.read(look)
    if not found:
        raise NothingThere(f"event {seq}")
    return found[0]


async def quarantine(
    db: Database, portfolio: str, *, before: int | None, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """The newest of what waits, each with its reason, and how many there are. Raises NothingThere."""

    def look(connection: Connection) -> tuple[list[dict[str, Any]], int]:
        found = log.held(connection, portfolio, before, limit)
        events = told_of(connection, [held.entry for held in found])
        told = [{"reason": held.reason, **event} for held, event in zip(found, events, strict=True)]
        return told, log.count_held(connection, portfolio)

    return await db.read(partial(_within, portfolio=portfolio, look=look))


def _within(connection: Connection, portfolio: str, look: Callable[[Connection], T]) -> T:
    if portfolios.find(connection, portfolio) is None:
        raise NothingThere(f"portfolio {portfolio}")
    return look(connection)


def told_of(connection: Connection, entries: Sequence[LogEntry]) -> list[dict[str, Any]]:
    """As JSON: the event's own attributes, where it stands, and of a person's act their name (`by`).

    An erased event has no data.
    """
    acted = any(entry.connection.startswith(PEOPLE) for entry in entries)
    names = naming.people(connection) if acted else {}
    return [_told(entry, names.get(entry.connection)) for entry in entries]


def _told(entry: LogEntry, by: str | None) -> dict[str, Any]:
    said = orjson.loads(entry.canonical) if entry.canonical else {"data": None, "erased": True}
    named = {} if by is None else {"by": by}
    recorded = {"connection": entry.connection, "recorded_at": entry.recorded_at}
    return {"seq": entry.seq, **recorded, **named, **said}
