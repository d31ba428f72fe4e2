"""Completion: what all of it will cost, and what that asks of the work that is left."""

from decimal import Decimal

from app.domain.earned_value import EarnedValue
from app.domain.evidence import Evidence
from app.domain.findings import Input, Reading, unknown
from app.domain.kpis.cost import earned_value, measured, spent_and_earned, without
from app.domain.plan import HUNDRED, VERSUS_ORIGINAL, ZERO, Plan, Point


def variance_at_completion(evidence: Evidence) -> Reading:
    """CST-3: (BAC - EAC) / BAC in %, with the greater of EAC = BAC / CPI and the project's own EAC."""
    plan, reason = measured(evidence)
    budgeted = evidence.plan if evidence.plan is not None and evidence.plan.baseline.bac != 0 else None
    reported = evidence.eac_amount if budgeted is not None else None
    by_pace = None if plan is None else _eac(evidence, plan, evidence.points[-1])
    if budgeted is None or (reported is None and by_pace is None):
        reading = without(evidence, "CST-3", "%", reason or "nothing_earned")
        reading.applies = reading.applies or evidence.eac is not None
        return reading
    inputs = (budgeted.budget,) if plan is None else spent_and_earned(evidence, budgeted, evidence.points[-1])
    eac = max(each for each in (reported, by_pace) if each is not None)
    several = plan is not None and len(evidence.points) > 1
    before = _eac(evidence, plan, evidence.points[-2]) if plan is not None and several else None
    newest = evidence.points[-1].as_of if evidence.points else None
    return Reading(
        "CST-3",
        _variance(budgeted.baseline.bac, eac),
        "%",
        as_of=evidence.eac.as_of if evidence.eac is not None and eac == reported else newest,
        inputs=(
            *inputs,
            Input("EAC by pace", by_pace, budgeted.baseline.currency),
            *reported_estimate(evidence, budgeted),
            *_against_original(evidence, budgeted, eac),
        ),
        previous=None
        if before is None
        else _variance(budgeted.baseline.bac, before if reported is None else max(before, reported)),
    )


def estimate_credibility(evidence: Evidence) -> Reading:
    """CST-4: |TCPI(EAC) - CPI|: how far the pace that its own estimate needs is from the pace so far.

    It applies once the project has reported an estimate, until all is earned. Unknown where either
    index is not defined. Source: DCMA.
    """
    plan, reason = measured(evidence)
    if evidence.eac is None or plan is None or evidence.eac_amount is None:
        reading = without(
            evidence, "CST-4", "ratio", "no_estimate" if evidence.eac is None else reason or "no_rate"
        )
        reading.applies = evidence.eac is not None
        return reading
    point = evidence.points[-1]
    inputs = (*spent_and_earned(evidence, plan, point), *reported_estimate(evidence, plan))
    if _is_complete(plan, point):
        return _complete("CST-4", inputs)
    value = _gap(evidence, plan, point)
    if value is None:
        return unknown("CST-4", "ratio", "not_achievable", inputs)
    before = _gap(evidence, plan, evidence.points[-2]) if len(evidence.points) > 1 else None
    return Reading("CST-4", value, "ratio", as_of=point.as_of, inputs=inputs, previous=before)


def pace_to_complete(evidence: Evidence) -> Reading:
    """CST-5: TCPI(BAC) = (BAC - EV) / (BAC - AC): the cost efficiency that the budget asks of the rest.

    Unknown, and never good, where the budget is spent before the work is done. It does not apply once all
    is earned.
    """
    plan, reason = measured(evidence)
    if plan is None:
        return without(evidence, "CST-5", "ratio", reason)
    point = evidence.points[-1]
    inputs = spent_and_earned(evidence, plan, point)
    if _is_complete(plan, point):
        return _complete("CST-5", inputs)
    value = _tcpi(evidence, plan, point)
    if value is None:
        values = earned_value(evidence, plan, point)
        booked = values is not None and values.ac is not None and values.ac > ZERO
        return unknown("CST-5", "ratio", "not_achievable" if booked else "no_actual_cost", inputs)
    before = _tcpi(evidence, plan, evidence.points[-2]) if len(evidence.points) > 1 else None
    return Reading("CST-5", value, "ratio", as_of=point.as_of, inputs=inputs, previous=before)


def reported_estimate(evidence: Evidence, plan: Plan) -> tuple[Input, ...]:
    """The project's own EAC, where it reported one."""
    if evidence.eac is None:
        return ()
    said = evidence.eac
    currency = plan.baseline.currency
    return (Input("EAC reported", evidence.eac_amount, currency, said.as_of, (said.stamp.seq,)),)


def _eac(evidence: Evidence, plan: Plan, point: Point) -> Decimal | None:
    values = earned_value(evidence, plan, point)
    return None if values is None else values.eac_cpi


def _variance(bac: Decimal, eac: Decimal) -> Decimal:
    return (bac - eac) / bac * HUNDRED


def _against_original(evidence: Evidence, plan: Plan, eac: Decimal) -> tuple[Input, ...]:
    """The same estimate against the budget that was approved first."""
    first = plan.original
    if first is None:
        return ()
    day = first.stamp.time.date()
    bac = evidence.costs.rates.convert(first.bac, first.currency, plan.baseline.currency, day)
    against = None if bac is None or bac == ZERO else _variance(bac, eac)
    return (Input(VERSUS_ORIGINAL, against, "%", day, (first.stamp.seq,)),)


def _gap(evidence: Evidence, plan: Plan, point: Point) -> Decimal | None:
    """|TCPI(EAC) - CPI|; None where nothing was booked, or the estimate is spent to the cent."""
    values, estimate = earned_value(evidence, plan, point), evidence.eac_amount
    if values is None or values.ac is None or values.cpi is None or estimate is None or estimate == values.ac:
        return None
    return abs((plan.baseline.bac - values.ev) / (estimate - values.ac) - values.cpi)


def _tcpi(evidence: Evidence, plan: Plan, point: Point) -> Decimal | None:
    """None where nothing was booked, or the budget is spent."""
    values: EarnedValue | None = earned_value(evidence, plan, point)
    if values is None or values.ac is None or values.ac <= ZERO or values.ac >= plan.baseline.bac:
        return None
    return values.tcpi_bac


def _is_complete(plan: Plan, point: Point) -> bool:
    return point.ev is not None and point.ev >= plan.baseline.bac


def _complete(kpi: str, inputs: tuple[Input, ...]) -> Reading:
    reading = unknown(kpi, "ratio", "complete", inputs)
    reading.applies = False
    return reading
