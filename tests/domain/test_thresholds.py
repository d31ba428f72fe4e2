"""Strict limits, immediate worsening, reluctant improvement."""

from decimal import Decimal

import pytest

from app.domain.policy import HOUSE_DEFAULT, Policy
from app.domain.rag import Rag
from app.domain.thresholds import colour

R, A, G = Rag.RED, Rag.AMBER, Rag.GREEN


@pytest.mark.parametrize(
    ("kpi", "value", "expected"),
    [
        ("SCH-1", "0.9499", A),
        ("SCH-1", "0.95", G),
        ("SCH-1", "0.90", A),
        ("SCH-1", "0.8999", R),
        ("SCH-2", "5", G),
        ("SCH-2", "5.01", A),
        ("SCH-2", "10", A),
        ("SCH-2", "10.01", R),
        ("SCH-3", "90", G),
        ("SCH-3", "89.9", A),
        ("SCH-3", "75", A),
        ("SCH-3", "74.9", R),
        ("SCH-4", "0.95", G),
        ("SCH-4", "0.949", A),
        ("SCH-4", "0.90", A),
        ("SCH-4", "0.899", R),
        ("SCH-5", "5", G),
        ("SCH-5", "5.5", A),
        ("SCH-5", "10", A),
        ("SCH-5", "10.5", R),
        ("SCH-6", "30", G),
        ("SCH-6", "30.1", A),
        ("SCH-6", "90", A),
        ("SCH-6", "90.1", R),
        ("CST-1", "0.95", G),
        ("CST-1", "0.94", A),
        ("CST-1", "0.90", A),
        ("CST-1", "0.89", R),
        ("CST-2", "0.95", G),
        ("CST-2", "0.94", A),
        ("CST-2", "0.90", A),
        ("CST-2", "0.89", R),
        ("CST-3", "-5", G),
        ("CST-3", "-5.1", A),
        ("CST-3", "-10", A),
        ("CST-3", "-10.1", R),
        ("CST-4", "0.05", G),
        ("CST-4", "0.06", A),
        ("CST-4", "0.10", A),
        ("CST-4", "0.11", R),
        ("CST-5", "1.10", G),
        ("CST-5", "1.11", A),
        ("CST-5", "1.20", A),
        ("CST-5", "1.21", R),
        ("CST-6", "5", G),
        ("CST-6", "5.1", A),
        ("CST-6", "10", A),
        ("CST-6", "10.1", R),
        ("SCP-2", "0", G),
        ("SCP-2", "1", A),
        ("SCP-2", "2", R),
        ("QUA-3", "10", G),
        ("QUA-3", "10.1", A),
        ("QUA-3", "15", A),
        ("QUA-3", "15.1", R),
        ("TRU-1", "1.5", G),
        ("TRU-1", "1.51", A),
        ("TRU-1", "3.01", R),
        ("TRU-2", "0.5", G),
        ("TRU-2", "1", A),
        ("TRU-2", "1.5", A),
        ("TRU-2", "2", R),
    ],
)
def test_a_value_on_the_line_keeps_the_better_colour(kpi: str, value: str, expected: Rag) -> None:
    assert colour(Decimal(value), None, HOUSE_DEFAULT.kpis[kpi], HOUSE_DEFAULT.margin) is expected


@pytest.mark.parametrize(
    ("previous", "value", "expected"),
    [
        ("0.96", "0.94", A),  # worsening is immediate
        ("0.96", "0.80", R),
        ("0.94", "0.952", A),  # better, not for two periods, not by the margin
        ("0.94", "0.955", G),  # by the margin, 10 % of 0.05
        ("0.951", "0.951", G),  # the better side for two periods
        ("0.95", "0.951", G),  # the one before was on the line, and that is the better side
        ("0.80", "0.902", R),
        ("0.80", "0.91", A),
        ("0.80", "0.954", A),
        ("0.80", "0.99", G),
    ],
)
def test_improving_needs_two_periods_or_the_margin(previous: str, value: str, expected: Rag) -> None:
    judged = colour(Decimal(value), Decimal(previous), HOUSE_DEFAULT.kpis["SCH-1"], HOUSE_DEFAULT.margin)

    assert judged is expected


def test_a_policy_comes_back_from_its_document_as_it_was() -> None:
    document = HOUSE_DEFAULT.model_dump_json()

    assert Policy.model_validate_json(document) == HOUSE_DEFAULT
