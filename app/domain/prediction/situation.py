"""The situation of an open milestone at a moment: few named conditions, each from facts alone."""

from datetime import date, datetime
from typing import Final, NamedTuple

from app.domain.colours import AT_REST
from app.domain.facts import ItemFacts, Milestone
from app.domain.stamps import Stamped

STALE_DAYS: Final = 60
"""Days without an update of the project after which its word counts as old."""


class Situation(NamedTuple):
    """What is known of a milestone before its date; None where the facts do not say."""

    milestone: str | None
    """Its code: where projects share a method, which of its stages this is."""
    disagrees: bool | None
    """The target that the team works towards is not the forecast's."""
    overdue: bool | None
    """The forecast date of a milestone of the project has passed without closure."""
    stale: bool | None
    """Nothing about the project was reported for more than STALE_DAYS days."""
    owner: str | None
    """The programme that owns the project."""


NOTHING_KNOWN: Final = Situation(None, None, None, None, None)


def situation(facts: ItemFacts, milestone: Milestone, now: datetime) -> Situation:
    """The situation of this milestone of the item at `now`, from what the facts say by then."""
    silent = days_silent(facts, now)
    return Situation(
        milestone.code,
        disagreement(facts, milestone, now.date()),
        any(date_passed(each, now.date()) for each in facts.milestones.values()),
        None if silent is None else silent > STALE_DAYS,
        facts.get("parent"),
    )


def is_open(facts: ItemFacts, milestone: Milestone) -> bool:
    """Whether it is still to come: expected, not achieved, its item neither ended nor at rest."""
    return (
        milestone.get("forecast") is not None
        and milestone.get("achieved") is None
        and facts.get("state") not in AT_REST
    )


def days_silent(facts: ItemFacts, now: datetime) -> int | None:
    """Whole days since anything about the item was reported; None if nothing ever was."""
    newest = max(facts.heard.values(), default=None)
    return None if newest is None else max(0, (now - newest).days)


def date_passed(milestone: Milestone, today: date) -> bool:
    """Whether the forecast's date lies before `today` and nobody said that the milestone was achieved."""
    forecast = milestone.get("forecast")
    if forecast is None or forecast[0] is None or milestone.get("achieved") is not None:
        return False
    passed: bool = forecast[0] < today
    return passed


def disagreement(facts: ItemFacts, milestone: Milestone, today: date) -> bool | None:
    """Whether the team works towards another target than the forecast's; None when either is not said.

    A milestone without a working target of its own is held against the newest one of the project: the same
    target agrees, one whose date has passed disagrees (nobody said what is worked towards now), one that
    is still ahead belongs to other work.
    """
    forecast, working = milestone.get("forecast"), working_target(facts, milestone)
    if forecast is None or working is None:
        return None
    same = _same(forecast, working.value)
    if same is None:
        return None
    if same or "working" in milestone.attributes:
        return not same
    aimed: date | None = working.value[0]
    return aimed is not None and aimed < today


def working_target(facts: ItemFacts, milestone: Milestone) -> Stamped | None:
    """What the team says it works towards: for this milestone, else the newest word for any of the item's."""
    own = milestone.attributes.get("working")
    if own is not None:
        return own
    said = (each.attributes.get("working") for each in facts.milestones.values())
    return max((word for word in said if word is not None), key=lambda word: word.stamp[:4], default=None)


def _same(
    forecast: tuple[date | None, str | None], working: tuple[date | None, str | None, object]
) -> bool | None:
    """Compared by their words where both have one, else by their dates; None where neither can be."""
    if forecast[1] is not None and working[1] is not None:
        return forecast[1] == working[1]
    if forecast[0] is not None and working[0] is not None:
        return forecast[0] == working[0]
    return None
