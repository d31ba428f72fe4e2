"""Working calendars: which days count, and how many of them lie between two dates.

One calendar is declared per item, and every schedule figure of that item is counted in its working
days, so that calendar and working days are never mixed.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

WEEK = 7
ONE_DAY = timedelta(days=1)
ALL_DAYS = range(1, date.max.toordinal() + 1)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Weekdays that are worked (Monday 0 … Sunday 6) less holidays."""

    weekdays: frozenset[int]
    holidays: tuple[date, ...] = ()
    _worked: tuple[int, ...] = field(init=False, repr=False)
    """Working days among the first 0 … 7 days of a week that starts on a Monday."""
    _holidays: tuple[int, ...] = field(init=False, repr=False)
    """Ordinals of the holidays that would otherwise be worked, ascending."""

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= set(range(WEEK)):
            raise ValueError(
                "a working calendar has at least one weekday, each from 0 (Monday) to 6 (Sunday)"
            )
        object.__setattr__(self, "_worked", _worked_before(self.weekdays))
        object.__setattr__(self, "_holidays", _lost(self.weekdays, self.holidays))

    def ordinal(self, day: date) -> int:
        """Working days from the beginning of time to the end of `day`: a closed form, then a bisect."""
        days = day.toordinal()
        weeks, rest = divmod(days, WEEK)  # day 1 of the calendar was a Monday
        return weeks * self._worked[WEEK] + self._worked[rest] - bisect_right(self._holidays, days)

    def working_days(self, start: date, end: date) -> int:
        """Working days from `start` to `end`, both included; negative or 0 when `end` is before `start`."""
        return self.ordinal(end) - self.ordinal(start - ONE_DAY)

    def between(self, earlier: date, later: date) -> int:
        """Working days after `earlier` up to and including `later`; negative when it is the other way."""
        return self.ordinal(later) - self.ordinal(earlier)

    def day_at(self, ordinal: int) -> date | None:
        """The first day by whose end so many working days are over: the inverse of `ordinal`.

        None: after the last day that a date can be.
        """
        days = bisect_left(ALL_DAYS, ordinal, key=lambda day: self.ordinal(date.fromordinal(day)))
        return date.fromordinal(ALL_DAYS[days]) if days < len(ALL_DAYS) else None

    def is_worked(self, day: date) -> bool:
        """Whether people work on `day`."""
        return day.weekday() in self.weekdays and day not in self.holidays


def _worked_before(weekdays: frozenset[int]) -> tuple[int, ...]:
    return tuple(sum(1 for day in weekdays if day < count) for count in range(WEEK + 1))


def _lost(weekdays: frozenset[int], holidays: Iterable[date]) -> tuple[int, ...]:
    return tuple(sorted({day.toordinal() for day in holidays if day.weekday() in weekdays}))
