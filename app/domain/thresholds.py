"""Thresholds: from a value, and the one before it, to a colour.

Each limit is strict: a value on the line keeps the better colour. Worsening is immediate. Improving
needs the better side for two consecutive readings, or by a margin of |red - amber|. That is a
function of the last two readings of the series, so evaluating more often changes nothing.
"""

from collections.abc import Collection
from decimal import Decimal

from app.domain.policy import Direction, KpiPolicy
from app.domain.rag import Rag


def colour(value: Decimal, previous: Decimal | None, kpi: KpiPolicy, margin: Decimal) -> Rag:
    """The colour of `value` after `previous` (None: the first reading, or the one before was unknown)."""
    return judge(value, previous, kpi, margin)[0]


def judge(
    value: Decimal,
    previous: Decimal | None,
    kpi: KpiPolicy,
    margin: Decimal,
    conditions: Collection[str] = (),
) -> tuple[Rag, Decimal]:
    """The colour, and the limit that decided it: the one breached, or the amber one that was kept.

    `conditions` are those that hold; a red limit on another one does not count.
    """
    sign = -1 if kpi.direction is Direction.UP else 1
    gap = abs(kpi.red - kpi.amber) * margin
    now = value * sign
    before = None if previous is None else previous * sign
    red_counts = kpi.red_if is None or kpi.red_if in conditions
    if red_counts and _breached(now, before, kpi.red * sign, gap):
        return Rag.RED, kpi.red
    if _breached(now, before, kpi.amber * sign, gap):
        return Rag.AMBER, kpi.amber
    return Rag.GREEN, kpi.amber


def _breached(now: Decimal, before: Decimal | None, limit: Decimal, gap: Decimal) -> bool:
    """Whether a reading for which lower is better lies beyond `limit`, or has not clearly come back."""
    if now > limit:
        return True
    return before is not None and before > limit and now > limit - gap
