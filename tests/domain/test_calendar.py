"""Working calendars."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import WorkingCalendar
from app.domain.policy import HOUSE_DEFAULT

MAY_3_TO_5 = (date(2017, 5, 3), date(2017, 5, 4), date(2017, 5, 5))


@pytest.mark.parametrize(
    ("calendar", "start", "end", "expected"),
    [
        ("mon-fri", date(2026, 1, 5), date(2026, 1, 9), 5),
        ("mon-fri", date(2026, 1, 10), date(2026, 1, 11), 0),
        ("mon-fri", date(2026, 1, 5), date(2026, 1, 18), 10),
        ("sun-thu", date(2026, 1, 4), date(2026, 1, 10), 5),
        ("sun-thu", date(2026, 1, 9), date(2026, 1, 10), 0),
        ("every-day", date(2026, 1, 1), date(2026, 1, 15), 15),
        ("mon-fri", date(2026, 1, 9), date(2026, 1, 5), -3),
    ],
)
def test_working_days_from_one_date_to_another(calendar: str, start: date, end: date, expected: int) -> None:
    assert HOUSE_DEFAULT.working_calendar(calendar).working_days(start, end) == expected


@given(
    st.sampled_from(["mon-fri", "sun-thu", "every-day"]),
    st.dates(date(1990, 1, 1), date(2090, 1, 1)),
)
def test_the_day_that_ends_so_many_working_days_is_the_first_that_does(calendar: str, day: date) -> None:
    worked = HOUSE_DEFAULT.working_calendar(calendar)

    found = worked.day_at(worked.ordinal(day))

    assert found is not None
    assert worked.ordinal(found) == worked.ordinal(day)
    assert worked.ordinal(found - timedelta(days=1)) < worked.ordinal(day)


def test_a_day_beyond_all_dates_is_none() -> None:
    assert HOUSE_DEFAULT.working_calendar("mon-fri").day_at(10**9) is None


def test_golden_week_leaves_three_working_days_of_the_first_eight_in_may() -> None:
    japan = WorkingCalendar(frozenset(range(5)), MAY_3_TO_5)

    assert japan.working_days(date(2017, 5, 1), date(2017, 5, 8)) == 3


def test_an_unknown_calendar_is_the_policys_own() -> None:
    assert HOUSE_DEFAULT.working_calendar("lunar") is HOUSE_DEFAULT.working_calendar("mon-fri")


def test_a_calendar_without_working_days_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one weekday"):
        WorkingCalendar(frozenset())


@given(
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    start=st.dates(date(1990, 1, 1), date(2060, 1, 1)),
    length=st.integers(0, 400),
    off=st.lists(st.integers(0, 400), max_size=8),
)
def test_counting_in_closed_form_equals_counting_day_by_day(
    weekdays: frozenset[int], start: date, length: int, off: list[int]
) -> None:
    calendar = WorkingCalendar(weekdays, tuple(start + timedelta(days=day) for day in off))
    days = [start + timedelta(days=day) for day in range(length)]

    counted = calendar.working_days(start, start + timedelta(days=length - 1))

    assert counted == sum(1 for day in days if calendar.is_worked(day))
