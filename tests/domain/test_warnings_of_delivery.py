"""Early warnings of schedule, cost and milestones: each fires just beyond its limit and not on it."""

from datetime import date
from decimal import Decimal

import pytest

from app.domain.colours import Aspect
from app.domain.events.catalogue import AnyEvent
from app.domain.findings import Reading
from app.domain.item import assess_item
from app.domain.money import rate_book
from app.domain.policy import HOUSE_DEFAULT
from app.domain.rag import Dimension, Rag
from app.domain.warnings.watch import EarlyWarning
from app.domain.warnings.watching import look_out
from tests.builders import (
    APOLLO,
    NOW,
    START,
    STATUS_DAY,
    achieved,
    an_event,
    assessed,
    at,
    cost,
    days,
    eur,
    facts_of,
    forecast,
    planned,
    progress,
    registered,
    warned,
)

REPORTED = (date(2026, 1, 16), date(2026, 1, 30), date(2026, 2, 13), STATUS_DAY)
"""Working days 10, 20, 30 and 40 of the plan."""
DUE = date(2026, 8, 3)


def _reason(warning: EarlyWarning | None) -> str | None:
    return None if warning is None else warning.reason


def _progress(*shares: str) -> list[AnyEvent]:
    return [progress(share, on=day) for share, day in zip(shares, REPORTED, strict=True)]


def _estimate(amount: int) -> AnyEvent:
    return an_event("cost.eac_reported", {"as_of": STATUS_DAY.isoformat(), "eac": eur(amount)})


def _plan(version: int, contingency: int) -> AnyEvent:
    data = {
        "version": version,
        "bac": eur(100_000),
        "contingency": eur(contingency),
        "start": START.isoformat(),
        "finish": "2026-05-22",
    }
    return an_event("baseline.approved", data, time=at(START, 10 + version))


# ── SPI(t) ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("shares", "reason"),
    [
        (("10", "19.9", "29.7", "39.4"), "declines"),
        (("10", "19.9", "29.85", "39.6"), None),
        (("10", "20", "30", "37.6"), None),
        (("10", "20", "30", "37.5"), "slope"),
        (("9.75", "19.5", "29.25", "37.2"), None),
        (("9.75", "19.5", "29.25", "37.19"), "projected"),
        (("9.3", "18.4", "27.3", "36"), "projected"),
    ],
)
def test_ew4_spi_t_falls_thrice_or_steeply_or_is_soon_too_low(
    shares: tuple[str, ...], reason: str | None
) -> None:
    assert _reason(warned("EW4", *_progress(*shares))) == reason


def test_ew4_says_which_reports_it_looked_at() -> None:
    falling = warned("EW4", *_progress("10", "20", "30", "36"))

    assert falling is not None
    assert [str(each.value) for each in falling.inputs] == ["1", "1", "1", "0.9"]
    assert falling.events == (3, 4, 5, 6)


def test_ew4_needs_three_reports() -> None:
    two = (progress("20", on=REPORTED[1]), progress("20"))

    assert warned("EW4", *two) is None
    assert _reason(warned("EW4", progress("10", on=REPORTED[0]), *two)) == "slope"


# ── cost ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("shares", "at_first", "at_last", "fires"),
    [
        (("10", "20", "30", "40"), "10000", "50000", False),
        (("10", "20", "30", "40"), "9999", "50000", True),
        (("3", "6", "9", "15"), "1000", "30000", False),
        (("3", "6", "9", "15.1"), "1000", "30000", True),
    ],
)
def test_ew5_cost_efficiency_of_late_is_below_that_of_all_time(
    shares: tuple[str, ...], at_first: str, at_last: str, fires: bool
) -> None:
    booked = (cost(at_first, on=REPORTED[0]), cost(at_last))

    assert (warned("EW5", *_progress(*shares), *booked) is not None) is fires


@pytest.mark.parametrize(
    ("booked", "estimate", "reason"),
    [
        ("80000", 180_000, None),
        ("80000", 179_999, "pace"),
        ("100000", 225_000, None),
        ("100000", 224_999, "below_pace"),
        ("50000", 50_000, "spent"),
    ],
)
def test_ew6_an_estimate_is_not_credible(booked: str, estimate: int, reason: str | None) -> None:
    assert _reason(warned("EW6", progress("40"), cost(booked), _estimate(estimate))) == reason


@pytest.mark.parametrize(
    ("booked", "observed"), [("50000", None), ("50001", "1.20"), ("100000", "100000"), ("120000", "120000")]
)
def test_ew7_the_rest_would_have_to_cost_too_little(booked: str, observed: str | None) -> None:
    runaway = warned("EW7", progress("40"), cost(booked))

    assert (None if runaway is None else round(Decimal(str(runaway.observed)), 2)) == (
        None if observed is None else Decimal(observed)
    )


@pytest.mark.parametrize("rule", ["EW5", "EW6", "EW7"])
def test_of_work_that_is_complete_no_pace_is_warned_of(rule: str) -> None:
    dear = (cost("10000", on=REPORTED[0]), cost("150000"))

    assert warned(rule, *_progress("40", "60", "80", "100"), *dear, _estimate(140_000)) is None


@pytest.mark.parametrize(("booked", "fires"), [("50000", False), ("50001", True)])
def test_ew11_money_is_spent_ahead_of_the_work(booked: str, fires: bool) -> None:
    assert (warned("EW11", progress("40"), cost(booked)) is not None) is fires


@pytest.mark.parametrize(("share", "fires"), [("35", False), ("34.9", True)])
def test_ew12_contingency_is_used_ahead_of_the_work(share: str, fires: bool) -> None:
    told = [registered(), _plan(1, 10_000), _plan(2, 5_000), progress(share)]
    found = assess_item(facts_of(told).whole(APOLLO), HOUSE_DEFAULT, rate_book(()), NOW)

    assert (look_out(found, HOUSE_DEFAULT).of("EW12") is not None) is fires


