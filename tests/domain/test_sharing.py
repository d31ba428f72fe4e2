"""What projects share: people who work on several, managers of many, milestones that others wait for."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.events.catalogue import AnyEvent
from app.domain.sharing import Sharing, shared_of
from tests import builders as b

HERMES, VEGA = "project/HERMES", "project/VEGA"
TODAY = b.NOW.date()


def in_days(count: int) -> date:
    return TODAY + timedelta(days=count)


def told(*events: AnyEvent) -> b.Story:
    """Three projects, and one after the other what happens to them."""
    story = b.Story()
    story.tell(*(b.registered(key) for key in (b.APOLLO, HERMES, VEGA)))
    for event in events:
        story.tell(event)
    return story


def assigned(pct: str | None, subject: str, *, person: str = "ada", until: int = 20) -> AnyEvent:
    data = {"ref": "A", "person_ref": person, "start": TODAY.isoformat(), "end": in_days(until).isoformat()}
    return b.an_event("resource.assigned", {**data, **({} if pct is None else {"pct": pct})}, subject=subject)


def released(subject: str) -> AnyEvent:
    data = {"ref": "A", "released": TODAY.isoformat()}
    return b.an_event("resource.released", data, subject=subject, time=b.NOW + timedelta(minutes=1))


def managed(subject: str, by: str | None = "grace", *, on: date = TODAY) -> AnyEvent:
    data = {"role": "pm", "effective": on.isoformat(), **({} if by is None else {"new_ref": by})}
    return b.an_event("role.changed", data, subject=subject)


def waits(*, by: date, upstream: str = VEGA) -> AnyEvent:
    data = {"ref": "D", "title": "Data", "from_item": upstream, "milestone": "M", "needed_by": by.isoformat()}
    return b.an_event("dependency.declared", data)


def warning(story: b.Story, rule: str, key: str = b.APOLLO, now: Any = b.NOW) -> dict[str, Any] | None:
    """The warning as it is stored with the project."""
    done = story.assess({key}, now=now)  # type: ignore[arg-type]
    found = orjson.loads(done.details[key]).get("warnings", [])
    return next((each for each in found if each["rule"] == rule), None)


def codes(story: b.Story, key: str) -> list[str]:
    found: list[str] = story.card(key).get("warnings", [])
    return found


# ── EW18: people ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("pct", "until", "fires"), [("40", 20, False), ("41", 20, True), ("41", 19, False)])
def test_ew18_somebody_is_overloaded_by_two_projects_together(pct: str, until: int, fires: bool) -> None:
    story = told(assigned("60", b.APOLLO), assigned(pct, HERMES, until=until))

    assert ["EW18" in codes(story, key) for key in (b.APOLLO, HERMES, VEGA)] == [fires, fires, False]


def test_ew18_names_every_assignment_with_its_event() -> None:
    found = warning(told(assigned("60", b.APOLLO), assigned("60", HERMES)), "EW18")

    assert found is not None
    assert (found["subject"], found["observed"], found["limit"]) == ("person/ada", "120", "100")
    assert [(each["name"], each.get("events")) for each in found["inputs"]] == [
        ("project/APOLLO/A", [4]),
        ("project/HERMES/A", [5]),
        ("days", None),
    ]


@pytest.mark.parametrize("over", [released(HERMES), b.state("on_hold", subject=HERMES)])
def test_ew18_is_over_when_the_other_project_lets_go(over: AnyEvent) -> None:
    story = told(assigned("60", b.APOLLO), assigned("60", HERMES), over)

    assert "EW18" not in codes(story, b.APOLLO)


def test_an_overload_that_begins_after_an_assignment_has_ended_is_not_that_projects() -> None:
    early = assigned("60", b.APOLLO, until=5)
    later = {"ref": "A", "person_ref": "ada", "start": in_days(6).isoformat(), "pct": "100"}
    both = [b.an_event("resource.assigned", later, subject=key) for key in (HERMES, VEGA)]

    story = told(early, *both)

    assert ["EW18" in codes(story, key) for key in (b.APOLLO, HERMES, VEGA)] == [False, True, True]


def test_only_who_shares_the_person_is_looked_at_again() -> None:
    story = told(assigned("60", b.APOLLO), assigned("60", VEGA, person="eve"))

    done = story.tell(assigned("30", HERMES))

    assert {key for key in done.details if key.startswith("project/")} == {b.APOLLO, HERMES}


def test_nobody_else_is_looked_at_when_a_project_reports_progress() -> None:
    story = told(assigned("60", b.APOLLO), assigned("60", HERMES))

    done = story.tell(b.progress("5", subject=HERMES))

    assert {key for key in done.details if key.startswith("project/")} == {HERMES}


# ── EW18: managers ─────────────────────────────────────────────────────────────────────────────────


def of_grace(count: int) -> list[AnyEvent]:
    keys = [f"project/P{number}" for number in range(count)]
    return [*map(b.registered, keys), *map(managed, keys)]


@pytest.mark.parametrize(("others", "fires"), [(2, False), (3, True)])
def test_ew18_a_manager_of_more_than_three_projects_at_once(others: int, fires: bool) -> None:
    story = told(managed(b.APOLLO), *of_grace(others))

    found = warning(story, "EW18")
    assert (None if found is None else (found["reason"], found["observed"], found["limit"])) == (
        ("projects", "4", "3") if fires else None
    )


def test_ew18_counts_managers_that_items_name() -> None:
    named = {"roles": {"manager": "grace"}}
    story = told(*of_grace(3), b.an_event("item.changed", named))

    assert "EW18" in codes(story, b.APOLLO)


@pytest.mark.parametrize(
    "gone",
    [
        managed("project/P1", "linus"),
        b.state("closed", subject="project/P1"),
    ],
)
def test_ew18_a_project_that_is_given_away_or_closed_counts_no_more(gone: AnyEvent) -> None:
    story = told(managed(b.APOLLO), *of_grace(3), gone)

    assert "EW18" not in codes(story, b.APOLLO)


def test_ew18_a_manager_who_takes_over_later_is_warned_of_on_that_day() -> None:
    story = told(managed(b.APOLLO, on=in_days(9)), *of_grace(3))
    before = codes(story, b.APOLLO)

    story.assess(now=b.at(in_days(9), 0))

    assert ("EW18" in before, "EW18" in codes(story, b.APOLLO)) == (False, True)


# ── EW15: upstream milestones ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("late", "fires"), [(0, False), (1, True)])
def test_ew15_an_upstream_milestone_is_expected_after_it_is_needed(late: int, fires: bool) -> None:
    due = in_days(30)
    story = told(waits(by=due), b.forecast("M", due + timedelta(days=late), subject=VEGA))

    found = warning(story, "EW15")
    assert (None if found is None else (found["reason"], found["subject"])) == (
        ("upstream_late", "dependency/D") if fires else None
    )
    assert ("EW15" in codes(story, b.APOLLO)) is fires


def test_ew15_names_the_upstream_milestone_and_its_event() -> None:
    found = warning(told(waits(by=in_days(30)), b.planned("M", in_days(40), subject=VEGA)), "EW15")

    assert found is not None
    assert (found["observed"], found["limit"]) == (in_days(40).isoformat(), in_days(30).isoformat())
    assert (found["inputs"][1]["name"], found["inputs"][1]["events"]) == ("project/VEGA/M", [5])


@pytest.mark.parametrize(
    "better",
    [
        b.forecast("M", in_days(30), subject=VEGA, time=b.NOW + timedelta(hours=1)),
        b.achieved("M", TODAY, subject=VEGA),
        b.an_event("dependency.met", {"ref": "D"}, time=b.NOW + timedelta(hours=1)),
    ],
)
def test_ew15_is_over_when_it_comes_in_time(better: AnyEvent) -> None:
    story = told(waits(by=in_days(30)), b.forecast("M", in_days(31), subject=VEGA))
    before = codes(story, b.APOLLO)

    story.tell(better)

    assert ("EW15" in before, "EW15" in codes(story, b.APOLLO)) == (True, False)


def test_ew15_what_was_said_of_the_dependency_itself_goes_first() -> None:
    said = {"ref": "D", "expected": in_days(30).isoformat()}
    at_risk = b.an_event("dependency.at_risk", said, time=b.NOW + timedelta(hours=1))

    story = told(waits(by=in_days(30)), b.forecast("M", in_days(31), subject=VEGA), at_risk)

    assert "EW15" not in codes(story, b.APOLLO)


def test_ew15_finds_the_upstream_item_by_another_reference() -> None:
    mapped = b.an_event("alias.added", {"reference": "JIRA-7"}, subject=VEGA)
    late = b.forecast("M", in_days(31), subject="project/JIRA-7")

    story = told(waits(by=in_days(30), upstream="project/JIRA-7"), late, mapped)

    assert "EW15" in codes(story, b.APOLLO)


@pytest.mark.parametrize("upstream", ["project/NOWHERE", "the supplier"])
def test_ew15_says_nothing_of_what_nobody_knows(upstream: str) -> None:
    late = b.forecast("M", in_days(31), subject="project/NOWHERE")

    assert "EW15" not in codes(told(waits(by=in_days(30), upstream=upstream), late), b.APOLLO)


# ── the law ────────────────────────────────────────────────────────────────────────────────────────

KEYS = (b.APOLLO, HERMES, VEGA)
UPSTREAM = st.sampled_from(["project/REF", *KEYS])
steps = st.one_of(
    st.builds(
        assigned,
        st.sampled_from(["40", "80", None]),
        st.sampled_from(KEYS),
        person=st.sampled_from(["ada", "eve"]),
    ),
    st.builds(released, st.sampled_from(KEYS)),
    st.builds(managed, st.sampled_from(KEYS), st.sampled_from(["grace", "linus", None])),
    st.builds(waits, by=st.just(in_days(9)), upstream=UPSTREAM),
    st.builds(b.forecast, st.just("M"), st.just(in_days(19)), subject=UPSTREAM),
    st.builds(b.state, st.sampled_from(["on_hold", "delivering"]), subject=st.sampled_from(KEYS)),
    st.builds(b.an_event, st.just("alias.added"), st.just({"reference": "REF"}), subject=st.just(VEGA)),
)


@given(st.lists(steps, max_size=12))
def test_what_is_shared_after_every_change_is_what_all_facts_at_once_show(
    happened: list[AnyEvent],
) -> None:
    story = told(*happened)
    kept = [shared_of(story.facts.whole(key)) for key in KEYS]  # type: ignore[arg-type]

    Sharing().take(story.facts, list(story.facts.items))

    assert kept == [shared_of(story.facts.whole(key)) for key in KEYS]  # type: ignore[arg-type]


# ── RES-2 of the office ────────────────────────────────────────────────────────────────────────────


def office(story: b.Story) -> dict[str, Any] | None:
    found = orjson.loads(story.assess().details["portfolio"]).get("office", [])
    return next((each for each in found if each["kpi"] == "RES-2"), None)


@pytest.mark.parametrize(
    ("pct", "value", "rag"),
    [
        ("40", "0", "green"),
        ("41", "0.00990099009901", "amber"),
        ("51", "0.0990990990991", "amber"),
        ("52", "0.107142857143", "red"),
    ],
)
def test_res2_of_the_office_adds_up_what_all_projects_ask_of_a_person(pct: str, value: str, rag: str) -> None:
    found = office(told(assigned("60", b.APOLLO), assigned(pct, HERMES)))

    assert found is not None
    assert (Decimal(found["value"]), found["rag"]) == (Decimal(value), rag)


def test_res2_of_the_office_names_who_has_too_much_and_where() -> None:
    found = office(told(assigned("60", b.APOLLO), assigned("60", HERMES), assigned("90", VEGA, person="eve")))

    assert found is not None
    assert [each["name"] for each in found["inputs"]] == [
        "assigned",
        "ada, project/APOLLO",
        "ada, project/HERMES",
    ]


def test_res2_of_the_office_is_unknown_where_nobody_said_how_much() -> None:
    found = office(told(assigned("60", b.APOLLO), assigned(None, HERMES)))

    assert found is not None
    assert (found.get("value"), found["reason"]) == (None, "no_estimate")


def test_res2_of_the_office_forgets_a_project_at_rest() -> None:
    held = told(assigned("60", b.APOLLO), assigned("60", HERMES), b.state("on_hold", subject=HERMES))

    found = office(held)

    assert found is not None
    assert Decimal(found["value"]) == 0


def test_res2_of_the_office_is_not_there_while_nobody_is_assigned() -> None:
    assert office(told()) is None
