"""The office's own indicators: mobilising, the pool, spend for objectives, lessons. They are in no colour."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given

from app.domain.events.catalogue import AnyEvent
from app.domain.explain import explain
from app.domain.policy import HOUSE_DEFAULT
from app.domain.tree import Telling, walk
from tests import builders as b
from tests.strategies import LATER, a_few, events

TODAY = b.NOW.date()
HERMES = "project/HERMES"
TWO_PROJECTS = (
    b.registered("programme/ATLAS"),
    b.registered(parent="ATLAS"),
    b.registered(HERMES),
    b.baseline(),
    b.baseline(subject=HERMES, bac="300000"),
)


def own(story: b.Story, now: datetime = b.NOW) -> dict[str, tuple[Any, str, str | None]]:
    """What the office's readings say: value, colour, reason."""
    detail = orjson.loads(story.assess(now=now).details["portfolio"])
    found = detail.get("office", [])
    return {each["kpi"]: (_number(each.get("value")), each["rag"], each.get("reason")) for each in found}


def _number(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def told(*happened: AnyEvent) -> b.Story:
    story = b.Story()
    story.tell(*TWO_PROJECTS, *happened)
    return story


def requested(
    ref: str, on: date, *, subject: str = b.APOLLO, pct: str = "100", needed: date = TODAY
) -> AnyEvent:
    data = {"ref": ref, "role": "pm", "pct": pct, "needed_by": needed.isoformat()}
    return b.an_event("resource.requested", data, subject=subject, time=b.at(on))


def started(ref: str, on: date, *, subject: str = b.APOLLO) -> list[AnyEvent]:
    assigned = {"ref": ref, "person_ref": "ada"}
    return [
        b.an_event("resource.assigned", assigned, subject=subject, time=b.at(on, 13)),
        b.an_event(
            "resource.started", {"ref": ref, "started": on.isoformat()}, subject=subject, time=b.at(on, 14)
        ),
    ]


def a_person(
    code: str, *, notice: int = 5, verified: date = TODAY, to: str = "warm", **more: Any
) -> list[AnyEvent]:
    known = {"name": code, "notice_days": notice, "profile_verified": verified.isoformat()}
    return [
        b.an_event("person.registered", known, subject=f"person/{code}"),
        b.an_event("person.pool_state_changed", {"to": to, **more}, subject=f"person/{code}"),
    ]


def objective(ref: str = "O-1", *, active: bool = True) -> AnyEvent:
    return b.an_event(
        "objective.updated", {"ref": ref, "name": "Grow", "active": active}, subject="portfolio"
    )


def linked(subject: str, ref: str = "O-1", *, to: bool = True) -> AnyEvent:
    data = {"objective_ref": ref, "linked": to}
    return b.an_event("objective.linked", data, subject=subject, time=b.NOW + timedelta(minutes=not to))


def a_lesson(ref: str, *, on: date = TODAY, **more: Any) -> AnyEvent:
    return b.an_event("lesson.recorded", {"ref": ref, "title": "Ask early", **more}, time=b.at(on, 9))


def adopted(ref: str) -> AnyEvent:
    return b.an_event("lesson.adopted", {"ref": ref, "adopted_in": "Start template"})


def test_an_office_of_which_nothing_was_told_has_no_readings() -> None:
    assert own(told()) == {}


# ── RES-3 ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("days", "rag"), [(10, "green"), (11, "amber"), (15, "amber"), (16, "red")])
def test_mobilising_takes_from_the_request_to_the_start(days: int, rag: str) -> None:
    start = b.START + b.days(days)

    assert own(told(requested("A", b.START), *started("A", start)))["RES-3"] == (days, rag, None)


def test_half_of_them_start_sooner_whatever_the_project() -> None:
    story = told(
        requested("A", b.START),
        *started("A", b.START + b.days(2)),
        requested("B", b.START, subject=HERMES),
        *started("B", b.START + b.days(9), subject=HERMES),
        requested("C", b.START, subject=HERMES),
        *started("C", b.START + b.days(50), subject=HERMES),
    )

    assert own(story)["RES-3"] == (9, "green", None)


def test_a_request_that_nobody_has_answered_is_not_yet_a_time() -> None:
    assert own(told(requested("A", b.START)))["RES-3"] == (None, "unknown", "none_started")


def test_who_started_more_than_a_year_ago_says_nothing_of_today() -> None:
    story = told(requested("A", b.START), *started("A", b.START + b.days(2)))

    assert own(story, b.at(b.START + b.days(2 + 366)))["RES-3"] == (None, "unknown", "none_started")


# ── RES-4 ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("asked", "rag"), [("100", "green"), ("101", "amber"), ("120", "amber"), ("121", "red")]
)
def test_the_pool_is_ready_for_what_is_asked_for(asked: str, rag: str) -> None:
    people = [event for n in range(12) for event in a_person(f"p{n}")]
    demand = [requested(f"A-{n}", b.START, pct=str(Decimal(asked) / 10)) for n in range(100)]

    value, colour, _ = own(told(*people, *demand))["RES-4"]

    assert (value, colour) == (pytest.approx(Decimal(120) / Decimal(asked)), rag)


