"""What all of it will cost: one headline, and the range that several methods span."""

from decimal import Decimal
from typing import Final

from app.domain.earned_value import EarnedValue
from app.domain.evidence import Evidence
from app.domain.forecasts.statements import ENOUGH, CostEstimate, CostForecast, CostMethod, figure
from app.domain.kpis.completion import reported_estimate
from app.domain.kpis.cost import actual_cost, earned_value, measured, recent_cpi, spent_and_earned
from app.domain.plan import ZERO, Plan, Point, every_point

TELLING: Final = Decimal("0.20")
"""The share complete from which cost efficiency so far tells something of the rest."""


def cost_forecast(evidence: Evidence) -> CostForecast:
    """EAC = BAC / CPI from 20 % complete on, AC + (BAC - EV) before; the range is over all methods.

    CPI x SPI is part of the range and never the headline. Nothing before two reports of progress of which the
    cost is known. Source: ANSI/EIA-748; Christensen & Payne 1992 for the 20 %.
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
    if periods < ENOUGH:
        return known.model_copy(update={"reason": "too_few_periods"})
    estimates = _estimates(evidence, plan, point)
    method: CostMethod = "bac_over_cpi" if _is_telling(plan, point) else "ac_plus_remaining"
    if estimates[0].method == "complete":
        method = "complete"
    headline = next(each for each in estimates if each.method == method)
    if headline.eac is None:
        return known.model_copy(update={"reason": headline.reason})
    span = [each.eac for each in estimates if each.eac is not None]
    return known.model_copy(
        update={
            "method": method,
            "eac": headline.eac,
            "low": min(span),
            "high": max(span),
            "estimates": estimates,
        }
    )


def _periods(evidence: Evidence, plan: Plan) -> int:
    points = every_point(evidence.facts, plan, evidence.costs.rates)
    return sum(1 for each in points if each.ev is not None and actual_cost(evidence, each) is not None)


def _is_telling(plan: Plan, point: Point) -> bool:
    return point.ev is not None and point.ev >= TELLING * plan.baseline.bac


def _estimates(evidence: Evidence, plan: Plan, point: Point) -> tuple[CostEstimate, ...]:
    """By every method; once all is earned, what it has cost."""
    values = earned_value(evidence, plan, point)
    if values is None or values.ac is None or values.ac == ZERO:
        nothing = "no_actual_cost"
        return tuple(
            CostEstimate(method=each, eac=None, reason=nothing)
            for each in ("bac_over_cpi", "ac_plus_remaining")
        )
    left = plan.baseline.bac - values.ev
    if left <= ZERO:
        return (CostEstimate(method="complete", eac=values.ac),)
    lately = recent_cpi(evidence, -1)
    pv = None if plan.curve is None else plan.curve.at(max(plan.day(point.as_of), 0))
    planned = EarnedValue(values.bac, pv, values.ev, values.ac)
    return (
        _estimate("bac_over_cpi", values.eac_cpi, "nothing_earned"),
        _estimate("ac_plus_remaining", values.eac_atypical, "no_actual_cost"),
        _estimate("recent_cpi", _at_pace(values.ac, left, lately), "too_few_periods"),
        _estimate("cpi_times_spi", planned.eac_cpi_spi, "nothing_planned"),
    )


def _estimate(method: CostMethod, eac: Decimal | None, otherwise: str) -> CostEstimate:
    return CostEstimate(method=method, eac=eac, reason=None if eac is not None else otherwise)


def _at_pace(ac: Decimal, left: Decimal, efficiency: Decimal | None) -> Decimal | None:
    """AC + (BAC - EV) / efficiency."""
    return None if efficiency is None or efficiency <= ZERO else ac + left / efficiency
