"""Milestones as somebody would tell them: agreed for when, expected when, reached when."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from app.domain.facts import Forecast, ItemFacts, Milestone
from app.domain.once import Once


@dataclass(slots=True)
class Outlook(Once):
    """A milestone: where it was agreed, where it is expected now (None: nobody says a date)."""

    milestone: Milestone
    baseline: date | None
    inferred: bool
    expected: date | None
    achieved: date | None
    known: dict[Any, Any] = field(default_factory=dict, compare=False)

    @property
    def late_days(self) -> int | None:
        """Days from the baseline to the date achieved or expected; None when either is not known."""
        if self.expected is None or self.baseline is None:
            return None
        return (self.expected - self.baseline).days


def outlook(milestone: Milestone, today: date, known: datetime | None = None) -> Outlook:
    """A milestone as of `today`, from what was known by the instant `known` (None: all that is known).

    Agreed: the planned date, else the first dated forecast (inferred). Expected: the date achieved, else
    the newest forecast's, else the agreed date while it has not passed.
    """
    baseline, inferred = _agreed(milestone, known)
    stamped = milestone.attributes.get("achieved")
    if stamped is not None and (known is None or stamped.stamp.time <= known):
        return Outlook(milestone, baseline, inferred, stamped.value, stamped.value)
    history = milestone.history
    newest = (history[-1] if history else None) if known is None else forecast_by(milestone, known)
    if newest is not None:
        expected = newest.date
    else:
        expected = baseline if baseline is not None and baseline >= today else None
    return Outlook(milestone, baseline, inferred, expected, None)


def forecast_by(milestone: Milestone, known: datetime) -> Forecast | None:
    """The newest forecast that was reported by then."""
    place = bisect_right(milestone.history, known, key=lambda each: each.stamp.time)
    return milestone.history[place - 1] if place else None


def _agreed(milestone: Milestone, known: datetime | None) -> tuple[date | None, bool]:
    stamped = milestone.attributes.get("baseline")
    if stamped is not None and (known is None or stamped.stamp.time <= known):
        return stamped.value, False
    for forecast in milestone.history:
        if forecast.date is not None:
            late = known is not None and forecast.stamp.time > known
            return (None, False) if late else (forecast.date, True)
    return None, False


@dataclass(slots=True)
class Milestones(Once):
    """All milestones of an item as of a day and for a cadence. Nobody changes them."""

    today: date
    cadence: timedelta
    outlooks: list[Outlook]
    newest_at: datetime | None
    """The newest word on any."""
    known: dict[Any, Any] = field(default_factory=dict)

    def one_period_ago(self) -> list[Outlook]:
        """The milestones by what was known one reporting period before the newest word on any."""
        return self.once("one_period_ago", self._one_period_ago)

    def _one_period_ago(self) -> list[Outlook]:
        if self.newest_at is None:
            return []
        known, today = self.newest_at - self.cadence, self.today - self.cadence
        settled = ((each, each.once("settled", partial(_settled_since, each))) for each in self.outlooks)
        return [
            each if since is not None and since <= known else outlook(each.milestone, today, known)
            for each, since in settled
        ]


def _settled_since(each: Outlook) -> datetime | None:
    """From when on nothing else was said of it; None where its date depends on the day it is looked at."""
    return newest_word(each.milestone) if _is_told(each) else None


def _is_told(each: Outlook) -> bool:
    """Whether it says the same on every day: when it was reached, or is expected, is somebody's word."""
    return each.achieved is not None or bool(each.milestone.history)


def milestones_of(facts: ItemFacts, today: date, cadence: timedelta) -> Milestones:
    """The item's milestones, kept until one of them, the day or the cadence changes."""
    held: Milestones | None = facts.derived.get("milestones")
    if held is not None and held.today == today and held.cadence == cadence:
        return held
    outlooks = [_of_today(milestone, today) for milestone in facts.milestones.values()]
    made = Milestones(today, cadence, outlooks, milestones_at(facts))
    facts.derived["milestones"] = made
    return made


def _of_today(milestone: Milestone, today: date) -> Outlook:
    """Its outlook, kept until the milestone changes; on another day the same, where it says the same."""
    held: tuple[date, Outlook] | None = milestone.derived.get("outlook")
    if held is not None and (held[0] == today or _is_told(held[1])):
        return held[1]
    made = outlook(milestone, today)
    if held is not None and held[1] == made:
        made = held[1]
    milestone.derived["outlook"] = (today, made)
    return made


def milestones_at(facts: ItemFacts) -> datetime | None:
    """The newest word on any milestone."""
    said = (newest_word(each) for each in facts.milestones.values())
    return max((at for at in said if at is not None), default=None)


def newest_word(milestone: Milestone) -> datetime | None:
    """The newest word on a milestone, kept with it."""
    if "newest" not in milestone.derived:
        said = (each.stamp.time for each in milestone.attributes.values())
        milestone.derived["newest"] = max(said, default=None)
    found: datetime | None = milestone.derived["newest"]
    return found
