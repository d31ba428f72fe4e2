"""What all of it will cost and when it will be done: headlines, ranges, and silence before two periods."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from app.domain.events.catalogue import AnyEvent
from app.domain.forecasts.project import project_forecast
from app.domain.forecasts.statements import CostForecast, FinishForecast, ProjectForecast
from app.domain.money import rate_book
from app.domain.policy import HOUSE_DEFAULT
from app.domain.standing import rates_of
from tests.builders import (
    NOW,
    START,
    STATUS_DAY,
    a_project,
    achieved,
    an_event,
    at,
    baseline,
    cost,
    days,
    eur,
    facts_of,
    forecast,
    planned,
    progress,
)
from tests.strategies import LATER, events

FRIDAY = date(2026, 1, 9)
"""Working day 5 of the plan."""


def foreseen(*events: AnyEvent, **attributes: str) -> ProjectForecast:
    return project_forecast(a_project(*events, **attributes), HOUSE_DEFAULT, rate_book(()), NOW)


def cost_of(*events: AnyEvent) -> CostForecast:
    return foreseen(*events).cost


def finish_of(*events: AnyEvent) -> FinishForecast:
    return foreseen(*events).finish


def reports(*shares: str, every: int = 7, spent: str = "1") -> list[AnyEvent]:
    """Progress in % on Fridays, and cumulative cost: the money earned by then divided by `spent`."""
    dated = [(FRIDAY + days(every * place), share) for place, share in enumerate(shares)]
    return [
        *(progress(share, on=day) for day, share in dated),
        *(cost(str(round(Decimal(share) * 1000 / Decimal(spent), 2)), on=day) for day, share in dated),
    ]


def by_method(found: CostForecast) -> dict[str, Decimal | None]:
    return {each.method: each.eac for each in found.estimates}


# ── cost ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("done", "method", "eac"),
    [
        ("19", "ac_plus_remaining", "104750"),
        ("20", "bac_over_cpi", "125000"),
        ("40", "bac_over_cpi", "125000"),
    ],
)
def test_the_efficiency_so_far_is_taken_for_the_rest_from_twenty_percent_on(
    done: str, method: str, eac: str
) -> None:
    found = cost_of(*reports("10", done, spent="0.8"))

    assert (found.method, found.eac) == (method, Decimal(eac))


def test_the_range_spans_every_method_and_the_headline_is_never_the_one_by_both_indices() -> None:
    late_and_dear = cost_of(*reports("5", "10", "15", "24", every=14, spent="0.8"))

    eacs = by_method(late_and_dear)
    assert set(eacs) == {"bac_over_cpi", "ac_plus_remaining", "recent_cpi", "cpi_times_spi"}
    assert late_and_dear.high == eacs["cpi_times_spi"]
    assert late_and_dear.low == eacs["ac_plus_remaining"]
    assert late_and_dear.eac == eacs["bac_over_cpi"] == Decimal(125000)


def test_the_oracle_of_a_textbook_project_is_met() -> None:
    found = cost_of(
        baseline(
            bac="500000",
            version=2,
            time=at(START, 11),
            periods=[(STATUS_DAY, "250000"), (date(2026, 5, 22), "500000")],
        ),
        progress("20", on=FRIDAY),
        progress("40"),
        cost("145000", on=FRIDAY),
        cost("290000"),
    )  # O1

    eacs = by_method(found)
    assert (eacs["bac_over_cpi"], eacs["ac_plus_remaining"]) == (Decimal(725000), Decimal(590000))
    assert eacs["cpi_times_spi"] is not None
    assert round(eacs["cpi_times_spi"], 6) == Decimal(833750)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ([progress("40")], "no_actual_cost"),
        ([progress("40"), cost("40000")], "too_few_periods"),
        ([progress("20", on=FRIDAY), progress("40"), cost("40000")], "too_few_periods"),
        ([cost("40000")], "no_progress"),
        ([progress("0", on=FRIDAY), progress("0"), cost("500", on=FRIDAY)], "nothing_earned"),
        ([progress("10", on=FRIDAY), progress("40"), cost("0", on=FRIDAY)], "no_actual_cost"),
        ([progress("10", on=FRIDAY), progress("40"), cost("1", on=FRIDAY, currency="USD")], "no_rate"),
    ],
)
def test_a_cost_that_cannot_be_foreseen_is_not_and_says_why(told: list[AnyEvent], reason: str) -> None:
    found = cost_of(*told)

    assert (found.reason, found.eac, found.low, found.high, found.method) == (reason, None, None, None, None)


def test_the_projects_own_estimate_stands_beside_the_forecast_and_not_in_its_range() -> None:
    own = an_event("cost.eac_reported", {"as_of": STATUS_DAY.isoformat(), "eac": eur("99000")})

    found = cost_of(progress("20", on=FRIDAY), cost("25000", on=FRIDAY), progress("40"), cost("50000"), own)

    assert found.reported is not None
    assert (found.reported.value, found.eac) == (Decimal(99000), Decimal(125000))
    assert (found.low, found.high) == (Decimal(110000), Decimal(125000))


def test_what_is_complete_costs_what_it_has_cost() -> None:
    found = cost_of(*reports("50", "100", spent="0.8"))

    assert (found.method, found.eac, found.low, found.high) == ("complete", *[Decimal(125000)] * 3)


def test_a_forecast_says_on_how_many_periods_and_which_events_it_rests() -> None:
    found = foreseen(*reports("10", "20", "30"))

    assert (found.cost.periods, found.finish.periods) == (3, 3)
    assert [each.name for each in found.cost.inputs] == ["BAC", "EV", "AC"]
    assert [each.name for each in found.finish.inputs] == ["BAC", "PD", "EV", "AT", "ES"]
    assert all(each.events for each in found.cost.inputs)


# ── finish ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_rest_as_planned_ends_as_late_as_the_work_is_now() -> None:
    found = finish_of(*reports("4", "8"))  # working day 10, 8 earned: two days late

    assert (found.method, found.finish, found.planned) == (
        "at_planned_pace",
        date(2026, 5, 26),
        date(2026, 5, 22),
    )


def test_days_are_those_of_the_items_calendar() -> None:
    every_day = foreseen(*reports("4", "8"), calendar="every-day").finish

    assert every_day.finish is not None
    assert every_day.finish.weekday() in (5, 6)


def test_a_steady_project_has_a_narrow_band_at_its_own_pace() -> None:
    found = finish_of(*reports("4", "8", "12", "16"))  # 4 days a week of 5: 125 working days in all

    assert found.band is not None
    assert found.band.p10 == found.band.p50 == found.band.p90 == date(2026, 6, 26)
    assert [each.finish for each in found.estimates] == [date(2026, 5, 28), date(2026, 6, 26)]


def test_an_unsteady_project_has_a_wide_band() -> None:
    band = finish_of(*reports("2", "8", "9", "16")).band

    assert band is not None
    assert band.p10 is not None
    assert band.p50 is not None
    assert band.p90 is not None
    assert band.p10 < band.p50 < band.p90
    assert (band.p90 - band.p10).days > 20


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ([], "no_progress"),
        (reports("4"), "too_few_periods"),
        (reports("0", "0"), "no_throughput"),
        (reports("8", "0"), "no_throughput"),
    ],
)
def test_a_finish_that_cannot_be_foreseen_is_not_and_says_why(told: list[AnyEvent], reason: str) -> None:
    found = finish_of(*told)

    assert (found.reason, found.finish, found.band, found.estimates) == (reason, None, None, ())


def test_a_finish_that_most_paces_do_not_reach_is_not_in_sight() -> None:
    band = finish_of(*reports("8", "1", "9", "2", "3")).band

    assert band is not None
    assert (band.p10 is not None, band.p90) == (True, None)


def test_the_same_facts_give_the_same_band_to_the_byte() -> None:
    told = reports("2", "8", "9", "16")

    assert foreseen(*told).model_dump_json() == foreseen(*told).model_dump_json()
    assert foreseen(*told).finish.band == foreseen(*reversed(told)).finish.band


def test_work_from_before_a_new_baseline_is_no_pace_of_the_new_plan() -> None:
    replanned = baseline(
        version=2, start=date(2026, 2, 2), finish=date(2026, 6, 19), time=at(date(2026, 2, 2))
    )
    old, new = (
        reports("20", "30"),
        [progress("34", on=date(2026, 2, 6)), progress("38", on=date(2026, 2, 13))],
    )

    found = finish_of(*old, replanned, *new)

    assert found.periods == 2
    assert found.band is not None
    assert found.band.p50 == date(2026, 6, 3)


def test_what_is_done_was_done_on_the_day_that_it_was_reported() -> None:
    done = finish_of(*reports("50", "100"), progress("100", on=STATUS_DAY))

    assert (done.method, done.finish, done.band) == ("complete", FRIDAY + days(7), None)


def test_the_last_milestone_stands_beside_the_finish() -> None:
    told = (planned("END", date(2026, 5, 22)), forecast("END", date(2026, 6, 30), time=at(STATUS_DAY)))

    reported = finish_of(*reports("4", "8"), *told).reported

    assert reported is not None
    assert (reported.name, reported.value) == ("END", date(2026, 6, 30))
    assert reported.model_dump(mode="json")["value"] == "2026-06-30"


# ── milestone trend ────────────────────────────────────────────────────────────────────────────────


def test_a_trend_keeps_every_date_that_was_said_and_when() -> None:
    agreed, first, second = date(2026, 2, 2), date(2026, 2, 9), date(2026, 2, 16)
    story = (
        planned("M1", agreed),
        forecast("M1", second, time=at(date(2026, 2, 6))),
        forecast("M1", first, time=at(date(2026, 1, 30))),
        forecast("M1", None, time=at(date(2026, 2, 7)), new_target="soon"),
        achieved("M1", date(2026, 2, 17)),
    )

    (trend,) = foreseen(*story).milestones

    assert [(each.kind, each.reported_at.date(), each.date) for each in trend.points] == [
        ("agreed", START, agreed),
        ("forecast", date(2026, 1, 30), first),
        ("forecast", date(2026, 2, 6), second),
        ("achieved", date(2026, 2, 17), date(2026, 2, 17)),
    ]
    assert (trend.code, trend.baseline, trend.achieved) == ("M1", agreed, date(2026, 2, 17))


# ── laws ───────────────────────────────────────────────────────────────────────────────────────────


@given(events)
def test_a_forecast_never_fails_and_never_stands_without_its_range(found: list[AnyEvent]) -> None:
    facts = facts_of(found)
    projects = [item for item in facts.registered() if item.subject.startswith("project/")]
    told = [project_forecast(item, HOUSE_DEFAULT, rates_of(facts), LATER) for item in projects]

    assert all((each.cost.eac is None) == (each.cost.reason is not None) for each in told)
    assert all(each.cost.eac is None or _spans(each.cost) for each in told)
    assert all(each.finish.reason or each.finish.band or each.finish.method == "complete" for each in told)


def _spans(found: CostForecast) -> bool:
    return None not in (found.low, found.eac, found.high) and found.low <= found.eac <= found.high  # type: ignore[operator]
