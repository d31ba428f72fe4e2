"""Early warnings about one milestone: EW23 date passed, EW24 plan fields disagree, EW25 update overdue.

Each is a pure function of the facts at a moment: the warning with its evidence, or None if it does not hold.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from app.domain.calendar import WorkingCalendar
from app.domain.facts import ItemFacts, Milestone
from app.domain.prediction.situation import date_passed, days_silent, disagreement, is_open, working_target

HORIZON_DAYS: Final = 70
"""An update is awaited when a milestone's date is nearer than this."""
GRACE_DAYS: Final = 1
"""Working days after the date in which closing or re-forecasting is in time."""


class Moment(NamedTuple):
    """When, and by which habits, it is judged."""

    now: datetime
    calendar: WorkingCalendar
    usual_gap: timedelta
    """How long the owner is usually silent: the reporting cadence of the item, else the policy's."""


class Sign(NamedTuple):
    """An early warning that holds, as data: what was observed, against which limit, from which events."""

    rule: str
    milestone: str
    observed: int | str
    limit: int | str
    unit: str
    """`working days`, `days` or `target`."""
    events: tuple[int, ...]


def passed_without_closure(facts: ItemFacts, milestone: Milestone, moment: Moment) -> Sign | None:
    """EW23: the forecast's date is past, by more than one working day, and nobody closed or moved it."""
    today = moment.now.date()
    if not is_open(facts, milestone) or not date_passed(milestone, today):
        return None
    forecast = milestone.attributes["forecast"]
    late = moment.calendar.between(forecast.value[0], today)
    if late <= GRACE_DAYS:
        return None
    return Sign("EW23", milestone.code, late, GRACE_DAYS, "working days", (forecast.stamp.seq,))


def plan_fields_disagree(facts: ItemFacts, milestone: Milestone, moment: Moment) -> Sign | None:
    """EW24: the team works towards another target than the one that is forecast."""
    working = working_target(facts, milestone)
    if working is None or not is_open(facts, milestone):
        return None
    if disagreement(facts, milestone, moment.now.date()) is not True:
        return None
    forecast = milestone.attributes["forecast"]
    by_word = forecast.value[1] is not None and working.value[1] is not None
    observed, limit = (_told(said.value, by_word=by_word) for said in (working, forecast))
    return Sign("EW24", milestone.code, observed, limit, "target", (working.stamp.seq, forecast.stamp.seq))


def update_overdue(facts: ItemFacts, milestone: Milestone, moment: Moment) -> Sign | None:
    """EW25: the date is near, and nothing was reported for longer than the owner's usual gap."""
    silent = days_silent(facts, moment.now)
    if silent is None or not is_open(facts, milestone):
        return None
    forecast = milestone.attributes["forecast"]
    due: date | None = forecast.value[0]
    if due is None or not 0 <= (due - moment.now.date()).days < HORIZON_DAYS:
        return None
    if silent <= moment.usual_gap.days:
        return None
    return Sign("EW25", milestone.code, silent, moment.usual_gap.days, "days", (forecast.stamp.seq,))


SIGNS: Final[tuple[Callable[[ItemFacts, Milestone, Moment], Sign | None], ...]] = (
    passed_without_closure,
    plan_fields_disagree,
    update_overdue,
)


def signs_of(facts: ItemFacts, milestone: Milestone, moment: Moment) -> list[Sign]:
    """The warnings that hold for this milestone, in order of their numbers."""
    found = (sign(facts, milestone, moment) for sign in SIGNS)
    return [each for each in found if each is not None]


def _told(value: tuple[date | None, str | None, *tuple[object, ...]], *, by_word: bool) -> str:
    said, word = value[0], value[1]
    return word if by_word and word is not None else said.isoformat() if said is not None else ""
