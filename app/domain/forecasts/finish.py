"""When all will be earned: at the planned pace from now on, and at paces drawn from the project's past."""

from collections.abc import Sequence
from datetime import date
from hashlib import shake_256
from struct import unpack
from typing import Final, NamedTuple

from app.domain.earned_value import EarnedSchedule
from app.domain.evidence import Evidence
from app.domain.findings import Input
from app.domain.forecasts.statements import ENOUGH, Band, FinishEstimate, FinishForecast, figure
from app.domain.kpis.milestones import milestone_input
from app.domain.kpis.schedule import earned_schedule, last_milestone, measured
from app.domain.plan import Plan, Point, every_point

SAMPLES: Final = 500
MOST_PERIODS: Final = 52
"""The newest so many periods are drawn from: a pace of long ago says little."""
FINE: Final = 1_000_000
"""Earned schedule is added up in millionths of a working day, so that sums are exact."""
_TENTHS: Final = 10


class Period(NamedTuple):
    """From one report of progress to the next: working days, and the earned schedule gained in them."""

    days: int
    gained: int
    """In millionths of a working day; below 0 where less was earned than had been said."""


def finish_forecast(evidence: Evidence) -> FinishForecast:
    """The headline is AT + PD - ES in working days of the item's calendar, as a date; the band, P10 to P90.

    Nothing before two periods of progress, and nothing while these earned nothing: there would be no range.
    Source: Lipke 2003 (the rest goes as planned: PF = 1).
    """
    plan, reason = measured(evidence)
    last = None if evidence.plan is None else last_milestone(evidence.milestones, evidence.plan)
    reported = None if last is None else figure(milestone_input(last))
    if plan is None or plan.curve is None:
        return FinishForecast(reported=reported, reason=reason)
    point = evidence.points[-1]
    schedule = earned_schedule(evidence, plan, point)
    periods = _newest_periods(plan, every_point(evidence.facts, plan, evidence.costs.rates))
    known = FinishForecast(
        as_of=point.as_of,
        planned=plan.baseline.finish,
        periods=len(periods),
        reported=reported,
        inputs=tuple(figure(each) for each in _inputs(evidence, plan, point, schedule)),
    )
    if evidence.completed_on is not None:
        return known.model_copy(update={"method": "complete", "finish": evidence.completed_on})
    if len(periods) < ENOUGH:
        return known.model_copy(update={"reason": "too_few_periods"})
    band = _band(f"{evidence.facts.subject} {point.as_of}", plan, schedule, periods)
    if band is None:
        return known.model_copy(update={"reason": "no_throughput"})
    estimates = _estimates(plan, schedule)
    return known.model_copy(
        update={
            "method": estimates[0].method,
            "finish": estimates[0].finish,
            "band": band,
            "estimates": estimates,
        }
    )


def _inputs(evidence: Evidence, plan: Plan, point: Point, schedule: EarnedSchedule) -> tuple[Input, ...]:
    return (
        plan.budget,
        plan.duration,
        evidence.earned_value(plan, point),
        Input("AT", schedule.at, "working days", point.as_of),
        Input("ES", schedule.es, "working days", point.as_of),
    )


def _newest_periods(plan: Plan, points: Sequence[Point]) -> list[Period]:
    """The periods since the baseline started. Work done before it counts as there from the start."""
    day, earned = 0, 0
    periods: list[Period] = []
    for point in points:
        es = None if plan.curve is None or point.ev is None else plan.curve.earned_schedule(point.ev)
        if es is None:
            continue
        now, reached = max(plan.day(point.as_of), 0), int(es * FINE)
        if now == day and periods:
            periods[-1] = Period(periods[-1].days, periods[-1].gained + reached - earned)
        elif now > day:
            periods.append(Period(now - day, reached - earned))
        day, earned = now, reached
    return periods[-MOST_PERIODS:]


def _estimates(plan: Plan, schedule: EarnedSchedule) -> tuple[FinishEstimate, ...]:
    es, whole = schedule.es, schedule.ieac_t
    planned = None if es is None else _day_of(plan, int((schedule.at + plan.pd - es) * FINE))
    own = None if whole is None else _day_of(plan, int(whole * FINE))
    return (
        FinishEstimate(method="at_planned_pace", finish=planned),
        FinishEstimate(method="at_own_pace", finish=own),
    )


def _day_of(plan: Plan, elapsed: int) -> date | None:
    """The date on which so many millionths of working days since the start are over."""
    return plan.calendar.day_at(plan.before_start - (-elapsed // FINE))


def _band(seed: str, plan: Plan, schedule: EarnedSchedule, periods: Sequence[Period]) -> Band | None:
    """How long the rest takes at each of many paces; None while the periods together earned nothing.

    A sample's pace is that of periods drawn with replacement. So many are drawn that the samples spread as
    m periods to come do, foretold from n there were: the variance s2 / n + s2 / m, where s2 is that of the
    n periods by n / (n - 1).
    """
    gained = sum(each.gained for each in periods)
    if gained <= 0 or schedule.es is None:
        return None
    left = plan.pd * FINE - int(schedule.es * FINE)
    past = len(periods)
    coming = -(-left * past // gained)
    drawn = max(1, round((past - 1) * coming / (past + coming)))
    took = sorted(_draw(seed, periods, drawn, left))
    return Band(
        p10=_rank(plan, schedule, took, 1),
        p50=_rank(plan, schedule, took, 5),
        p90=_rank(plan, schedule, took, 9),
        samples=SAMPLES,
        drawn=drawn,
    )


NEVER: Final = 10**9
"""Working days that no calendar has."""


def _draw(seed: str, periods: Sequence[Period], drawn: int, left: int) -> list[int]:
    """Working days that the rest takes, once for each sample; chance is the hash of the seed."""
    count, among = SAMPLES * drawn, len(periods)
    chance = unpack(f"<{count}H", shake_256(seed.encode()).digest(2 * count))
    took = []
    for first in range(0, count, drawn):
        days = gained = 0
        for each in chance[first : first + drawn]:
            period = periods[each * among >> 16]
            days += period.days
            gained += period.gained
        took.append(min(-(-left * days // gained), NEVER) if gained > 0 else NEVER)
    return took


def _rank(plan: Plan, schedule: EarnedSchedule, took: Sequence[int], tenths: int) -> date | None:
    """The date that so many tenths of the samples do not exceed; None: not in sight."""
    days = took[-(-len(took) * tenths // _TENTHS) - 1]
    return plan.calendar.day_at(plan.before_start + int(schedule.at) + days)
