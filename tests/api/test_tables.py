"""Tables for spreadsheets: what is inside gets a name with a dot, and nobody's words are worked out."""

import csv
from typing import Any

import pytest

from app.web.tables import as_csv


def read(*rows: dict[str, Any]) -> list[dict[str, str]]:
    return list(csv.DictReader(as_csv(rows, ("ref",)).splitlines(keepends=True)))


def test_what_is_inside_of_something_has_a_name_with_a_dot() -> None:
    [row] = read({"ref": "R-1", "impact": {"cost": {"amount": "5", "currency": "EUR"}, "days": 3}})

    assert row == {
        "ref": "R-1",
        "impact.cost.amount": "5",
        "impact.cost.currency": "EUR",
        "impact.days": "3",
    }


def test_every_row_has_every_column() -> None:
    assert read({"ref": "A", "b": 1}, {"ref": "B", "a": None}) == [
        {"ref": "A", "a": "", "b": "1"},
        {"ref": "B", "a": "", "b": ""},
    ]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('=HYPERLINK("x")', '\'=HYPERLINK("x")'),
        ("@here", "'@here"),
        ("-5.5", "-5.5"),
        ("-5.5.5", "'-5.5.5"),
        ("- a dash", "'- a dash"),
        ('Quotes "and", commas\nand lines', 'Quotes "and", commas\nand lines'),
        (["a", "=b"], "a; =b"),
        ([{"text": "x"}], '[{"text":"x"}]'),
    ],
)
def test_words_stay_words(said: Any, shown: str) -> None:
    assert read({"ref": "R", "said": said})[0]["said"] == shown
