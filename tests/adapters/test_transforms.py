"""The closed list of transforms, one by one."""

from typing import Any

import pytest

from app.adapters.transforms import Unmappable, checked, evaluate

RECORD: dict[str, Any] = {
    "project": "KEP-7",
    "title": "  A rather long title  ",
    "status": "implementable",
    "empty": "",
    "nothing": None,
    "at": "2024-03-31T23:30:00Z",
    "day": "31/03/2024",
    "id": "kep-000042",
    "dates": {"alpha": "2024-05-01", "beta": "2024-04-17"},
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("dates.beta", "2024-04-17"),
        ({"value": "GBP"}, "GBP"),
        ({"of": "status", "map": {"implementable": "delivering"}}, "delivering"),
        ({"of": "nothing", "map": {"": "pipeline"}}, "pipeline"),
        ({"of": "status", "map": {}, "default": "pipeline"}, "pipeline"),
        ({"first": ["nothing", "empty", "project"]}, "KEP-7"),
        ({"earliest": ["dates.alpha", "nothing", {"day": "at"}]}, "2024-03-31"),
        ({"template": "project/{project}"}, "project/KEP-7"),
        ({"template": "{nothing}/{project}"}, None),
        ({"code": {"value": "DEFRA & DFT"}, "prefix": "programme/"}, "programme/DEFRA-DFT"),
        ({"day": "day", "format": "%d/%m/%Y"}, "2024-03-31"),
        ({"day": "nothing"}, None),
        ({"cut": 8, "of": "title"}, "A rather"),
        ({"match": r"0*(\d+)$", "of": "id"}, "42"),
        ({"match": r"^(\d+)", "of": "id"}, None),
        ({"amount": {"value": "7"}, "currency": {"value": "GBP"}}, {"amount": "7", "currency": "GBP"}),
    ],
)
def test_a_transform_gives_what_it_says(value: Any, expected: Any) -> None:
    assert evaluate(value, RECORD) == expected


@pytest.mark.parametrize(
    "value",
    [
        {"of": "status", "map": {"Green": "green"}},
        {"code": "nothing"},
        {"code": {"value": "&&"}},
        {"day": "status"},
        {"day": "day", "format": "%Y"},
        "length(nothing)",
    ],
)
def test_a_value_that_does_not_fit_is_named(value: Any) -> None:
    with pytest.raises(Unmappable, match="does not fit"):
        evaluate(value, RECORD)


@pytest.mark.parametrize("value", ["a[", {"first": ["a", "b ||"]}, {"code": "((", "prefix": "x/"}])
def test_an_expression_that_does_not_parse_is_refused_before_any_record(value: Any) -> None:
    with pytest.raises(ValueError, match="is not JMESPath"):
        checked(value)