def test_ew12_nobody_knows_what_was_used_of_a_contingency_that_was_never_approved() -> None:
    assert warned("EW12", _plan(2, 5_000), progress("10")) is None


@pytest.mark.parametrize(("cover", "fires"), [("1", False), ("0.99", True)])
def test_ew12_what_is_left_does_not_cover_what_is_at_risk(cover: str, fires: bool) -> None:
    found = assessed(progress("40"))
    reading = Reading("CST-7", Decimal(cover), "ratio")
    found.aspects = (Aspect(Dimension.COST, Rag.RED, None, None, None, (reading,), 0),)

    assert (look_out(found, HOUSE_DEFAULT).of("EW12") is not None) is fires


# ── milestones ─────────────────────────────────────────────────────────────────────────────────────


def _told(*slips: int, every: int = 14) -> list[AnyEvent]:
    """A milestone, and forecasts so many days after its agreed date, one every so many days."""
    moved = [
        forecast("M1", DUE + days(slip), time=at(START, 11) + days(every * n))
        for n, slip in enumerate(slips, 1)
    ]
    return [planned("M1", DUE), *moved]


@pytest.mark.parametrize(
    ("slips", "every", "reason"),
    [
        ((1, 1, 2, 3), 14, "slips"),
        ((1, 1, 1, 3), 14, None),
        ((5, 4, 3, 2), 14, None),
        ((10, 28), 14, None),
        ((10, 29), 14, "chase"),
        ((29,), 14, None),
    ],
)
def test_ew8_a_milestone_creeps(slips: tuple[int, ...], every: int, reason: str | None) -> None:
    assert _reason(warned("EW8", *_told(*slips, every=every))) == reason


def test_ew8_a_milestone_that_was_reached_creeps_no_more() -> None:
    assert warned("EW8", *_told(1, 2, 3), achieved("M1", date(2026, 3, 1))) is None


@pytest.mark.parametrize(
    ("told", "slip", "fires"),
    [(date(2026, 7, 21), 11, True), (date(2026, 7, 21), 10, False), (date(2026, 7, 20), 11, False)],
)
def test_ew9_a_long_slip_is_told_shortly_before_the_date(told: date, slip: int, fires: bool) -> None:
    late = warned(
        "EW9", planned("M1", DUE), forecast("M1", DUE + days(slip), time=at(told)), now=at(told, 13)
    )

    assert (late is not None) is fires


@pytest.mark.parametrize(("due", "fires"), [(1, False), (2, True)])
def test_ew10_more_is_due_than_was_ever_reached_in_such_a_time(due: int, fires: bool) -> None:
    reached = [planned("A", START), planned("B", START), achieved("A", START), achieved("B", START)]
    ahead = [planned(f"M{n}", NOW.date() + days(90)) for n in range(due)]

    assert (warned("EW10", *reached, *ahead) is not None) is fires


def test_ew10_without_a_history_there_is_no_usual_pace() -> None:
    assert warned("EW10", planned("M1", NOW.date()), planned("M2", NOW.date())) is None


# The forecast is for Friday, so Monday is the day of grace.
@pytest.mark.parametrize(("now", "fires"), [(date(2026, 3, 2), False), (date(2026, 3, 3), True)])
def test_ew23_a_date_has_passed_and_nobody_closed_or_moved_it(now: date, fires: bool) -> None:
    passed = warned("EW23", forecast("M1", date(2026, 2, 27), time=at(START)), now=at(now, 0))

    assert (passed is not None) is fires


def test_ew23_is_about_a_critical_milestone_first_and_counts_the_others() -> None:
    passed = warned("EW23", planned("A", date(2026, 2, 2)), planned("B", date(2026, 2, 20), critical=True))

    assert passed is not None
    assert (passed.subject, passed.severity, passed.count, passed.horizon) == (
        "B",
        "high",
        2,
        date(2026, 2, 20),
    )
    assert [each.name for each in passed.inputs] == ["B", "A"]


def _working(milestone: str, **said: str) -> AnyEvent:
    return an_event("milestone.working_date_reported", {"milestone": milestone, **said})


@pytest.mark.parametrize(
    ("working", "fires"),
    [
        (_working("M1", working_date="2026-08-03"), False),
        (_working("M1", working_date="2026-08-04"), True),
        (_working("M1", working_target="v2", working_date="2026-08-03"), True),
        (_working("M2", working_date="2026-09-01"), False),
        (_working("M2", working_date="2026-03-01"), True),
    ],
)
def test_ew24_the_team_works_towards_another_date_than_is_forecast(working: AnyEvent, fires: bool) -> None:
    split = warned("EW24", forecast("M1", DUE, time=at(START), new_target="v1"), working)

    assert (split is not None) is fires


@pytest.mark.parametrize(
    ("due_in", "silent", "fires"),
    [(69, 30, False), (69, 30.1, True), (70, 31, False), (0, 31, True), (-1, 31, False)],
)
def test_ew25_nobody_touched_a_milestone_that_is_near(due_in: int, silent: float, fires: bool) -> None:
    near = planned("M1", NOW.date() + days(due_in), time=NOW - days(silent))

    assert (warned("EW25", near) is not None) is fires


@pytest.mark.parametrize(
    "report", [an_event("item.touched", {}, time=NOW - days(2)), progress("20", on=NOW.date() - days(2))]
)
def test_ew25_whatever_is_reported_of_a_project_counts_for_its_milestones(report: AnyEvent) -> None:
    near = planned("M1", NOW.date() + days(20), time=NOW - days(40))

    assert warned("EW25", near, report) is None
