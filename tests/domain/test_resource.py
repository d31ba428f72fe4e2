"""Resources: key roles, overload, and how often the leaders change."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.domain.events.catalogue import AnyEvent
from app.domain.findings import Reading
from app.domain.rag import Rag
from tests import builders as b

R, A, G = Rag.RED, Rag.AMBER, Rag.GREEN
TODAY = b.NOW.date()


def a_request(ref: str = "A-1", *, pct: str = "100", in_days: int = 10, **more: Any) -> AnyEvent:
    said = {"ref": ref, "role": "architect", "pct": pct, "key_role": True, **more}
    said["needed_by"] = (TODAY + b.days(in_days)).isoformat()
    return b.an_event("resource.requested", said, time=b.at(b.START))


def an_assignment(ref: str = "A-1", person: str = "ada", **more: Any) -> AnyEvent:
    data = {"ref": ref, "person_ref": person, **more}
    return b.an_event("resource.assigned", data, time=b.at(b.STATUS_DAY))


def a_leader(role: str, new: str | None, on: date, old: str | None = None) -> AnyEvent:
    said = {"role": role, "new_ref": new, "old_ref": old, "effective": on.isoformat()}
    return b.an_event("role.changed", {name: value for name, value in said.items() if value is not None})


def read(kpi: str, *events: AnyEvent, **more: Any) -> Reading:
    found = b.reading_of(b.assessed(*events, **more), kpi)
    assert found is not None
    return found


def says(reading: Reading) -> tuple[Decimal | None, str | None, Rag]:
    return reading.value, reading.reason, reading.rag


# ── RES-1: key roles ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("given", "rag"), [("95", G), ("94.9", A), ("70", A), ("69.9", R)])
def test_a_key_role_is_filled_as_far_as_it_is_confirmed(given: str, rag: Rag) -> None:
    assert says(read("RES-1", a_request(), an_assignment(pct=given))) == (Decimal(given), None, rag)


def test_what_was_asked_for_stays_asked_for_when_less_is_given() -> None:
    reading = read("RES-1", a_request(), a_request("A-2", pct="50"), an_assignment(pct="75"))

    assert reading.value == 50
    assert [(each.name, each.value, each.events) for each in reading.inputs] == [
        ("required", Decimal("1.5"), ()),
        ("confirmed", Decimal("0.75"), ()),
        ("architect A-1", Decimal("0.75"), (3, 5)),
        ("architect A-2", Decimal(0), (4,)),
    ]


def test_more_than_was_asked_for_fills_nobody_elses_place() -> None:
    assert (
        read("RES-1", a_request(pct="50"), a_request("A-2", pct="50"), an_assignment(pct="100")).value == 50
    )


def test_an_assignment_that_says_no_share_takes_what_was_asked_for() -> None:
    assert read("RES-1", a_request(pct="40"), an_assignment()).value == 100


@pytest.mark.parametrize("request_", [a_request(in_days=31), a_request(key_role=False)])
def test_a_role_that_is_not_key_or_not_needed_within_30_days_has_not_failed(request_: AnyEvent) -> None:
    assert b.reading_of(b.assessed(request_), "RES-1") is None


def test_a_key_role_counts_by_itself_from_30_days_before_it_is_needed() -> None:
    request = a_request(in_days=35)

    assert b.assessed(request).due_at == b.at(TODAY + b.days(5), 0)
    assert read("RES-1", request, now=b.NOW + b.days(5)).rag is R


def test_a_request_that_was_withdrawn_is_not_required() -> None:
    withdrawn = b.an_event("resource.released", {"ref": "A-1", "released": "2026-03-01"})

    assert b.reading_of(b.assessed(a_request(), withdrawn), "RES-1") is None


# ── RES-2: overload ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("second", "value", "rag"),
    [("40", "0", G), ("41", "0.0099", A), ("51", "0.0991", A), ("52", "0.1071", R)],
)
def test_overload_is_what_is_beyond_a_full_time(second: str, value: str, rag: Rag) -> None:
    reading = read("RES-2", an_assignment(pct="60"), an_assignment("A-2", pct=second))

    assert reading.value is not None
    assert (round(reading.value, 4), reading.rag) == (Decimal(value), rag)


def test_exactly_a_tenth_beyond_is_amber() -> None:
    reading = read(
        "RES-2",
        an_assignment(pct="100"),
        an_assignment("A-2", pct="12.5"),
        an_assignment("A-3", "bob", pct="12.5"),
    )

    assert says(reading) == (Decimal("0.1"), None, A)


def test_an_assignment_counts_from_its_first_to_its_last_day() -> None:
    later = an_assignment("A-2", pct="80", start="2026-03-10", end="2026-03-20")
    events = (an_assignment(pct="80"), later)

    values = [
        read("RES-2", *events, now=b.at(day)).value
        for day in (date(2026, 3, 9), date(2026, 3, 20), date(2026, 3, 21))
    ]

    assert values == [0, Decimal("0.375"), 0]
    assert b.assessed(*events).due_at == b.at(date(2026, 3, 10), 0)


def test_of_an_assignment_without_a_share_nobody_knows_whether_it_is_too_much() -> None:
    assert says(read("RES-2", an_assignment())) == (None, "no_estimate", Rag.UNKNOWN)


# ── RES-5: leaders ─────────────────────────────────────────────────────────────────────────────────────


def test_a_first_appointment_is_no_change() -> None:
    assert says(read("RES-5", a_leader("pm", "ada", date(2026, 1, 5)))) == (Decimal(0), None, G)


@pytest.mark.parametrize(
    ("events", "value", "rag"),
    [
        ([a_leader("pm", "bob", date(2026, 2, 1), "ada")], 1, A),
        (
            [a_leader("pm", "bob", date(2026, 2, 1), "ada"), a_leader("sro", "eve", date(2026, 2, 2), "kim")],
            2,
            R,
        ),
        ([a_leader("sponsor", "bob", date(2026, 2, 1), "ada"), a_leader("pm", "x", date(2026, 1, 5))], 0, G),
        ([a_leader("pm", "ada", date(2026, 1, 5)), a_leader("pm", "bob", date(2026, 2, 1))], 1, A),
        ([a_leader("pm", None, date(2026, 2, 1), "ada"), a_leader("pm", "bob", date(2026, 2, 9))], 1, A),
        ([a_leader("pm", "ada", date(2026, 1, 5)), a_leader("pm", "ada", date(2026, 2, 1))], 0, G),
    ],
)
def test_who_leaves_is_counted_once(events: list[AnyEvent], value: int, rag: Rag) -> None:
    assert says(read("RES-5", *events)) == (Decimal(value), None, rag)


@pytest.mark.parametrize(
    ("on", "value"), [(date(2025, 3, 2), 1), (date(2025, 3, 1), 0), (date(2026, 3, 3), 0)]
)
def test_only_the_last_12_months_count(on: date, value: int) -> None:
    assert read("RES-5", a_leader("pm", "bob", on, "ada")).value == value


def test_a_change_that_is_announced_counts_from_its_day() -> None:
    announced = a_leader("pm", "bob", date(2026, 3, 6), "ada")

    assert b.assessed(announced).due_at == b.at(date(2026, 3, 6), 0)
