"""Benefit: whether what the work is for is still expected to come."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from app.domain.currencies import CURRENCIES
from app.domain.dossier import inapplicable, said_by
from app.domain.evidence import Evidence
from app.domain.findings import Input, Reading, unknown
from app.domain.plan import HUNDRED, ZERO
from app.domain.rag import Dimension
from app.domain.records import Record


class Gain(NamedTuple):
    """A benefit as an improvement on what was before, in one unit; None where it cannot be told."""

    unit: str
    expected: Decimal | None
    target: Decimal | None
    reason: str
    shown: Input


def benefit_forecast(evidence: Evidence) -> Reading:
    """BEN-1: sum of what benefits are forecast to bring / sum of their targets, in %, the lowest unit.

    Each as an improvement on its baseline value, so that a target below it is one too. Money is added up in
    the currency of the plan, other units each by itself. What was measured on the day of the target or later
    stands for the forecast; a target alone is no forecast. Disbenefits are left out. Source: PRINCE2.
    """
    planned = [each for each in evidence.dossier.of("benefit") if each.get("kind") != "disbenefit"]
    if not planned:
        return inapplicable("BEN-1", "%", "no_benefits")
    gains = [_gain(each, evidence) for each in planned]
    inputs = tuple(gain.shown for gain in gains)
    expected: dict[str, Decimal] = {}
    target: dict[str, Decimal] = {}
    for gain in gains:
        if gain.expected is None or gain.target is None:
            return unknown("BEN-1", "%", gain.reason, inputs)
        expected[gain.unit] = expected.get(gain.unit, ZERO) + gain.expected
        target[gain.unit] = target.get(gain.unit, ZERO) + gain.target
    if any(each == 0 for each in target.values()):
        return unknown("BEN-1", "%", "no_target", inputs)
    value = min(expected[unit] / target[unit] for unit in target) * HUNDRED
    newest = evidence.dossier.newest.get(Dimension.BENEFIT)
    return Reading("BEN-1", value, "%", as_of=newest, inputs=inputs)


def _gain(benefit: Record, evidence: Evidence) -> Gain:
    unit, target, before = benefit.get("unit"), benefit.number("target"), benefit.number("baseline_value")
    said, at, events = _expected(benefit)
    start = ZERO if before is None else before
    upward = target is None or target >= start
    expected = None if said is None else (said - start if upward else start - said)
    planned = None if target is None else abs(target - start)
    reason, plan = "no_forecast", evidence.plan
    if unit in CURRENCIES and plan is not None and unit != plan.baseline.currency:
        day = (at or benefit.newest()).date()
        rate = evidence.rates.newest(unit, plan.baseline.currency, day)
        unit = plan.baseline.currency
        expected = None if expected is None or rate is None else expected * rate.rate
        planned = None if planned is None or rate is None else planned * rate.rate
        reason = "no_rate" if rate is None else reason
    shown = Input(f"benefit {benefit.ref}", said, benefit.get("unit"), at, events)
    return Gain(unit, expected, planned, reason, shown)


def _expected(benefit: Record) -> tuple[Decimal | None, datetime | None, tuple[int, ...]]:
    """What it is expected to come to, since when, and by which events."""
    by, measured = benefit.day("by_date"), benefit.moment("actual")
    final = measured is not None and by is not None and measured.date() >= by
    name = "actual" if final else "forecast"
    return benefit.number(name), benefit.moment(name), said_by(benefit, name, "target", "by_date")
