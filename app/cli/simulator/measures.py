"""How far a project is on a day: its plan, what is earned, what was spent. The same for the same day."""

import math
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Final

from app.cli.simulator.cast import Mood, Project

MILLION: Final = 1_000_000
_DAY: Final = timedelta(days=1)
_RAMP: Final = 80
_STEADY: Final = 100
_SWAY: Final = 0.0006
"""Days over which a project drifted from its plan, and for how many it has gone as it goes now."""

_PACE: Final = {Mood.LATE: 0.93, Mood.FAILING: 0.845, Mood.SLIPPED: 0.985, Mood.MELON: 0.975}
_THRIFT: Final = {Mood.DEAR: 0.925, Mood.OVERSPENT: 0.84, Mood.MELON: 0.925, Mood.FAILING: 0.96}
"""Work done per planned work, and per money spent, where a project differs from its plan."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A baseline: days and the value planned by their end, from nothing to all of it."""

    start: date
    finish: date
    bac: int
    periods: tuple[tuple[date, int], ...]

    def value(self, days: float) -> float:
        """Planned value so many days after the start."""
        knots = [0.0, *((end - self.start).days + 1.0 for end, _ in self.periods)]
        values = [0, *(value for _, value in self.periods)]
        after = min(bisect_right(knots, max(days, 0.0)), len(knots) - 1)
        share = (min(days, knots[-1]) - knots[after - 1]) / (knots[after] - knots[after - 1])
        return values[after - 1] + max(share, 0.0) * (values[after] - values[after - 1])


@dataclass(frozen=True, slots=True)
class Measured:
    """Earned value and actual cost, cumulative, in the project's currency."""

    ev: int
    ac: int
    pct: float


@cache
def plan(project: Project, since: date) -> Plan:
    """The approved plan: an S-curve by month; the story begins at `since`."""
    start = since - timedelta(days=project.age)
    finish = start + timedelta(days=project.length)
    bac = round(project.bac * MILLION)
    ends = []
    month = (start.replace(day=1) + timedelta(days=62)).replace(day=1) - _DAY
    while month < finish:
        ends.append(month)
        month = (month + timedelta(days=32)).replace(day=1) - _DAY
    curve = [(end, round(bac * _s_curve((end - start).days / project.length))) for end in ends]
    return Plan(start, finish, bac, (*curve, (finish, bac)))


def measure(
    project: Project, since: date, day: date, *, pace: float | None = None, thrift: float | None = None
) -> Measured:
    """What is earned and spent by the end of `day`; `pace` and `thrift` say how it goes instead."""
    baseline = plan(project, since)
    elapsed = (day - baseline.start).days + 1
    ramp = min(max((_RAMP + _STEADY - (since - day).days) / _RAMP, 0.0), 1.0)
    goes = _going(_PACE, project, 1.012) if pace is None else pace
    costs = _going(_THRIFT, project, 1.018) if thrift is None else thrift
    weight = 1.0 if pace is not None or thrift is not None else ramp
    now = 1 + (goes - 1) * weight + _sway(project, "pace", day)
    spent = 1 + (costs - 1) * weight + _sway(project, "thrift", day)
    earned = baseline.value(elapsed * now)
    return Measured(round(earned), round(earned / spent), round(earned / baseline.bac * 100, 2))


def _going(table: dict[Mood, float], project: Project, calm: float) -> float:
    chance = Random(f"{project.code} {calm}")  # noqa: S311 - a story, not a secret
    return table.get(project.mood, calm) + chance.uniform(-0.008, 0.012)


def _sway(project: Project, what: str, day: date) -> float:
    """Some weeks go a little better than others: from one day to the next it hardly shows."""
    chance = Random(f"{project.code} {what}")  # noqa: S311 - as above
    return _SWAY * math.sin(2 * math.pi * (day.toordinal() / chance.uniform(24, 34) + chance.random()))


def _s_curve(share: float) -> float:
    """Slow, fast, slow: a straight line with a bend."""
    return share - math.sin(2 * math.pi * share) / (2 * math.pi) * 0.7
