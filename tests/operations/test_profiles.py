"""The profiles that ship: each is whole, and a value on a line of theirs keeps the better colour."""

from decimal import Decimal

import pytest

from app.domain.policy import HOUSE_DEFAULT, Policy
from app.domain.rag import Dimension, Rag
from app.domain.thresholds import colour
from app.operations.profiles import ORDER, shipped

R, A, G = Rag.RED, Rag.AMBER, Rag.GREEN


def policy(profile: str) -> Policy:
    return next(each.policy for each in shipped() if each.id == profile)


def test_the_house_default_is_the_first_profile() -> None:
    assert shipped()[0].policy == HOUSE_DEFAULT


@pytest.mark.parametrize("profile", ORDER)
def test_a_profile_judges_every_kpi_of_the_house(profile: str) -> None:
    assert set(policy(profile).kpis) == set(HOUSE_DEFAULT.kpis)


@pytest.mark.parametrize("profile", ORDER)
def test_a_profile_says_where_its_numbers_are_from(profile: str) -> None:
    found = next(each for each in shipped() if each.id == profile)

    assert (found.version, len(found.about) > 100) == (1, True)


@pytest.mark.parametrize(
    ("profile", "kpi", "value", "expected"),
    [
        ("omb-10", "CST-3", "-10", G),
        ("omb-10", "CST-3", "-10.01", A),
        ("omb-10", "CST-3", "-30", A),
        ("omb-10", "CST-3", "-30.01", R),
        ("omb-10", "SCH-2", "10", G),
        ("omb-10", "SCH-2", "10.01", A),
        ("omb-10", "SCH-2", "30", A),
        ("omb-10", "SCH-2", "30.01", R),
        ("omb-10", "CST-1", "0.90", G),
        ("omb-10", "CST-1", "0.8999", A),
        ("omb-10", "CST-1", "0.6999", R),
        ("omb-10", "SCH-1", "0.90", G),
        ("omb-10", "SCH-1", "0.6999", R),
        ("omb-10", "CST-6", "10.01", A),
        ("omb-10", "CST-6", "30.01", R),
        ("uk-dca-3", "SCH-1", "0.75", A),
        ("uk-dca-3", "SCH-1", "0.7499", R),
        ("uk-dca-3", "CST-1", "0.80", A),
        ("uk-dca-3", "CST-1", "0.7999", R),
        ("uk-dca-3", "CST-3", "-25", A),
        ("uk-dca-3", "CST-3", "-25.01", R),
        ("uk-dca-3", "SCH-6", "180", A),
        ("uk-dca-3", "SCH-6", "180.01", R),
    ],
)
def test_a_value_on_the_line_keeps_the_better_colour(
    profile: str, kpi: str, value: str, expected: Rag
) -> None:
    rules = policy(profile)

    assert colour(Decimal(value), None, rules.kpis[kpi], rules.margin) is expected


def test_delivery_confidence_is_not_green_while_schedule_or_cost_is_unknown() -> None:
    assert policy("uk-dca-3").needed == {Dimension.SCHEDULE, Dimension.COST}
