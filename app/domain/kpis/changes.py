"""Scope: what was added to what was first agreed."""

from decimal import Decimal
from functools import partial
from typing import NamedTuple

from app.domain.dossier import inapplicable, said_by
from app.domain.evidence import Evidence
from app.domain.exposure import converted
from app.domain.facts import Baseline
from app.domain.findings import Input, Reading, unknown
from app.domain.money import RateBook
from app.domain.plan import HUNDRED, ZERO
from app.domain.rag import Dimension
from app.domain.records import Record


class ApprovedChange(NamedTuple):
    """What an approved change adds, in the currency of a plan; None where nobody says, or without a rate."""

    value: Decimal | None
    reason: str
    shown: Input


def scope_growth(evidence: Evidence) -> Reading:
    """SCP-1: sum of the changes approved since the original baseline / its budget, in %.

    What was taken out counts against what was added. It applies once any change was asked for; of one that is
    only asked for, rejected or deferred nothing has grown. Each amount at the rate of the day it was said on.
    """
    if not evidence.dossier.of("change"):
        return inapplicable("SCP-1", "%", "no_changes")
    original = min(evidence.facts.baselines.values(), key=lambda each: each.stamp[:4], default=None)
    if original is None:
        return unknown("SCP-1", "%", "no_baseline")
    changes = approved_since(evidence, original)
    budget = Input(
        "original BAC",
        original.bac,
        original.currency,
        original.stamp.time.date(),
        (original.stamp.seq,),
    )
    inputs = (budget, *(change.shown for change in changes))
    reasons = ["no_budget"] if original.bac == 0 else [each.reason for each in changes if each.value is None]
    if reasons:
        return unknown("SCP-1", "%", reasons[0], inputs)
    added = sum((each.value for each in changes if each.value is not None), ZERO)
    newest = evidence.dossier.newest.get(Dimension.SCOPE)
    return Reading("SCP-1", added / original.bac * HUNDRED + ZERO, "%", as_of=newest, inputs=inputs)


def approved_since(evidence: Evidence, baseline: Baseline) -> list[ApprovedChange]:
    """The changes approved after this plan was, in its currency."""
    currency, rates = baseline.currency, evidence.rates
    decided = ((change, change.moment("decision")) for change in evidence.dossier.of("change"))
    return [
        change.kept("approved", (currency, rates), partial(_approved, change, currency, rates))
        for change, at in decided
        if at is not None and at > baseline.stamp.time and change.get("decision") == "approved"
    ]


def _approved(change: Record, currency: str, rates: RateBook) -> ApprovedChange:
    asked = change.get("value")
    name = "value" if change.get("approved_value") is None else "approved_value"
    said, value, reason = change.moment(name), None, "no_estimate"
    if asked is not None and said is not None:
        amount = asked["amount"] if name == "value" else change.get(name)
        money = {"amount": amount, "currency": asked["currency"]}
        value, reason = converted(money, said.date(), currency, rates), "no_rate"
    events = said_by(change, "decision", name, "value")
    shown = Input(f"change {change.ref}", value, currency, change.moment("decision"), events)
    return ApprovedChange(value, reason, shown)
