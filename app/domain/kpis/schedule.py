"""Schedule: the pace, in earned schedule, and the finish that follows from it and from the milestones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from app.domain.earned_value import EarnedSchedule
from app.domain.evidence import Evidence
from app.domain.findings import Input, Reading, unknown
from app.domain.kpis.milestones import milestone_input
from app.domain.outlook import Milestones, Outlook
from app.domain.plan import HUNDRED, MOST_POINTS, VERSUS_ORIGINAL, Plan, Point


def schedule_performance(evidence: Evidence) -> Reading:
    """SCH-1: SPI(t) = ES / AT, in working days; AT at the day of the progress used.

    So silence never moves it. Unknown before the start, and without baseline, budget or progress.
    Source: Lipke 2003; oracles O5 to O7.
    """
    plan, reason = measured(evidence)
    if plan is None:
        return _without(evidence, "SCH-1", "ratio", reason)
    point = evidence.points[-1]
    _, schedule, spi_t = _pace(evidence, plan, point)
    inputs = (
        plan.budget,
        plan.duration,
        evidence.earned_value(plan, point),
        Input("AT", schedule.at, "working days", point.as_of),
        Input("ES", schedule.es, "working days", point.as_of),
    )
    if spi_t is None:
        return unknown("SCH-1", "ratio", "not_started", inputs)
    return Reading(
        "SCH-1", spi_t, "ratio", as_of=point.as_of, inputs=inputs, previous=_before(evidence, plan)
    )


def finish_slip(evidence: Evidence) -> Reading:
    """SCH-2: how much longer than planned it will take, in % of the planned duration; the worse of two.

    By pace: (IEAC(t) - PD) / PD. By word: the last milestone expected, against the planned finish.
    """
    plan = evidence.plan
    by_pace, reason, previous, point = _slip_by_pace(evidence)
    last = None if plan is None else last_milestone(evidence.milestones, plan)
    by_word = None if plan is None or last is None else _slip_by_word(last, plan)
    if by_pace is None and by_word is None:
        return _without(evidence, "SCH-2", "%", reason)
    value = max(each for each in (by_pace, by_word) if each is not None)
    inputs = (
        *(() if plan is None else (plan.budget, plan.duration)),
        *(() if plan is None or point is None else (evidence.earned_value(plan, point),)),
        Input("slip by pace", by_pace, "%", None if point is None else point.as_of),
        *(() if last is None else (milestone_input(last),)),
        Input("slip by milestones", by_word, "%"),
        *(() if plan is None else _against_original(plan, value)),
    )
    as_of = point.as_of if point is not None and value == by_pace else evidence.ages.milestones
    return Reading("SCH-2", value, "%", as_of=as_of, inputs=inputs, previous=_worse(previous, by_word))


def spi_t_series(evidence: Evidence, count: int) -> list[Decimal]:
    """SPI(t) at the newest reports of progress, oldest first; those not defined are left out."""
    plan, _ = measured(evidence)
    if plan is None:
        return []
    paces = (_spi_t(evidence, plan, point) for point in evidence.points[-count:])
    return [each for each in paces if each is not None]


def measured(evidence: Evidence) -> tuple[Plan | None, str]:
    """The plan to measure against, or why there is nothing to measure."""
    plan = evidence.plan
    if plan is None:
        return None, "no_baseline"
    if plan.baseline.bac == 0:
        return None, "no_budget"
    if plan.curve is None:
        return None, "no_working_days"
    if not evidence.points:
        return None, "no_progress"
    if evidence.points[-1].ev is None:
        return None, "no_rate"
    return plan, ""


def _without(evidence: Evidence, kpi: str, unit: str, reason: str) -> Reading:
    """Unknown, and whether that matters: a plan that has begun or any progress calls for an answer."""
    plan = evidence.plan
    inputs = () if plan is None else (plan.budget,)
    reading = unknown(kpi, unit, reason, inputs)
    reading.applies = evidence.begun or bool(evidence.points)
    return reading


def earned_schedule(evidence: Evidence, plan: Plan, point: Point) -> EarnedSchedule:
    """Earned schedule at a status point; once all is earned, time stops on the day that was so."""
    return _pace(evidence, plan, point).schedule


class _Pace(NamedTuple):
    """What was earned by a status point."""

    point: Point
    schedule: EarnedSchedule
    spi_t: Decimal | None


@dataclass(slots=True)
class _Paces:
    """Those of the newest status points, by day, of a plan and a day of completion."""

    plan: Plan
    completed_on: date | None
    by_day: dict[date, _Pace] = field(default_factory=dict)


def _pace(evidence: Evidence, plan: Plan, point: Point) -> _Pace:
    """Kept with the facts for as long as report, plan and day of completion are the same."""
    kept: _Paces | None = evidence.facts.derived.get("pace")
    if kept is None or kept.plan is not plan or kept.completed_on != evidence.completed_on:
        kept = evidence.facts.derived["pace"] = _Paces(plan, evidence.completed_on)
    held = kept.by_day.get(point.as_of)
    if held is None or held.point is not point:
        if len(kept.by_day) > MOST_POINTS:
            kept.by_day.clear()
        schedule = _earned_schedule(evidence, plan, point)
        held = kept.by_day[point.as_of] = _Pace(point, schedule, schedule.spi_t)
    return held


def _earned_schedule(evidence: Evidence, plan: Plan, point: Point) -> EarnedSchedule:
    on = point.as_of
    if evidence.completed_on is not None and on > evidence.completed_on:
        on = evidence.completed_on
    es = None if plan.curve is None or point.ev is None else plan.curve.earned_schedule(point.ev)
    return EarnedSchedule(es, Decimal(max(plan.day(on), 0)), Decimal(plan.pd))


def _spi_t(evidence: Evidence, plan: Plan, point: Point) -> Decimal | None:
    return _pace(evidence, plan, point).spi_t


def _before(evidence: Evidence, plan: Plan) -> Decimal | None:
    return _spi_t(evidence, plan, evidence.points[-2]) if len(evidence.points) > 1 else None


def _slip_by_pace(evidence: Evidence) -> tuple[Decimal | None, str, Decimal | None, Point | None]:
    plan, reason = measured(evidence)
    if plan is None:
        return None, reason, None, None
    point = evidence.points[-1]
    spi_t = _spi_t(evidence, plan, point)
    if spi_t is None:
        return None, "not_started", None, point
    if spi_t == 0:
        return None, "nothing_earned", None, point
    return _as_slip(spi_t), "", _as_slip(_before(evidence, plan)), point


def _as_slip(spi_t: Decimal | None) -> Decimal | None:
    """(IEAC(t) - PD) / PD = 1 / SPI(t) - 1, in %."""
    return None if spi_t is None or spi_t == 0 else (1 / spi_t - 1) * HUNDRED


def _worse(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """The greater slip one period ago; None when the pace then is not known."""
    if one is None or other is None:
        return one
    return max(one, other)


def last_milestone(milestones: Milestones, plan: Plan) -> Outlook | None:
    """The milestone that speaks for the finish: the last expected, if agreed for the end or due after."""
    finish = plan.baseline.finish
    last = milestones.once("last", lambda: _last_expected(milestones.outlooks))
    if last is None or last.expected is None:
        return None
    at_the_end = last.baseline is not None and last.baseline >= finish
    return last if at_the_end or last.expected > finish else None


def _last_expected(outlooks: Sequence[Outlook]) -> Outlook | None:
    dated = [each for each in outlooks if each.expected is not None]
    return max(dated, key=lambda each: (each.expected, each.milestone.code), default=None)


def _slip_by_word(last: Outlook, plan: Plan) -> Decimal | None:
    if last.expected is None or plan.pd <= 0:
        return None
    days = plan.calendar.between(plan.baseline.finish, last.expected)
    return Decimal(days) / Decimal(plan.pd) * HUNDRED


def _against_original(plan: Plan, slip: Decimal) -> tuple[Input, ...]:
    """The same finish, against the plan that was approved first: in % of the duration that it had."""
    first = plan.original
    planned = 0 if first is None else plan.calendar.working_days(first.start, first.finish)
    if first is None or planned <= 0:
        return ()
    late = slip / HUNDRED * plan.pd + plan.calendar.between(first.finish, plan.baseline.finish)
    against = late / planned * HUNDRED
    return (Input(VERSUS_ORIGINAL, against, "%", first.stamp.time.date(), (first.stamp.seq,)),)
