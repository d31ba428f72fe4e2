"""What is kept on the facts between two assessments never changes what comes out."""

from datetime import date, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.calendar import ONE_DAY
from app.domain.events.catalogue import AnyEvent
from app.domain.outlook import forecast_by, milestones_of, outlook
from app.domain.standing import Round
from tests import builders as b
from tests.strategies import LATER, a_few, events

FINISH, A_YEAR_LATE = date(2026, 5, 22), date(2027, 5, 22)
NEXT_DAY = b.START + timedelta(days=1)
RISK = b.an_event(
    "risk.raised",
    {
        "ref": "R-1", "title": "The supplier is late", "cause": "one supplier", "prob": "40",
        "impact": {"cost": b.eur("5000"), "days": 9}, "owner": "ada", "response": "a second source",
    },
    time=b.at(b.START, 15),
)  # fmt: skip


@given(events, a_few, st.integers(0, 60))
@settings(max_examples=20)
def test_what_was_kept_gives_what_would_be_worked_out_anew(
    first: list[AnyEvent], second: list[AnyEvent], days: int
) -> None:
    story = b.Story()
    story.tell(*first, now=LATER)
    for event in second:
        story.tell(event, now=LATER)

    kept, anew = kept_and_anew(story, LATER + timedelta(days=days))

    assert kept.details == anew.details
    assert kept.due == anew.due
    assert not {key for key in anew.cards if key.startswith(("project/", "milestone/"))}


def told(kind: str, **data: Any) -> AnyEvent:
    return b.an_event(kind, data, time=LATER)


DONE_FOR_DAYS = [b.progress("100", on=b.START + timedelta(days=day)) for day in range(1, 17)]
"""Longer than reports of progress are kept at hand."""
UNDER_WAY = [
    b.registered(),
    b.an_event(
        "baseline.approved",
        {
            "version": 1, "bac": b.eur("100000"), "contingency": b.eur("4000"),
            "start": b.START.isoformat(), "finish": FINISH.isoformat(),
        },
        time=b.at(b.START, 9),
    ),
    b.progress("20"),
    b.cost("30000"),
    b.planned("END", FINISH),
    RISK,
    b.an_event("scope.change_requested", {"ref": "C-1", "title": "More", "value": b.eur("900")}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "event", "kpi"),
    [
        (UNDER_WAY, b.progress("30", time=LATER), "SCH-1"),
        (UNDER_WAY, b.baseline(version=2, bac="90000", time=LATER), "CST-1"),
        (UNDER_WAY, b.cost("35000", time=LATER), "CST-1"),
        (UNDER_WAY, told("cost.eac_reported", as_of="2026-03-20", eac=b.eur("990000")), "CST-3"),
        ([b.registered(), b.baseline(), *DONE_FOR_DAYS],
         b.progress("60", on=b.START + timedelta(days=2), time=LATER), "SCH-1"),
        (UNDER_WAY, b.progress("90", time=LATER), "SCH-2"),
        (UNDER_WAY, b.forecast("END", A_YEAR_LATE, time=LATER), "SCH-2"),
        (UNDER_WAY, b.forecast("END", A_YEAR_LATE, time=LATER), "SCH-6"),
        (UNDER_WAY, told("risk.updated", ref="R-1", prob="80"), "RSK-1"),
        (UNDER_WAY, told("risk.updated", ref="R-1", prob="80"), "CST-7"),
        (UNDER_WAY, b.cost("35000", time=LATER), "RSK-1"),
        (UNDER_WAY, told("scope.change_decided", ref="C-1", decision="approved"), "SCP-1"),
        (UNDER_WAY, told("action.assigned", ref="A-1", title="x", owner="ada", due="2026-03-01"), "RSK-2"),
    ],
)  # fmt: skip
def test_whatever_a_reading_rests_on_changes_it(before: list[AnyEvent], event: AnyEvent, kpi: str) -> None:
    story = b.Story()
    story.tell(*before, now=LATER)
    was = reading(story, kpi, LATER)

    story.tell(event, now=LATER)

    assert reading(story, kpi, LATER) != was


