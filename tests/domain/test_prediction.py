"""Predictions: counts along the log, shrunk towards what is known, never ahead of it."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.events.catalogue import AnyEvent
from app.domain.facts import PortfolioFacts
from app.domain.fold import Recorded
from app.domain.money import rate_book
from app.domain.page import project_page
from app.domain.policy import HOUSE_DEFAULT
from app.domain.prediction import telling
from app.domain.prediction.experience import ANY, Experience, cells_of
from app.domain.prediction.promises import Walk
from app.domain.prediction.quality import Scored, auroc, brier, quality
from app.domain.prediction.situation import NOTHING_KNOWN, Situation, situation
from app.domain.prediction.track_record import TrackRecord, begin, record
from tests import builders as b
from tests.promises import a_history

DUE = date(2026, 6, 1)
START = b.at(date(2026, 1, 5), 9)

situations = st.builds(
    Situation,
    milestone=st.sampled_from(["alpha", "beta", None]),
    disagrees=st.sampled_from([True, False, None]),
    overdue=st.sampled_from([True, False, None]),
    stale=st.sampled_from([True, False, None]),
    owner=st.sampled_from(["ATLAS", "BOREAS", None]),
)
Known = list[tuple[Situation, bool]]
outcomes = st.lists(st.tuples(situations, st.booleans()), max_size=60)


def experienced(known: Iterable[tuple[Situation, bool]]) -> Experience:
    found = Experience()
    for one, slipped in known:
        found.learn(cells_of(one), slipped=slipped)
    return found


@given(outcomes, situations)
def test_a_probability_lies_strictly_between_0_and_1(known: Known, one: Situation) -> None:
    chance = experienced(known).chance(one)

    assert 0 < chance.probability < 1
    assert 0 < chance.base_rate < 1


@given(outcomes, situations)
def test_one_more_slip_in_the_same_situation_never_lowers_the_rate(known: Known, one: Situation) -> None:
    before = experienced(known).chance(one).probability

    after = experienced([*known, (one, True)]).chance(one).probability

    assert after >= before


@given(outcomes)
def test_where_nothing_is_known_of_a_milestone_the_base_rate_stands(
    known: Known,
) -> None:
    chance = experienced(known).chance(NOTHING_KNOWN)

    assert chance.probability == pytest.approx(chance.base_rate)
    assert [basis.condition for basis in chance.basis] == ["any"]


def test_a_condition_that_was_never_met_falls_to_the_rate_above_it() -> None:
    seen = Situation("alpha", disagrees=True, overdue=None, stale=None, owner=None)
    found = experienced([(seen, True)] * 30)

    at_another = found.chance(seen._replace(milestone="beta")).probability

    assert at_another == pytest.approx(found.chance(seen._replace(milestone=None)).probability)


def test_without_any_outcome_a_slip_is_as_likely_as_not() -> None:
    assert Experience().chance(Situation("alpha", True, True, True, "ATLAS")).probability == pytest.approx(
        0.5
    )


def test_a_chance_names_the_counts_that_it_is_made_of() -> None:
    bad = Situation("beta", disagrees=True, overdue=True, stale=None, owner="ATLAS")
    known = [(bad, True)] * 14 + [(bad, False)] * 5

    basis = {each.condition: each for each in experienced(known).chance(bad).basis}

    assert (basis["plan_fields"].slipped, basis["plan_fields"].cases) == (14, 19)
    assert set(basis) == {"any", "plan_fields", "milestone", "overdue", "owner"}


def walked(*events: AnyEvent) -> Walk:
    walk = Walk()
    for seq, event in enumerate(events, start=1):
        walk.take(Recorded(seq, event.time, event))
    return walk


def promised(to: date = DUE, on: date = START.date(), **said: str) -> AnyEvent:
    return b.forecast("beta", to, time=b.at(on), **said)


def heard(on: date) -> AnyEvent:
    return b.an_event("item.touched", {}, time=b.at(on))


def known_of(walk: Walk) -> tuple[int, int]:
    """Slipped and known outcomes."""
    count = walk.experience.counts[ANY]
    return count.slipped, count.cases


REGISTERED = b.registered(time=START)
AFTER = DUE + timedelta(days=3)


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        ([heard(AFTER)], (0, 1)),
        ([promised(DUE + timedelta(days=90), AFTER)], (1, 1)),
        ([promised(DUE + timedelta(days=90), DUE - timedelta(days=20)), heard(AFTER)], (1, 1)),
        ([heard(AFTER), promised(DUE + timedelta(days=90), AFTER + timedelta(days=40))], (1, 1)),
        ([b.state("stopped", time=b.at(AFTER))], (1, 1)),
        ([b.state("on_hold", time=b.at(DUE - timedelta(days=20))), heard(AFTER)], (1, 1)),
        ([b.achieved("beta", DUE - timedelta(days=1)), b.state("stopped", time=b.at(AFTER))], (0, 1)),
        ([heard(AFTER), b.state("stopped", time=b.at(AFTER + timedelta(days=9)))], (0, 1)),
        ([promised(DUE - timedelta(days=40), DUE - timedelta(days=80)), heard(AFTER)], (0, 1)),
        ([heard(DUE - timedelta(days=1))], (0, 0)),
        ([promised(DUE + timedelta(days=90), DUE - timedelta(days=20))], (0, 0)),
    ],
    ids=[
        "heard of after its date it held",
        "moved after its date it slipped",
        "moved before its date it slipped",
        "held at first and moved later it slipped after all",
        "stopped before it was held it slipped",
        "put on hold it slipped",
        "achieved it held whatever comes later",
        "held it is not broken by a stop later",
        "brought forward the new date counts",
        "before its date nothing is known",
        "moved but its old date has not come",
    ],
)
def test_what_became_of_a_promise(happened: list[AnyEvent], expected: tuple[int, int]) -> None:
    walk = walked(REGISTERED, promised(), *happened)

    assert known_of(walk) == expected


def test_a_promise_counts_once_however_often_it_was_looked_at() -> None:
    walk = walked(REGISTERED, promised(), heard(DUE - timedelta(days=50)), heard(AFTER), heard(AFTER))

    assert known_of(walk) == (0, 1)


def test_a_date_that_is_said_again_is_the_same_promise() -> None:
    walk = walked(REGISTERED, promised(), promised(on=DUE - timedelta(days=30)), heard(AFTER))

    assert known_of(walk) == (0, 1)


def seen_at(day: date, *events: AnyEvent) -> Situation:
    facts = b.facts_of([REGISTERED, *events]).whole(b.APOLLO)
    return situation(facts, facts.milestones["beta"], b.at(day, 0))


def working(milestone: str, target: str, to: date) -> AnyEvent:
    said = {"milestone": milestone, "working_target": target, "working_date": to.isoformat()}
    return b.an_event("milestone.working_date_reported", said, time=START)


@pytest.mark.parametrize(
    ("said", "disagrees"),
    [
        ([], None),
        ([working("beta", "v2", DUE)], False),
        ([working("beta", "v1", date(2026, 9, 1))], True),
        ([working("alpha", "v2", DUE)], False),
        ([working("alpha", "v1", date(2026, 2, 1))], True),
        ([working("alpha", "v1", date(2026, 5, 1))], False),
    ],
    ids=[
        "nobody says what the work is aimed at",
        "the same target",
        "another target of its own",
        "the work before it is aimed at the same",
        "the work before it was aimed at a date that has passed",
        "the work before it is still ahead",
    ],
)
def test_plan_fields_disagree(said: list[AnyEvent], disagrees: bool | None) -> None:
    found = seen_at(date(2026, 4, 1), promised(new_target="v2"), *said)

    assert found.disagrees is disagrees


def test_an_update_sixty_days_ago_is_not_yet_old() -> None:
    assert seen_at(START.date() + timedelta(days=61), promised()).stale is False
    assert seen_at(START.date() + timedelta(days=62), promised()).stale is True


def test_ranking_counts_a_tie_as_half() -> None:
    assert auroc([Scored(0.9, True), Scored(0.1, False)]) == 1
    assert auroc([Scored(0.5, True), Scored(0.5, False)]) == 0.5
    assert auroc([Scored(0.5, True)]) is None


def test_a_coin_has_a_brier_score_of_a_quarter() -> None:
    assert brier([Scored(0.5, True), Scored(0.5, False)]) == 0.25


def test_the_worst_fifth_is_looked_at_with_ties_at_its_edge_on_average() -> None:
    found = quality([Scored(0.9, True), Scored(0.5, True), Scored(0.5, False), *[Scored(0.1, False)] * 7])

    assert found.precision == pytest.approx(0.75)
    assert found.recall == pytest.approx(0.75)


@cache
def a_record(pairs: int) -> TrackRecord:
    walk, witness = begin(PortfolioFacts())
    for seq, event in enumerate(a_history(pairs), start=1):
        walk.take(Recorded(seq, event.time, event))
    return record(walk, witness)


def test_with_few_outcomes_a_track_record_says_so_and_claims_nothing() -> None:
    told = telling.forecast_quality(a_record(10))

    assert told["outcomes"] == 20
    assert {each["reason"] for each in told["horizons"]} == {"too_few_outcomes"}
    assert {each["auroc"] for each in told["horizons"]} == {None}


def test_a_good_track_record_is_claimed_with_its_measures() -> None:
    told = telling.forecast_quality(a_record(60))

    assert [(each["days"], each["supported"]) for each in told["horizons"]] == [(70, True), (28, True)]
    assert told["horizons"][0]["auroc"] > 0.9
    assert told["horizons"][0]["brier"] < told["horizons"][0]["base_brier"]
    assert told["lead_days"] == 98


@pytest.mark.parametrize(("pairs", "claimed"), [(10, False), (60, True)])
def test_an_outlook_has_a_probability_where_the_track_record_supports_it(pairs: int, claimed: bool) -> None:
    now = b.at(DUE - timedelta(days=60), 0)
    events = [REGISTERED, promised(new_target="v2"), working("beta", "v1", date(2026, 3, 1))]
    facts = b.facts_of(events).whole(b.APOLLO)

    told = telling.outlook(facts, HOUSE_DEFAULT, a_record(pairs), now)

    assert [sign["rule"] for sign in told[0]["warnings"]] == ["EW24", "EW25"]
    assert (told[0]["probability"] is not None) is claimed
    assert told[0]["basis"][0]["cases"] == 2 * pairs


# ── what early warnings foretell ───────────────────────────────────────────────────────────────────

TODAY = DUE - timedelta(days=60)
SAID = (promised(new_target="v2"), working("beta", "v1", date(2026, 3, 1)))


def foretold(rule: str, *events: AnyEvent, pairs: int = 60, subject: str = "beta") -> dict[str, Any] | None:
    facts = b.facts_of([REGISTERED, *SAID, *events]).whole(b.APOLLO)
    return telling.foretold(facts, rule, subject, a_record(pairs), b.at(TODAY, 0))


@pytest.mark.parametrize("rule", ["EW24", "EW25"])
def test_a_warning_that_is_a_prediction_has_its_probability_and_its_counts(rule: str) -> None:
    told = foretold(rule)

    assert told is not None
    assert (told["milestone"], told["reason"]) == ("beta", None)
    assert told["probability"] > 0.8 > told["base_rate"]
    assert {"condition": "plan_fields", "value": True, "slipped": 60, "cases": 60} in told["basis"]


@pytest.mark.parametrize(("pairs", "reason"), [(24, "too_few_outcomes"), (25, None)])
def test_a_warning_foretells_nothing_before_there_is_a_track_record(pairs: int, reason: str | None) -> None:
    told = foretold("EW24", pairs=pairs)

    assert told is not None
    assert (told["reason"], told["probability"] is None) == (reason, reason is not None)


def test_a_date_that_has_passed_foretells_of_the_milestone_that_comes_next() -> None:
    passed = b.forecast("alpha", TODAY - timedelta(days=9), time=START)
    later = b.forecast("gamma", DUE + timedelta(days=9), time=START)

    told = foretold("EW23", passed, later, subject="alpha")

    assert told is not None
    assert (told["milestone"], told["reason"]) == ("beta", None)


def test_a_milestone_that_is_due_today_is_still_to_come() -> None:
    today = b.forecast("beta", TODAY, time=b.at(TODAY - timedelta(days=9)))

    told = foretold(
        "EW23", b.forecast("alpha", TODAY - timedelta(days=9), time=START), today, subject="alpha"
    )

    assert told is not None
    assert (told["milestone"], told["reason"]) == ("beta", None)


def test_a_date_that_has_passed_foretells_nothing_where_none_comes_next() -> None:
    passed = b.forecast("beta", TODAY - timedelta(days=1), time=b.at(TODAY - timedelta(days=9)))

    told = foretold("EW23", passed)

    assert told is not None
    assert (told["milestone"], told["reason"], told["probability"]) == ("beta", "date_passed", None)


def test_a_milestone_without_a_forecast_has_no_probability() -> None:
    told = foretold("EW25", b.planned("only", DUE), subject="only")

    assert told is not None
    assert (told["reason"], told["probability"]) == ("no_date", None)


@pytest.mark.parametrize("rule", ["EW8", "EW9", "ESC2"])
def test_a_warning_of_what_is_foretells_nothing(rule: str) -> None:
    assert foretold(rule) is None


def test_the_page_tells_what_a_warning_foretells_by_the_record_that_is_at_hand() -> None:
    facts, now = b.facts_of([REGISTERED, *SAID]).whole(b.APOLLO), b.at(TODAY, 0)

    alone = project_page(facts, HOUSE_DEFAULT, rate_book(()), now)
    beside = project_page(facts, HOUSE_DEFAULT, rate_book(()), now, record=a_record(60))

    assert [each for each in alone["warnings"] if "foretold" in each] == []
    assert [each["rule"] for each in beside["warnings"] if "foretold" in each] == ["EW24", "EW25"]
