"""How much of the history is kept: all of a week, then by the hour, then by the day."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.thinning import Place, superseded

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def places(*moments: datetime) -> list[Place]:
    """Revisions 2, 3 … at these moments, after the first one a year ago."""
    return [Place(1, NOW - 365 * DAY), *(Place(n, moment) for n, moment in enumerate(moments, 2))]


@pytest.mark.parametrize(
    ("age", "apart", "goes"),
    [
        (timedelta(days=7), timedelta(minutes=1), False),
        (timedelta(days=7, seconds=2), timedelta(seconds=1), True),
        (timedelta(days=8), timedelta(minutes=59), True),
        (timedelta(days=8), timedelta(hours=1), False),
        (timedelta(days=90), timedelta(minutes=59), True),
        (timedelta(days=90), timedelta(hours=1), False),
        (timedelta(days=90, seconds=1), timedelta(hours=1), True),
        (timedelta(days=91), timedelta(hours=11, minutes=59), True),
        (timedelta(days=91), timedelta(hours=12), False),
    ],
)
def test_a_revision_goes_when_another_of_its_period_follows(
    age: timedelta, apart: timedelta, *, goes: bool
) -> None:
    moment = NOW - age

    assert superseded(places(moment, moment + apart), NOW) == ([2] if goes else [])


def test_the_last_of_an_hour_stays() -> None:
    hour = NOW - 10 * DAY
    found = places(*(hour + timedelta(minutes=minute) for minute in (0, 10, 59, 60, 70)))

    assert superseded(found, NOW) == [2, 3, 5]


def test_the_first_revision_stays_for_ever() -> None:
    start = NOW - 365 * DAY

    assert superseded([Place(1, start), Place(2, start), Place(3, start)], NOW) == [2]


def test_of_nothing_nothing_goes() -> None:
    assert superseded([], NOW) == []


@given(st.lists(st.integers(0, 200 * 24 * 60), max_size=60), st.integers(0, 60))
def test_thinning_early_and_late_ends_where_thinning_late_does(minutes: list[int], days: int) -> None:
    found = places(*sorted(NOW - timedelta(minutes=each) for each in minutes))
    early = set(superseded(found, NOW))
    rest = [each for each in found if each.revision not in early]
    later = NOW + days * DAY

    assert early | set(superseded(rest, later)) == set(superseded(found, later))
