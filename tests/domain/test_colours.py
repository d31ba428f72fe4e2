"""From readings to the colour of a project: what applies, how old it is, and what decides."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from app.domain.colours import Verdict
from app.domain.item import Assessment
from app.domain.policy import HOUSE_DEFAULT, KpiPolicy, Policy
from app.domain.rag import Dimension, Rag
from tests.builders import (
    NOW,
    START,
    STATUS_DAY,
    achieved,
    an_event,
    assessed,
    at,
    baseline,
    cost,
    days,
    eur,
    forecast,
    planned,
    progress,
    state,
    status,
)

ON_PLAN = (progress("40"), cost("40000"))
LATE = progress("32")


def _rag(assessment: Assessment, dimension: Dimension) -> Rag:
    return next(each.rag for each in assessment.aspects if each.dimension is dimension)


def _value(assessment: Assessment, kpi: str) -> Decimal | None:
    readings = [reading for aspect in assessment.aspects for reading in aspect.readings]
    return next((reading.value for reading in readings if reading.kpi == kpi), None)


def _reason(assessment: Assessment, kpi: str) -> str | None:
    readings = [reading for aspect in assessment.aspects for reading in aspect.readings]
    return next((reading.reason for reading in readings if reading.kpi == kpi), None)


def _with(kpi: str, **changes: object) -> Policy:
    changed: dict[str, KpiPolicy] = {
        **HOUSE_DEFAULT.kpis,
        kpi: HOUSE_DEFAULT.kpis[kpi].model_copy(update=changes),
    }
    return HOUSE_DEFAULT.model_copy(update={"kpis": changed})


def test_a_project_on_plan_and_on_cost_is_green() -> None:
    assert assessed(*ON_PLAN).rag is Rag.GREEN


def test_a_project_that_nobody_reports_on_is_unknown() -> None:
    unheard = assessed(now=at(START))

    assert (unheard.rag, unheard.verdict.cause.reason) == (Rag.UNKNOWN, "no_progress")


def test_late_work_turns_the_schedule_and_the_project_red() -> None:
    late = assessed(LATE, cost("32000"))

    assert (_value(late, "SCH-1"), _rag(late, Dimension.SCHEDULE), late.rag) == (
        Decimal("0.8"),
        Rag.RED,
        Rag.RED,
    )


def test_the_first_finding_of_a_red_project_names_rule_limit_and_events() -> None:
    cause = assessed(LATE).verdict.cause

    assert (cause.rule, cause.observed, cause.limit, cause.events) == (
        "SCH-1",
        Decimal("0.8"),
        Decimal("0.90"),
        (2, 3),
    )


@pytest.mark.parametrize(
    ("booked", "expected"),
    [("40000", Rag.GREEN), ("42500", Rag.AMBER), ("44000", Rag.AMBER), ("45000", Rag.RED)],
)
def test_cost_is_judged_by_what_the_work_done_has_cost(booked: str, expected: Rag) -> None:
    assert _rag(assessed(progress("40"), cost(booked)), Dimension.COST) is expected


def test_without_actual_cost_the_cost_is_not_assessed() -> None:
    assert _rag(assessed(progress("40")), Dimension.COST) is Rag.NONE


def test_a_cost_of_nothing_gives_no_index_and_no_green() -> None:
    free = assessed(progress("40"), cost("0"))

    assert (_value(free, "CST-1"), _reason(free, "CST-1")) == (None, "no_actual_cost")


def test_a_required_figure_that_is_missing_keeps_a_project_from_green() -> None:
    strict = assessed(progress("40"), policy=_with("CST-1", required=True))

    assert (_rag(strict, Dimension.COST), strict.rag) == (Rag.UNKNOWN, Rag.UNKNOWN)


def test_a_required_dimension_that_is_unknown_keeps_a_project_from_green() -> None:
    strict = HOUSE_DEFAULT.model_copy(update={"required": (Dimension.COST,)})

    assert assessed(progress("40"), policy=strict).rag is Rag.UNKNOWN


def test_green_needs_enough_of_what_applies() -> None:
    thin = assessed(progress("40"), cost("0", on=date(2026, 3, 1)))

    assert (thin.verdict.share, thin.rag) == (Decimal("0.375"), Rag.UNKNOWN)


def test_the_share_that_the_policy_asks_for_is_enough() -> None:
    lenient = HOUSE_DEFAULT.model_copy(update={"coverage": Decimal("0.375")})

    assert assessed(progress("40"), cost("0", on=date(2026, 3, 1)), policy=lenient).rag is Rag.GREEN


@pytest.mark.parametrize(("booked", "expected"), [("32000", Rag.AMBER), ("50000", Rag.RED)])
def test_where_no_dimension_decides_alone_it_takes_two_reds(booked: str, expected: Rag) -> None:
    no_one = HOUSE_DEFAULT.model_copy(update={"decisive": ()})

    assert assessed(LATE, cost(booked), policy=no_one).rag is expected


@pytest.mark.parametrize("dimension", [Dimension.SCHEDULE, Dimension.COST])
def test_of_two_reds_the_one_that_decides_alone_is_the_cause(dimension: Dimension) -> None:
    alone = HOUSE_DEFAULT.model_copy(update={"decisive": (dimension,)})

    assert assessed(LATE, cost("50000"), policy=alone).verdict.cause.dimension is dimension


@pytest.mark.parametrize(
    ("cadences", "expected"),
    [("1.5", Rag.GREEN), ("1.501", Rag.AMBER), ("3", Rag.AMBER), ("3.001", Rag.UNKNOWN)],
)
def test_trust_in_the_data_changes_the_instant_after_the_limit(cadences: str, expected: Rag) -> None:
    newest = assessed(*ON_PLAN).freshness.as_of
    assert isinstance(newest, datetime)

    assert assessed(*ON_PLAN, now=newest + days(30 * float(cadences))).freshness.rag is expected


def test_costs_add_up_as_their_events_say() -> None:
    step = date(2026, 1, 30)
    increments = assessed(
        progress("40"), cost("15000", on=step, mode="increment"), cost("25000", mode="increment")
    )
    totals = assessed(progress("40"), cost("15000", on=step), cost("40000"))

    assert _value(increments, "CST-1") == _value(totals, "CST-1") == Decimal(1)


def test_a_falling_total_does_not_count_and_is_named() -> None:
    fallen = assessed(progress("40"), cost("41000", on=date(2026, 1, 30)), cost("40000"))

    assert (fallen.evidence.costs.falling, fallen.evidence.costs.totals) == ((5,), [Decimal(41000)])


def test_the_projects_own_estimate_counts_where_it_is_the_worse() -> None:
    data = {"as_of": STATUS_DAY.isoformat(), "eac": eur("120000")}

    own = assessed(*ON_PLAN, an_event("cost.eac_reported", data, time=at(STATUS_DAY)))

    assert _value(own, "CST-3") == Decimal(-20)


def test_cost_in_another_currency_without_a_rate_is_unknown() -> None:
    foreign = assessed(progress("40"), cost("40000", currency="USD"))

    assert (_value(foreign, "CST-1"), _reason(foreign, "CST-1")) == (None, "no_rate")


def test_a_budget_of_nothing_says_nothing() -> None:
    empty = assessed(baseline(bac="0", time=at(START, 11)), progress("40"))

    assert (_reason(empty, "SCH-1"), empty.rag) == ("no_budget", Rag.UNKNOWN)


def test_silence_never_moves_the_schedule_index() -> None:
    then, later = assessed(LATE, now=NOW), assessed(LATE, now=NOW + days(40))

    assert _value(then, "SCH-1") == _value(later, "SCH-1")


def test_after_completion_time_stops_for_the_schedule_index() -> None:
    done = date(2026, 6, 5)
    on_completion = assessed(progress("100", on=done), now=at(done, 23))
    a_month_on = assessed(
        progress("100", on=done), progress("100", on=done + days(30)), now=at(done + days(31))
    )

    assert _value(on_completion, "SCH-1") == _value(a_month_on, "SCH-1") == Decimal(100) / Decimal(110)


# The cadence of the house is 30 days: stale after 45, unknown after 90. The report is of 18:00 that day.
@pytest.mark.parametrize(
    ("age_days", "stale", "expected"),
    [(45, False, Rag.RED), (45.001, True, Rag.RED), (90, True, Rag.RED), (90.001, True, Rag.UNKNOWN)],
)
def test_old_evidence_is_stale_and_then_unknown(age_days: float, stale: bool, expected: Rag) -> None:
    aged = assessed(LATE, now=at(STATUS_DAY, 18) + days(age_days))
    schedule = aged.aspects[0]

    assert (schedule.stale, schedule.rag) == (stale, expected)


def test_stale_evidence_keeps_red_and_loses_green() -> None:
    later = at(STATUS_DAY, 18) + days(60)

    assert (assessed(LATE, now=later).rag, assessed(*ON_PLAN, now=later).rag) == (Rag.RED, Rag.UNKNOWN)


def test_an_item_with_its_own_cadence_ages_by_it() -> None:
    weekly = assessed(LATE, now=at(STATUS_DAY, 18) + days(22), report_cadence_days=7)

    assert weekly.rag is Rag.UNKNOWN


@pytest.mark.parametrize("to", ["on_hold", "closed", "stopped"])
def test_what_is_at_rest_has_no_colour_but_a_reason(to: str) -> None:
    resting = assessed(LATE, state(to))

    assert (resting.rag, resting.verdict.cause.reason, resting.due_at) == (Rag.NONE, to, None)


def test_a_closed_project_with_a_late_milestone_ahead_is_not_active() -> None:
    closed = assessed(planned("M1", date(2027, 1, 1)), state("closed"))

    assert closed.rag is Rag.NONE


# ── milestones ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("late_days", "expected"), [(30, Rag.GREEN), (31, Rag.AMBER), (90, Rag.AMBER), (91, Rag.RED)]
)
def test_milestones_are_late_by_their_forecasts(late_days: int, expected: Rag) -> None:
    agreed = date(2026, 6, 1)
    told = at(START, 10) + days(1)

    one = assessed(planned("M1", agreed), forecast("M1", agreed + days(late_days), time=told), progress("40"))

    readings = {reading.kpi: reading for reading in one.aspects[0].readings}
    assert (readings["SCH-6"].value, readings["SCH-6"].rag) == (Decimal(late_days), expected)


def test_a_milestone_achieved_late_long_ago_does_not_keep_a_recovered_project_red() -> None:
    agreed, reached = date(2026, 1, 6), date(2026, 2, 1)
    soon = assessed(planned("M1", agreed), achieved("M1", reached), now=at(reached) + days(80))
    long_ago = assessed(planned("M1", agreed), achieved("M1", reached), now=at(reached) + days(91))

    assert (_value(soon, "SCH-6"), _value(long_ago, "SCH-6")) == (Decimal(26), None)


def test_the_first_forecast_is_the_baseline_where_nobody_agreed_one() -> None:
    first, second = date(2026, 6, 1), date(2026, 6, 11)

    inferred = assessed(forecast("M1", first, time=at(START)), forecast("M1", second))

    outlook = inferred.evidence.outlooks[0]
    assert (outlook.baseline, outlook.inferred, outlook.late_days) == (first, True, 10)


def test_a_milestone_without_a_date_is_unknown_and_not_on_time() -> None:
    worded = assessed(forecast("M1", None, new_target="v1.36"))

    assert _reason(worded, "SCH-6") == "no_dates"


def test_a_passed_date_that_nobody_renewed_is_no_forecast() -> None:
    assert _reason(assessed(planned("M1", date(2026, 2, 2))), "SCH-6") == "no_dates"


def test_drift_is_counted_per_reporting_period_and_not_moved_by_silence() -> None:
    story = (planned("M1", date(2026, 4, 1)), forecast("M1", date(2026, 4, 13), time=at(STATUS_DAY)))

    then, later = assessed(*story), assessed(*story, now=NOW + days(40))

    assert _value(then, "SCH-5") == _value(later, "SCH-5") == Decimal(12)


def test_what_is_not_due_in_ninety_days_does_not_drift_yet() -> None:
    far = assessed(planned("M1", date(2026, 12, 1)), forecast("M1", date(2026, 12, 20)))

    assert _value(far, "SCH-5") is None


def test_the_finish_slips_by_the_worse_of_pace_and_word() -> None:
    end = date(2026, 5, 22)
    by_word = assessed(*ON_PLAN, planned("END", end), forecast("END", date(2026, 6, 5), time=at(STATUS_DAY)))

    assert _value(by_word, "SCH-2") == Decimal(10)
    assert _value(assessed(LATE), "SCH-2") == Decimal(25)


# ── trust ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("word", "steps"),
    [("Green", "2"), ("Amber/Green", "1.5"), ("Amber", "1"), ("Red", "0"), ("Reset", None)],
)
def test_divergence_is_how_much_worse_computed_is_than_declared(word: str, steps: str | None) -> None:
    divergence = assessed(LATE, status(word)).divergence

    assert divergence.value == (None if steps is None else Decimal(steps))


def test_what_is_declared_never_changes_what_is_computed() -> None:
    said, unsaid = assessed(LATE, status("Green")), assessed(LATE)

    assert said.rag is unsaid.rag is Rag.RED


def test_trust_is_never_part_of_the_colour() -> None:
    verdict: Verdict = assessed(*ON_PLAN, status("Red")).verdict

    assert verdict.rag is Rag.GREEN


def test_freshness_counts_cadences_since_the_newest_evidence() -> None:
    freshness = assessed(LATE, now=at(STATUS_DAY, 18) + days(60)).freshness

    assert (freshness.value, freshness.rag) == (Decimal(2), Rag.AMBER)
