"""The demo's portfolio: valid events, the same every time, and a mix of colours one can believe."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import orjson
import pytest

from app.cli.simulator.cast import BY_CODE, PROGRAMMES, PROJECTS, Mood
from app.cli.simulator.diary import Diary
from app.cli.simulator.history import history
from app.cli.simulator.story import Story
from app.domain.events.catalogue import ONE
from app.domain.facts import PortfolioFacts
from app.domain.fold import Recorded, fold
from app.domain.item import assess_item
from app.domain.policy import HOUSE_DEFAULT
from app.domain.rag import Rag
from app.domain.standing import rates_of
from app.domain.subject import Key
from app.domain.warnings.watching import look_out

SINCE = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
EXPECTED = {
    Mood.CALM: Rag.GREEN,
    Mood.FAILING: Rag.RED,
    Mood.OVERSPENT: Rag.RED,
    Mood.SILENT: Rag.UNKNOWN,
    Mood.UNPLANNED: Rag.UNKNOWN,
    Mood.PAUSED: Rag.NONE,
}
"""The others are amber."""
MOST_IN_TROUBLE = 3
"""Projects of which something bad is told at one time."""


def told(since: date = SINCE, until: datetime = NOW) -> list[dict[str, Any]]:
    return [event for part in history(since, until) for event in part]


def colours(events: list[dict[str, Any]], now: datetime) -> dict[str, Rag]:
    """The colour of each project after these events."""
    facts = PortfolioFacts(clock="live")
    for seq, event in enumerate(events, start=1):
        fold(facts, Recorded(seq, now, ONE.validate_json(orjson.dumps(event))))
    rates = rates_of(facts)
    found = [item for item in facts.registered() if item.subject.startswith("project/")]
    return {
        item.subject.partition("/")[2]: assess_item(item, HOUSE_DEFAULT, rates, now).rag for item in found
    }


def test_the_portfolio_has_a_believable_size_and_differs_within() -> None:
    assert len(PROGRAMMES) == 3
    assert len(PROJECTS) >= 40
    assert {project.calendar for project in PROJECTS} == {"mon-fri", "sun-thu", "every-day"}
    assert {project.cadence for project in PROJECTS} == {7, 14, 30}
    assert len({project.currency for project in PROJECTS}) >= 5
    assert {project.programme for project in PROJECTS} == {programme.code for programme in PROGRAMMES}


@pytest.mark.parametrize("days_on", [0, 11, 60, 200])
def test_every_event_of_the_history_is_valid_and_has_an_id_of_its_own(days_on: int) -> None:
    events = told(until=NOW + timedelta(days=days_on))

    for event in events:
        ONE.validate_json(orjson.dumps(event))
    assert len({event["id"] for event in events}) == len(events)


def test_nothing_of_the_history_lies_in_the_future() -> None:
    assert max(datetime.fromisoformat(event["time"]) for event in told()) <= NOW


def test_a_later_run_says_the_same_again_and_adds_what_has_come_since() -> None:
    first = {event["id"]: event for event in told()}
    later = {event["id"]: event for event in told(until=NOW + timedelta(days=9))}

    assert {name: later.get(name) for name in first} == first
    assert len(later) > len(first)


@pytest.mark.parametrize(
    "since", [date(2026, 11, 23) + timedelta(days=n) for n in (0, 2, 4, 6, 39, 110, 250)]
)
def test_each_project_has_the_colour_of_its_mood_whenever_the_demo_is_started(since: date) -> None:
    now = datetime(since.year, since.month, since.day, 10, tzinfo=UTC)
    found = colours(told(since, now), now)

    expected = {project.code: EXPECTED.get(project.mood, Rag.AMBER) for project in PROJECTS}

    assert found == expected


def test_what_has_a_day_is_done_by_then_so_that_a_fortnight_later_the_colours_are_the_same() -> None:
    later = NOW + timedelta(days=15)

    assert colours(told(until=later), later) == colours(told(), NOW)


def overdue(events: list[dict[str, Any]], now: datetime) -> set[str]:
    """Projects that still speak with an open action, or an open milestone, past its day."""
    facts = PortfolioFacts(clock="live")
    for seq, event in enumerate(events, start=1):
        fold(facts, Recorded(seq, now, ONE.validate_json(orjson.dumps(event))))
    rates = rates_of(facts)
    speaking = {project.code for project in PROJECTS if project.mood not in {Mood.SILENT, Mood.PAUSED}}
    found = set()
    for code in speaking:
        assessed = assess_item(facts.items[Key(f"project/{code}")], HOUSE_DEFAULT, rates, now)
        if {"EW13", "EW15", "EW16", "EW23"} & set(look_out(assessed, HOUSE_DEFAULT).codes):
            found.add(code)
    return found


def test_a_demo_left_alone_for_a_month_looks_as_alive_as_on_its_first_day() -> None:
    """Carried over a month of scenes, a few hours apart: nobody waits here."""
    began, now, events = NOW, NOW, told()
    scenes = Story(SINCE, began).scenes()
    while now < NOW + timedelta(days=31):
        now += timedelta(hours=3)
        events += next(scenes).events(now)
    since = {event["type"] for event in events if event["time"] > (NOW + timedelta(days=3)).isoformat()}

    expected = {project.code: EXPECTED.get(project.mood, Rag.AMBER) for project in PROJECTS}
    found = colours(events, now)
    assert len([code for code in expected if found[code] is not expected[code]]) <= MOST_IN_TROUBLE
    assert overdue(events, now) == set()
    assert {
        "nerve.gate.decided.v1",
        "nerve.milestone.achieved.v1",
        "nerve.action.done.v1",
        "nerve.issue.raised.v1",
        "nerve.issue.resolved.v1",
        "nerve.risk.updated.v1",
        "nerve.scope.change_decided.v1",
        "nerve.resource.started.v1",
        "nerve.status.declared.v1",
    } <= since


def test_what_the_running_demo_tells_is_what_the_next_start_would_tell() -> None:
    later = NOW + timedelta(days=9)
    diary = Diary(SINCE, NOW)
    parts = [*diary.due(NOW + timedelta(days=4)), *diary.due(later)]

    by_id = {event["id"]: event for event in [*told(), *parts]}
    assert by_id == {event["id"]: event for event in told(until=later)}
    assert len(by_id) == len(told()) + len(parts)


def test_a_project_that_has_reached_its_finish_is_closed_and_reports_no_more() -> None:
    wayfarer = [event for event in told(until=NOW + timedelta(days=80)) if "WAYFARER" in event["subject"]]
    last = max(wayfarer, key=lambda event: event["time"])

    assert last["type"] == "nerve.item.closed.v1"
    assert colours(told(until=NOW + timedelta(days=80)), NOW + timedelta(days=80))["WAYFARER"] is Rag.NONE


def test_most_projects_keep_a_register_and_the_scenes_of_the_wall_have_something_to_show() -> None:
    kinds = Counter(event["type"].split(".", 1)[1] for event in told())
    with_risks = {event["subject"] for event in told() if event["type"] == "nerve.risk.raised.v1"}

    assert 0.6 <= len(with_risks) / len(PROJECTS) <= 0.8
    assert kinds["objective.updated.v1"] == 4
    assert kinds["gate.scheduled.v1"] >= 12
    assert kinds["gate.decided.v1"] == 3
    assert kinds["person.registered.v1"] >= 15
    assert kinds["resource.requested.v1"] > kinds["resource.assigned.v1"] >= 10


def test_the_mix_is_mostly_green() -> None:
    mix = Counter(colours(told(), NOW).values())

    assert 0.55 <= mix[Rag.GREEN] / len(PROJECTS) <= 0.7
    assert 3 <= mix[Rag.RED] <= 5
    assert mix[Rag.UNKNOWN] >= 3


def scenes(count: int, began: datetime = NOW) -> list[tuple[float, list[dict[str, Any]]]]:
    """The first scenes of the story: seconds since the beginning, and what happens."""
    at, found = 0.0, []
    for scene in islice(Story(SINCE, began).scenes(), count):
        at += scene.after_s
        found.append((at, scene.events(began + timedelta(seconds=at))))
    return found


def test_within_a_minute_harbour_turns_red_for_its_cost() -> None:
    events = [event for at, several in scenes(30) if at <= 40 for event in several]

    found = colours([*told(), *events], NOW + timedelta(minutes=1))

    assert found["HARBOUR"] is Rag.RED


def test_every_event_of_the_story_is_valid_and_new() -> None:
    events = [event for _, several in scenes(400) for event in several]

    for event in events:
        ONE.validate_json(orjson.dumps(event))
    assert len({event["id"] for event in events}) == len(events)


def test_what_goes_wrong_is_put_right_again() -> None:
    before = colours(told(), NOW)
    live = scenes(600)
    after = colours([*told(), *(event for _, several in live for event in several)], NOW + timedelta(hours=3))

    differ = {code for code in before if before[code] is not after[code]}

    assert len(differ) <= 3


def test_the_wall_stays_calm_a_few_events_a_minute() -> None:
    live = scenes(400)

    assert 2 <= sum(len(several) for _, several in live) / (live[-1][0] / 60) <= 8


def test_the_project_of_the_readme_is_left_alone() -> None:
    subjects = {event["subject"] for _, several in scenes(400) for event in several}

    assert "project/APOLLO" not in subjects
    assert BY_CODE["APOLLO"].mood is Mood.CALM
