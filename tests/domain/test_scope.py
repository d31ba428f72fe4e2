"""Scope: how much was added since the first plan."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.events.catalogue import AnyEvent
from app.domain.findings import Reading
from app.domain.rag import Rag
from tests import builders as b

R, A, G = Rag.RED, Rag.AMBER, Rag.GREEN


def asked(value: str | None = "5000", ref: str = "C-1", currency: str = "EUR") -> AnyEvent:
    said = {
        "ref": ref,
        "title": "Another report",
        **({} if value is None else {"value": b.eur(value, currency)}),
    }
    return b.an_event("scope.change_requested", said, time=b.at(b.START, 10))


def decided(decision: str = "approved", ref: str = "C-1", **more: Any) -> AnyEvent:
    return b.an_event("scope.change_decided", {"ref": ref, "decision": decision, **more})


def read(*events: AnyEvent) -> Reading:
    found = b.reading_of(b.assessed(*events), "SCP-1")
    assert found is not None
    return found


def says(reading: Reading) -> tuple[Decimal | None, str | None, Rag]:
    return reading.value, reading.reason, reading.rag


@pytest.mark.parametrize(("value", "rag"), [("5000", G), ("5001", A), ("10000", A), ("10001", R)])
def test_scope_grows_by_what_was_approved(value: str, rag: Rag) -> None:
    assert says(read(asked(value), decided())) == (Decimal(value) / 1000, None, rag)


def test_what_was_approved_may_be_another_amount_than_was_asked_for() -> None:
    assert read(asked("9000"), decided(approved_value="3000")).value == 3


@pytest.mark.parametrize("events", [(), (decided("rejected"),), (decided("deferred"),)])
def test_nothing_has_grown_by_what_is_only_asked_for(events: tuple[AnyEvent, ...]) -> None:
    assert says(read(asked("50000"), *events)) == (Decimal(0), None, G)


def test_growth_is_measured_against_the_original_plan() -> None:
    larger = b.baseline(bac="200000", version=2, time=b.NOW + timedelta(hours=1))

    reading = read(asked(), decided(), larger)

    assert reading.value == 5
    assert [(each.name, each.events) for each in reading.inputs] == [
        ("original BAC", (2,)),
        ("change C-1", (4, 3)),
    ]


def test_what_was_taken_out_counts_against_what_was_added() -> None:
    assert read(asked(), decided(), asked("0", "C-2"), decided(ref="C-2", approved_value="-4000")).value == 1


@pytest.mark.parametrize(
    ("events", "reason"), [((asked(None),), "no_estimate"), ((asked(currency="USD"),), "no_rate")]
)
def test_growth_is_unknown_where_any_of_it_is(events: tuple[AnyEvent, ...], reason: str) -> None:
    assert says(read(*events, decided())) == (None, reason, Rag.UNKNOWN)


def test_a_project_that_never_asked_for_a_change_is_not_judged_by_it() -> None:
    assert b.reading_of(b.assessed(), "SCP-1") is None
