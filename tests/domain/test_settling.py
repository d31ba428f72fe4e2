"""What would change it, record by record: what is named is enough, and nothing else is named."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.events.catalogue import AnyEvent
from app.domain.levers import Levers, levers_of
from app.domain.policy import HOUSE_DEFAULT
from app.domain.rag import Rag
from tests import builders as b

NOW, TODAY = b.NOW, b.NOW.date()
HALF_DONE = (b.progress("40"), b.cost("40000"))
LATER = NOW + timedelta(minutes=1)


def told(kind: str, ago: float = 9, /, **data: Any) -> AnyEvent:
    return b.an_event(kind, data, time=NOW - b.days(ago))


def then(kind: str, **data: Any) -> AnyEvent:
    return b.an_event(kind, data, time=LATER)


def on(days: int) -> str:
    return (TODAY + b.days(days)).isoformat()


def action(ref: str, due: int) -> AnyEvent:
    return told("action.assigned", ref=ref, title="x", due=on(due))


def critical(ref: str, ago: float) -> AnyEvent:
    return told("issue.raised", ago, ref=ref, title="x", severity=1)


def high(ref: str, **more: Any) -> AnyEvent:
    return told("risk.raised", ref=ref, title="x", prob="90", impact={"quality": 5}, **more)


def criterion(ref: str) -> AnyEvent:
    return told("criterion.defined", ref=ref, text="x", owner_kind="gate", owner_ref="G")


def place(ref: str, pct: str = "100") -> AnyEvent:
    said = {"ref": ref, "role": "x", "pct": pct, "needed_by": on(9), "key_role": True}
    return told("resource.requested", **said)


def met(ref: str) -> AnyEvent:
    return told("handover.criterion_assessed", 8, criterion=ref, verdict="conforms")


def shown(ref: str) -> dict[str, str]:
    return {"ref": f"E-{ref}", "criterion_ref": ref, "uri": "https://example.org/1", "sha256": "a" * 64}


GATE = told("gate.scheduled", gate="G", date=on(9))
STORIES: dict[str, tuple[tuple[AnyEvent, ...], str, tuple[str, ...], tuple[AnyEvent, ...]]] = {
    "RSK-2": (
        (action("A-1", -1), action("A-2", 9), action("A-3", -2), action("A-4", 9)),
        "close", ("action/A-1", "action/A-3"),
        (then("action.done", ref="A-1"), then("action.done", ref="A-3")),
    ),
    "RSK-3": (
        (critical("I-1", 9), critical("I-2", 20), critical("I-3", 20), critical("I-4", 2)),
        "close", ("issue/I-2", "issue/I-3", "issue/I-1"),
        tuple(then("issue.resolved", ref=ref) for ref in ("I-1", "I-2", "I-3")),
    ),
    "RSK-4": (
        (high("R-1"), high("R-2", owner="ada", response="x"), high("R-3", owner="ada")),
        "treat", ("risk/R-1", "risk/R-3"),
        tuple(then("risk.updated", ref=ref, owner="ada", response="x") for ref in ("R-1", "R-3")),
    ),
    "RES-1": (
        (place("D-1"), place("D-2"), told("resource.assigned", 8, ref="D-1", person_ref="ada")),
        "fill", ("allocation/D-2",),
        (then("resource.assigned", ref="D-2", person_ref="eve"),),
    ),
    "QUA-1": (
        (GATE, criterion("C-1"), criterion("C-2"), met("C-1")),
        "meet", ("criterion/C-2",),
        (then("handover.criterion_assessed", criterion="C-2", verdict="conforms"),),
    ),
    "QUA-2": (
        (GATE, criterion("C-1"), criterion("C-2"), told("evidence.attached", 8, **shown("C-1"))),
        "show", ("criterion/C-2",),
        (then("evidence.attached", **shown("C-2")),),
    ),
}  # fmt: skip
"""Indicator → what happened, the answer that is asked for, of which records, and that answer."""


def levers(*events: AnyEvent) -> Levers:
    return b.finish(levers_of(b.assessed(*HALF_DONE, *events), HOUSE_DEFAULT))


@pytest.mark.parametrize("kpi", STORIES)
def test_what_stands_in_the_way_is_named_and_answering_it_is_enough(kpi: str) -> None:
    happened, answer, records, answers = STORIES[kpi]

    way = next(each for each in levers(*happened).readings[kpi] if each.to is Rag.GREEN)
    after = b.reading_of(b.assessed(*HALF_DONE, *happened, *answers, now=LATER), kpi)

    [step] = way.steps
    assert (str(step.kind), step.records, step.amount) == (answer, records, Decimal(len(records)))
    assert after is not None
    assert after.rag is Rag.GREEN


def test_only_as_much_is_named_as_is_needed() -> None:
    of_eleven = [action(f"A-{n:02}", -1 if n < 2 else 9) for n in range(11)]

    [of_ten] = levers(*of_eleven[:-1]).readings["RSK-2"]
    [way] = levers(*of_eleven).readings["RSK-2"]

    assert of_ten.steps[0].records == ("action/A-00", "action/A-01")
    assert way.steps[0].records == ("action/A-00",)


def test_the_whole_project_needs_all_of_them() -> None:
    late, bare = action("A-1", -1), high("R-1")

    found = levers(late, bare, critical("I-1", 20))

    [way] = [each for each in found.item if each.to is Rag.GREEN]
    assert {step.kind: step.records for step in way.steps} == {
        "close": ("action/A-1", "issue/I-1"),
        "treat": ("risk/R-1",),
    }
    assert found.without == ()


def test_what_nobody_can_settle_has_no_lever() -> None:
    left = told("role.changed", role="pm", old_ref="bob", new_ref="ada", effective=on(-9))

    assert levers(left).without == ("RES-5",)


def test_only_the_milestone_that_the_finish_rests_on_is_hurried() -> None:
    planned = [b.planned(code, TODAY + b.days(days)) for code, days in (("M1", 40), ("M2", 81))]
    moved = [b.forecast(code, TODAY + b.days(days)) for code, days in (("M1", 69), ("M2", 91))]

    way = next(each for each in levers(*planned, *moved).readings["SCH-2"] if each.steps[0].kind == "forward")

    assert [code for code, _ in way.steps[0].milestones] == ["M2"]
