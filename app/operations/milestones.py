"""Milestones as people look for them: of a portfolio or of one project, by state and by day, page by page."""

from collections.abc import Callable, Generator, Sequence
from datetime import date
from functools import partial
from heapq import nsmallest
from typing import Any, Final, Literal, NamedTuple

from app.db import Database
from app.domain.facts import ItemFacts, PortfolioFacts
from app.domain.outlook import Outlook, outlook
from app.domain.page import milestone_told
from app.domain.subject import Key, Kind, kind_of
from app.operations import records
from app.operations.assessors import Assessors
from app.operations.looking import BoardNotReady

State = Literal["open", "overdue", "achieved"]
"""`overdue`: open, and the day on which it is expected has passed; it is `open` as well."""
Sort = Literal["due", "ref"]
Found = tuple[Key, Outlook]
"""A milestone of an item."""
AT_HAND: Final = 4
"""Pages of milestones that are held while the first is looked for."""
NEVER: Final = date.max.isoformat()
"""Where a milestone without a day stands in the order of days."""


class Wanted(NamedTuple):
    """Which milestones; None: any."""

    item: str | None = None
    state: State | None = None
    due_before: date | None = None
    critical: bool | None = None


async def find(  # noqa: PLR0913 - which, in what order, from where, how many
    db: Database,
    assessors: Assessors,
    portfolio: str,
    wanted: Wanted,
    *,
    sort: Sort,
    after: Sequence[Any] | None,
    limit: int,
) -> tuple[list[dict[str, Any]], list[Any] | None]:
    """Milestones with every date that they were given, and the place after which the next page begins.

    By the day on which each was achieved, is expected, or was agreed. Raises NothingThere, BoardNotReady.
    """
    facts, _ = await records.known(db, assessors, portfolio)
    if facts.now is None:
        raise BoardNotReady
    order = partial(_place, sort=sort)
    steps = _page(facts, facts.now.date(), wanted, order, None if after is None else list(after), limit)
    page = await assessors.lanes[portfolio].turns.take(steps)
    told = [{"item": key, **milestone_told(each)} for key, each in page]
    return told, order(page[-1]) if len(page) == limit else None


def _page(  # noqa: PLR0913 - which, in what order, from where, how many
    facts: PortfolioFacts,
    today: date,
    wanted: Wanted,
    order: Callable[[Found], list[Any]],
    after: list[Any] | None,
    limit: int,
) -> Generator[None, None, list[Found]]:
    """The first so many after that place. Gives way after every project."""
    page: list[Found] = []
    for item in _items(facts, wanted.item):
        told = ((item.subject, outlook(each, today)) for each in item.milestones.values())
        found = (each for each in told if _is_wanted(each[1], today, wanted))
        page += (each for each in found if after is None or order(each) > after)
        if len(page) > AT_HAND * limit:
            page = nsmallest(limit, page, order)
        yield
    return nsmallest(limit, page, order)


def _items(facts: PortfolioFacts, asked: str | None) -> list[ItemFacts]:
    if asked is not None:
        target = facts.resolve(Key(asked))
        return [facts.whole(target)] if target in facts.items else []
    projects = (each.subject for each in facts.registered() if kind_of(each.subject) == Kind.PROJECT)
    return [facts.whole(key) for key in sorted(projects)]


def _is_wanted(each: Outlook, today: date, wanted: Wanted) -> bool:
    day, is_open = _day(each), each.achieved is None
    states = {
        "open": is_open,
        "achieved": not is_open,
        "overdue": is_open and day is not None and day < today,
    }
    return (
        (wanted.state is None or states[wanted.state])
        and (wanted.due_before is None or (day is not None and day < wanted.due_before))
        and (wanted.critical is None or bool(each.milestone.get("critical")) is wanted.critical)
    )


def _day(each: Outlook) -> date | None:
    return each.baseline if each.expected is None else each.expected


def _place(found: Found, sort: Sort) -> list[Any]:
    key, each = found
    day = _day(each)
    leading = [NEVER if day is None else day.isoformat()] if sort == "due" else []
    return [*leading, key, each.milestone.code]
