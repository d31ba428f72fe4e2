"""Earned value and earned schedule against published results, and their null rules."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.earned_value import EarnedSchedule, EarnedValue, PlannedValueCurve, planned_value_curve

TOLERANCE = Decimal("1e-6")


def _d(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _measures(bac: str, pv: str | None, ev: str, ac: str | None) -> EarnedValue:
    return EarnedValue(Decimal(bac), _d(pv), Decimal(ev), _d(ac))


def _linear(bac: str, pd: int) -> PlannedValueCurve:
    curve = planned_value_curve([(pd, Decimal(bac))], pd, Decimal(bac))
    assert curve is not None
    return curve


def _near(actual: Decimal | None, expected: str | None) -> bool:
    if actual is None or expected is None:
        return actual is None and expected is None
    return abs(actual - Decimal(expected)) <= TOLERANCE


O1 = ("500000", "250000", "200000", "290000")
O2 = ("100000", "40000", "35000", "36000")
O3 = ("100", "50", "40", "45")


@pytest.mark.parametrize(
    ("given_values", "measure", "expected"),
    [
        (O1, "sv", "-50000"),
        (O1, "cv", "-90000"),
        (O1, "spi", "0.8"),
        (O1, "cpi", "0.689655172"),
        (O1, "eac_cpi", "725000"),
        (O1, "eac_atypical", "590000"),
        (O1, "eac_cpi_spi", "833750"),
        (O1, "etc", "435000"),
        (O1, "vac", "-225000"),
        (O1, "tcpi_bac", "1.428571429"),
        (O1, "tcpi_eac", "0.689655172"),
        (O2, "sv", "-5000"),
        (O2, "cv", "-1000"),
        (O2, "spi", "0.875"),
        (O2, "cpi", "0.972222222"),
        (O3, "cpi", "0.888888889"),
        (O3, "spi", "0.8"),
        (O3, "eac_cpi", "112.5"),
        (O3, "etc", "67.5"),
        (O3, "vac", "-12.5"),
        (O3, "eac_cpi_spi", "129.375"),
        (O3, "tcpi_bac", "1.090909091"),
        (("375000", None, "200000", "210000"), "eac_cpi", "393750"),
        (("500000", None, "150000", "162000"), "eac_cpi", "540000"),
    ],
)
def test_earned_value_equals_the_published_results(
    given_values: tuple[str, str | None, str, str], measure: str, expected: str
) -> None:
    measures = _measures(*given_values)

    assert _near(getattr(measures, measure), expected)


@pytest.mark.parametrize(
    ("given_values", "measure"),
    [
        (("100", "50", "40", "0"), "cpi"),
        (("100", "50", "40", None), "cpi"),
        (("100", "50", "40", None), "cv"),
        (("100", "50", "40", None), "eac_cpi"),
        (("100", "0", "0", "10"), "spi"),
        (("100", None, "40", "45"), "spi"),
        (("100", None, "40", "45"), "sv"),
        (("100", None, "40", "45"), "eac_cpi_spi"),
        (("100", "50", "40", "100"), "tcpi_bac"),
        (("100", "50", "0", "10"), "eac_cpi"),
        (("100", "50", "0", "10"), "vac"),
    ],
)
def test_a_measure_without_its_inputs_is_not_defined(
    given_values: tuple[str, str | None, str, str | None], measure: str
) -> None:
    assert getattr(_measures(*given_values), measure) is None


@pytest.mark.parametrize(
    "measure",
    [
        "sv",
        "cv",
        "spi",
        "cpi",
        "eac_cpi",
        "eac_atypical",
        "eac_cpi_spi",
        "etc",
        "vac",
        "tcpi_bac",
        "tcpi_eac",
    ],
)
def test_a_budget_of_nothing_defines_nothing(measure: str) -> None:
    assert getattr(_measures("0", "10", "10", "10"), measure) is None


def test_what_cannot_be_achieved_any_more_is_never_shown_as_good() -> None:
    overspent = _measures("100", "90", "80", "120")

    assert overspent.tcpi_bac == Decimal(-1)


def test_cumulative_and_period_cost_are_not_the_same_thing() -> None:
    cumulative = _measures("100000", "40000", "35000", "36000")
    per_period_by_mistake = _measures("100000", "40000", "35000", "63000")

    assert cumulative.cpi != per_period_by_mistake.cpi


# (bac, pd, at, ev) and the expected (es, sv_t, spi_t, ieac_t); PV linear from 0 to BAC over PD.
EARNED_SCHEDULES = [
    (("2000", 20, 15, "1330"), ("13.3", "-1.7", "0.886666667", "22.556390977")),
    (("2000", 20, 15, "50"), ("0.5", "-14.5", "0.033333333", "600")),
    (("2000", 20, 15, "0"), ("0", "-15", "0", None)),
    (("2000", 20, 20, "2000"), ("20", "0", "1", "20")),
    (("2000", 20, 0, "0"), ("0", "0", None, None)),
    (("200000", 12, 8, "120000"), ("7.2", "-0.8", "0.9", "13.333333333")),
    (("200000", 12, 6, "140000"), ("8.4", "2.4", "1.4", "8.571428571")),
    (("200000", 12, 6, "100000"), ("6", "0", "1", "12")),
    (("300000", 20, 15, "180000"), ("12", "-3", "0.8", "25")),
    (("0", 12, 6, "0"), (None, None, None, None)),
    (("200000", 12, 6, "0"), ("0", "-6", "0", None)),
]


@pytest.mark.parametrize(("plan", "expected"), EARNED_SCHEDULES)
def test_earned_schedule_equals_the_published_results(
    plan: tuple[str, int, int, str], expected: tuple[str | None, ...]
) -> None:
    bac, pd, at, ev = plan
    schedule = EarnedSchedule(_linear(bac, pd).earned_schedule(Decimal(ev)), Decimal(at), Decimal(pd))

    measured = (schedule.es, schedule.sv_t, schedule.spi_t, schedule.ieac_t)

    assert [_near(*pair) for pair in zip(measured, expected, strict=True)] == [True] * 4


def test_the_pace_that_the_rest_needs() -> None:
    schedule = EarnedSchedule(_linear("2000", 20).earned_schedule(Decimal(1330)), Decimal(15), Decimal(20))

    assert _near(schedule.tspi, "1.34")


def test_seven_months_elapsed_and_five_earned() -> None:
    schedule = EarnedSchedule(Decimal(5), Decimal(7))

    assert (schedule.sv_t, _near(schedule.spi_t, "0.714285714")) == (Decimal(-2), True)


def test_on_a_flat_stretch_the_last_period_not_above_what_is_earned_counts() -> None:
    paused = planned_value_curve([(5, Decimal(50)), (10, Decimal(50)), (15, Decimal(100))], 15, Decimal(100))
    assert paused is not None

    assert paused.earned_schedule(Decimal(50)) == Decimal(10)


def test_earned_schedule_is_not_cut_to_whole_periods() -> None:
    curve = planned_value_curve([(10, Decimal(100)), (20, Decimal(400))], 20, Decimal(400))
    assert curve is not None

    assert curve.earned_schedule(Decimal(250)) == Decimal(15)


def test_planned_value_between_periods_is_on_the_straight_line() -> None:
    curve = planned_value_curve([(10, Decimal(100)), (20, Decimal(400))], 20, Decimal(400))
    assert curve is not None

    assert [curve.at(day) for day in (-1, 0, 5, 10, 15, 20, 99)] == [0, 0, 50, 100, 250, 400, 400]


def test_a_plan_without_periods_is_a_straight_line() -> None:
    curve = planned_value_curve([], 20, Decimal(400))

    assert curve is not None
    assert curve.at(5) == Decimal(100)


def test_a_plan_without_working_days_has_no_curve() -> None:
    assert planned_value_curve([], 0, Decimal(400)) is None


@given(pd=st.integers(1, 500), late=st.integers(1, 500), bac=st.integers(1, 10**9))
def test_a_late_project_ends_with_a_perfect_spi_and_an_honest_spi_t(pd: int, late: int, bac: int) -> None:
    curve = _linear(str(bac), pd)
    at = pd + late
    done = EarnedValue(Decimal(bac), curve.at(at), Decimal(bac), None)
    schedule = EarnedSchedule(curve.earned_schedule(done.ev), Decimal(at), Decimal(pd))

    assert (done.spi, done.sv) == (Decimal(1), Decimal(0))
    assert schedule.spi_t == Decimal(pd) / Decimal(at) < 1


@given(
    steps=st.lists(st.tuples(st.integers(1, 30), st.integers(0, 1000)), min_size=1, max_size=20),
    share=st.integers(1, 99),
)
def test_what_the_plan_earns_by_a_day_is_earned_on_that_day_or_later(
    steps: list[tuple[int, int]], share: int
) -> None:
    day, value, periods = 0, Decimal(0), []
    for run, rise in steps:
        day, value = day + run, value + rise
        periods.append((day, value))
    curve = planned_value_curve(periods, day, value)
    assert curve is not None
    on = day * share // 100

    earned = curve.earned_schedule(curve.at(on))

    assert value == 0 or (earned is not None and (curve.at(on) == 0 or earned >= on - TOLERANCE))
