"""Scope: how much of it changes."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from app.domain.findings import Input
from app.domain.plan import HUNDRED, ZERO, Plan
from app.domain.records import OPENED, Record
from app.domain.warnings.watch import EarlyWarning, Limits, Watch

REFUSED: Final = frozenset({"rejected", "deferred"})


def scope_churn(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW19: changes approved or asked for within the window add more than a share of the budget.

    Source: GAO.
    """
    plan, window = watch.evidence.plan, timedelta(days=int(limits["window_days"]))
    if plan is None or plan.baseline.bac == ZERO:
        return None
    recent = [
        (change, value)
        for change in watch.records("change")
        if change.get("decision") not in REFUSED
        and (value := _value(watch, change, plan)) is not None
        and not watch.older(_moment(change), window)
    ]
    share = sum((value for _, value in recent), ZERO) / plan.baseline.bac * HUNDRED
    if share <= limits["share"]:
        return None
    inputs = (plan.budget, *(_shown(change, value, plan) for change, value in recent))
    return EarlyWarning("medium", share, limits["share"], "%", inputs=inputs, count=len(recent))


def _moment(change: Record) -> datetime:
    """When it was decided, else asked for."""
    return change.moment("decision") or change.moment(OPENED) or change.newest()


def _value(watch: Watch, change: Record, plan: Plan) -> Decimal | None:
    """In the currency of the plan; None where nobody said, or there is no rate."""
    asked = change.get("value")
    if asked is None:
        return None
    approved = change.number("approved_value")
    amount = Decimal(asked["amount"]) if approved is None else approved
    on: date = _moment(change).date()
    return watch.evidence.costs.rates.convert(amount, asked["currency"], plan.baseline.currency, on)


def _shown(change: Record, value: Decimal, plan: Plan) -> Input:
    return Input(f"change/{change.ref}", value, plan.baseline.currency, _moment(change), tuple(change.events))
