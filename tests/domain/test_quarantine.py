"""Quarantine: what refers to something unknown waits with its reason, and folds in when that is known."""

from collections.abc import Sequence
from datetime import datetime
from itertools import permutations
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.events.catalogue import AnyEvent
from app.domain.policy import HOUSE_DEFAULT, CalendarPolicy
from app.domain.records import NAMES, RESTS_ON
from app.domain.standing import Waiting
from app.domain.subject import PORTFOLIO, Key
from tests import builders as b
from tests.stories import colours, told_at_once
from tests.strategies import LATER, events

HERMES, ATLAS = Key("project/HERMES"), Key("programme/ATLAS")
EVIDENCE: Final = {"ref": "E-1", "criterion_ref": "C-1", "uri": "https://example.org/1", "sha256": "a" * 64}
BENEFIT: Final = {"ref": "B-1", "name": "Hours", "unit": "h", "target": "9", "by_date": "2026-09-30"}
DEPENDENCY: Final = {"ref": "D-1", "title": "Data", "needed_by": "2026-04-01"}


def told(kind: str, *, subject: str = b.APOLLO, **data: Any) -> AnyEvent:
    return b.an_event(kind, data, subject=subject)


CRITERION: Final = told("criterion.defined", ref="C-1", text="It restores", owner_kind="handover")
RISK: Final = told("risk.raised", ref="R-1", title="Late")
ISSUE: Final = told("issue.raised", ref="I-1", title="Down", severity=1)
GOAL: Final = told("objective.updated", subject=PORTFOLIO, ref="GOAL", name="Growth")

Case = tuple[Sequence[AnyEvent], str, AnyEvent]
"""What is told, the last of which names something; the reason why it waits; what makes that known."""
OF_PROJECTS: Final[dict[str, Case]] = {
    "parent": ([b.registered(parent="ATLAS")], "unknown_programme", b.registered(ATLAS)),
    "parent moved to": (
        [b.registered(), told("item.moved", parent="ATLAS")], "unknown_programme", b.registered(ATLAS),
    ),
    "parent by another's reference": (
        [b.registered(ATLAS), b.registered(parent="atl-9")],
        "unknown_programme",
        told("alias.added", subject=ATLAS, reference="atl-9"),
    ),
}  # fmt: skip
OF_RECORDS: Final[dict[str, Case]] = {
    "benefit objective_ref": (
        [told("benefit.planned", **BENEFIT, objective_ref="GOAL")], "unknown_objective", GOAL,
    ),
    "link objective_ref": ([told("objective.linked", objective_ref="GOAL")], "unknown_objective", GOAL),
    "objective parent": (
        [told("objective.updated", subject=PORTFOLIO, ref="PART", parent="GOAL")], "unknown_objective", GOAL,
    ),
    "dependency from_item": (
        [told("dependency.declared", **DEPENDENCY, from_item=HERMES)],
        "unknown_project",
        b.registered(HERMES),
    ),
    "dependency to_item": (
        [told("dependency.declared", **DEPENDENCY, to_item=ATLAS)], "unknown_programme", b.registered(ATLAS),
    ),
    "issue converted_from": (
        [told("issue.raised", ref="I-1", title="Down", severity=1, converted_from="risk/R-1")],
        "unknown_risk",
        RISK,
    ),
    "risk issue_ref": (
        [RISK, told("risk.materialised", ref="R-1", issue_ref="I-1")], "unknown_issue", ISSUE,
    ),
    "evidence superseded_by": (
        [CRITERION, told("evidence.attached", **EVIDENCE, superseded_by="E-2")],
        "unknown_evidence",
        told("evidence.attached", **{**EVIDENCE, "ref": "E-2"}),
    ),
    "evidence criterion_ref": ([told("evidence.attached", **EVIDENCE)], "unknown_criterion", CRITERION),
    "check criterion_ref": (
        [told("quality.check_result", check="e2e", verdict="pass", criterion_ref="C-1")],
        "unknown_criterion",
        CRITERION,
    ),
    "criterion owner_ref": (
        [told("criterion.defined", ref="C-1", text="It restores", owner_kind="gate", owner_ref="G3")],
        "unknown_gate",
        told("gate.scheduled", gate="G3", date="2026-03-20"),
    ),
    "gate that was decided": (
        [told("gate.decided", gate="G3", held_at="2026-03-01", decision="proceed")],
        "unknown_gate",
        told("gate.scheduled", gate="G3", date="2026-03-01"),
    ),
}  # fmt: skip
CASES: Final[dict[str, Case]] = {
    **OF_PROJECTS,
    **{name: ([b.registered(), *first], reason, last) for name, (first, reason, last) in OF_RECORDS.items()},
}


