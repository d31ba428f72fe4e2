"""Thresholds: from a value, and the one before it, to a colour.

Each limit is strict: a value on the line keeps the better colour. Worsening is immediate. Improving
needs the better side for two consecutive readings, or by a margin of |red - amber|. That is a
function of the last two readings of the series, so evaluating more often changes nothing.
"""

from collections.abc import Collection
from decimal import Decimal
from operator import add, gt, lt, sub

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
    amber, red = kpi.amber, kpi.red
    if kpi.direction is Direction.UP:
        is_well = amber <= value >= red and (previous is None or amber <= previous >= red)
    else:
        is_well = amber >= value <= red and (previous is None or amber >= previous <= red)
    if is_well:  # as most are
        return Rag.GREEN, amber
    red_counts = kpi.red_if is None or kpi.red_if in conditions
    if red_counts and _breached(value, previous, red, kpi, margin):
        return Rag.RED, red
    if _breached(value, previous, amber, kpi, margin):
        return Rag.AMBER, amber
    return Rag.GREEN, amber


def _breached(now: Decimal, before: Decimal | None, limit: Decimal, kpi: KpiPolicy, margin: Decimal) -> bool:
    """Whether a reading lies beyond `limit`, or did before and has not clearly come back."""
    beyond, back = (lt, add) if kpi.direction is Direction.UP else (gt, sub)
    if beyond(now, limit):
        return True
    if before is None or not beyond(before, limit):
        return False
    return bool(beyond(now, back(limit, abs(kpi.red - kpi.amber) * margin)))
