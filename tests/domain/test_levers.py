"""What would change it: the amounts that are told are really enough, and only levers that exist are told."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain.events.catalogue import AnyEvent
from app.domain.explain import explain
from app.domain.findings import Reading
from app.domain.item import Assessment
from app.domain.levers import Levers, Step, Way, levers_of, with_levers
from app.domain.policy import HOUSE_DEFAULT
from app.domain.rag import RANK, Rag
from app.domain.thresholds import colour
from app.domain.tree import Telling, walk
from tests import builders as b

CAN = ("earn", "estimate", "forward")
LATER = b.at(b.STATUS_DAY, 23)


def levers(*events: AnyEvent, **more: Any) -> Levers:
    return b.finish(levers_of(b.assessed(*events, **more), HOUSE_DEFAULT))


def way(found: Levers, kpi: str, to: Rag = Rag.AMBER) -> Way:
    return next(each for each in found.readings[kpi] if each.to is to)


def reading(assessment: Assessment, kpi: str) -> Reading:
    return next(r for aspect in assessment.aspects for r in aspect.readings if r.kpi == kpi)


def an_estimate(amount: str) -> AnyEvent:
    data = {"as_of": b.STATUS_DAY.isoformat(), "eac": b.eur(amount)}
    return b.an_event("cost.eac_reported", data, time=b.at(b.STATUS_DAY, 20), id=f"eac {amount}")


def test_a_cost_index_is_brought_back_by_earning_more_at_no_further_cost() -> None:
    found = way(levers(b.progress("40"), b.cost("50000")), "CST-1")

    assert (found.limit, found.steps) == (
        Decimal("0.90"),
        (Step("earn", Decimal("5000.0"), Decimal("5250.0"), "EUR"),),
    )


def test_what_is_told_is_rounded_to_the_safe_side() -> None:
    [step] = way(levers(b.progress("33.333333"), b.cost("40000.01")), "CST-1").steps

    assert step.amount is not None
    assert step.amount >= Decimal("0.90") * Decimal("40000.01") - Decimal("33333.333")
    assert step.amount - (Decimal("0.90") * Decimal("40000.01") - Decimal("33333.333")) < 1


def test_the_schedule_is_brought_back_by_what_the_plan_would_have_earned_by_then() -> None:
    [step] = way(levers(b.progress("32")), "SCH-1").steps

    assert (step.kind, step.amount) == ("earn", Decimal(4000))  # 0.90 of 40 days of 1,000 a day


def test_a_recovery_names_each_milestone_and_its_days() -> None:
    found = levers(
        b.progress("40"),
        *(b.planned(code, date(2026, 4, 1)) for code in ("M1", "M2")),
        b.forecast("M1", date(2026, 4, 11)),
        b.forecast("M2", date(2026, 10, 8)),
    )

    [step] = way(found, "SCH-6").steps
    assert (step.kind, step.unit, step.milestones) == ("forward", "days", (("M2", 20),))


def test_where_pace_and_estimate_are_both_bad_it_takes_both() -> None:
    found = way(levers(b.progress("40"), b.cost("50000"), an_estimate("130000")), "CST-3")

    assert [(step.kind, step.amount) for step in found.steps] == [
        ("earn", Decimal("5454.6")),
        ("estimate", Decimal(20000)),
    ]


def test_a_larger_budget_is_named_where_it_would_be_enough() -> None:
    found = levers(b.progress("40"), b.cost("50000")).readings["CST-1"]

    assert [(each.to, each.steps[0].kind, each.steps[0].amount) for each in found if _agreed(each)] == [
        (Rag.AMBER, "budget", Decimal(12500)),
        (Rag.GREEN, "budget", Decimal(18750)),
    ]


def test_a_larger_budget_is_no_lever_where_what_is_earned_was_told_in_money() -> None:
    found = levers(b.progress(ev="40000"), b.cost("50000")).readings["CST-1"]

    assert [each for each in found if _agreed(each)] == []


def _agreed(found: Way) -> bool:
    return found.steps[0].kind in ("budget", "dates")


def test_more_than_the_budget_cannot_be_earned() -> None:
    overspent = levers(b.progress(ev="90000"), b.cost("200000"))

    assert overspent.readings["CST-1"] == ()
    assert overspent.item == ()
    assert "CST-1" in overspent.without


def test_a_reading_that_is_good_again_has_only_to_stay_so() -> None:
    recovered = levers(
        b.progress("30", on=date(2026, 2, 20)), b.progress("38.1"), b.cost("35000", on=date(2026, 2, 20))
    )

    assert way(recovered, "SCH-1", Rag.GREEN).steps == (Step("hold"),)


def test_a_tolerance_of_the_item_is_the_limit_that_is_reached() -> None:
    own = b.an_event("item.changed", {"tolerances": {"CST-1": {"amber": "0.99", "red": "0.85"}}})

    found = way(levers(b.progress("40"), b.cost("50000"), own), "CST-1")

    assert (found.limit, found.steps[0].amount) == (Decimal("0.85"), Decimal(2500))


def test_a_green_project_needs_no_lever() -> None:
    assert levers(b.progress("40"), b.cost("40000")) == Levers({}, (), ())


def test_the_whole_item_needs_the_greatest_of_each() -> None:
    found = levers(b.progress("32"), b.cost("40000"))

    to_amber = found.item[0]
    assert to_amber.to is Rag.AMBER
    assert [(step.kind, step.amount) for step in to_amber.steps] == [("earn", Decimal("4363.7"))]


money = st.integers(1, 100_000_00).map(lambda cents: Decimal(cents) / 100)


@given(done=money, spent=money, eac=st.none() | money, to=st.sampled_from([Rag.AMBER, Rag.GREEN]))
def test_earning_and_estimating_as_told_gives_the_colour(
    done: Decimal, spent: Decimal, eac: Decimal | None, to: Rag
) -> None:
    told = [b.progress(ev=str(done)), b.cost(str(spent))]
    told += [] if eac is None else [an_estimate(str(eac))]
    before = b.assessed(*told)
    found = b.finish(levers_of(before, HOUSE_DEFAULT))

    for kpi, ways in found.readings.items():
        for each in ways:
            if each.to is to and all(step.kind in CAN for step in each.steps):
                _holds(told, before, kpi, each, done, eac)


def _holds(
    told: list[AnyEvent], before: Assessment, kpi: str, found: Way, done: Decimal, eac: Decimal | None
) -> None:
    for now, amounts in (
        (None, [step.amount for step in found.steps]),
        (reading(before, kpi).value, [step.at_once for step in found.steps]),
    ):
        if None in amounts:
            continue
        events = list(told)
        for step, amount in zip(found.steps, amounts, strict=True):
            assert amount is not None
            if step.kind == "earn":
                events.append(b.progress(ev=str(done + amount), time=LATER))
            else:
                assert eac is not None
                data = {"as_of": b.STATUS_DAY.isoformat(), "eac": b.eur(str(eac - amount))}
                events.append(b.an_event("cost.eac_reported", data, time=LATER, id="after"))
        value = reading(b.assessed(*events), kpi).value
        assert value is not None
        judged = colour(value, now, HOUSE_DEFAULT.kpis[kpi], HOUSE_DEFAULT.margin)
        assert RANK[judged] <= RANK[found.to]


agreed_in = st.integers(-85, 60)
expected_in = st.integers(100, 300)


@given(
    st.lists(st.tuples(agreed_in, expected_in), min_size=1, max_size=4),
    st.sampled_from([Rag.AMBER, Rag.GREEN]),
)
def test_bringing_milestones_forward_as_told_gives_the_colour(found: list[tuple[int, int]], to: Rag) -> None:
    today = b.NOW.date()
    dates = {
        f"M{n}": (today + timedelta(agreed), today + timedelta(abs(late)))
        for n, (agreed, late) in enumerate(found)
    }
    told = [b.progress("40"), *(b.planned(code, agreed) for code, (agreed, _) in dates.items())]
    told += [b.forecast(code, expected) for code, (_, expected) in dates.items()]
    ways = levers(*told).readings.get("SCH-6", ())
    chosen = [each for each in ways if each.to is to and each.steps[0].kind == "forward"]
    assume(chosen)

    moved = dict(chosen[0].steps[0].milestones)
    after = [
        b.forecast(code, dates[code][1] - timedelta(by), time=b.NOW + timedelta(minutes=1))
        for code, by in moved.items()
    ]

    value = reading(b.assessed(*told, *after), "SCH-6").value
    assert value is not None
    assert RANK[colour(value, None, HOUSE_DEFAULT.kpis["SCH-6"], HOUSE_DEFAULT.margin)] <= RANK[to]
    assert all(dates[code][1] - timedelta(by) >= today for code, by in moved.items())


@given(pct=st.integers(1, 60), spent=st.integers(20_000, 60_000))
def test_what_is_enough_for_the_item_is_enough(pct: int, spent: int) -> None:
    told = [b.progress(str(pct)), b.cost(str(spent))]
    ways = levers(*told).item
    assume(ways)

    for each in ways:
        [step] = each.steps
        assert (step.kind, step.amount is not None) == ("earn", True)
        after = b.progress(ev=str(Decimal(1000) * pct + (step.amount or 0)), time=LATER)
        assert RANK[b.assessed(*told, after).rag] <= RANK[each.to]


def test_the_tree_of_a_project_has_its_levers_as_data() -> None:
    story = b.Story()
    done = story.tell(b.registered(), b.baseline(), b.progress("40"), b.cost("50000"))
    tree = explain(
        b.APOLLO,
        Telling("demo", HOUSE_DEFAULT, lambda key: (story.card(key), orjson.loads(done.details[key]))),
    )
    assert tree is not None

    with_levers(tree, levers(b.progress("40"), b.cost("50000")))

    [cpi] = [node for node in walk(tree) if node["kind"] == "kpi" and node["label"].startswith("CST-1")]
    assert cpi["levers"][0] == {
        "to": "amber",
        "limit": "0.90",
        "steps": [
            {
                "kind": "earn",
                "amount": "5000.0",
                "at_once": "5250.0",
                "unit": "EUR",
                "milestones": [],
                "records": [],
            }
        ],
    }
    assert [each["to"] for each in tree["levers"]] == ["amber", "green"]
    assert tree["without_lever"] == []


def test_the_pace_that_the_budget_asks_for_is_brought_down_by_earning_more() -> None:
    found = levers(b.progress("40"), b.cost("51000"))  # 60,000 to earn by 49,000: 1.2245

    assert [(each.to, each.limit, each.steps) for each in found.readings["CST-5"] if not _agreed(each)] == [
        (Rag.AMBER, Decimal("1.20"), (Step("earn", Decimal("1200.0"), Decimal("1690.0"), "EUR"),)),
        (Rag.GREEN, Decimal("1.10"), (Step("earn", Decimal("6100.0"), Decimal("6590.0"), "EUR"),)),
    ]


def test_where_little_is_left_to_spend_almost_all_has_to_be_earned() -> None:
    [step] = way(levers(b.progress("40"), b.cost("99999")), "CST-5").steps

    assert step.amount == Decimal("59998.8")


def test_a_budget_that_is_spent_leaves_no_pace_to_bring_down() -> None:
    assert "CST-5" not in levers(b.progress("40"), b.cost("100000")).readings


FAR_BEHIND = levers(b.progress("20"), b.cost("50000"))


@pytest.mark.parametrize("kpi", ["CST-1", "CST-3", "CST-5", "CST-6", "SCH-1", "SCH-2"])
def test_every_index_of_work_and_cost_has_a_lever(kpi: str) -> None:
    found = FAR_BEHIND.readings[kpi]

    assert {each.to for each in found if each.steps[0].kind == "earn"} == {Rag.AMBER, Rag.GREEN}
