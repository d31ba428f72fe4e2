"""Leverage: what can still be moved of an item, and what its evidence would be then.

A move changes evidence and nothing else, so every KPI can be read from what would be.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Final, Literal

from app.domain.evidence import Evidence
from app.domain.outlook import Milestones, Outlook
from app.domain.plan import HUNDRED, Plan, Point

Kind = Literal[
    "earn", "estimate", "forward", "budget", "dates", "hold", "close", "treat", "meet", "show", "fill"
]
CENT: Final = Decimal("0.01")
DAY: Final = Decimal(1)
LARGEST: Final = 9
"""A budget is not thought of as growing by more than so many times what it is."""


@dataclass(frozen=True, slots=True)
class Move:
    """Something that can be done by any amount up to `most`, in units of `finest`; more is never worse."""

    kind: Kind
    most: Decimal
    finest: Decimal
    unit: str
    apply: Callable[[Evidence, Decimal], Evidence]
    codes: frozenset[str] = frozenset()
    """Of `forward`: the milestones that can be moved."""


def earn(evidence: Evidence) -> Move | None:
    """Earn more of the budget at no further cost, as of the newest report; at most all of it."""
    plan, point = evidence.plan, evidence.points[-1] if evidence.points else None
    if plan is None or point is None or point.ev is None or point.ev >= plan.baseline.bac:
        return None
    return Move("earn", plan.baseline.bac - point.ev, CENT, plan.baseline.currency, _earned)


def _earned(evidence: Evidence, amount: Decimal) -> Evidence:
    *before, point = evidence.points
    if point.ev is None or evidence.plan is None:
        return evidence
    ev = point.ev + amount
    done = point.as_of if ev >= evidence.plan.baseline.bac else None
    points = [*before, point._replace(ev=ev, pct=None)]
    return replace(evidence, points=points, completed_on=done, known={})


def estimate(evidence: Evidence) -> Move | None:
    """Bring the reported estimate at completion down; at most to what was spent already."""
    plan, eac = evidence.plan, evidence.eac_amount
    spent = evidence.costs.totals[-1] if evidence.costs.totals else Decimal(0)
    if plan is None or eac is None or spent is None or eac <= spent:
        return None
    return Move("estimate", eac - spent, CENT, plan.baseline.currency, _estimated)


def _estimated(evidence: Evidence, amount: Decimal) -> Evidence:
    eac = evidence.eac_amount
    return evidence if eac is None else replace(evidence, eac_amount=eac - amount)


def forward(evidence: Evidence, codes: frozenset[str]) -> Move | None:
    """Bring those of these milestones that are late forward, the latest first, in days of the worst lateness.

    At most to the agreed date, and never into the past.
    """
    late = max((_late(each) for each in evidence.outlooks if each.milestone.code in codes), default=0)
    return Move("forward", Decimal(late), DAY, "days", partial(_forwarded, codes), codes) if late else None


def _forwarded(codes: frozenset[str], evidence: Evidence, amount: Decimal) -> Evidence:
    found = evidence.milestones
    allowed = max(_late(each) for each in found.outlooks if each.milestone.code in codes) - int(amount)
    outlooks = [
        _brought(each, allowed, found) if each.milestone.code in codes else each for each in found.outlooks
    ]
    return replace(evidence, milestones=Milestones(found.today, found.cadence, outlooks, found.newest_at))


def _late(each: Outlook) -> int:
    """Days late of a milestone that can still be moved."""
    late = each.late_days
    return 0 if each.achieved is not None or late is None else max(late, 0)


def _brought(each: Outlook, allowed: int, among: Milestones) -> Outlook:
    if _late(each) <= allowed or each.expected is None or each.baseline is None:
        return each
    target = max(each.baseline + timedelta(days=allowed), among.today)
    expected = min(each.expected, target)
    return Outlook(each.milestone, each.baseline, each.inferred, expected, each.achieved)


def brought_forward(
    evidence: Evidence, codes: frozenset[str], amount: Decimal
) -> tuple[tuple[str, int], ...]:
    """Which milestones that moves, and each by how many days."""
    after = _forwarded(codes, evidence, amount).outlooks
    moved = (
        (now.milestone.code, (before.expected - now.expected).days)
        for before, now in zip(evidence.outlooks, after, strict=True)
        if before.expected is not None and now.expected is not None
    )
    return tuple(sorted((code, days) for code, days in moved if days))


def budget(evidence: Evidence) -> Move | None:
    """Have a larger budget approved for the same work; what is reported in percent is then worth more."""
    plan = evidence.plan
    if plan is None or plan.baseline.bac == 0:
        return None
    return Move("budget", plan.baseline.bac * LARGEST, CENT, plan.baseline.currency, _enlarged)


def _enlarged(evidence: Evidence, amount: Decimal) -> Evidence:
    plan = evidence.plan
    if plan is None:
        return evidence
    bac = plan.baseline.bac + amount
    larger = replace(
        plan, baseline=replace(plan.baseline, bac=bac), budget=replace(plan.budget, value=bac, part=None)
    )
    points = [_worth(each, larger) for each in evidence.points]
    return replace(evidence, plan=larger, points=points, known={})


def _worth(point: Point, plan: Plan) -> Point:
    return point if point.pct is None else point._replace(ev=plan.baseline.bac * point.pct / HUNDRED)
