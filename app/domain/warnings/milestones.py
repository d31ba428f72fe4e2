"""Milestones: dates that creep, jump, pile up, pass, or are told in two ways."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice, pairwise
from typing import Any, Final, NamedTuple

from app.domain.alerts import Severity
from app.domain.calendar import ONE_DAY, WorkingCalendar
from app.domain.facts import Milestone
from app.domain.findings import Input
from app.domain.outlook import newest_word
from app.domain.stamps import Stamp, Stamped
from app.domain.warnings.watch import EarlyWarning, Limits, Watch, worst

LONGEST_BREAK: Final = 400
"""Days of a calendar that are searched for the next one that is worked."""


Look = Callable[[Milestone, Limits], EarlyWarning | None]


class Said(NamedTuple):
    """A date that somebody gave a milestone."""

    date: date
    stamp: Stamp


def milestone_creep(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW8: an open milestone slips in most of its last reports, or by more days than have passed since.

    Source: milestone trend analysis.
    """
    return worst(_of_each(watch, limits, "creep", _creep))


def _of_each(watch: Watch, limits: Limits, name: str, look: Look) -> list[EarlyWarning]:
    """What a rule says of each open milestone by that alone; kept with it until it changes."""
    found = []
    for milestone in _open(watch):
        held: tuple[Limits, EarlyWarning | None] | None = milestone.derived.get(name)
        if held is None or held[0] is not limits:
            held = milestone.derived[name] = (limits, look(milestone, limits))
        if held[1] is not None:
            found.append(held[1])
    return found


def _creep(milestone: Milestone, limits: Limits) -> EarlyWarning | None:
    said = list(islice(_dates_given(milestone), int(limits["reports"]) + 1))[::-1]
    moves = [(later.date - earlier.date).days for earlier, later in pairwise(said)]
    slips = sum(1 for days in moves if days > 0)
    if not slips:
        return None
    inputs = tuple(_given(milestone, each) for each in said)
    due, severity = said[-1].date, _severity(milestone)
    since = said[1].stamp.time
    if slips >= limits["slips"]:
        return EarlyWarning(
            severity, Decimal(slips), limits["slips"], "slips", "slips", milestone.code, since, due, inputs
        )
    elapsed = (said[-1].stamp.time - said[0].stamp.time).days
    slipped = (said[-1].date - said[0].date).days
    if slips >= limits["chase_slips"] and slipped > elapsed:
        figures = (Decimal(slipped), Decimal(elapsed), "days")
        return EarlyWarning(severity, *figures, "chase", milestone.code, since, due, inputs)
    return None


