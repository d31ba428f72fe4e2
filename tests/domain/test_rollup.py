"""The colour of a parent from the projects below it."""

from datetime import date
from decimal import Decimal

import pytest

from app.domain.money import Rate, rate_book
from app.domain.policy import HOUSE_DEFAULT
from app.domain.rag import Rag
from app.domain.rollup import Child, RolledUp, roll_up

R, A, G, U, N = Rag.RED, Rag.AMBER, Rag.GREEN, Rag.UNKNOWN, Rag.NONE


def _rolled_up(*children: tuple[Rag, str | None], tier: int = 3) -> RolledUp:
    found = [
        Child(f"project/P{n}", tier, rag, None if bac is None else Decimal(bac))
        for n, (rag, bac) in enumerate(children)
    ]
    return roll_up(found, HOUSE_DEFAULT.roll_up)


@pytest.mark.parametrize(
    ("children", "rag", "rule"),
    [
        ([(R, "25"), (G, "75")], R, "red_share"),
        ([(R, "24.9"), (G, "75.1")], A, "any_red"),
        ([(R, "20"), (G, "55"), (U, "25")], R, "red_share"),  # of what is known
        ([(A, "25"), (G, "75")], A, "amber_share"),
        ([(A, "24"), (G, "76")], G, "all_within"),
        ([(A, "24"), (G, "60"), (U, "16")], U, "coverage"),
        ([(G, "90"), (U, "10")], G, "all_within"),
        ([(G, "89"), (U, "11")], U, "coverage"),
        ([(U, "100")], U, "coverage"),
        ([(R, None), (G, None), (G, None), (G, None)], R, "red_share"),
        ([(R, None), (G, None), (G, None), (G, None), (G, None)], A, "any_red"),
        ([(G, "100"), (U, None)], U, "coverage"),
        ([(N, "100")], N, None),
        ([], N, None),
        ([(N, "1000"), (G, "10")], G, "all_within"),
    ],
)
def test_a_parent_is_as_the_shares_of_its_children_say(
    children: list[tuple[Rag, str | None]], rag: Rag, rule: str | None
) -> None:
    rolled_up = _rolled_up(*children)

    assert (rolled_up.rag, rolled_up.rule) == (rag, rule)


def test_a_parent_is_red_when_its_tier_one_project_is_red() -> None:
    first = Child("project/FIRST", 1, R, Decimal(1))
    rest = Child("project/REST", 3, G, Decimal(999))

    rolled_up = roll_up([rest, first], HOUSE_DEFAULT.roll_up)

    assert (rolled_up.rag, rolled_up.rule, rolled_up.child) == (R, "tier_one_red", "project/FIRST")


def test_many_small_reds_are_the_parents_own_rule_and_one_large_red_is_not() -> None:
    many = _rolled_up(*[(R, "10")] * 3, (G, "70"))
    one = _rolled_up((R, "30"), (G, "70"))

    assert (many.own_rule, one.own_rule, one.child) == (True, False, "project/P0")


def test_the_distribution_and_what_is_known_are_always_told() -> None:
    rolled_up = _rolled_up((R, "1"), (G, "1"), (U, "1"), (N, "1"), (G, None))

    assert (rolled_up.known, rolled_up.of, rolled_up.unpriced) == (3, 4, 1)
    assert rolled_up.counts == {R: 1, A: 0, G: 2, U: 1, N: 1}


def test_a_budget_counts_once_and_only_where_there_is_a_rate() -> None:
    assert _rolled_up((G, "10"), (G, "20"), (G, None)).bac == Decimal(30)


def test_the_distribution_is_told_by_budget_too_without_those_at_rest() -> None:
    rolled_up = _rolled_up((R, "10"), (A, "20"), (G, "30"), (G, "5"), (U, "40"), (N, "500"), (G, None))

    assert rolled_up.budgets == {each: Decimal(n) for each, n in ((R, 10), (A, 20), (G, 35), (U, 40), (N, 0))}
    assert sum(rolled_up.budgets.values()) == rolled_up.bac


def test_without_budgets_there_is_no_distribution_by_budget() -> None:
    assert _rolled_up((R, None), (G, "0")).budgets is None


def test_the_newest_rate_on_or_before_the_day_is_used() -> None:
    book = rate_book(
        [
            Rate("USD", "EUR", date(2026, 2, 1), Decimal("0.8")),
            Rate("USD", "EUR", date(2026, 1, 1), Decimal("0.9")),
        ]
    )

    converted = [book.convert(Decimal(10), "USD", "EUR", date(2026, month, 15)) for month in (1, 2)]

    assert converted == [Decimal(9), Decimal(8)]
    assert book.convert(Decimal(10), "USD", "EUR", date(2025, 12, 31)) is None


def test_a_rate_known_the_other_way_round_is_inverted() -> None:
    book = rate_book([Rate("EUR", "USD", date(2026, 1, 1), Decimal("1.25"))])

    assert book.convert(Decimal(10), "USD", "EUR", date(2026, 1, 2)) == Decimal(8)
    assert book.convert(Decimal(10), "EUR", "EUR", date(1990, 1, 2)) == Decimal(10)