def waiting(story: b.Story) -> list[Waiting]:
    return [each for held in story.board.quarantine.values() for each in held]


@pytest.mark.parametrize("case", CASES)
def test_what_names_something_unknown_waits_with_its_reason_and_folds_in_when_that_comes(case: str) -> None:
    before, reason, coming = CASES[case]
    story = b.Story()
    story.tell(*before)
    held = waiting(story)

    story.tell(coming)

    assert held == [Waiting(len(before), reason)]
    assert waiting(story) == []
    assert story.card(PORTFOLIO)["waiting"] == 0


@pytest.mark.parametrize("case", CASES)
def test_in_whatever_order_it_is_told_the_board_comes_out_the_same(case: str) -> None:
    before, _, coming = CASES[case]

    stories = [told_one_by_one(order) for order in permutations([*before, coming])]

    assert all(waiting(story) == [] for story in stories)
    assert all(standing(story) == standing(stories[0]) for story in stories)


def standing(story: b.Story) -> dict[str, Any]:
    """Every card as it is; what it was before is how it came about."""
    return {key: card | {"previous": None} for key, card in colours(story).items()}


def told_one_by_one(order: Sequence[AnyEvent], now: datetime = b.NOW) -> b.Story:
    story = b.Story()
    for event in order:
        story.tell(event, now=now)
    return story


def test_every_reference_of_a_record_has_its_case() -> None:
    names = {f"{kind} {name}" for kind, named in NAMES.items() for name in named if name != "converted_from"}
    rests = {f"{kind} {name}" for kind, (name, _) in RESTS_ON.items()}

    assert names | rests | {"issue converted_from"} == OF_RECORDS.keys() - {"gate that was decided"}


def test_a_project_under_a_programme_that_nobody_registered_is_on_the_board_all_the_same() -> None:
    story = b.Story()
    story.tell(b.registered(parent="ATLAS"), b.baseline(), b.progress("10"))

    counted = story.card(PORTFOLIO)["counts"]["red"]
    story.tell(b.registered(ATLAS))

    assert (story.card(b.APOLLO)["rag"], counted) == ("red", 1)
    assert story.card(ATLAS)["cause"]["child"] == b.APOLLO


def test_a_project_under_another_systems_name_of_a_programme_is_under_the_programme() -> None:
    story = b.Story()
    before, _, mapped = OF_PROJECTS["parent by another's reference"]
    story.tell(*before, b.baseline(), b.progress("10"))
    alone = story.card(ATLAS)["rag"]

    story.tell(mapped)

    assert (alone, story.card(ATLAS)["rag"]) == ("none", "red")
    assert story.card(b.APOLLO)["programme"] == "ATLAS"


def test_a_project_whose_calendar_no_policy_has_is_judged_by_the_policys_own_and_says_so() -> None:
    story = b.Story()
    story.tell(b.registered(calendar="lunar"))
    held = waiting(story)
    calendars = {**HOUSE_DEFAULT.calendars, "lunar": CalendarPolicy(weekdays=(0, 1))}
    policy = HOUSE_DEFAULT.model_copy(update={"calendars": calendars})
    data = {"policy": policy.model_dump(mode="json"), "reason": "Agreed"}

    story.tell(b.an_event("policy.published", data, subject=PORTFOLIO))
    story.policy = story.facts.policy
    story.assess()

    assert held == [Waiting(1, "unknown_calendar")]
    assert waiting(story) == []


