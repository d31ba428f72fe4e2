"""Quality: gates and their criteria, evidence and how long it holds."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.events.catalogue import AnyEvent
from app.domain.findings import Reading
from app.domain.rag import Dimension, Rag
from tests import builders as b

R, A, G = Rag.RED, Rag.AMBER, Rag.GREEN
TODAY = b.NOW.date()
HASH = "a" * 64


def a_gate(in_days: int, ref: str = "G3", **more: Any) -> AnyEvent:
    data = {"gate": ref, "date": (TODAY + b.days(in_days)).isoformat(), **more}
    return b.an_event("gate.scheduled", data, time=b.at(b.START))


def a_criterion(ref: str, *, of: str = "gate", owner: str | None = "G3", **more: Any) -> AnyEvent:
    said = {"ref": ref, "text": "It restores", "owner_kind": of, **more}
    if owner is not None:
        said["owner_ref"] = owner
    return b.an_event("criterion.defined", said, time=b.at(b.STATUS_DAY))


def assessed_as(ref: str, verdict: str = "conforms") -> AnyEvent:
    said = {"criterion": ref, "verdict": verdict}
    if verdict == "waived":
        said["waiver_reason"] = "not needed here"
    return b.an_event("handover.criterion_assessed", said)


def evidence(criterion: str, ref: str = "E-1", **more: Any) -> AnyEvent:
    data = {"ref": ref, "criterion_ref": criterion, "uri": "https://example.org/1", "sha256": HASH, **more}
    return b.an_event("evidence.attached", data)


def read(kpi: str, *events: AnyEvent, **more: Any) -> Reading:
    found = b.reading_of(b.assessed(*events, **more), kpi)
    assert found is not None
    return found


def says(reading: Reading) -> tuple[Decimal | None, str | None, Rag]:
    return reading.value, reading.reason, reading.rag


TWO = (a_criterion("C-1"), a_criterion("C-2"), assessed_as("C-1"))
"""Two criteria of G3, one of which conforms."""

# ── QUA-1: gates ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("in_days", "rag"), [(30, A), (1, A), (0, R), (-10, R)])
def test_a_gate_that_is_not_ready_is_amber_before_its_day_and_red_from_then_on(
    in_days: int, rag: Rag
) -> None:
    assert says(read("QUA-1", a_gate(in_days), *TWO)) == (Decimal(50), None, rag)


@pytest.mark.parametrize("in_days", [30, 0, -10])
def test_a_gate_that_is_ready_is_green_until_it_is_held(in_days: int) -> None:
    assert says(read("QUA-1", a_gate(in_days), *TWO, assessed_as("C-2"))) == (Decimal(100), None, G)


def test_criteria_that_are_not_yet_due_have_not_failed() -> None:
    """Pitfall 8."""
    own_day = a_criterion("C-9", due=(TODAY + b.days(1)).isoformat())

    assert b.reading_of(b.assessed(a_gate(31), *TWO), "QUA-1") is None
    assert read("QUA-1", a_gate(5), *TWO, assessed_as("C-2"), own_day).value == 100


def test_a_criterion_with_a_day_of_its_own_counts_from_that_day() -> None:
    own_day = a_criterion("C-9", due=TODAY.isoformat())

    assert says(read("QUA-1", a_gate(90), own_day)) == (Decimal(0), None, A)


@pytest.mark.parametrize(
    ("verdict", "value"),
    [
        ("conforms", 100),
        ("observation", 100),
        ("waived", 100),
        ("minor_nc", 50),
        ("major_nc", 50),
        ("unassessed", 50),
    ],
)
def test_a_nonconformity_holds_a_gate_up(verdict: str, value: int) -> None:
    assert read("QUA-1", a_gate(5), *TWO, assessed_as("C-2", verdict)).value == value


def test_what_is_not_mandatory_does_not_count() -> None:
    assert (
        read("QUA-1", a_gate(5), *TWO, assessed_as("C-2"), a_criterion("C-3", mandatory=False)).value == 100
    )


def test_a_gate_that_was_decided_is_closed() -> None:
    decided = b.an_event("gate.decided", {"gate": "G3", "held_at": "2026-03-01", "decision": "proceed"})

    assert b.reading_of(b.assessed(a_gate(-1), *TWO, decided), "QUA-1") is None


def test_a_gate_that_is_expected_later_is_due_later() -> None:
    later = (TODAY + b.days(40)).isoformat()

    assert b.reading_of(b.assessed(a_gate(0, forecast=later), *TWO), "QUA-1") is None


def test_the_criteria_of_a_gate_that_nobody_scheduled_are_not_due() -> None:
    assert b.reading_of(b.assessed(*TWO), "QUA-1") is None


def test_a_gate_that_has_come_and_is_ready_does_not_make_another_one_red() -> None:
    other = a_criterion("C-3", owner="G4")

    reading = read("QUA-1", a_gate(0), a_gate(20, "G4"), *TWO, assessed_as("C-2"), other)

    assert reading.rag is A
    assert [each.name for each in reading.inputs] == ["gate G3", "gate G4", "criteria due", "criterion C-3"]


def test_a_gate_comes_near_and_is_due_by_itself() -> None:
    assert b.assessed(a_gate(40), *TWO).due_at == b.at(TODAY + b.days(10), 0)
    assert b.assessed(a_gate(3), *TWO).due_at == b.at(TODAY + b.days(3), 0)


def test_that_a_ready_gate_comes_near_is_no_reason_to_know_more_of_the_project() -> None:
    """What applies at times bears no weight in coverage: time alone turns nothing green."""
    shown = (evidence("C-1"), evidence("C-2", "E-2"))
    events = (b.cost("40000"), a_gate(40), *TWO, assessed_as("C-2"), *shown)

    colours = [b.assessed(*events, now=b.NOW + timedelta(days=days)).rag for days in (0, 15)]

    assert colours == [Rag.UNKNOWN, Rag.UNKNOWN]


# ── QUA-2: evidence ────────────────────────────────────────────────────────────────────────────────────


def _criteria(shown: int, of: int) -> list[AnyEvent]:
    found = [a_criterion(f"C-{n}", of="compliance", owner=None) for n in range(of)]
    return [*found, *(evidence(f"C-{n}", f"E-{n}") for n in range(shown))]


@pytest.mark.parametrize(("shown", "of", "rag"), [(19, 20, G), (18, 20, A), (17, 20, A), (16, 20, R)])
def test_a_criterion_that_is_due_needs_valid_evidence(shown: int, of: int, rag: Rag) -> None:
    assert says(read("QUA-2", *_criteria(shown, of))) == (Decimal(shown * 100) / of, None, rag)


@pytest.mark.parametrize(("until", "value"), [(TODAY, 100), (TODAY - b.days(1), 0)])
def test_evidence_holds_through_its_last_day(until: date, value: int) -> None:
    events = (a_criterion("C-1", of="compliance", owner=None), evidence("C-1", valid_until=until.isoformat()))

    assert read("QUA-2", *events).value == value


def test_evidence_runs_out_by_itself() -> None:
    until = (TODAY + b.days(2)).isoformat()

    assert b.assessed(*_criteria(0, 1), evidence("C-0", valid_until=until)).due_at == b.at(
        TODAY + b.days(3), 0
    )


@pytest.mark.parametrize(
    "events",
    [
        [evidence("C-0"), b.an_event("evidence.expired", {"ref": "E-1"}, time=b.NOW + timedelta(hours=1))],
        [evidence("C-0", superseded_by="E-2")],
        [evidence("C-7")],
    ],
)
def test_evidence_that_expired_was_superseded_or_shows_something_else_shows_nothing(
    events: list[AnyEvent],
) -> None:
    assert read("QUA-2", *_criteria(0, 1), *events).value == 0


@pytest.mark.parametrize(
    "criterion",
    [
        a_criterion("C-1", of="compliance", owner=None, due=(TODAY + b.days(1)).isoformat()),
        a_criterion("C-1", of="handover", owner=None),
        a_criterion("C-1", of="deliverable", owner="D-1"),
        a_criterion("C-1"),
    ],
)
def test_what_is_not_yet_due_needs_no_evidence_yet(criterion: AnyEvent) -> None:
    submitted = b.an_event("deliverable.submitted", {"ref": "D-1", "due": (TODAY + b.days(1)).isoformat()})

    assert b.reading_of(b.assessed(criterion, submitted, a_gate(31)), "QUA-2") is None


def test_a_criterion_of_a_deliverable_is_due_with_it() -> None:
    submitted = b.an_event("deliverable.submitted", {"ref": "D-1", "due": TODAY.isoformat()})

    assert read("QUA-2", a_criterion("C-1", of="deliverable", owner="D-1"), submitted).value == 0


def test_what_is_waived_needs_no_evidence() -> None:
    assert read("QUA-2", *_criteria(1, 2), assessed_as("C-1", "waived")).value == 100


def test_a_criterion_that_lacks_evidence_shows_what_it_had() -> None:
    yesterday = (TODAY - b.days(1)).isoformat()

    reading = read("QUA-2", *_criteria(0, 1), evidence("C-0", valid_until=yesterday))

    assert [(each.name, each.events) for each in reading.inputs] == [
        ("criteria due", ()),
        ("criterion C-0", (3,)),
        ("evidence E-1", (4,)),
    ]


def test_quality_of_which_nothing_was_heard_for_three_cadences_is_unknown() -> None:
    late = b.assessed(*_criteria(1, 1), now=b.NOW + b.days(100))

    quality = next(each for each in late.aspects if each.dimension is Dimension.QUALITY)
    assert quality.rag is Rag.UNKNOWN
