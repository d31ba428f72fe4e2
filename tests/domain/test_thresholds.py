"""Strict limits, immediate worsening, reluctant improvement."""

from decimal import Decimal
from typing import Final

import pytest

from app.domain.policy import HOUSE_DEFAULT, Direction, Policy
from app.domain.rag import Rag
from app.domain.thresholds import colour, judge

R, A, G = Rag.RED, Rag.AMBER, Rag.GREEN


BOUNDARIES: Final = [
    ("SCH-1", "0.95", G), ("SCH-1", "0.9499", A), ("SCH-1", "0.90", A), ("SCH-1", "0.8999", R),
    ("SCH-2", "5", G), ("SCH-2", "5.01", A), ("SCH-2", "10", A), ("SCH-2", "10.01", R),
    ("SCH-3", "90", G), ("SCH-3", "89.9", A), ("SCH-3", "75", A), ("SCH-3", "74.9", R),
    ("SCH-4", "0.95", G), ("SCH-4", "0.949", A), ("SCH-4", "0.90", A), ("SCH-4", "0.899", R),
    ("SCH-5", "5", G), ("SCH-5", "5.5", A), ("SCH-5", "10", A), ("SCH-5", "10.5", R),
    ("SCH-6", "30", G), ("SCH-6", "30.1", A), ("SCH-6", "90", A), ("SCH-6", "90.1", R),
    ("CST-1", "0.95", G), ("CST-1", "0.949", A), ("CST-1", "0.90", A), ("CST-1", "0.899", R),
    ("CST-2", "0.95", G), ("CST-2", "0.949", A), ("CST-2", "0.90", A), ("CST-2", "0.899", R),
    ("CST-3", "-5", G), ("CST-3", "-5.1", A), ("CST-3", "-10", A), ("CST-3", "-10.1", R),
    ("CST-4", "0.05", G), ("CST-4", "0.051", A), ("CST-4", "0.10", A), ("CST-4", "0.101", R),
    ("CST-5", "1.10", G), ("CST-5", "1.101", A), ("CST-5", "1.20", A), ("CST-5", "1.201", R),
    ("CST-6", "5", G), ("CST-6", "5.1", A), ("CST-6", "10", A), ("CST-6", "10.1", R),
    ("CST-7", "1.2", G), ("CST-7", "1.19", A), ("CST-7", "1", A), ("CST-7", "0.99", R),
    ("SCP-1", "5", G), ("SCP-1", "5.1", A), ("SCP-1", "10", A), ("SCP-1", "10.1", R),
    ("SCP-2", "0.5", G), ("SCP-2", "0.51", A), ("SCP-2", "1.5", A), ("SCP-2", "1.51", R),
    ("RSK-1", "10", G), ("RSK-1", "10.1", A), ("RSK-1", "20", A), ("RSK-1", "20.1", R),
    ("RSK-2", "10", G), ("RSK-2", "10.1", A), ("RSK-2", "25", A), ("RSK-2", "25.1", R),
    ("RSK-3", "5", G), ("RSK-3", "5.1", A), ("RSK-3", "10", A), ("RSK-3", "10.1", R),
    ("RSK-4", "0.5", G), ("RSK-4", "0.51", R),
    ("RES-1", "95", G), ("RES-1", "94.9", A), ("RES-1", "70", A), ("RES-1", "69.9", R),
    ("RES-2", "0", G), ("RES-2", "0.01", A), ("RES-2", "0.10", A), ("RES-2", "0.101", R),
    ("RES-3", "10", G), ("RES-3", "10.5", A), ("RES-3", "15", A), ("RES-3", "15.5", R),
    ("RES-4", "1.2", G), ("RES-4", "1.19", A), ("RES-4", "1", A), ("RES-4", "0.99", R),
    ("RES-5", "0.5", G), ("RES-5", "0.51", A), ("RES-5", "1.5", A), ("RES-5", "1.51", R),
    ("QUA-1", "100", G), ("QUA-1", "99.9", A), ("QUA-1 at_gate", "100", G), ("QUA-1 at_gate", "99.9", R),
    ("QUA-2", "95", G), ("QUA-2", "94.9", A), ("QUA-2", "85", A), ("QUA-2", "84.9", R),
    ("QUA-3", "10", G), ("QUA-3", "10.1", A), ("QUA-3", "15", A), ("QUA-3", "15.1", R),
    ("BEN-1", "95", G), ("BEN-1", "94.9", A), ("BEN-1", "85", A), ("BEN-1", "84.9", R),
    ("BEN-2", "95", G), ("BEN-2", "94.9", A), ("BEN-2", "85", A), ("BEN-2", "84.9", R),
    ("IMP-1", "50", G), ("IMP-1", "49.9", A), ("IMP-1", "25", A), ("IMP-1", "24.9", R),
    ("TRU-1", "1.5", G), ("TRU-1", "1.51", A), ("TRU-1", "3", A), ("TRU-1", "3.01", R),
    ("TRU-2", "0.5", G), ("TRU-2", "0.51", A), ("TRU-2", "1.5", A), ("TRU-2", "1.51", R),
]  # fmt: skip
"""Of every KPI of the house: on each limit, and just beyond. A condition that holds follows the code."""
NUDGE: Final = Decimal("0.000001")


