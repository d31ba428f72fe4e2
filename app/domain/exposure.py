"""Exposure: what a risk would cost, weighed with how likely it is, and how high it is on the matrix."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from app.domain.money import RateBook
from app.domain.plan import HUNDRED, ZERO, Plan
from app.domain.rag import Rag
from app.domain.records import Record

R, A, G = Rag.RED, Rag.AMBER, Rag.GREEN
LEVELS: Final = (
    (G, G, G, G, A),
    (G, G, A, A, A),
    (G, A, A, A, R),
    (G, A, A, R, R),
    (A, A, R, R, R),
)
"""Likelihood 1 to 5 down, consequence 1 to 5 across: a table, as an office may think otherwise of a cell.

As shipped it is the product: 1 to 4 green, 5 to 12 amber, 15 to 25 red.
"""
LIKELIHOOD: Final = (Decimal(20), Decimal(40), Decimal(60), Decimal(80))
"""Up to which percentage a risk has the likelihood 1, 2, 3, 4; beyond, 5."""
CONSEQUENCE: Final = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
"""Up to which percentage of the budget, or of the planned duration, a consequence is 1, 2, 3, 4; beyond, 5.

So what would breach the house's amber limit at completion is a 4, what would breach the red one a 5.
"""


class Place(NamedTuple):
    """Where a risk stands on the matrix, from 1 to 5 each way."""

    likelihood: int
    consequence: int

    @property
    def level(self) -> Rag:
        """High is RED."""
        return LEVELS[self.likelihood - 1][self.consequence - 1]


def converted(money: Mapping[str, Any], on: date, currency: str, rates: RateBook) -> Decimal | None:
    """An amount of an event in this currency, at the rate of the day it was said on; None without one."""
    amount = Decimal(money["amount"])
    if money["currency"] == currency:
        return amount
    return rates.convert(amount, money["currency"], currency, on)


def cost_of(risk: Record) -> Mapping[str, Any] | None:
    """What the risk would cost, as money; None where it says none."""
    impact = risk.get("impact")
    found: Mapping[str, Any] | None = None if impact is None else impact.get("cost")
    return found


def is_estimated(risk: Record) -> bool:
    """Whether the risk says what it would do, and of a cost how likely it is.

    One that says its impact, and no cost among it, costs nothing.
    """
    if risk.get("impact") is None:
        return False
    return cost_of(risk) is None or risk.get("prob") is not None


def monetary_value(risk: Record, currency: str, rates: RateBook) -> Decimal | None:
    """EMV = probability x cost impact, of a risk that is estimated; None without a rate. Source: DoD/DAU."""
    cost, said, prob = cost_of(risk), risk.moment("impact"), risk.number("prob")
    if cost is None or said is None or prob is None:
        return ZERO
    amount = converted(cost, said.date(), currency, rates)
    return None if amount is None else amount * prob / HUNDRED


def level(risk: Record, plan: Plan | None, rates: RateBook) -> Rag | None:
    """High is RED; None where the risk has no place on the matrix."""
    place = place_of(risk, plan, rates)
    return None if place is None else place.level


def place_of(risk: Record, plan: Plan | None, rates: RateBook) -> Place | None:
    """Where the risk stands by what was said of it last. Kept with the risk."""
    return risk.kept("place", (plan, rates), lambda: _place_of(risk, plan, rates))


def _place_of(risk: Record, plan: Plan | None, rates: RateBook) -> Place | None:
    said = risk.moment("impact")
    return placed(risk.get("prob"), risk.get("impact"), said and said.date(), plan, rates)


def placed(
    prob: str | None,
    impact: Mapping[str, Any] | None,
    said: date | None,
    plan: Plan | None,
    rates: RateBook,
) -> Place | None:
    """Where a risk stands of which this was said on this day: None where either way is not known.

    The greatest of the consequences counts: cost is scored by its share of the budget, time by its share of
    the planned duration.
    """
    scores = [] if impact is None or said is None else _consequences(impact, said, plan, rates)
    return None if prob is None or not scores else Place(_band(Decimal(prob), LIKELIHOOD), max(scores))


def _consequences(impact: Mapping[str, Any], said: date, plan: Plan | None, rates: RateBook) -> list[int]:
    found = [impact[name] for name in ("quality", "benefit") if name in impact]
    if plan is None:
        return found
    baseline = plan.baseline
    if "cost" in impact and baseline.bac:
        amount = converted(impact["cost"], said, baseline.currency, rates)
        found += [] if amount is None else [_band(amount / baseline.bac * HUNDRED, CONSEQUENCE)]
    if "days" in impact:
        share = Decimal(impact["days"]) / Decimal((baseline.finish - baseline.start).days)
        found.append(_band(share * HUNDRED, CONSEQUENCE))
    return found


def _band(value: Decimal, limits: tuple[Decimal, ...]) -> int:
    """1 up to the first limit, one more beyond each."""
    return 1 + sum(1 for limit in limits if value > limit)
