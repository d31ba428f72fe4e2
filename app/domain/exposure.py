"""Exposure: how likely a risk is, how much it would do, and what that comes to.

Likelihood in bands of 20 %, consequence from 1 to 5, the score is their product; a consequence in money
or days is scored by its share of the budget or of the planned duration.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from app.domain.findings import Input
from app.domain.money import RateBook
from app.domain.plan import HUNDRED, ZERO, Plan
from app.domain.records import Record

LIKELIHOOD: Final = (Decimal(20), Decimal(40), Decimal(60), Decimal(80))
"""% up to which it is 1, 2, 3, 4; above that 5."""
CONSEQUENCE: Final = (Decimal(1), Decimal("2.5"), Decimal(5), Decimal(10))
"""% of the whole up to which it is 1, 2, 3, 4; above that 5."""


def cost_of(risk: Record, plan: Plan, rates: RateBook) -> Decimal | None:
    """What it would cost, in the currency of the plan; None where nobody said, or there is no rate."""
    said = _impact(risk).get("cost")
    if said is None:
        return None
    currency, day = plan.baseline.currency, risk.newest().date()
    return rates.convert(Decimal(said["amount"]), said["currency"], currency, day)


def money_at_risk(risks: Iterable[Record], plan: Plan, rates: RateBook) -> tuple[Decimal, tuple[Input, ...]]:
    """Σ likelihood x cost of the open risks of which both are known, and each of them as an input."""
    total, inputs = ZERO, []
    for risk in risks:
        prob, cost = risk.number("prob"), cost_of(risk, plan, rates)
        if risk.state == "open" and prob is not None and cost is not None:
            total += prob / HUNDRED * cost
            shown = Input(
                f"risk/{risk.ref}",
                prob / HUNDRED * cost,
                plan.baseline.currency,
                risk.newest(),
                tuple(risk.events),
            )
            inputs.append(shown)
    return total, tuple(inputs)


def score(risk: Record, plan: Plan | None, rates: RateBook) -> int | None:
    """Likelihood x the worst of its consequences, from 1 to 25; None where either is not known."""
    prob = risk.number("prob")
    consequences = _consequences(risk, plan, rates)
    if prob is None or not consequences:
        return None
    return (bisect_left(LIKELIHOOD, prob) + 1) * max(consequences)


def _consequences(risk: Record, plan: Plan | None, rates: RateBook) -> list[int]:
    impact = _impact(risk)
    found = [int(impact[name]) for name in ("quality", "benefit") if impact.get(name) is not None]
    if plan is None:
        return found
    cost, days = cost_of(risk, plan, rates), impact.get("days")
    if cost is not None and plan.baseline.bac > ZERO:
        found.append(_banded(cost, plan.baseline.bac))
    if days is not None:
        found.append(_banded(Decimal(days), Decimal((plan.baseline.finish - plan.baseline.start).days)))
    return found


def _banded(part: Decimal, whole: Decimal) -> int:
    return bisect_left(CONSEQUENCE, part / whole * HUNDRED) + 1


def _impact(risk: Record) -> Mapping[str, Any]:
    found = risk.get("impact")
    return found if isinstance(found, Mapping) else {}
