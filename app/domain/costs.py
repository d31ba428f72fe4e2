"""What was booked, added up: actual cost so far, at the end of each day on which cost was booked."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from app.domain.facts import ItemFacts, Sample
from app.domain.findings import Input
from app.domain.money import RateBook
from app.domain.plan import NOTHING, ZERO, Plan, Point, in_currency

MOST_EVENTS: Final = 20


@dataclass(slots=True)
class CostLine:
    """Actual cost so far, cumulative, at the end of each day on which cost was booked."""

    plan: Plan | None
    rates: RateBook
    days: list[date] = field(default_factory=list)
    totals: list[Decimal | None] = field(default_factory=list)
    """None from the first amount on that has no rate to the baseline's currency."""
    bookings: list[Sample] = field(default_factory=list)
    """What was booked on each of those days."""
    cumulative: list[bool] = field(default_factory=list)
    """Whether that was a total so far, which covers the increments up to its day."""
    shown: tuple[Point, tuple[Input, ...]] | None = None
    """As the inputs of readings at a status point."""
    booked: dict[tuple[str, int], Input] = field(default_factory=dict)
    """The total of a place, as the input of readings under a name."""
    indices: dict[date, tuple[Point, Decimal | None, Decimal | None]] = field(default_factory=dict)
    """AC and CPI at the newest status points."""
    falling: tuple[int, ...] = ()
    """Bookings whose cumulative amount lies below an earlier day's: not counted."""

    def at(self, day: date) -> int:
        """The place of the newest total on or before `day`; -1 when nothing was booked by then."""
        return bisect_right(self.days, day) - 1

    def events(self, place: int) -> tuple[int, ...]:
        """The bookings that make a total: the newest cumulative ones and at most 20 increments since."""
        latest: dict[str, int] = {}
        since: list[int] = []
        for booking, cumulative in zip(self.bookings[: place + 1], self.cumulative, strict=False):
            if cumulative:
                latest[booking.ref] = booking.stamp.seq
                since.clear()
            else:
                since.append(booking.stamp.seq)
        return (*latest.values(), *since[-MOST_EVENTS:])


def cost_line(facts: ItemFacts, plan: Plan | None, rates: RateBook) -> CostLine:
    """Add up what was booked, once; a cumulative amount covers the increments up to its day."""
    held: CostLine | None = facts.derived.get("costs")
    if held is not None and held.plan is plan and held.rates is rates:
        return held
    line = CostLine(plan, rates)
    cumulative = facts.series.get("cost_cumulative", NOTHING).samples
    increments = facts.series.get("cost_increment", NOTHING).samples
    booked = [(s.as_of, 1, s) for s in cumulative]
    if increments:
        booked += [(s.as_of, 0, s) for s in increments]
        booked.sort(key=lambda each: each[:2])
    _add_up(line, booked, plan, rates)
    facts.derived["costs"] = line
    return line


def _add_up(
    line: CostLine, booked: list[tuple[date, int, Sample]], plan: Plan | None, rates: RateBook
) -> None:
    latest: dict[str, Decimal] = {}
    totals = since = ZERO
    rated = True
    falling: list[int] = []
    for day, is_total, sample in booked:
        amount = sample.value if plan is None else in_currency(plan, sample, rates)
        if amount is None:
            rated = False
        elif is_total:
            held = latest.get(sample.ref, ZERO)
            if amount < held:
                falling.append(sample.stamp.seq)
                continue
            latest[sample.ref] = amount
            totals, since = totals + amount - held, ZERO
        else:
            since += amount
        line.days.append(day)
        line.totals.append(totals + since if rated else None)
        line.bookings.append(sample)
        line.cumulative.append(bool(is_total))
    line.falling = tuple(falling)