def judged(row: tuple[str, str, Rag], policy: Policy = HOUSE_DEFAULT) -> Rag:
    code, *holding = row[0].split()
    return judge(Decimal(row[1]), None, policy.kpis[code], policy.margin, holding)[0]


def moved(code: str, by: dict[str, Decimal]) -> Policy:
    """The house's policy with the limits of one KPI moved."""
    limits = {name: getattr(HOUSE_DEFAULT.kpis[code], name) + way for name, way in by.items()}
    kpis = {**HOUSE_DEFAULT.kpis, code: HOUSE_DEFAULT.kpis[code].model_copy(update=limits)}
    return HOUSE_DEFAULT.model_copy(update={"kpis": kpis})


def a_step(limit: Decimal) -> Decimal:
    """One of the last digit in which the limit is written."""
    return Decimal(1).scaleb(int(limit.as_tuple().exponent))


def unnoticed(code: str) -> list[dict[str, Decimal]]:
    """The moves of its limits after which every row is judged as before.

    Each is moved a hair to the worse and a whole step to the better; one line for two colours moves as one.
    """
    kpi, rows = HOUSE_DEFAULT.kpis[code], [row for row in BOUNDARIES if row[0].split()[0] == code]
    one_line = kpi.amber == kpi.red and kpi.red_if is None
    to_the_better = Decimal(-1 if kpi.direction is Direction.UP else 1)
    moves = [
        dict.fromkeys(names, to_the_better * by)
        for names in ([("amber", "red")] if one_line else [("amber",), ("red",)])
        for by in (-NUDGE, a_step(getattr(kpi, names[0])))
    ]
    return [
        move for move in moves if [judged(row, moved(code, move)) for row in rows] == [row[2] for row in rows]
    ]


@pytest.mark.parametrize("row", BOUNDARIES, ids=lambda row: " ".join(row[:2]))
def test_a_value_on_the_line_keeps_the_better_colour(row: tuple[str, str, Rag]) -> None:
    assert judged(row) is row[2]


@pytest.mark.parametrize("code", HOUSE_DEFAULT.kpis)
def test_no_limit_of_a_kpi_can_move_unnoticed(code: str) -> None:
    assert unnoticed(code) == []


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
    found = colour(Decimal(value), Decimal(previous), HOUSE_DEFAULT.kpis["SCH-1"], HOUSE_DEFAULT.margin)

    assert found is expected


def test_a_policy_comes_back_from_its_document_as_it_was() -> None:
    document = HOUSE_DEFAULT.model_dump_json()

    assert Policy.model_validate_json(document) == HOUSE_DEFAULT
