"""Indicators at their limits: green on the line, amber and red beyond it, unknown with a reason."""

from datetime import date
from decimal import Decimal

import pytest

from app.domain.events.catalogue import AnyEvent
from app.domain.findings import Reading
from app.domain.item import Assessment
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
)

R, A, G = Rag.RED, Rag.AMBER, Rag.GREEN
FRIDAYS = (date(2026, 2, 6), date(2026, 2, 13), date(2026, 2, 20), STATUS_DAY)


def reading(assessment: Assessment, kpi: str) -> Reading | None:
    """The reading on the page; None where the indicator does not apply."""
    found = [each for aspect in assessment.aspects for each in aspect.readings]
    return next((each for each in found if each.kpi == kpi), None)


def judged(assessment: Assessment, kpi: str) -> tuple[Decimal | None, Rag]:
    found = reading(assessment, kpi)
    assert found is not None
    return None if found.value is None else round(found.value, 4), found.rag


def reason(assessment: Assessment, kpi: str) -> str | None:
    found = reading(assessment, kpi)
    return None if found is None else found.reason


def against_original(assessment: Assessment, kpi: str) -> Decimal | None:
    found = reading(assessment, kpi)
    assert found is not None
    values = [each.value for each in found.inputs if each.name == "vs original baseline"]
    return next((value for value in values if isinstance(value, Decimal)), None)


def milestones(kept: int, missed: int = 0, *, due: date = date(2026, 2, 2)) -> list[AnyEvent]:
    """So many agreed for a day and achieved on it, and so many that were not."""
    codes = [f"M{number}" for number in range(kept + missed)]
    return [
        *(planned(code, due) for code in codes),
        *(achieved(code, due, time=at(STATUS_DAY)) for code in codes[:kept]),
    ]


def estimate(amount: str) -> AnyEvent:
    return an_event("cost.eac_reported", {"as_of": STATUS_DAY.isoformat(), "eac": eur(amount)})


def rebaselined(version: int, when: date, **plan: str) -> AnyEvent:
    return baseline(version=version, time=at(when), **plan)  # type: ignore[arg-type]


# ── SCH-3: milestone hit rate ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kept", "missed", "rate", "rag"),
    [(9, 1, "90", G), (8, 1, "88.8889", A), (3, 1, "75", A), (5, 2, "71.4286", R), (0, 2, "0", R)],
)
def test_the_hit_rate_is_the_share_of_due_milestones_achieved_in_time(
    kept: int, missed: int, rate: str, rag: Rag
) -> None:
    assert judged(assessed(*milestones(kept, missed)), "SCH-3") == (Decimal(rate), rag)


@pytest.mark.parametrize(
    ("kept", "missed", "rate"),
    [(4, 0, "100"), (3, 0, None), (2, 1, None), (3, 1, "75"), (1, 2, "33.3333"), (0, 1, None)],
)
def test_one_milestone_alone_makes_no_hit_rate(kept: int, missed: int, rate: str | None) -> None:
    found = reading(assessed(*milestones(kept, missed)), "SCH-3")

    value = None if found is None or found.value is None else round(found.value, 4)
    assert value == (None if rate is None else Decimal(rate))


def test_a_milestone_achieved_a_day_late_is_no_hit() -> None:
    agreed = date(2026, 2, 2)

    late = assessed(*milestones(3, 0), planned("L", agreed), achieved("L", agreed + days(1)))

    assert judged(late, "SCH-3") == (Decimal(75), A)


def test_a_milestone_is_not_missed_on_its_day_but_on_the_next() -> None:
    story = (*milestones(4, 0), planned("L", STATUS_DAY))

    on_the_day = assessed(*story, now=at(STATUS_DAY, 23))
    next_day = assessed(*story, now=at(STATUS_DAY + days(1), 0))

    assert judged(on_the_day, "SCH-3") == (Decimal(100), G)
    assert judged(next_day, "SCH-3") == (Decimal(80), A)


def test_a_milestone_achieved_before_its_day_is_a_hit_at_once() -> None:
    early = assessed(*milestones(3, 0), planned("L", date(2026, 6, 1)), achieved("L", STATUS_DAY))

    assert judged(early, "SCH-3") == (Decimal(100), G)


def test_what_was_due_more_than_ninety_days_ago_is_forgotten() -> None:
    old = planned("OLD", date(2026, 1, 6))
    kept = [planned(f"N{n}", date(2026, 4, 1)) for n in range(4)]
    story = (old, *kept, *(achieved(f"N{n}", STATUS_DAY) for n in range(4)))

    on_day_90 = assessed(*story, now=at(date(2026, 4, 6)))
    on_day_91 = assessed(*story, now=at(date(2026, 4, 7)))

    assert judged(on_day_90, "SCH-3")[0] == Decimal(80)
    assert judged(on_day_91, "SCH-3")[0] == Decimal(100)