@pytest.mark.parametrize(
    "person",
    [
        a_person("ada", to="deployed"),
        a_person("ada", notice=11),
        a_person("ada", verified=TODAY - b.days(181)),
        a_person("ada", until=(TODAY - b.days(1)).isoformat()),
    ],
)
def test_only_who_is_warm_verified_and_free_in_time_is_ready(person: list[AnyEvent]) -> None:
    assert own(told(*person, requested("A", b.START)))["RES-4"] == (0, "red", None)


@pytest.mark.parametrize("demand", [(), (requested("A", b.START, needed=TODAY + b.days(91)),)])
def test_a_pool_of_which_nothing_is_asked_is_not_measured(demand: tuple[AnyEvent, ...]) -> None:
    assert own(told(*a_person("ada"), *demand))["RES-4"] == (None, "unknown", "none_due")


# ── BEN-2 ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("links", "value"),
    [
        ([], 0),
        ([linked(b.APOLLO)], 25),
        ([linked("programme/ATLAS")], 25),
        ([linked(b.APOLLO), linked(HERMES)], 100),
        ([linked(b.APOLLO), linked(b.APOLLO, to=False)], 0),
        ([linked(b.APOLLO, "O-2")], 0),
    ],
)
def test_spend_is_aligned_where_a_project_serves_an_active_objective(
    links: list[AnyEvent], value: int
) -> None:
    story = told(objective(), objective("O-2", active=False), *links)

    assert own(story)["BEN-2"][0] == value


@pytest.mark.parametrize(
    ("bac", "rag"), [("95", "green"), ("94.9", "amber"), ("85", "amber"), ("84.9", "red")]
)
def test_spend_for_nothing_that_is_wanted_is_bad_news(bac: str, rag: str) -> None:
    other = str(100 - Decimal(bac))
    story = b.Story()
    story.tell(
        b.registered(), b.registered(HERMES), b.baseline(bac=bac), b.baseline(subject=HERMES, bac=other)
    )

    story.tell(objective(), linked(b.APOLLO))

    assert own(story)["BEN-2"][1] == rag


def test_a_benefit_links_its_project_to_the_objective_that_it_is_for() -> None:
    data = {
        "ref": "B",
        "name": "x",
        "unit": "EUR",
        "target": "1",
        "by_date": "2026-12-31",
        "objective_ref": "O-1",
    }

    assert own(told(objective(), b.an_event("benefit.planned", data)))["BEN-2"][0] == 25


def test_a_budget_counts_once_however_the_project_is_linked() -> None:
    """Pitfall 7."""
    assert own(told(objective(), linked(b.APOLLO), linked("programme/ATLAS")))["BEN-2"][0] == 25


# ── IMP-1 ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("of", "rag"), [(2, "green"), (3, "amber"), (4, "amber"), (5, "red")])
def test_a_lesson_is_learned_when_something_has_changed_for_it(of: int, rag: str) -> None:
    lessons = [a_lesson(f"L-{n}") for n in range(of)]

    assert own(told(*lessons, adopted("L-0")))["IMP-1"][1] == rag


def test_what_nobody_has_validated_or_is_older_than_a_year_does_not_count() -> None:
    old = a_lesson("L-2", on=TODAY - b.days(366))

    story = told(a_lesson("L-0"), adopted("L-0"), a_lesson("L-1", validated=False), old)

    assert own(story)["IMP-1"] == (100, "green", None)


# ── where they are ─────────────────────────────────────────────────────────────────────────────────────


def test_they_are_beside_the_colour_and_never_in_it() -> None:
    before = told().card("portfolio")
    story = told(*[a_lesson(f"L-{n}") for n in range(5)], objective())

    assert {each[1] for each in own(story).values()} == {"red"}
    assert story.card("portfolio")["rag"] == before["rag"]


def test_they_are_explained_down_to_their_events() -> None:
    story = told(requested("A", b.START), *started("A", b.START + b.days(2)))
    card, detail = story.card("portfolio"), orjson.loads(story.assess().details["portfolio"])

    tree = explain(
        "portfolio",
        Telling("demo", HOUSE_DEFAULT, lambda key: (card, detail) if key == "portfolio" else None),
    )

    assert tree is not None
    ends = [
        node["label"]
        for node in walk(tree)
        if node["id"].startswith("portfolio.RES-3") and node["kind"] == "event"
    ]
    assert ends == ["Event 6", "Event 8"]


@given(events, a_few)
def test_what_was_kept_of_each_project_is_what_would_be_worked_out_anew(
    first: list[AnyEvent], second: list[AnyEvent]
) -> None:
    story = b.Story()
    story.tell(objective(), *first, now=LATER)
    story.tell(*second, linked("project/P1"), now=LATER)

    kept = own(story, LATER)
    story.facts.derived.clear()

    assert own(story, LATER) == kept
