"""Cost: what the work costs of late, and what the rest would have to cost."""

from decimal import Decimal
from typing import NamedTuple

from app.domain.evidence import Evidence
from app.domain.facts import Sample
from app.domain.findings import Input
from app.domain.plan import HUNDRED, ZERO, Plan, Point
from app.domain.warnings.watch import EarlyWarning, Limits, Watch


class Spent(NamedTuple):
    """Work earned and its cost at a report of progress, in the currency of the plan."""

    plan: Plan
    point: Point
    ev: Decimal
    ac: Decimal
    booking: Sample

    @property
    def bac(self) -> Decimal:
        return self.plan.baseline.bac

    @property
    def inputs(self) -> tuple[Input, ...]:
        currency, booking = self.plan.baseline.currency, self.booking
        booked = Input("AC", self.ac, currency, booking.as_of, (booking.stamp.seq,))
        earned = Input("EV", self.ev, currency, self.point.as_of, (self.point.seq,))
        return (self.plan.budget, earned, booked)


def _spent(evidence: Evidence, back: int = 0) -> Spent | None:
    """At the newest report, or so many before it; None where either is not known, or nothing is budgeted."""
    return evidence.once(("spent", back), lambda: _spent_by(evidence, back))


def _spent_by(evidence: Evidence, back: int) -> Spent | None:
    plan, costs = evidence.plan, evidence.costs
    if plan is None or plan.baseline.bac == ZERO or len(evidence.points) <= back:
        return None
    point = evidence.points[-1 - back]
    place = costs.at(point.as_of)
    ac = None if place < 0 else costs.totals[place]
    if point.ev is None or ac is None:
        return None
    return Spent(plan, point, point.ev, ac, costs.bookings[place])


def recent_cost_falling(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW5: CPI of the last three periods lies below the cumulative CPI, once enough of the work is done.

    Source: Christensen; GAO.
    """
    now, then = _spent(watch.evidence), _spent(watch.evidence, int(limits["periods"]))
    if now is None or then is None or now.ac <= then.ac:
        return None
    if now.ev / now.bac * HUNDRED <= limits["complete"] or now.ev >= now.bac:
        return None
    recent, cumulative = (now.ev - then.ev) / (now.ac - then.ac), now.ev / now.ac
    limit = cumulative - limits["below"]
    if recent >= limit:
        return None
    inputs = (*now.inputs, *then.inputs[1:], Input("CPI", cumulative, "ratio", now.point.as_of))
    return EarlyWarning("medium", recent, limit, "ratio", inputs=inputs)


def estimate_not_credible(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW6: its own estimate needs another pace than the one so far, lies far below BAC / CPI, or is spent.

    Source: DCMA.
    """
    now, said, estimate = _spent(watch.evidence), watch.evidence.eac, watch.evidence.eac_amount
    if now is None or said is None or estimate is None or now.ev >= now.bac or now.ac == ZERO:
        return None
    currency = now.plan.baseline.currency
    inputs = (*now.inputs, Input("EAC reported", estimate, currency, said.as_of, (said.stamp.seq,)))
    if estimate <= now.ac:
        return EarlyWarning("medium", estimate, now.ac, currency, "spent", inputs=inputs)
    cpi = now.ev / now.ac
    gap = abs((now.bac - now.ev) / (estimate - now.ac) - cpi)
    if gap > limits["gap"]:
        return EarlyWarning("medium", gap, limits["gap"], "ratio", "pace", inputs=inputs)
    by_pace = None if cpi == ZERO else now.bac / cpi
    if by_pace is not None and (by_pace - estimate) / by_pace * HUNDRED > limits["below_pace"]:
        below = (by_pace - estimate) / by_pace * HUNDRED
        return EarlyWarning("medium", below, limits["below_pace"], "%", "below_pace", inputs=inputs)
    return None


def pace_to_complete_runaway(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW7: TCPI(BAC) is beyond what is ever made up, or the budget is spent before the work is done.

    Source: PRA.
    """
    now = _spent(watch.evidence)
    if now is None or now.ev >= now.bac:
        return None
    if now.ac >= now.bac:
        return EarlyWarning(
            "high", now.ac, now.bac, now.plan.baseline.currency, "budget_spent", inputs=now.inputs
        )
    tcpi = (now.bac - now.ev) / (now.bac - now.ac)
    if tcpi <= limits["tcpi"]:
        return None
    return EarlyWarning("high", tcpi, limits["tcpi"], "ratio", inputs=now.inputs)


def spend_ahead_of_work(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW11: the share of the budget spent is ahead of the share of the work done.

    Source: DCMA.
    """
    now = _spent(watch.evidence)
    if now is None:
        return None
    ahead = (now.ac - now.ev) / now.bac * HUNDRED
    return (
        None
        if ahead <= limits["gap"]
        else EarlyWarning("medium", ahead, limits["gap"], "pp", inputs=now.inputs)
    )


def contingency_burn(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW12: contingency is used up ahead of the work, or what is left does not cover the money at risk.

    Used is what the contingency of the first approved baseline had more than that of the current one has;
    cover is CST-7. Source: DAU.
    """
    cover, plan = watch.reading("CST-7"), watch.evidence.plan
    if cover is not None and cover.value is not None and cover.value < limits["cover"]:
        return EarlyWarning("high", cover.value, limits["cover"], cover.unit, "cover", inputs=cover.inputs)
    left = None if plan is None else plan.baseline.contingency
    if plan is None or left is None:
        return None
    currency, stamp = plan.baseline.currency, plan.baseline.stamp
    shown = Input("contingency left", left, currency, stamp.time, (stamp.seq,))
    original = min(watch.facts.baselines.values(), key=lambda each: each.stamp[:4])
    now, first = _spent_share(watch.evidence), original.contingency
    if now is None or not first or original.currency != currency:
        return None
    used = (first - left) / first * HUNDRED
    if used - now <= limits["ahead"]:
        return None
    before = Input("contingency approved", first, currency, original.stamp.time, (original.stamp.seq,))
    return EarlyWarning("medium", used - now, limits["ahead"], "pp", "used", inputs=(shown, before))


def _spent_share(evidence: Evidence) -> Decimal | None:
    """% complete at the newest report."""
    plan, points = evidence.plan, evidence.points
    if plan is None or not points or points[-1].ev is None or plan.baseline.bac == ZERO:
        return None
    return points[-1].ev / plan.baseline.bac * HUNDRED
