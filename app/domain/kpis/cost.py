"""Cost: what the work done has cost, and what all of it will."""

from datetime import date
from decimal import Decimal

from app.domain.costs import CostLine
from app.domain.earned_value import EarnedValue
from app.domain.earned_value import cost_performance as index
from app.domain.evidence import Evidence
from app.domain.findings import Input, Reading, unknown
from app.domain.plan import HUNDRED, Plan, Point


def cost_performance(evidence: Evidence) -> Reading:
    """CST-1: CPI = EV / AC, cumulative, both as of the day of the progress used.

    Unknown while nothing was booked by that day, or 0. Source: oracles O1 to O3.
    """
    plan, reason = _measured(evidence)
    if plan is None:
        return _without(evidence, "CST-1", "ratio", reason)
    point = evidence.points[-1]
    value = _cpi(evidence, plan, point)
    inputs = _inputs(evidence, plan, point)
    if value is None:
        return unknown("CST-1", "ratio", "no_actual_cost", inputs)
    return Reading(
        "CST-1", value, "ratio", as_of=point.as_of, inputs=inputs, previous=_before(evidence, plan)
    )


def variance_at_completion(evidence: Evidence) -> Reading:
    """CST-3: (BAC - EAC) / BAC in %, with the greater of EAC = BAC / CPI and the project's own EAC."""
    plan, reason = _measured(evidence)
    budgeted = evidence.plan if evidence.plan is not None and evidence.plan.baseline.bac != 0 else None
    reported = evidence.eac_amount if budgeted is not None else None
    by_pace = None if plan is None else _eac(evidence, plan, evidence.points[-1])
    if budgeted is None or (reported is None and by_pace is None):
        return _without(evidence, "CST-3", "%", reason or "nothing_earned")
    inputs = _inputs(evidence, budgeted, evidence.points[-1]) if plan is not None else (budgeted.budget,)
    eac = max(each for each in (reported, by_pace) if each is not None)
    before = (
        _eac(evidence, plan, evidence.points[-2]) if plan is not None and len(evidence.points) > 1 else None
    )
    return Reading(
        "CST-3",
        _vac(budgeted, eac),
        "%",
        as_of=evidence.eac.as_of if evidence.eac is not None and eac == reported else _as_of(evidence),
        inputs=(
            *inputs,
            Input("EAC by pace", by_pace, budgeted.baseline.currency),
            *_reported(evidence, budgeted),
        ),
        previous=None
        if before is None
        else _vac(budgeted, before if reported is None else max(before, reported)),
    )


def spend_ahead_of_work(evidence: Evidence) -> Reading:
    """CST-6: AC / BAC - share complete, in percentage points."""
    plan, reason = _measured(evidence)
    if plan is None:
        return _without(evidence, "CST-6", "pp", reason)
    point = evidence.points[-1]
    before = _gap(evidence, plan, evidence.points[-2]) if len(evidence.points) > 1 else None
    return Reading(
        "CST-6",
        _gap(evidence, plan, point),
        "pp",
        as_of=point.as_of,
        inputs=_inputs(evidence, plan, point),
        previous=before,
    )


def cpi_series(evidence: Evidence, count: int) -> list[Decimal]:
    """CPI at the newest reports of progress, oldest first; those not defined are left out."""
    plan, _ = _measured(evidence)
    if plan is None:
        return []
    known = evidence.costs.indices
    kept: dict[date, tuple[Point, Decimal | None]] = {}
    for point in evidence.points[-count:]:
        held = known.get(point.as_of)
        same = held is not None and held[0] is point
        kept[point.as_of] = held if held is not None and same else (point, _cpi(evidence, plan, point))
    evidence.costs.indices = kept
    return [value for _, value in kept.values() if value is not None]


def _measured(evidence: Evidence) -> tuple[Plan | None, str]:
    """The plan, where work done and its cost are both known at the newest report; else why not."""
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


def _without(evidence: Evidence, kpi: str, unit: str, reason: str) -> Reading:
    """Unknown; it applies where any cost or estimate was ever reported."""
    reading = unknown(kpi, unit, reason, () if evidence.plan is None else (evidence.plan.budget,))
    booked = bool(evidence.costs.days)
    reading.applies = booked or (kpi == "CST-3" and evidence.eac is not None)
    return reading


def _actual(evidence: Evidence, point: Point) -> Decimal | None:
    place = evidence.costs.at(point.as_of)
    return None if place < 0 else evidence.costs.totals[place]


def _values(evidence: Evidence, plan: Plan, point: Point) -> EarnedValue | None:
    if point.ev is None:
        return None
    return EarnedValue(plan.baseline.bac, None, point.ev, _actual(evidence, point))


def _cpi(evidence: Evidence, plan: Plan, point: Point) -> Decimal | None:
    if point.ev is None or plan.baseline.bac == 0:
        return None
    return index(point.ev, _actual(evidence, point))


def _eac(evidence: Evidence, plan: Plan, point: Point) -> Decimal | None:
    values = _values(evidence, plan, point)
    return None if values is None else values.eac_cpi


def _gap(evidence: Evidence, plan: Plan, point: Point) -> Decimal | None:
    actual = _actual(evidence, point)
    if actual is None or point.ev is None:
        return None
    return (actual - point.ev) / plan.baseline.bac * HUNDRED


def _vac(plan: Plan, eac: Decimal) -> Decimal:
    return (plan.baseline.bac - eac) / plan.baseline.bac * HUNDRED


def _before(evidence: Evidence, plan: Plan) -> Decimal | None:
    return _cpi(evidence, plan, evidence.points[-2]) if len(evidence.points) > 1 else None


def _as_of(evidence: Evidence) -> date | None:
    return evidence.points[-1].as_of if evidence.points else None


def _inputs(evidence: Evidence, plan: Plan, point: Point) -> tuple[Input, ...]:
    """What CPI is made of; made once, as three KPIs show it."""
    held = evidence.costs.shown
    if held is None or held[0] is not point:
        held = evidence.costs.shown = (point, _made(evidence, plan, point))
    return held[1]


def _made(evidence: Evidence, plan: Plan, point: Point) -> tuple[Input, ...]:
    place = evidence.costs.at(point.as_of)
    held = evidence.costs.last
    if held is None or held[0] != place:
        held = evidence.costs.last = (place, _booked(evidence.costs, place, plan))
    return (plan.budget, evidence.earned_value(plan, point), held[1])


def _booked(costs: CostLine, place: int, plan: Plan) -> Input:
    currency = plan.baseline.currency
    if place < 0:
        return Input("AC", None, currency)
    return Input("AC", costs.totals[place], currency, costs.days[place], costs.events(place))


def _reported(evidence: Evidence, plan: Plan) -> tuple[Input, ...]:
    if evidence.eac is None:
        return ()
    return (
        Input(
            "EAC reported",
            evidence.eac_amount,
            plan.baseline.currency,
            evidence.eac.as_of,
            (evidence.eac.stamp.seq,),
        ),
    )
