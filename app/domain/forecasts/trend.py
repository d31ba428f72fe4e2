"""Milestone trend: every date that was ever said of a milestone, by when it was said."""

from collections.abc import Sequence

from app.domain.forecasts.statements import MilestoneTrend, TrendPoint
from app.domain.outlook import Outlook


def milestone_trends(outlooks: Sequence[Outlook]) -> tuple[MilestoneTrend, ...]:
    """A line for each milestone, by code: the agreed date, every forecast with a date, the day achieved."""
    return tuple(_trend(each) for each in sorted(outlooks, key=lambda each: each.milestone.code))


def _trend(each: Outlook) -> MilestoneTrend:
    milestone = each.milestone
    points = [
        TrendPoint(reported_at=said.stamp.time, date=said.date, kind="forecast", seq=said.stamp.seq)
        for said in milestone.history
        if said.date is not None
    ]
    agreed, achieved = milestone.attributes.get("baseline"), milestone.attributes.get("achieved")
    if agreed is not None:
        stamp = agreed.stamp
        points.append(TrendPoint(reported_at=stamp.time, date=agreed.value, kind="agreed", seq=stamp.seq))
    if achieved is not None:
        stamp = achieved.stamp
        points.append(TrendPoint(reported_at=stamp.time, date=achieved.value, kind="achieved", seq=stamp.seq))
    return MilestoneTrend(
        code=milestone.code,
        name=milestone.get("name") or milestone.code,
        baseline=each.baseline,
        inferred=each.inferred,
        achieved=each.achieved,
        points=tuple(sorted(points, key=lambda point: (point.reported_at, point.seq))),
    )
