"""Tolerances of one item stand instead of the policy's limits, and whoever asks why is told so."""

from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from app.domain.explain import explain
from app.domain.item import Assessment
from app.domain.money import rate_book
from app.domain.page import project_page
from app.domain.policy import HOUSE_DEFAULT
from app.domain.rag import Rag
from app.domain.tree import Telling, walk
from tests import builders as b

LATE = b.progress("32")
"""SPI(t) 0.80."""


def with_tolerances(amber: str, red: str, code: str = "SCH-1", **more: Any) -> Any:
    said = {code: {"amber": amber, "red": red}}
    return b.an_event("item.changed", {"tolerances": said}, **more)


def schedule(assessment: Assessment) -> Any:
    return next(r for aspect in assessment.aspects for r in aspect.readings if r.kpi == "SCH-1")


@pytest.mark.parametrize(
    ("amber", "red", "expected"),
    [
        ("0.80", "0.70", Rag.GREEN),
        ("0.81", "0.70", Rag.AMBER),
        ("0.85", "0.80", Rag.AMBER),
        ("0.90", "0.81", Rag.RED),
    ],
)
def test_an_item_is_judged_by_its_own_limits(amber: str, red: str, expected: Rag) -> None:
    reading = schedule(b.assessed(LATE, with_tolerances(amber, red)))

    assert (reading.rag, reading.own_limit) == (expected, True)


def test_what_was_not_agreed_is_judged_by_the_policy() -> None:
    reading = schedule(b.assessed(LATE, with_tolerances("0.70", "0.60", code="CST-1")))

    assert (reading.rag, reading.own_limit) == (Rag.RED, False)


def test_tolerances_are_taken_back_with_an_empty_object() -> None:
    taken_back = b.an_event("item.changed", {"tolerances": {}}, time=b.NOW + b.days(1))

    assert schedule(b.assessed(LATE, with_tolerances("0.80", "0.70"), taken_back)).rag is Rag.RED


def test_an_item_may_be_registered_with_its_tolerances() -> None:
    said = {"SCH-1": {"amber": "0.80", "red": "0.70"}}

    assert schedule(b.assessed(LATE, tolerances=said)).rag is Rag.GREEN


def test_the_finding_and_the_page_say_that_the_limit_is_the_items_own() -> None:
    story = b.Story()
    events = (b.registered(), b.baseline(), LATE, with_tolerances("0.90", "0.85"))
    done = story.tell(*events)

    tree = explain(
        b.APOLLO,
        Telling("demo", HOUSE_DEFAULT, lambda key: (story.card(key), orjson.loads(done.details[b.APOLLO]))),
    )
    page = project_page(story.facts.whole(b.APOLLO), HOUSE_DEFAULT, rate_book(()), b.NOW)

    assert tree is not None
    set_by = {node["label"]: node["limit_set_by"] for node in walk(tree) if "limit_set_by" in node}
    assert (set_by["SPI(t)"], set_by["Forecast finish slip"]) == ("item", "policy")
    shown = {each["kpi"]: (each["red"], each["limits_set_by"]) for each in page["readings"]}
    assert (shown["SCH-1"], shown["SCH-2"]) == (("0.85", "item"), ("10", "policy"))


@pytest.mark.parametrize(
    "said",
    [
        {"SCH-1": {"amber": "0.9"}},
        {"SCH-1": {"amber": "high", "red": "0.8"}},
        {"schedule": {"amber": "0.9", "red": "0.8"}},
        {"SCH-1": {"amber": "0.9", "red": "0.8", "blue": "0.7"}},
        {"SCH-1": {"amber": 1e-9, "red": "0.8"}},
    ],
)
def test_tolerances_that_say_no_limits_are_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        b.an_event("item.changed", {"tolerances": said})