def test_what_is_past_its_date_is_further_past_it_the_next_day() -> None:
    story = b.Story()
    story.tell(b.registered(), b.planned("GATE", b.START), now=LATER)

    today, tomorrow = (days_past(story, LATER + timedelta(days=ahead)) for ahead in (0, 1))

    assert tomorrow == today + 1


def test_the_pace_is_asked_for_from_the_day_on_which_the_plan_starts() -> None:
    story = b.Story()
    eve = b.at(b.START - timedelta(days=1))
    story.tell(b.registered(time=eve), b.baseline(time=eve), now=eve)

    before, after = (dimension(story, "schedule", now) for now in (eve, b.at(b.START)))

    assert "readings" not in before
    assert [each["reason"] for each in after["readings"] if each["kpi"] == "SCH-1"] == ["no_progress"]


def test_what_rests_on_progress_as_well_is_not_kept_with_the_register() -> None:
    story = b.Story()
    story.tell(b.registered(), b.baseline(), b.progress("20"), b.cost("30000"), RISK, now=LATER)
    exposed = reading(story, "RSK-1", LATER)

    story.tell(b.progress("30", time=LATER), now=LATER)

    assert exposed["value"] != reading(story, "RSK-1", LATER)["value"]


def test_a_date_that_is_told_again_is_from_the_newer_event() -> None:
    story = b.Story()
    agreed = b.START + timedelta(days=400)
    story.tell(b.registered(), b.planned("M1", agreed), now=LATER)
    [before] = reading(story, "SCH-6", LATER)["inputs"]

    story.tell(b.planned("M1", agreed, time=b.at(NEXT_DAY)), now=LATER)

    [after] = reading(story, "SCH-6", LATER)["inputs"]
    assert before["value"] == after["value"]
    assert before["events"] != after["events"]


def test_a_dimension_gets_stale_within_a_day_though_its_readings_are_the_same() -> None:
    story = b.Story()
    issue = {"ref": "I-1", "title": "A defect", "severity": 3, "owner": "ada", "due": "2026-12-01"}
    raised = b.an_event("issue.raised", issue, time=b.at(b.START, 15))
    story.tell(b.registered(report_cadence_days=7), raised, now=b.at(b.START, 16))
    stale_at = datetime.fromisoformat(dimension(story, "risk", b.at(b.START, 16))["stale_at"])

    before = dimension(story, "risk", stale_at - timedelta(hours=1))
    after = dimension(story, "risk", stale_at + timedelta(hours=1))

    assert ("stale" in before, after.get("stale")) == (False, True)


def test_a_period_ago_nothing_is_known_that_was_said_since_and_no_day_had_passed() -> None:
    due = b.NOW.date() - timedelta(days=3)
    project = b.a_project(
        b.planned("REACHED", due),
        b.achieved("REACHED", due, time=b.NOW),
        b.planned("MOVED", due),
        b.forecast("MOVED", due + timedelta(days=30), time=b.NOW),
        b.planned("PASSED", due),
        b.planned("TOLD", due),
        b.forecast("TOLD", due + timedelta(days=9), time=b.NOW - timedelta(days=40)),
    )
    found = milestones_of(project, b.NOW.date(), timedelta(days=30))
    assert found.newest_at is not None
    day, known = found.today - found.cadence, found.newest_at - found.cadence

    before = found.one_period_ago()

    assert before == [outlook(each, day, known) for each in project.milestones.values()]
    assert [each.expected for each in before] != [each.expected for each in found.outlooks]


def test_a_date_that_has_passed_is_not_expected_any_more_the_next_day() -> None:
    day = b.NOW.date()
    project = b.a_project(b.planned("M1", day))

    expected = [milestones_of(project, on, timedelta(30)).outlooks[0].expected for on in (day, day + ONE_DAY)]

    assert expected == [day, None]


def test_a_forecast_counts_from_the_instant_at_which_it_was_said() -> None:
    project = b.a_project(b.planned("M1", b.START), b.forecast("M1", FINISH, time=LATER))
    milestone = project.milestones["M1"]

    said = [forecast_by(milestone, at) for at in (LATER - timedelta(microseconds=1), LATER)]

    assert [each and each.date for each in said] == [None, FINISH]


