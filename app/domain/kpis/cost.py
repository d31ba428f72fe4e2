"""Cost: what the work done has cost, in all and lately."""

from decimal import Decimal
from typing import Final

from app.domain.earned_value import EarnedValue
from app.domain.earned_value import cost_performance as index
from app.domain.evidence import Evidence
from app.domain.findings import Input, Reading, unknown
from app.domain.plan import HUNDRED, MOST_POINTS, ZERO, Plan, Point

PERIODS: Final = 3
"""Reports that the recent window of CST-2 looks back."""


def cost_performance(evidence: Evidence) -> Reading:
    """CST-1: CPI = EV / AC, cumulative, both as of the day of the progress used.

    Unknown while nothing was booked by that day, or 0. Source: oracles O1 to O3.
    """
    plan, reason = measured(evidence)
    if plan is None:
        return without(evidence, "CST-1", "ratio", reason)
    point = evidence.points[-1]
    value = cpi(evidence, plan, point)
    inputs = spent_and_earned(evidence, plan, point)
    if value is None:
        return unknown("CST-1", "ratio", "no_actual_cost", inputs)
    before = cpi(evidence, plan, evidence.points[-2]) if len(evidence.points) > 1 else None
    return Reading("CST-1", value, "ratio", as_of=point.as_of, inputs=inputs, previous=before)


def recent_cost_performance(evidence: Evidence) -> Reading:
    """CST-2: CPI of the last three periods = EV gained / AC booked since three reports ago.

    It does not apply before there is such a report with its cost. Unknown where nothing was booked since.
    """
    plan, reason = measured(evidence)
    if plan is None:
        return without(evidence, "CST-2", "ratio", reason)
    if recent_gain(evidence, -1) is None:
        reading = without(evidence, "CST-2", "ratio", "too_few_periods")
        reading.applies = False
        return reading
    since, point = evidence.points[-1 - PERIODS], evidence.points[-1]
    inputs = (
        *spent_and_earned(evidence, plan, point),
        Input("EV three reports ago", since.ev, plan.baseline.currency, since.as_of, (since.seq,)),
        _booked(evidence, plan, since, "AC three reports ago"),
    )
    value = recent_cpi(evidence, -1)
    if value is None:
        return unknown("CST-2", "ratio", "no_recent_cost", inputs)
    before = recent_cpi(evidence, -2)
    return Reading("CST-2", value, "ratio", as_of=point.as_of, inputs=inputs, previous=before)


def recent_cpi(evidence: Evidence, place: int) -> Decimal | None:
    """CPI of the three periods that end with the report at `place`; None where nothing was booked in them."""
    gained = recent_gain(evidence, place)
    return None if gained is None or gained[1] <= ZERO else gained[0] / gained[1]


def recent_gain(evidence: Evidence, place: int) -> tuple[Decimal, Decimal] | None:
    """EV and AC gained in the three periods that end with the report at `place`, which counts from the end.

    None where there are not so many reports, or a figure of either end is not known.
    """
    if len(evidence.points) < PERIODS - place:
        return None
    since, until = evidence.points[place - PERIODS], evidence.points[place]
    before, after = actual_cost(evidence, since), actual_cost(evidence, until)
    if since.ev is None or until.ev is None or before is None or after is None:
        return None
    return until.ev - since.ev, after - before


def spend_ahead_of_work(evidence: Evidence) -> Reading:
    """CST-6: AC / BAC - share complete, in percentage points."""
    plan, reason = measured(evidence)
    if plan is None:
        return without(evidence, "CST-6", "pp", reason)
    point = evidence.points[-1]
    before = _gap(evidence, plan, evidence.points[-2]) if len(evidence.points) > 1 else None
    return Reading(
        "CST-6",
        _gap(evidence, plan, point),
        "pp",
        as_of=point.as_of,
        inputs=spent_and_earned(evidence, plan, point),
        previous=before,
    )


