"""EW23, EW24 and EW25 at their boundaries."""

from datetime import date, timedelta

import pytest

from app.domain.events.catalogue import AnyEvent
from app.domain.policy import HOUSE_DEFAULT
from app.domain.prediction.signs import Moment, Sign, signs_of
from tests import builders as b

DUE = date(2026, 6, 1)
"""A Monday."""
SAID = date(2026, 1, 5)


def signs_on(day: date, *events: AnyEvent, gap_days: int = 30) -> list[Sign]:
    promised = b.forecast("M1", DUE, time=b.at(SAID), new_target="v2")
    facts = b.facts_of([b.registered(time=b.at(SAID)), promised, *events]).whole(b.APOLLO)
    moment = Moment(b.at(day), HOUSE_DEFAULT.working_calendar(None), timedelta(days=gap_days))
    return signs_of(facts, facts.milestones["M1"], moment)


def rules_on(day: date, *events: AnyEvent, gap_days: int = 30) -> list[str]:
    return [sign.rule for sign in signs_on(day, *events, gap_days=gap_days)]


def heard(on: date) -> AnyEvent:
    return b.an_event("item.touched", {}, time=b.at(on))


@pytest.mark.parametrize(("day", "fires"), [(0, False), (1, False), (2, True)])
def test_ew23_a_date_passed_without_closure_has_one_working_day_of_grace(day: int, fires: bool) -> None:
    on = DUE + timedelta(days=day)

    assert ("EW23" in rules_on(on, heard(on))) is fires


def test_ew23_a_weekend_is_no_delay() -> None:
    friday = b.forecast("M1", date(2026, 6, 5), time=b.at(date(2026, 5, 4)))

    assert "EW23" not in rules_on(date(2026, 6, 8), friday)
    assert "EW23" in rules_on(date(2026, 6, 9), friday)


def test_ew23_what_is_achieved_or_at_rest_has_no_warning() -> None:
    later = DUE + timedelta(days=30)

    assert rules_on(later, b.achieved("M1", DUE)) == []
    assert rules_on(later, b.state("on_hold", time=b.at(DUE))) == []


def test_ew24_names_both_targets_and_their_events() -> None:
    said = {"milestone": "M1", "working_target": "v3"}
    found = signs_on(SAID + timedelta(days=9), b.an_event("milestone.working_date_reported", said))

    assert found == [Sign("EW24", "M1", "v3", "v2", "target", (3, 2))]


def test_ew24_dates_are_compared_where_a_word_is_missing() -> None:
    said = {"milestone": "M1", "working_date": "2026-07-01"}
    found = signs_on(SAID + timedelta(days=9), b.an_event("milestone.working_date_reported", said))

    assert [(sign.observed, sign.limit) for sign in found] == [("2026-07-01", "2026-06-01")]


@pytest.mark.parametrize(("ahead", "fires"), [(70, False), (69, True), (0, True)])
def test_ew25_an_update_is_awaited_when_the_date_is_less_than_70_days_away(ahead: int, fires: bool) -> None:
    assert ("EW25" in rules_on(DUE - timedelta(days=ahead))) is fires


@pytest.mark.parametrize(("silent", "fires"), [(30, False), (31, True)])
def test_ew25_silence_is_measured_by_the_owners_usual_gap(silent: int, fires: bool) -> None:
    heard_last = DUE - timedelta(days=50)

    assert ("EW25" in rules_on(heard_last + timedelta(days=silent), heard(heard_last))) is fires
