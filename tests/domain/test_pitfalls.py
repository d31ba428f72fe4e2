"""The pitfalls that other tools fell into, each by its number in the domain's list: one sentence each."""

from datetime import date, timedelta
from decimal import Decimal

from app.domain.calendar import WorkingCalendar
from app.domain.earned_value import EarnedSchedule, EarnedValue, planned_value_curve
from app.domain.events.catalogue import AnyEvent
from app.domain.money import Rate, rate_book
from app.domain.page import project_page
from app.domain.policy import HOUSE_DEFAULT
from app.domain.rag import Dimension, Rag
from app.domain.rollup import Child, roll_up
from tests import builders as b

EARLIER = date(2026, 1, 30)
MON_TO_FRI = WorkingCalendar(frozenset(range(5)))
EVERY_DAY = WorkingCalendar(frozenset(range(7)))


def value_of(kpi: str, *events: AnyEvent) -> Decimal | None:
    found = b.reading_of(b.assessed(*events), kpi)
    return None if found is None else found.value


def test_pitfall_1_nothing_is_rounded_before_it_is_divided() -> None:
    measures = EarnedValue(Decimal(375_000), Decimal(200_000), Decimal(200_000), Decimal(210_000))
    curve = planned_value_curve([(10, Decimal(100)), (20, Decimal(400))], 20, Decimal(400))

    assert measures.eac_cpi == Decimal(393_750)
    assert curve is not None
    assert curve.earned_schedule(Decimal(115)) == Decimal("10.5")


def test_pitfall_2_cost_of_a_period_is_added_and_cumulative_cost_is_not() -> None:
    first, second = date(2026, 2, 13), b.STATUS_DAY
    done = b.progress("40")
    increments = (b.cost("10000", on=first, mode="increment"), b.cost("30000", on=second, mode="increment"))
    totals = (b.cost("10000", on=first), b.cost("30000", on=second))

    assert value_of("CST-1", done, *increments) == Decimal(1)
    assert value_of("CST-1", done, *totals) == Decimal(40_000) / Decimal(30_000)


def test_pitfall_3_a_late_project_that_has_ended_is_still_late() -> None:
    done = EarnedValue(Decimal(100), Decimal(100), Decimal(100), None)
    schedule = EarnedSchedule(Decimal(20), Decimal(25), Decimal(20))

    assert done.spi == Decimal(1)
    assert schedule.spi_t == Decimal("0.8")


def test_pitfall_4_without_actuals_cost_is_not_green() -> None:
    found = {aspect.dimension: aspect.rag for aspect in b.assessed(b.progress("40")).aspects}
    spent_nothing = b.reading_of(b.assessed(b.progress("40"), b.cost("0")), "CST-1")

    assert found[Dimension.COST] is Rag.NONE
    assert spent_nothing is not None
    assert (spent_nothing.value, spent_nothing.rag) == (None, Rag.UNKNOWN)


def test_pitfall_5_without_an_approved_baseline_nothing_is_planned() -> None:
    unplanned = b.facts_of([b.registered(), b.progress("40"), b.cost("30000")]).whole(b.APOLLO)
    page = project_page(unplanned, HOUSE_DEFAULT, rate_book(()), b.NOW)

    assert page["burn_up"] == []
    assert [each["reason"] for each in page["readings"] if each["kpi"] in {"SCH-1", "CST-1"}] == [
        "no_baseline",
        "no_baseline",
    ]


def test_pitfall_6_working_days_and_calendar_days_are_counted_by_one_declared_calendar() -> None:
    friday, monday = date(2026, 1, 2), date(2026, 1, 5)

    assert [each.between(friday, monday) for each in (MON_TO_FRI, EVERY_DAY)] == [1, 3]


def test_pitfall_7_a_budget_counts_once_however_many_parents_are_above_it() -> None:
    story, hermes = b.Story(), "project/HERMES"
    story.tell(b.registered("programme/ATLAS"), b.registered(parent="ATLAS"), b.baseline())
    story.tell(b.registered(hermes, parent="ATLAS"), b.baseline(subject=hermes, bac="50000"))

    bacs = [story.card(key)["bac"]["amount"] for key in ("programme/ATLAS", "portfolio")]
    assert bacs == [150_000, 150_000]


def test_pitfall_7_what_is_not_known_is_told() -> None:
    children = [
        Child("project/A", 3, Rag.GREEN, Decimal(30)),
        Child("project/B", 3, Rag.UNKNOWN, Decimal(10)),
        Child("project/C", 3, Rag.GREEN, None),
    ]

    rolled_up = roll_up(children, HOUSE_DEFAULT.roll_up)

    assert (rolled_up.bac, rolled_up.known, rolled_up.of) == (Decimal(40), 2, 3)


def test_pitfall_8_a_criterion_that_is_not_yet_due_has_not_failed() -> None:
    held = (b.NOW.date() + timedelta(days=31)).isoformat()
    gate = b.an_event("gate.scheduled", {"gate": "G3", "date": held})
    said = {"ref": "C-1", "text": "It restores", "owner_kind": "gate", "owner_ref": "G3"}

    assert value_of("QUA-1", gate, b.an_event("criterion.defined", said)) is None


def test_pitfall_9_a_closed_project_is_at_rest_whatever_date_lies_ahead() -> None:
    ahead = b.planned("M1", date(2027, 1, 1))

    assert b.assessed(ahead, b.state("closed")).rag is Rag.NONE


def test_pitfall_10_an_early_milestone_that_was_late_does_not_keep_a_recovered_project_red() -> None:
    agreed = date(2025, 6, 2)
    early = (b.planned("M1", agreed), b.achieved("M1", agreed + timedelta(days=120)))

    recovered = b.assessed(b.progress("40"), b.cost("40000"), *early)

    assert value_of("SCH-6", b.progress("40"), *early) is None
    assert recovered.rag is Rag.GREEN


def test_pitfall_11_an_old_report_stays_as_it_was_told() -> None:
    told = b.a_project(b.status("Green", on=EARLIER))
    later = b.a_project(b.status("Green", on=EARLIER), b.status("Red"), b.progress("10"), b.cost("90000"))

    assert later.reports[EARLIER] == told.reports[EARLIER]


def test_pitfall_12_currencies_are_added_up_at_a_dated_rate_or_not_at_all() -> None:
    book = rate_book([Rate("USD", "EUR", date(2026, 2, 1), Decimal("0.8"))])

    assert book.convert(Decimal(10), "USD", "EUR", date(2026, 2, 15)) == Decimal(8)
    assert book.convert(Decimal(10), "USD", "EUR", date(2026, 1, 31)) is None
    assert book.convert(Decimal(10), "JPY", "EUR", date(2026, 2, 15)) is None