def late_surprise(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW9: the last move of an open milestone was a long slip, told shortly before it was due.

    Source: milestone trend analysis.
    """
    return worst(_of_each(watch, limits, "surprise", _surprise))


def _surprise(milestone: Milestone, limits: Limits) -> EarlyWarning | None:
    moves = pairwise(_dates_given(milestone))
    last = next(((before, after) for after, before in moves if before.date != after.date), None)
    if last is None:
        return None
    before, after = last
    slip, notice = (after.date - before.date).days, (before.date - after.stamp.time.date()).days
    if slip <= limits["slip_days"] or notice >= limits["notice_days"]:
        return None
    inputs = (_given(milestone, before), _given(milestone, after))
    figures = (Decimal(slip), limits["slip_days"], "days", None)
    return EarlyWarning("high", *figures, milestone.code, after.stamp.time, after.date, inputs)


def bow_wave(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW10: more milestones are due soon, or overdue, than were reached in the same time before.

    Source: schedule bow-wave practice.
    """
    window, history = int(limits["window_days"]), int(limits["history_days"])
    reached = [
        (each, done)
        for each in watch.facts.milestones.values()
        if (done := each.attributes.get("achieved")) is not None
        and not watch.begun(done.value + timedelta(days=history))
    ]
    if len(reached) < limits["fewest"]:
        return None
    due = [
        (each, said)
        for each in _open(watch)
        if (said := _agreed(each)) is not None and watch.begun(said.date - timedelta(days=window))
    ]
    usual = Decimal(len(reached)) * window / history
    if len(due) <= usual * limits["ratio"]:
        return None
    inputs = tuple(_given(each, said) for each, said in due)
    horizon = max(said.date for _, said in due)
    return EarlyWarning(
        "medium", Decimal(len(due)), usual * limits["ratio"], "milestones", horizon=horizon, inputs=inputs
    )


def date_passed(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW23: the date of a milestone is past by more than the grace, and nobody closed or moved it.

    Source: measured on kubernetes/enhancements.
    """
    calendar = watch.policy.working_calendar(watch.facts.get("calendar"))
    grace = int(limits["grace_days"])
    found = []
    for milestone in _open(watch):
        said = _agreed(milestone)
        if said is None or not watch.past(said.date):
            continue
        since = _working_day_after(said.date, grace + 1, calendar)
        if since is None or not watch.begun(since):
            continue
        figures = (Decimal(calendar.between(said.date, watch.today)), limits["grace_days"], "working days")
        inputs = (_given(milestone, said),)
        found.append(
            EarlyWarning(_severity(milestone), *figures, None, milestone.code, None, said.date, inputs)
        )
    return worst(found)


def plan_fields_disagree(watch: Watch, _: Limits) -> EarlyWarning | None:
    """EW24: the team works towards another date or target than the one that is forecast.

    A milestone without a word of its own is held against the newest one of the project: another target
    whose date has passed disagrees, one that is still ahead belongs to other work.
    Source: measured on kubernetes/enhancements.
    """
    words = [
        each.attributes["working"] for each in watch.facts.milestones.values() if "working" in each.attributes
    ]
    if not words:
        return None
    newest = max(words, key=lambda each: each.stamp[:4])
    found = (_disagreement(watch, each, newest) for each in _open(watch))
    return worst([each for each in found if each is not None])


def _disagreement(watch: Watch, milestone: Milestone, newest: Stamped) -> EarlyWarning | None:
    forecast, own = milestone.attributes.get("forecast"), milestone.attributes.get("working")
    working = newest if own is None else own
    pair = None if forecast is None else _comparable(forecast.value, working.value)
    if forecast is None or pair is None or pair[0] == pair[1]:
        return None
    aimed = working.value[0]
    if own is None and (aimed is None or not watch.past(aimed)):
        return None
    inputs = (
        Input(milestone.code, pair[0], "forecast", forecast.stamp.time, (forecast.stamp.seq,)),
        Input(milestone.code, pair[1], "working", working.stamp.time, (working.stamp.seq,)),
    )
    since = max(forecast.stamp.time, working.stamp.time)
    return EarlyWarning(
        "medium", pair[1], pair[0], "target", None, milestone.code, since, forecast.value[0], inputs
    )


def _comparable(forecast: Sequence[Any], working: Sequence[Any]) -> tuple[Any, Any] | None:
    """The two words where both have one, else the two dates; None where neither can be compared."""
    for place in (1, 0):
        if forecast[place] is not None and working[place] is not None:
            return forecast[place], working[place]
    return None


def update_overdue(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW25: the date is near, and for longer than the usual gap nothing was reported of the project.

    The usual gap is the reporting cadence. Whatever is reported of a project counts for all its
    milestones, as it did where this was measured. Source: measured on kubernetes/enhancements.
    """
    horizon, gap = watch.once("EW25", lambda: _spans(watch.evidence.cadence, limits))
    reported, found = watch.evidence.ages.any, []
    for milestone, said, told in watch.evidence.milestones.once("dated", lambda: _dated(watch)):
        if watch.past(said.date):
            continue
        if not watch.begun(said.date - horizon + ONE_DAY):
            break
        newest = told if reported is None else max(told, reported)
        if not watch.older(newest, gap):
            continue
        figures = (Decimal((watch.now - newest).days), Decimal(gap.days), "days")
        inputs = (_given(milestone, said), Input("newest update", None, as_of=newest))
        found.append(EarlyWarning("low", *figures, None, milestone.code, newest + gap, said.date, inputs))
    return worst(found)


def _spans(cadence: timedelta, limits: Limits) -> tuple[timedelta, timedelta]:
    """How near a date has to be, and the usual gap."""
    return timedelta(days=int(limits["horizon_days"])), cadence * float(limits["cadences"])


def _dated(watch: Watch) -> list[tuple[Milestone, Said, datetime]]:
    """The open milestones that have a date, with that and the newest word on each, the earliest first."""
    found = [
        (each, said, told)
        for each in _not_achieved(watch)
        if (said := _agreed(each)) is not None and (told := newest_word(each)) is not None
    ]
    return sorted(found, key=lambda each: (each[1].date, each[0].code))


def _open(watch: Watch) -> list[Milestone]:
    return watch.once("open_milestones", lambda: list(_not_achieved(watch)))


def _not_achieved(watch: Watch) -> Iterator[Milestone]:
    for code in sorted(watch.facts.milestones):
        if "achieved" not in watch.facts.milestones[code].attributes:
            yield watch.facts.milestones[code]


def _dates_given(milestone: Milestone) -> Iterator[Said]:
    """Every date that it was given, the one said last first."""
    agreed = milestone.attributes.get("baseline")
    for each in reversed(milestone.history):
        if agreed is not None and agreed.stamp[:4] > each.stamp[:4]:
            yield Said(agreed.value, agreed.stamp)
            agreed = None
        if each.date is not None:
            yield Said(each.date, each.stamp)
    if agreed is not None:
        yield Said(agreed.value, agreed.stamp)


def _agreed(milestone: Milestone) -> Said | None:
    """The date that holds: the newest forecast's, else the agreed one. None where it has no date."""
    forecast, agreed = milestone.attributes.get("forecast"), milestone.attributes.get("baseline")
    if forecast is not None:
        return None if forecast.value[0] is None else Said(forecast.value[0], forecast.stamp)
    return None if agreed is None else Said(agreed.value, agreed.stamp)


def _given(milestone: Milestone, said: Said) -> Input:
    return Input(milestone.code, said.date, "date", said.stamp.time, (said.stamp.seq,))


def _severity(milestone: Milestone) -> Severity:
    return "high" if milestone.get("critical") else "medium"


def _working_day_after(day: date, count: int, calendar: WorkingCalendar) -> date | None:
    """The day that is so many working days later."""
    for ahead in range(count, LONGEST_BREAK):
        found = day + timedelta(days=ahead)
        if calendar.between(day, found) >= count:
            return found
    return None