def test_the_hit_rate_names_what_was_missed() -> None:
    found = reading(assessed(*milestones(3, 1)), "SCH-3")

    assert found is not None
    assert [(each.name, each.unit) for each in found.inputs] == [
        ("on time", "milestones"),
        ("due in 90 days", "milestones"),
        ("M3", "date"),
    ]
    assert all(each.events for each in found.inputs)


# ── SCH-4: baseline execution index ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("done", "overdue", "index", "rag"),
    [(19, 1, "0.95", G), (18, 1, "0.9474", A), (9, 1, "0.9", A), (16, 2, "0.8889", R)],
)
def test_the_execution_index_is_the_share_of_due_milestones_that_are_complete(
    done: int, overdue: int, index: str, rag: Rag
) -> None:
    assert judged(assessed(*milestones(done, overdue)), "SCH-4") == (Decimal(index), rag)


@pytest.mark.parametrize(
    ("done", "overdue", "index"),
    [(10, 0, "1"), (9, 0, None), (8, 1, None), (9, 1, "0.9"), (7, 2, "0.7778"), (0, 1, None), (0, 2, "0")],
)
def test_one_milestone_alone_makes_no_execution_index(done: int, overdue: int, index: str | None) -> None:
    found = reading(assessed(*milestones(done, overdue)), "SCH-4")

    value = None if found is None or found.value is None else round(found.value, 4)
    assert value == (None if index is None else Decimal(index))


def test_a_milestone_completed_late_is_complete() -> None:
    agreed = date(2026, 2, 2)

    recovered = assessed(*milestones(9, 0), planned("L", agreed), achieved("L", agreed + days(20)))

    assert judged(recovered, "SCH-4") == (Decimal(1), G)


def test_an_early_finish_hides_no_overdue_milestone() -> None:
    mixed = assessed(*milestones(0, 2), planned("X", date(2026, 9, 1)), achieved("X", STATUS_DAY))

    assert judged(mixed, "SCH-4") == (Decimal("0.3333"), R)


def test_milestones_that_are_not_due_yet_are_not_judged() -> None:
    ahead = assessed(planned("M1", date(2026, 6, 1)), progress("40"))

    assert (reading(ahead, "SCH-3"), reading(ahead, "SCH-4")) == (None, None)


def test_a_milestone_without_an_agreed_date_is_neither_kept_nor_missed() -> None:
    worded = assessed(forecast("M1", None, new_target="v1.36"))

    assert (reading(worded, "SCH-3"), reading(worded, "SCH-4")) == (None, None)


# ── CST-2: CPI of the last three periods ───────────────────────────────────────────────────────────


def lately(booked: str, before: str = "10000") -> list[AnyEvent]:
    """10 % by the first Friday for what it had cost before; 30 % more by the last, at this total cost."""
    earned = [progress(pct, on=day) for pct, day in zip(("10", "20", "30", "40"), FRIDAYS, strict=True)]
    return [*earned, cost(before, on=FRIDAYS[0]), cost(booked)]


@pytest.mark.parametrize(
    ("booked", "index", "rag"),
    [
        ("41578.94", "0.95", G),
        ("41700", "0.9464", A),
        ("43333.33", "0.9", A),
        ("43400", "0.8982", R),
    ],
)
def test_the_recent_index_is_what_was_earned_for_what_was_spent_since_three_reports_ago(
    booked: str, index: str, rag: Rag
) -> None:
    assert judged(assessed(*lately(booked)), "CST-2") == (Decimal(index), rag)


def test_the_recent_index_turns_before_the_cumulative_one() -> None:
    turning = assessed(*lately("43400", before="9000"))

    assert (judged(turning, "CST-1")[1], judged(turning, "CST-2")[1]) == (A, R)


def test_before_three_periods_there_is_no_recent_index() -> None:
    young = assessed(*[progress("20", on=day) for day in FRIDAYS[1:]], cost("20000", on=FRIDAYS[1]))

    assert reading(young, "CST-2") is None


def test_where_nothing_was_booked_lately_the_recent_index_is_unknown() -> None:
    unbooked = assessed(*lately("10000"))

    assert (judged(unbooked, "CST-2"), reason(unbooked, "CST-2")) == (
        (None, Rag.UNKNOWN),
        "no_recent_cost",
    )


# ── CST-4: estimate credibility ────────────────────────────────────────────────────────────────────

SPENT_TOO_MUCH = (progress("40"), cost("50000"))
"""CPI 0.80 against a budget of 100,000; with 125,000 the rest goes as before."""


@pytest.mark.parametrize(
    ("eac", "gap", "rag"),
    [
        ("125000", "0", G),
        ("120588.24", "0.05", G),
        ("120500", "0.0511", A),
        ("116666.67", "0.1", A),
        ("116000", "0.1091", R),
        ("100000", "0.4", R),
        ("40000", "6.8", R),
    ],
)
def test_an_estimate_is_as_credible_as_the_pace_it_needs(eac: str, gap: str, rag: Rag) -> None:
    assert judged(assessed(*SPENT_TOO_MUCH, estimate(eac)), "CST-4") == (Decimal(gap), rag)