def test_an_entry_that_another_item_has_is_not_the_one_that_was_converted() -> None:
    story = b.Story()
    before, _, _ = CASES["issue converted_from"]

    story.tell(*before, told("risk.raised", subject=PORTFOLIO, ref="R-1", title="Late"))

    assert waiting(story) == [Waiting(2, "unknown_risk")]


def test_who_delivers_may_be_somebody_who_is_no_item_here() -> None:
    story = b.Story()

    story.tell(b.registered(), told("dependency.declared", **DEPENDENCY, from_item="The harbour authority"))

    assert waiting(story) == []


def test_a_criterion_of_a_deliverable_counts_before_that_is_submitted() -> None:
    due = {"owner_kind": "deliverable", "owner_ref": "W", "due": "2026-02-01"}
    story = b.Story()

    story.tell(b.registered(), told("criterion.defined", ref="C-1", text="It restores", **due))

    assert waiting(story) == []
    assert story.card(b.APOLLO)["cause"]["rule"] == "QUA-2"


def test_an_event_that_waits_for_two_things_is_held_once_until_both_are_known() -> None:
    story = b.Story()
    both = {"from_item": HERMES, "to_item": ATLAS}
    story.tell(b.registered(), told("dependency.declared", **DEPENDENCY, **both))
    first = waiting(story)

    story.tell(b.registered(HERMES))
    second = waiting(story)
    story.tell(b.registered(ATLAS))

    assert (first, second) == ([Waiting(2, "unknown_project")], [Waiting(2, "unknown_programme")])
    assert waiting(story) == []


def test_what_is_no_longer_named_waits_for_nothing_and_is_not_looked_at_again() -> None:
    story = b.Story()
    story.tell(b.registered(parent="ATLAS"))
    story.tell(told("item.moved", parent=None))

    done = story.tell(b.registered(ATLAS))

    assert waiting(story) == []
    assert b.APOLLO not in done.details


def test_what_the_portfolio_tells_of_a_record_that_nobody_opened_waits_too() -> None:
    story = b.Story()

    story.tell(
        told("risk.closed", subject=PORTFOLIO, ref="R-1"),
        GOAL,
    )

    assert waiting(story) == [Waiting(1, "unknown_risk")]
    assert story.facts.items[PORTFOLIO].waiting == []


def test_events_under_a_reference_wait_while_its_item_is_not_registered() -> None:
    story = b.Story()
    story.tell(told("alias.added", reference="J-7"), b.progress("10", subject="project/J-7"))
    held = waiting(story)

    story.tell(b.registered())

    assert held == [Waiting(1, "unknown_item"), Waiting(2, "unknown_item")]
    assert waiting(story) == []


def test_what_is_told_of_a_record_under_another_reference_does_not_wait_for_what_the_item_knows() -> None:
    story = b.Story()
    story.tell(b.registered(), told("alias.added", reference="J-7"), RISK)

    story.tell(told("risk.updated", subject="project/J-7", ref="R-1", owner="ada"))

    assert waiting(story) == []


@given(events, st.randoms(use_true_random=False))
def test_what_waits_at_the_end_does_not_depend_on_the_order(found: list[AnyEvent], chance: object) -> None:
    unique = list({event.order_key: event for event in found}.values())
    shuffled = list(unique)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    at_once, one_by_one = told_at_once(unique), told_one_by_one(shuffled, LATER)

    assert held_of(at_once, unique) == held_of(one_by_one, shuffled)


def held_of(story: b.Story, order: Sequence[AnyEvent]) -> set[tuple[Any, str]]:
    """What waits by its events, not by the numbers that these got."""
    return {(order[each.seq - 1].order_key, each.reason) for each in waiting(story)}


def test_the_page_of_the_quarantine_has_every_reason_for_which_a_name_waits() -> None:
    page = (Path(__file__).parents[2] / "docs" / "quarantine.md").read_text()

    assert {reason for _, reason, _ in CASES.values() if f"`{reason}`" not in page} == set()
