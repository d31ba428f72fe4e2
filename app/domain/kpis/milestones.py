"""Milestones: kept or missed, complete as agreed, how their dates move, how late they are."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Final

from app.domain.evidence import Evidence
from app.domain.findings import Input, Reading, unknown
from app.domain.outlook import Milestones, Outlook, forecast_by
from app.domain.plan import HUNDRED

Settled = list[tuple[Outlook, date]]
"""Milestones, each with the day on which it was known whether it is kept."""
HORIZON: Final = timedelta(days=90)
"""Milestones due, or achieved, within this are looked at."""
FEWEST_TO_HIT: Final = 4
FEWEST_TO_COMPLETE: Final = 10
"""Of fewer one alone would be beyond the red limit of the house: 3 of 4 are 75 %, 9 of 10 are 0.90."""


def hit_rate(evidence: Evidence) -> Reading:
    """SCH-3: achieved by the agreed day / due in the last 90 days, in %.

    A milestone is due when its agreed day is over, or it was achieved before. It does not apply while
    none is, nor while fewer than four are and no two of them were missed.
    """
    milestones = evidence.milestones
    due = _lately(_due_now(milestones), milestones.today)
    kept = [each for each in due if _is_kept(each)]
    missed = [each for each in due if not _is_kept(each)]
    if not due or milestones.newest_at is None:
        return _inapplicable("SCH-3", "%", "none_due")
    rate = _share(kept, due, FEWEST_TO_HIT)
    if rate is None:
        return _inapplicable("SCH-3", "%", "too_few_milestones")
    day = _a_period_ago(milestones.newest_at, milestones.cadence)
    due_before = _lately(_due_before(milestones), day)
    before = _share([each for each in due_before if _is_kept(each)], due_before, FEWEST_TO_HIT)
    return Reading(
        "SCH-3",
        rate * HUNDRED,
        "%",
        as_of=milestones.newest_at,
        inputs=(_count("on time", kept), _count("due in 90 days", due), *map(milestone_input, missed)),
        previous=None if before is None else before * HUNDRED,
    )


def execution_index(evidence: Evidence) -> Reading:
    """SCH-4: BEI = milestones complete / due. Below 1 some are overdue.

    Due as in SCH-3: one complete before its day counts on both sides, so that it hides no overdue one.
    It does not apply while none is due, nor while fewer than ten are and no two of them are overdue.
    Source: DCMA 14-point assessment.
    """
    milestones = evidence.milestones
    due = [each for each, _ in _due_now(milestones)]
    complete = [each for each in due if each.achieved is not None]
    overdue = [each for each in due if each.achieved is None]
    if not due or milestones.newest_at is None:
        return _inapplicable("SCH-4", "ratio", "none_due")
    index = _share(complete, due, FEWEST_TO_COMPLETE)
    if index is None:
        return _inapplicable("SCH-4", "ratio", "too_few_milestones")
    due_before = [each for each, _ in _due_before(milestones)]
    done_before = [each for each in due_before if each.achieved is not None]
    return Reading(
        "SCH-4",
        index,
        "ratio",
        as_of=milestones.newest_at,
        inputs=(_count("complete", complete), _count("due", due), *map(milestone_input, overdue)),
        previous=_share(done_before, due_before, FEWEST_TO_COMPLETE),
    )


def _share(good: Sequence[Outlook], due: Sequence[Outlook], fewest: int) -> Decimal | None:
    """The share that is good; None of too few of which not two are bad: one alone says nothing of a project.

    Bad news stands on little evidence, good news does not.
    """
    if len(due) < fewest and len(due) - len(good) < _SEVERAL:
        return None
    return Decimal(len(good)) / Decimal(len(due))


_SEVERAL: Final = 2


def turning_days(each: Outlook) -> list[date]:
    """The days on which time alone changes what these indicators say of a milestone."""
    day = timedelta(days=1)
    turning = [] if each.baseline is None else [each.baseline + day, each.baseline + HORIZON + day]
    if each.achieved is not None:
        return [*turning, each.achieved + HORIZON + day]
    agreed = each.expected if each.expected is not None else each.baseline
    return turning if agreed is None else [*turning, agreed + day, agreed - HORIZON]


def _settled_on(each: Outlook, today: date) -> date | None:
    """The day on which it was known whether it is kept; None while that is open, or no day was agreed."""
    if each.baseline is None:
        return None
    if each.achieved is not None and each.achieved <= each.baseline:
        return each.achieved
    return each.baseline if each.baseline < today else None


def _due_now(milestones: Milestones) -> Settled:
    return milestones.once("due", lambda: _due(milestones.outlooks, milestones.today))


def _due_before(milestones: Milestones) -> Settled:
    """Those that were due one reporting period before the newest word on any."""
    return milestones.once("due before", lambda: _due_by_then(milestones))


def _due_by_then(milestones: Milestones) -> Settled:
    if milestones.newest_at is None:
        return []
    return _due(milestones.one_period_ago(), _a_period_ago(milestones.newest_at, milestones.cadence))


def _due(outlooks: Sequence[Outlook], today: date) -> Settled:
    return [(each, day) for each in outlooks if (day := _settled_on(each, today)) is not None]


def _lately(settled: Settled, today: date) -> list[Outlook]:
    since = today - HORIZON
    return [each for each, day in settled if day >= since]


def _is_kept(each: Outlook) -> bool:
    return each.achieved is not None and each.baseline is not None and each.achieved <= each.baseline


def _a_period_ago(newest_at: datetime, cadence: timedelta) -> date:
    """Counted back from the newest word, so that silence never moves it."""
    return (newest_at - cadence).date()


def _count(name: str, found: Sequence[Outlook]) -> Input:
    """So many milestones, with the event that settled each."""
    said = (each.milestone.attributes for each in found)
    stamped = (each.get("achieved") or each.get("baseline") or each.get("forecast") for each in said)
    return Input(
        name,
        Decimal(len(found)),
        "milestones",
        events=tuple(each.stamp.seq for each in stamped if each is not None),
    )


def milestone_drift(evidence: Evidence) -> Reading:
    """SCH-5: mean change of the expected dates per reporting period, in days, of milestones due in 90 days.

    Counted back from the newest word on any milestone, so silence never moves it. It does not apply
    while no milestone is due, or none has been given two dates.
    """
    milestones = evidence.milestones
    at, today, cadence = milestones.newest_at, milestones.today, milestones.cadence
    if at is None:
        return _inapplicable("SCH-5", "days", "no_milestones")
    moved = _moves(milestones.outlooks, at - cadence, today)
    if not moved:
        return _inapplicable("SCH-5", "days", "none_due")
    before = _moves(milestones.one_period_ago(), at - 2 * cadence, today - cadence)
    return Reading(
        "SCH-5",
        _mean([days for _, days in moved]),
        "days",
        as_of=at,
        inputs=tuple(milestone_input(each) for each, _ in moved),
        previous=_mean([days for _, days in before]) if before else None,
    )


def milestone_lateness(evidence: Evidence) -> Reading:
    """SCH-6: mean of (achieved or expected - agreed date), in days, of milestones open or just achieved.

    "Just" is 90 days, so that a project which has recovered can be green.
    """
    milestones = evidence.milestones
    if not milestones.outlooks or milestones.newest_at is None:
        return _inapplicable("SCH-6", "days", "no_milestones")
    counted = [each for each in milestones.outlooks if _counts(each, milestones.today)]
    if not counted:
        return _inapplicable("SCH-6", "days", "none_due")
    late = [(each, each.late_days) for each in counted]
    known = [(each, days) for each, days in late if days is not None]
    inputs = tuple(milestone_input(each) for each, _ in late)
    if not known:
        return unknown("SCH-6", "days", "no_dates", inputs)
    return Reading(
        "SCH-6",
        _mean([days for _, days in known]),
        "days",
        as_of=milestones.newest_at,
        inputs=inputs,
        previous=_lateness_before(milestones),
    )


def _moves(outlooks: Sequence[Outlook], since: datetime, today: date) -> list[tuple[Outlook, int]]:
    """Open milestones due by the horizon, with the days that their expected date moved since then."""
    moved = []
    for each in outlooks:
        if each.achieved is not None or each.expected is None or each.expected > today + HORIZON:
            continue
        if len(each.milestone.history) + (not each.inferred and each.baseline is not None) < _TWO_DATES:
            continue
        before = _date_said(each, since)
        if before is not None:
            moved.append((each, (each.expected - before).days))
    return moved


_TWO_DATES: Final = 2


def _date_said(each: Outlook, by: datetime) -> date | None:
    """The date expected by then; the first point of a trend is the agreed date."""
    forecast = forecast_by(each.milestone, by)
    return each.baseline if forecast is None else forecast.date


def _counts(each: Outlook, today: date) -> bool:
    return each.achieved is None or each.achieved >= today - HORIZON


def _lateness_before(milestones: Milestones) -> Decimal | None:
    """Lateness by what was known one reporting period earlier."""
    today = milestones.today - milestones.cadence
    earlier = milestones.one_period_ago()
    late = [days for each in earlier if _counts(each, today) and (days := each.late_days) is not None]
    return _mean(late) if late else None


def _mean(days: Sequence[int]) -> Decimal:
    return Decimal(sum(days)) / Decimal(len(days))


def milestone_input(each: Outlook) -> Input:
    """A milestone as an input of readings; made once."""
    return each.once("input", partial(_as_input, each))


def _as_input(each: Outlook) -> Input:
    attributes = each.milestone.attributes
    said = attributes.get("achieved") or attributes.get("forecast") or attributes.get("baseline")
    agreed, late = attributes.get("baseline"), each.late_days
    events = tuple(stamped.stamp.seq for stamped in (said, agreed) if stamped is not None)
    return Input(
        each.milestone.code,
        each.expected,
        "date" if late is None else f"{late:+d} days",
        None if said is None else said.stamp.time,
        tuple(dict.fromkeys(events)),
    )


def _inapplicable(kpi: str, unit: str, reason: str) -> Reading:
    reading = unknown(kpi, unit, reason)
    reading.applies = False
    return reading
