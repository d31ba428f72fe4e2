"""What is stored beside a card: nothing empty, no number longer than anybody reads."""

from collections.abc import Iterator
from typing import Any

import orjson

from tests.builders import Story, baseline, cost, progress, registered


def _detail(*, bac: str = "100000") -> dict[str, Any]:
    story = Story()
    done = story.tell(registered(), baseline(bac=bac), progress("31"), cost("37000"))
    found: dict[str, Any] = orjson.loads(done.details["project/APOLLO"])
    return found


def _members(part: Any) -> Iterator[Any]:
    for each in part.values() if isinstance(part, dict) else part:
        yield each
        if isinstance(each, (dict, list)):
            yield from _members(each)


def _inputs(detail: dict[str, Any], name: str) -> set[str]:
    readings = [reading for aspect in detail["dimensions"] for reading in aspect.get("readings", ())]
    return {each["value"] for reading in readings for each in reading["inputs"] if each["name"] == name}


def test_nothing_is_said_that_is_empty() -> None:
    assert not [each for each in _members(_detail()) if each in (None, "", [], {})]


def test_what_came_out_of_a_division_has_twelve_digits() -> None:
    assert _inputs(_detail(), "EAC by pace") == {"119354.838710"}


def test_a_round_estimate_is_told_digit_by_digit() -> None:
    story = Story()
    done = story.tell(registered(), baseline(bac="100000"), progress("50"), cost("100000"))

    assert _inputs(orjson.loads(done.details["project/APOLLO"]), "EAC by pace") == {"200000"}


def test_an_amount_is_told_to_the_last_cent() -> None:
    assert _inputs(_detail(bac="9999999999999.99"), "BAC") == {"9999999999999.99"}