def test_a_rule_that_rests_on_the_work_is_asked_again_when_that_changes() -> None:
    story = b.Story()
    story.tell(*UNDER_WAY, b.progress("30", on=b.START + timedelta(days=20)), now=LATER)
    before = warnings(story, LATER)

    story.tell(b.cost("70000", time=LATER), b.progress("21", time=LATER), now=LATER)

    assert ("EW7" in before, "EW7" in warnings(story, LATER)) == (False, True)


def test_a_date_that_a_milestone_is_given_later_is_one_of_its_dates() -> None:
    story, soon = b.Story(), LATER.date() + timedelta(days=5)
    story.tell(b.registered(), b.planned("M1", soon), now=LATER)
    before = warnings(story, LATER)

    story.tell(b.forecast("M1", soon + timedelta(days=40), time=LATER), now=LATER)

    assert ("EW9" in before, "EW9" in warnings(story, LATER)) == (False, True)


def test_a_rule_is_asked_again_when_the_time_has_come_within_a_day() -> None:
    story = b.Story()
    told_at = b.at(b.START, 15)
    issue = b.an_event("issue.raised", {"ref": "I-1", "title": "Down", "severity": 3}, time=told_at)
    story.tell(b.registered(report_cadence_days=7), b.state("delivering"), issue, now=b.at(b.START, 16))
    silent = told_at + 2 * timedelta(days=7)

    before, after = (warnings(story, silent + timedelta(hours=hours)) for hours in (-1, 1))

    assert ("EW14" in before, "EW14" in after) == (False, True)


def test_how_high_a_risk_is_follows_the_plan() -> None:
    big, small = b.baseline(bac="1000000"), b.baseline(version=2, bac="10000", time=LATER)
    bare = {"ref": "R-1", "title": "Late", "prob": "90", "impact": {"cost": b.eur("5000")}}
    raised = b.an_event("risk.raised", bare, time=b.at(b.START, 15))
    story = b.Story()
    story.tell(b.registered(), big, raised, now=LATER)
    before = reading(story, "RSK-4", LATER)["value"]

    story.tell(small, now=LATER)

    assert (before, reading(story, "RSK-4", LATER)["value"]) == ("0", "1")


def kept_and_anew(story: b.Story, now: datetime) -> tuple[Round, Round]:
    """What an assessment of every project says with what was kept, and without."""
    kept = story.assess(story.board.standings, now=now)
    story.facts.derived.clear()
    for item in story.facts.items.values():
        parts: list[Any] = [item, *item.milestones.values(), *item.records.values()]
        for each in parts:
            each.derived.clear()
    return kept, story.assess(story.board.standings, now=now)


def days_past(story: b.Story, now: datetime) -> int:
    """By how many working days a date has passed without closure, as the detail of the only project says."""
    warnings = orjson.loads(story.assess([b.APOLLO], now=now).details[b.APOLLO])["warnings"]
    return next(int(each["observed"]) for each in warnings if each["rule"] == "EW23")


def warnings(story: b.Story, now: datetime) -> set[str]:
    """The rules that warn of the only project."""
    detail = orjson.loads(story.assess([b.APOLLO], now=now).details[b.APOLLO])
    return {each["rule"] for each in detail.get("warnings", ())}


def dimension(story: b.Story, name: str, now: datetime) -> dict[str, Any]:
    """One dimension of the only project, as its detail tells of it."""
    found = orjson.loads(story.assess([b.APOLLO], now=now).details[b.APOLLO])["dimensions"]
    return next(each for each in found if each["dimension"] == name)


def reading(story: b.Story, kpi: str, now: datetime) -> dict[str, Any]:
    """One of its readings."""
    dimensions = orjson.loads(story.assess([b.APOLLO], now=now).details[b.APOLLO])["dimensions"]
    return next(each for one in dimensions for each in one.get("readings", ()) if each["kpi"] == kpi)
