"""How much of the history is kept: everything for 7 days, then the last of each hour, then of each day.

Ages and hours are of portfolio time, as whoever looks back asks for portfolio time: of a history that is
replayed in an hour every day stays.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

WHOLE: Final = timedelta(days=7)
HOURLY: Final = timedelta(days=90)
FIRST: Final = 1
"""The first revision is kept for ever: before it there is nothing, after it there is something."""


class Place(NamedTuple):
    """A revision and the portfolio time that it is of."""

    revision: int
    as_of: datetime


def superseded(places: Sequence[Place], now: datetime) -> list[int]:
    """Which of these revisions are not kept, as the next one is of the same hour, or day.

    `places` follow each other, oldest first, with nothing kept between them. The last one is never among
    those that go. Applied again later it takes the same and more, never something else.
    """
    return [
        each.revision
        for each, following in pairwise(places)
        if each.revision != FIRST and _same_period(each.as_of, following.as_of, now)
    ]


def _same_period(moment: datetime, following: datetime, now: datetime) -> bool:
    age = now - moment
    if age <= WHOLE:
        return False
    if age <= HOURLY:
        return _hour(moment) == _hour(following)
    return moment.date() == following.date()


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
