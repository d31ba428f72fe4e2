"""A mapping document turns records into events, and remembers what it needs of earlier records."""

from typing import Any

import pytest

from app.adapters.mapping import Mapper, MappingDocument
from app.adapters.mappings import NotAMapping, read
from app.adapters.transforms import Unmappable

DOCUMENT = """
name: test
about: Something
detect: kind == 'row'
portfolio: {id: p, name: P, currency: EUR, attribution: Ours}
id: id
time: at
source: source
thing: code
remember:
  - {of: code, name: "'finish'", value: finish}
events:
  - once: code
    type: nerve.item.registered.v1
    subject: {code: code, prefix: project/}
    data: {name: name}
  - on_change: {of: code, value: name}
    type: nerve.item.changed.v1
    subject: {code: code, prefix: project/}
    data: {name: name}
  - when: finish && finish != known.finish
    type: nerve.milestone.forecast_changed.v1
    subject: {code: code, prefix: project/}
    data: {milestone: {value: finish}, new_forecast: finish, old_forecast: known.finish}
"""


def a_record(number: int, **changed: Any) -> dict[str, Any]:
    row = {"id": f"r{number}", "at": "2024-01-01T00:00:00Z", "source": "x", "code": "A", "name": "Apollo"}
    return {**row, "finish": None, **changed}


def a_mapper(text: str = DOCUMENT) -> Mapper:
    return Mapper(read(text), "mine")


def kinds(events: list[dict[str, Any]]) -> list[str]:
    return [event["type"].split(".", 1)[1] for event in events]


def test_one_record_becomes_several_events_with_numbered_ids() -> None:
    events = a_mapper().events(a_record(1, finish="2024-06-30"))

    assert kinds(events) == ["item.registered.v1", "milestone.forecast_changed.v1"]
    assert [event["id"] for event in events] == ["r1/1", "r1/2"]
    assert {event["portfolio"] for event in events} == {"mine"}


def test_a_thing_is_registered_once_and_changed_when_its_name_does() -> None:
    mapper = a_mapper()
    mapper.events(a_record(1))

    assert kinds(mapper.events(a_record(2))) == []
    assert kinds(mapper.events(a_record(3, name="Apollo II"))) == ["item.changed.v1"]
    assert kinds(mapper.events(a_record(4, code="B"))) == ["item.registered.v1"]


def test_what_earlier_records_said_is_known_to_later_ones() -> None:
    mapper = a_mapper()
    mapper.events(a_record(1, finish="2024-06-30"))

    moved = mapper.events(a_record(2, finish="2024-09-30"))

    assert moved[0]["data"] == {
        "milestone": "finish",
        "new_forecast": "2024-09-30",
        "old_forecast": "2024-06-30",
    }


def test_nulls_are_left_out_of_what_is_said() -> None:
    events = a_mapper().events(a_record(1, finish="2024-06-30"))

    assert "old_forecast" not in events[1]["data"]


def test_the_same_file_mapped_again_gives_the_same_events() -> None:
    records = [a_record(1), a_record(2, finish="2024-06-30"), a_record(3, name="Apollo II")]
    once, again = a_mapper(), a_mapper()

    assert [once.events(record) for record in records] == [again.events(record) for record in records]


@pytest.mark.parametrize("changed", [{"id": None}, {"source": ""}, {"at": 7}])
def test_a_record_without_its_envelope_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Unmappable):
        a_mapper().events(a_record(1, **changed))


@pytest.mark.parametrize("at", ["yesterday", "2024-01-01T00:00:00"])
def test_a_time_has_to_be_an_instant(at: str) -> None:
    with pytest.raises(Unmappable):
        a_mapper().time(a_record(1, at=at))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [", "not YAML"),
        ("name: x", "Field required"),
        (DOCUMENT + "surprise: 1", "not permitted"),
        (DOCUMENT.replace("once: code", "once: 'code['"), "not JMESPath"),
    ],
)
def test_what_is_wrong_with_a_mapping_document_is_said(text: str, words: str) -> None:
    with pytest.raises(NotAMapping, match=words):
        read(text)


def test_a_mapping_document_is_a_value() -> None:
    assert isinstance(read(DOCUMENT), MappingDocument)
