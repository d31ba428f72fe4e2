"""Risk: exposure, cover, responses, and who looks after what is high."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.events.catalogue import AnyEvent
from app.domain.exposure import LEVELS, level
from app.domain.facts import ItemFacts
from app.domain.findings import Reading
from app.domain.item import assess_item
from app.domain.money import Rate, rate_book
from app.domain.plan import plan_of
from app.domain.policy import HOUSE_DEFAULT
from app.domain.rag import Dimension, Rag
from tests import builders as b

R, A, G = Rag.RED, Rag.AMBER, Rag.GREEN
TODAY = b.NOW.date()
HALF_DONE = (b.progress("40"), b.cost("40000"))
"""CPI 1 against a budget of 100,000: 60,000 to complete."""


def a_risk(ref: str = "R-1", *, prob: str | None = "50", cost: Any = "20000", **more: Any) -> AnyEvent:
    said: dict[str, Any] = {"ref": ref, "title": "The supplier is late", **more}
    if prob is not None:
        said["prob"] = prob
    if cost is not None:
        said["impact"] = {"cost": b.eur(cost) if isinstance(cost, str) else cost}
    return b.an_event("risk.raised", said)


def a_plan_with(contingency: str) -> AnyEvent:
    data = {
        "version": 2,
        "bac": b.eur("100000"),
        "contingency": b.eur(contingency),
        "start": "2026-01-05",
        "finish": "2026-05-22",
    }
    return b.an_event("baseline.approved", data, time=b.at(b.START, 10))


def an_issue(days_ago: int, *, severity: int = 1, ref: str = "I-1") -> AnyEvent:
    data = {"ref": ref, "title": "No licences", "severity": severity}
    return b.an_event("issue.raised", data, time=b.NOW - timedelta(days=days_ago))


def an_action(ref: str, due: date | None) -> AnyEvent:
    said = {"ref": ref, "title": "Call them", **({} if due is None else {"due": due.isoformat()})}
    return b.an_event("action.assigned", said)


def read(kpi: str, *events: AnyEvent, **more: Any) -> Reading:
    found = b.reading_of(b.assessed(*events, **more), kpi)
    assert found is not None
    return found


def says(reading: Reading) -> tuple[Decimal | None, str | None, Rag]:
    return reading.value, reading.reason, reading.rag


# ── RSK-1: exposure ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cost", "value", "rag"),
    [("12000", 10, G), ("12001.2", "10.001", A), ("24000", 20, A), ("24001.2", "20.001", R)],
)
def test_exposure_is_what_open_risks_may_cost_against_what_is_left_to_spend(
    cost: str, value: object, rag: Rag
) -> None:
    assert says(read("RSK-1", *HALF_DONE, a_risk(cost=cost))) == (Decimal(str(value)), None, rag)


def test_exposure_names_the_events_that_said_how_likely_and_how_dear_each_risk_is() -> None:
    revised = b.an_event("risk.updated", {"ref": "R-1", "prob": "30"}, time=b.NOW + timedelta(hours=1))

    reading = read("RSK-1", *HALF_DONE, a_risk(), revised)

    assert {each.name: (each.value, each.events) for each in reading.inputs} == {
        "ETC": (Decimal(60000), ()),
        "EMV": (Decimal(6000), (5, 6)),
        "EMV R-1": (Decimal(6000), (6, 5)),
    }


def test_a_risk_that_is_closed_or_has_happened_exposes_nothing() -> None:
    closed = b.an_event("risk.closed", {"ref": "R-1"}, time=b.NOW + timedelta(hours=1))
    happened = b.an_event("risk.materialised", {"ref": "R-2"}, time=b.NOW + timedelta(hours=1))

    assert read("RSK-1", *HALF_DONE, a_risk(), a_risk("R-2"), closed, happened).value == 0


def test_what_may_do_good_is_not_set_off_against_what_may_do_harm() -> None:
    good = b.an_event(
        "opportunity.raised", {"ref": "O", "title": "x", "prob": "90", "impact": {"cost": b.eur(9)}}
    )

    assert read("RSK-1", *HALF_DONE, a_risk(cost="12000"), good).value == 10


@pytest.mark.parametrize(
    ("risk", "reason"),
    [
        (a_risk("R-2", prob=None), "no_estimate"),
        (a_risk("R-2", cost=None), "no_estimate"),
        (a_risk("R-2", cost=b.eur("1", "USD")), "no_rate"),
    ],
)
def test_exposure_is_unknown_where_any_part_of_it_is(risk: AnyEvent, reason: str) -> None:
    assert says(read("RSK-1", *HALF_DONE, a_risk(), risk)) == (None, reason, Rag.UNKNOWN)


def test_a_risk_that_says_its_impact_and_no_cost_costs_nothing() -> None:
    late = b.an_event("risk.raised", {"ref": "R-2", "title": "x", "prob": "90", "impact": {"days": 10}})

    assert read("RSK-1", *HALF_DONE, a_risk(cost="12000"), late).value == 10


def test_exposure_is_converted_at_the_rate_of_the_day_it_was_said_on() -> None:
    rates = rate_book(
        [Rate("USD", "EUR", b.START, Decimal("0.5")), Rate("USD", "EUR", TODAY + b.days(1), Decimal(9))]
    )
    facts = b.a_project(*HALF_DONE, a_risk(cost=b.eur("24000", "USD")))

    reading = b.reading_of(assess_item(facts, HOUSE_DEFAULT, rates, b.NOW + b.days(5)), "RSK-1")

    assert reading is not None
    assert reading.value == 10


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ((), "no_actual_cost"),
        ((b.cost("40000"),), "no_progress"),
        ((b.progress("0"), b.cost("40000")), "nothing_earned"),
        ((b.progress("100"), b.cost("90000")), "nothing_left"),
    ],
)
def test_exposure_is_unknown_without_knowing_what_is_left_to_spend(
    events: tuple[AnyEvent, ...], reason: str
) -> None:
    assert says(read("RSK-1", *events, a_risk())) == (None, reason, Rag.UNKNOWN)


def test_a_register_that_never_said_a_cost_is_not_judged_by_one() -> None:
    assert b.reading_of(b.assessed(*HALF_DONE, a_risk(cost=None)), "RSK-1") is None


# ── CST-7: cover ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("contingency", "value", "rag"),
    [("12000", "1.2", G), ("11999", "1.1999", A), ("10000", "1", A), ("9999", "0.9999", R)],
)
def test_contingency_covers_what_is_exposed(contingency: str, value: str, rag: Rag) -> None:
    reading = read("CST-7", a_plan_with(contingency), *HALF_DONE, a_risk())

    assert says(reading) == (Decimal(value), None, rag)


def test_an_approved_change_that_is_in_no_plan_yet_takes_from_the_contingency() -> None:
    asked = b.an_event("scope.change_requested", {"ref": "C-1", "title": "x", "value": b.eur("3000")})
    decided = {"ref": "C-1", "decision": "approved", "approved_value": "2000"}
    approved = b.an_event("scope.change_decided", decided)

    assert read("CST-7", a_plan_with("12000"), *HALF_DONE, a_risk(), asked, approved).value == 1


def test_no_actuals_are_never_a_green_cover() -> None:
    """Pitfall 4: without actual cost nobody knows what is left of the contingency."""
    assert says(read("CST-7", a_plan_with("50000"), a_risk())) == (None, "no_actual_cost", Rag.UNKNOWN)


def test_a_contingency_that_is_too_small_from_the_start_is_red_before_anything_is_spent() -> None:
    assert says(read("CST-7", a_plan_with("5000"), a_risk())) == (Decimal("0.5"), None, R)


@pytest.mark.parametrize(
    "events", [(a_risk(),), (a_plan_with("5000"),), (a_plan_with("5000"), a_risk(cost=None))]
)
def test_cover_does_not_apply_without_a_contingency_or_a_cost_to_cover(events: tuple[AnyEvent, ...]) -> None:
    assert b.reading_of(b.assessed(*HALF_DONE, *events), "CST-7") is None


# ── RSK-2: responses ───────────────────────────────────────────────────────────────────────────────────


def _actions(late: int, of: int) -> list[AnyEvent]:
    return [an_action(f"A-{n}", TODAY - b.days(1) if n < late else TODAY) for n in range(of)]


@pytest.mark.parametrize(
    ("late", "of", "value", "rag"), [(1, 10, 10, G), (2, 10, 20, A), (1, 4, 25, A), (3, 10, 30, R)]
)
def test_a_response_is_overdue_the_day_after_it_was_due(late: int, of: int, value: int, rag: Rag) -> None:
    assert says(read("RSK-2", *_actions(late, of))) == (Decimal(value), None, rag)


def test_the_response_to_a_risk_is_one_of_them_and_what_is_done_is_not() -> None:
    risk = a_risk(response="Second source", response_due="2026-02-01")
    done = b.an_event("action.done", {"ref": "A-0"}, time=b.NOW + timedelta(hours=1))

    reading = read("RSK-2", risk, *_actions(1, 2), done)

    assert reading.value == 50
    assert [each.name for each in reading.inputs] == ["open, with a day", "risk R-1"]


def test_responses_without_a_day_cannot_be_told_to_be_in_time() -> None:
    assert says(read("RSK-2", an_action("A-1", None))) == (None, "no_dates", Rag.UNKNOWN)


def test_a_response_gets_overdue_by_itself() -> None:
    assessment = b.assessed(*HALF_DONE, an_action("A-1", TODAY + b.days(3)))

    assert assessment.due_at == b.at(TODAY + b.days(4), 0)


# ── RSK-3: issues ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("days", "rag"), [(5, G), (6, A), (10, A), (11, R)])
def test_the_oldest_critical_issue_ages_by_the_day(days: int, rag: Rag) -> None:
    reading = read("RSK-3", an_issue(days), an_issue(days - 1, ref="I-2"))

    assert says(reading) == (Decimal(days), None, rag)
    assert [each.name for each in reading.inputs] == ["I-1"]


def test_only_open_issues_of_the_first_severity_are_critical() -> None:
    resolved = b.an_event("issue.resolved", {"ref": "I-1"})

    assert read("RSK-3", an_issue(40), resolved, an_issue(30, severity=2, ref="I-2")).value == 0


def test_while_a_critical_issue_is_open_every_day_makes_a_difference() -> None:
    assert b.assessed(an_issue(1)).due_at == b.at(TODAY + b.days(1), 0)


# ── RSK-4: the matrix ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("prob", "share", "expected"),
    [
        ("20", "10000", G),
        ("20", "10001", A),
        ("80", "5000", A),
        ("80", "5001", R),
        ("81", "2001", R),
        ("40", "10001", A),
    ],
)
def test_the_level_of_a_risk_is_looked_up(prob: str, share: str, expected: Rag) -> None:
    facts = b.a_project(a_risk(prob=prob, cost=share))

    assert level_of(facts) is expected


def level_of(facts: ItemFacts) -> Rag | None:
    plan = plan_of(facts, HOUSE_DEFAULT.working_calendar(None))
    return level(facts.records["risk", "R-1"], plan, rate_book(()))


def test_as_shipped_the_matrix_is_the_product() -> None:
    product = tuple(
        tuple(G if cell <= 4 else A if cell <= 12 else R for cell in (row * column for column in range(1, 6)))
        for row in range(1, 6)
    )

    assert product == LEVELS


def test_the_worst_consequence_counts() -> None:
    impact = {"cost": b.eur("1"), "days": 14, "quality": 2}
    facts = b.a_project(
        b.an_event("risk.raised", {"ref": "R-1", "title": "x", "prob": "70", "impact": impact})
    )

    assert level_of(facts) is R


@pytest.mark.parametrize(
    ("more", "value"),
    [
        ({}, 1),
        ({"owner": "ada"}, 1),
        ({"response": "Second source"}, 1),
        ({"owner": "ada", "response": "Second source"}, 0),
    ],
)
def test_a_high_risk_needs_an_owner_and_a_response(more: dict[str, str], value: int) -> None:
    reading = read("RSK-4", a_risk(prob="90", **more))

    assert says(reading) == (Decimal(value), None, R if value else G)


def test_of_a_bare_risk_whose_level_is_not_known_nobody_knows_whether_it_is_high() -> None:
    assert says(read("RSK-4", a_risk(prob=None))) == (None, "no_estimate", Rag.UNKNOWN)


def test_one_that_is_known_to_be_high_is_bad_news_enough() -> None:
    assert read("RSK-4", a_risk(prob="90"), a_risk("R-2", prob=None)).rag is R


# ── age ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_register_in_which_nothing_happens_gets_stale_and_then_unknown() -> None:
    events = (*HALF_DONE, a_risk(prob="20", owner="ada", response="x"))

    stale = b.assessed(*events, b.progress("41", on=TODAY + b.days(60)), now=b.NOW + b.days(60))
    unknown = b.assessed(*events, b.progress("41", on=TODAY + b.days(100)), now=b.NOW + b.days(100))

    of_risk = [next(a for a in each.aspects if a.dimension is Dimension.RISK) for each in (stale, unknown)]
    assert [(each.rag, each.stale) for each in of_risk] == [(G, True), (Rag.UNKNOWN, True)]


def test_a_project_without_a_register_has_no_risk_to_judge() -> None:
    risk = next(each for each in b.assessed(*HALF_DONE).aspects if each.dimension is Dimension.RISK)

    assert risk.rag is Rag.NONE
