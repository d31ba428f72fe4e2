"""Benefits: what they are expected to bring against what was promised."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.domain.events.catalogue import AnyEvent
from app.domain.findings import Reading
from app.domain.item import assess_item
from app.domain.money import Rate, rate_book
from app.domain.policy import HOUSE_DEFAULT
from app.domain.rag import Rag
from tests import builders as b

R, A, G = Rag.RED, Rag.AMBER, Rag.GREEN


def a_benefit(ref: str = "B-1", target: str = "1000", unit: str = "EUR", **more: Any) -> AnyEvent:
    data = {
        "ref": ref,
        "name": "Fewer calls",
        "unit": unit,
        "target": target,
        "by_date": "2026-12-31",
        **more,
    }
    return b.an_event("benefit.planned", data, time=b.at(b.START))


def expected(value: str, ref: str = "B-1", unit: str = "EUR") -> AnyEvent:
    data = {"ref": ref, "forecast": value, "unit": unit, "as_of": "2026-02-27"}
    return b.an_event("benefit.forecast_changed", data)


def measured(value: str, on: date, ref: str = "B-1", unit: str = "EUR") -> AnyEvent:
    data = {"ref": ref, "actual": value, "unit": unit, "as_of": on.isoformat()}
    return b.an_event("benefit.measured", data, time=b.at(on, 13))


def read(*events: AnyEvent, **more: Any) -> Reading:
    found = b.reading_of(b.assessed(*events, **more), "BEN-1")
    assert found is not None
    return found


def says(reading: Reading) -> tuple[Decimal | None, str | None, Rag]:
    return reading.value, reading.reason, reading.rag


@pytest.mark.parametrize(
    ("forecast", "value", "rag"), [("950", "95", G), ("949", "94.9", A), ("850", "85", A), ("849", "84.9", R)]
)
def test_benefits_are_as_good_as_what_is_expected_of_them(forecast: str, value: str, rag: Rag) -> None:
    assert says(read(a_benefit(), expected(forecast))) == (Decimal(value), None, rag)


def test_benefits_in_one_unit_are_added_up() -> None:
    events = (a_benefit(), a_benefit("B-2", "3000"), expected("600"), expected("3400", "B-2"))

    assert read(*events).value == 100


def test_hours_do_not_make_up_for_money() -> None:
    events = (a_benefit(), a_benefit("B-2", "10", "hours"), expected("500"), expected("100", "B-2", "hours"))

    assert read(*events).value == 50


def test_a_target_below_what_it_is_today_is_an_improvement() -> None:
    fewer = a_benefit(target="20", unit="incidents", baseline_value="100")

    assert read(fewer, expected("40", unit="incidents")).value == 75


def test_a_promise_is_no_forecast() -> None:
    assert says(read(a_benefit(), expected("1000"), a_benefit("B-2"))) == (None, "no_forecast", Rag.UNKNOWN)


def test_a_target_of_nothing_has_no_ratio() -> None:
    assert says(read(a_benefit(target="0"), expected("5"))) == (None, "no_target", Rag.UNKNOWN)


def test_what_came_by_the_day_of_the_target_stands_for_the_forecast() -> None:
    events = (a_benefit(by_date="2026-02-01"), expected("1000"))

    assert read(*events, measured("700", date(2026, 1, 31))).value == 100
    assert read(*events, measured("700", date(2026, 2, 1))).value == 70


def test_a_disbenefit_is_no_benefit() -> None:
    assert b.reading_of(b.assessed(a_benefit(kind="disbenefit"), expected("1000")), "BEN-1") is None


def test_money_is_added_up_in_the_currency_of_the_plan_at_a_dated_rate() -> None:
    """Pitfall 12."""
    events = (a_benefit(), a_benefit("B-2", "1000", "USD"), expected("1000"), expected("400", "B-2", "USD"))
    rates = rate_book([Rate("USD", "EUR", b.START, Decimal("0.5"))])

    converted = b.reading_of(assess_item(b.a_project(*events), HOUSE_DEFAULT, rates, b.NOW), "BEN-1")

    assert converted is not None
    assert converted.value == 80
    assert says(read(*events)) == (None, "no_rate", Rag.UNKNOWN)


def test_a_benefit_names_the_events_that_it_is_known_from() -> None:
    assert [(each.name, each.value, each.events) for each in read(a_benefit(), expected("900")).inputs] == [
        ("benefit B-1", Decimal(900), (4, 3))
    ]
