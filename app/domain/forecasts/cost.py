"""What all of it will cost: one headline, and the range that several methods span."""

from decimal import Decimal
from typing import Final

from app.domain.earned_value import EarnedValue
from app.domain.evidence import Evidence
from app.domain.forecasts.statements import ENOUGH, CostEstimate, CostForecast, CostMethod, figure
from app.domain.kpis.completion import reported_estimate
from app.domain.kpis.cost import actual_cost, earned_value, measured, recent_cpi, spent_and_earned
from app.domain.plan import ZERO, Plan, every_point

TELLING: Final = Decimal("0.20")
"""The share complete from which cost efficiency so far tells something of the rest."""


def cost_forecast(evidence: Evidence) -> CostForecast:
    """EAC = BAC / CPI from 20 % complete on, AC + (BAC - EV) before; the range is over all methods.

    CPI x SPI is part of the range and never the headline. Nothing before two reports of progress of which the
    cost is known, and nothing while nothing is earned or booked: one method alone is no range.
    Source: ANSI/EIA-748; Christensen & Payne 1992 for the 20 %.
    """
    plan, reason = measured(evidence)
    currency = None if evidence.plan is None else evidence.plan.baseline.currency
    said = () if evidence.plan is None else reported_estimate(evidence, evidence.plan)
    reported = figure(said[0]) if said else None
    if plan is None:
        return CostForecast(currency=currency, reported=reported, reason=reason)
    point, periods = evidence.points[-1], _periods(evidence, plan)
    known = CostForecast(
        currency=currency,
        as_of=point.as_of,
        periods=periods,
        reported=reported,
        inputs=tuple(figure(each) for each in spent_and_earned(evidence, plan, point)),
    )
    values = earned_value(evidence, plan, point)
    if values is None or values.ac is None or values.ac <= ZERO:
        return known.model_copy(update={"reason": "no_actual_cost"})
    if periods < ENOUGH or values.ev <= ZERO:
        reason = "too_few_periods" if periods < ENOUGH else "nothing_earned"
        return known.model_copy(update={"reason": reason})
    estimates = _estimates(evidence, plan, values)
    eacs = {each.method: each.eac for each in estimates if each.eac is not None}
    method = _headline(values)
    span = {"low": min(eacs.values()), "high": max(eacs.values())}
    return known.model_copy(update={"method": method, "eac": eacs[method], "estimates": estimates, **span})


def _periods(evidence: Evidence, plan: Plan) -> int:
    points = every_point(evidence.facts, plan, evidence.costs.rates)
    return sum(1 for each in points if each.ev is not None and actual_cost(evidence, each) is not None)


def _headline(values: EarnedValue) -> CostMethod:
    if values.ev >= values.bac:
        return "complete"
    return "bac_over_cpi" if values.ev >= TELLING * values.bac else "ac_plus_remaining"


def _estimates(evidence: Evidence, plan: Plan, values: EarnedValue) -> tuple[CostEstimate, ...]:
    """By every method; once all is earned, what it has cost."""
    if values.ev >= values.bac:
        return (CostEstimate(method="complete", eac=values.ac),)
    lately = recent_cpi(evidence, -1)
    day = plan.day(evidence.points[-1].as_of)
    pv = None if plan.curve is None else plan.curve.at(max(day, 0))
    planned = EarnedValue(values.bac, pv, values.ev, values.ac)
    return (
        _estimate("bac_over_cpi", values.eac_cpi, "nothing_earned"),
        _estimate("ac_plus_remaining", values.eac_atypical, "no_actual_cost"),
        _estimate("recent_cpi", _at_pace(values, lately), "too_few_periods"),
        _estimate("cpi_times_spi", planned.eac_cpi_spi, "nothing_planned"),
    )


def _estimate(method: CostMethod, eac: Decimal | None, otherwise: str) -> CostEstimate:
    return CostEstimate(method=method, eac=eac, reason=None if eac is not None else otherwise)


def _at_pace(values: EarnedValue, efficiency: Decimal | None) -> Decimal | None:
    """AC + (BAC - EV) / efficiency."""
    if values.ac is None or efficiency is None or efficiency <= ZERO:
        return None
    return values.ac + (values.bac - values.ev) / efficiency