def cpi_series(evidence: Evidence, count: int) -> list[Decimal]:
    """CPI at the newest reports of progress, oldest first; those not defined are left out."""
    plan, _ = measured(evidence)
    if plan is None:
        return []
    indices = [_booked_by(evidence, point)[2] for point in evidence.points[-count:]]
    return [each for each in indices if each is not None]


def measured(evidence: Evidence) -> tuple[Plan | None, str]:
    """The plan, where work done and its cost are both known at the newest report; else why not."""
    return evidence.once("measured cost", lambda: _measured(evidence))


def _measured(evidence: Evidence) -> tuple[Plan | None, str]:
    plan = evidence.plan
    if not evidence.costs.days:
        return None, "no_actual_cost"
    if plan is None:
        return None, "no_baseline"
    if plan.baseline.bac == 0:
        return None, "no_budget"
    if not evidence.points:
        return None, "no_progress"
    point = evidence.points[-1]
    place = evidence.costs.at(point.as_of)
    if place < 0:
        return None, "no_actual_cost"
    if point.ev is None or evidence.costs.totals[place] is None:
        return None, "no_rate"
    return plan, ""


def without(evidence: Evidence, kpi: str, unit: str, reason: str) -> Reading:
    """Unknown; it applies where any cost was ever reported."""
    reading = unknown(kpi, unit, reason, () if evidence.plan is None else (evidence.plan.budget,))
    reading.applies = bool(evidence.costs.days)
    return reading


def actual_cost(evidence: Evidence, point: Point) -> Decimal | None:
    """AC by the day of a report; None where nothing was booked by then, or it has no rate."""
    return _booked_by(evidence, point)[1]


def _booked_by(evidence: Evidence, point: Point) -> tuple[Point, Decimal | None, Decimal | None]:
    """AC and CPI at a report, kept with what was booked."""
    known = evidence.costs.indices
    held = known.get(point.as_of)
    if held is None or held[0] is not point:
        if len(known) > MOST_POINTS:
            known.clear()
        place = evidence.costs.at(point.as_of)
        ac = None if place < 0 else evidence.costs.totals[place]
        held = known[point.as_of] = (point, ac, None if point.ev is None else index(point.ev, ac))
    return held


def earned_value(evidence: Evidence, plan: Plan, point: Point) -> EarnedValue | None:
    """BAC, EV and AC at a report, from which estimates follow."""
    if point.ev is None:
        return None
    return EarnedValue(plan.baseline.bac, None, point.ev, actual_cost(evidence, point))


def cpi(evidence: Evidence, plan: Plan, point: Point) -> Decimal | None:
    """CPI at a report."""
    return None if plan.baseline.bac == 0 else _booked_by(evidence, point)[2]


def spent_and_earned(evidence: Evidence, plan: Plan, point: Point) -> tuple[Input, ...]:
    """BAC, EV and AC as the inputs of readings; made once, as several show them."""
    held = evidence.costs.shown
    if held is None or held[0] is not point:
        shown = (
            plan.budget,
            evidence.earned_value(plan, point),
            _booked(evidence, plan, point, "AC"),
        )
        held = evidence.costs.shown = (point, shown)
    return held[1]


def _gap(evidence: Evidence, plan: Plan, point: Point) -> Decimal | None:
    actual = actual_cost(evidence, point)
    if actual is None or point.ev is None:
        return None
    return (actual - point.ev) / plan.baseline.bac * HUNDRED


def _booked(evidence: Evidence, plan: Plan, point: Point, name: str) -> Input:
    """What was booked by a report; kept, as finding its events takes longer than all the rest."""
    costs, place = evidence.costs, evidence.costs.at(point.as_of)
    held = costs.booked.get((name, place))
    if held is None:
        currency = plan.baseline.currency
        held = (
            Input(name, None, currency)
            if place < 0
            else Input(name, costs.totals[place], currency, costs.days[place], costs.events(place))
        )
        costs.booked[name, place] = held
    return held