def test_without_an_estimate_there_is_nothing_to_believe() -> None:
    assert reading(assessed(*SPENT_TOO_MUCH), "CST-4") is None


def test_an_estimate_that_is_spent_to_the_cent_has_no_pace() -> None:
    assert reason(assessed(*SPENT_TOO_MUCH, estimate("50000")), "CST-4") == "not_achievable"


def test_an_estimate_without_cost_to_compare_it_with_is_unknown() -> None:
    assert reason(assessed(progress("40"), estimate("100000")), "CST-4") == "no_actual_cost"


# ── CST-5: TCPI(BAC) ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("booked", "tcpi", "rag"),
    [
        ("40000", "1", G),
        ("45454.54", "1.1", G),
        ("45500", "1.1009", A),
        ("50000", "1.2", A),
        ("50100", "1.2024", R),
    ],
)
def test_the_rest_of_the_budget_asks_for_a_pace(booked: str, tcpi: str, rag: Rag) -> None:
    assert judged(assessed(progress("40"), cost(booked)), "CST-5") == (Decimal(tcpi), rag)


@pytest.mark.parametrize("booked", ["100000", "130000"])
def test_a_budget_that_is_spent_before_the_work_is_done_is_never_good(booked: str) -> None:
    spent = assessed(progress("40"), cost(booked))

    assert (judged(spent, "CST-5"), reason(spent, "CST-5")) == ((None, Rag.UNKNOWN), "not_achievable")


def test_a_cost_of_nothing_asks_for_no_pace() -> None:
    assert reason(assessed(progress("40"), cost("0")), "CST-5") == "no_actual_cost"


def test_what_is_complete_needs_no_pace() -> None:
    done = assessed(progress("100"), cost("90000"), estimate("90000"))

    assert (reading(done, "CST-4"), reading(done, "CST-5")) == (None, None)


# ── SCP-2: re-baselines ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("versions", "rag"), [((), G), ((2,), A), ((2, 3), R)])
def test_each_baseline_after_the_first_is_a_rebaseline(versions: tuple[int, ...], rag: Rag) -> None:
    replanned = [rebaselined(version, START + days(version)) for version in versions]

    assert judged(assessed(progress("40"), *replanned), "SCP-2") == (Decimal(len(versions)), rag)


def test_a_rebaseline_counts_for_twelve_months() -> None:
    story = (progress("40"), rebaselined(2, START), progress("99", on=date(2027, 1, 4)))
    a_year_on = at(START) + days(365)

    on_the_line, beyond = assessed(*story, now=a_year_on), assessed(*story, now=a_year_on + days(0.001))

    assert (judged(on_the_line, "SCP-2")[0], judged(beyond, "SCP-2")[0]) == (Decimal(1), Decimal(0))
    assert on_the_line.due_at is not None
    assert on_the_line.due_at <= a_year_on + days(0.001)


def test_a_plan_that_nobody_works_on_yet_is_not_good_news() -> None:
    before = assessed(now=at(START - days(1)))

    assert (reading(before, "SCP-2"), before.rag) == (None, Rag.UNKNOWN)


def test_scope_is_as_old_as_the_newest_word_on_the_project() -> None:
    long_after = assessed(progress("40"), progress("45", on=date(2026, 8, 3)), now=at(date(2026, 8, 4)))
    scope = next(each for each in long_after.aspects if each.dimension is Dimension.SCOPE)

    assert (scope.rag, scope.stale) == (G, False)


# ── both baselines ─────────────────────────────────────────────────────────────────────────────────


def test_a_rebaselined_finish_is_told_against_the_original_too() -> None:
    later = baseline(version=2, finish=date(2026, 6, 19), time=at(START, 11))

    slipped = assessed(progress("30"), later)

    assert judged(slipped, "SCH-2") == (Decimal("11.1111"), R)
    original = against_original(slipped, "SCH-2")
    assert original is not None
    assert round(original, 4) == Decimal("33.3333")


def test_a_raised_budget_is_told_against_the_original_too() -> None:
    raised = assessed(progress("40"), cost("48000"), rebaselined(2, START, bac="120000"))

    assert judged(raised, "CST-3") == (Decimal(0), G)
    assert against_original(raised, "CST-3") == Decimal(-20)


def test_a_plan_that_was_never_changed_is_told_once() -> None:
    assert against_original(assessed(progress("40"), cost("40000")), "CST-3") is None


def test_the_order_in_which_baselines_arrive_does_not_matter() -> None:
    first, second = baseline(bac="80000", version=3, time=at(START, 7)), rebaselined(2, START, bac="120000")

    one = assessed(progress("40"), cost("48000"), second, first)
    other = assessed(progress("40"), cost("48000"), first, second)

    assert against_original(one, "CST-3") == against_original(other, "CST-3") == Decimal(-50)


def test_a_missed_milestone_waits_for_the_next_day_to_be_looked_at_again() -> None:
    waiting = assessed(planned("M1", date(2026, 3, 5)), forecast("M1", date(2026, 4, 30)), now=NOW)

    assert waiting.due_at == at(date(2026, 3, 6), 0)
