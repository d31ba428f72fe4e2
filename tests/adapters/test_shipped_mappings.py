"""The mappings that ship: what each kind of record becomes, and that whole histories are taken."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from app.adapters.mapping import Mapper
from app.adapters.mappings import recognise, shipped
from app.domain.events.catalogue import ONE
from tests.recorded import HISTORIES, kep


def a_mapper(record: dict[str, Any]) -> Mapper:
    document = recognise(record)
    assert document is not None
    return Mapper(document, document.portfolio.id)


def gmpp(*, number: int = 1, year: int = 2021, programme: str = "HO", **data: Any) -> dict[str, Any]:
    """A yearly report of a major project, made up."""
    said = {
        "name": "Lighthouse Renewal",
        "department": "HO",
        "category": "ICT",
        "rag_reported": "Amber/Red",
        "rag_independent": "Amber/Red",
        "rag_self": None,
        "start": "2019-04-01",
        "end_forecast": "2024-03-31",
        "fy_baseline_gbp_m": 1.5,
        "fy_forecast_gbp_m": 1.4,
        "whole_life_cost_gbp_m": 99.0,
    }
    return {
        "event_id": f"gmpp-{number:05}",
        "occurred_at": f"{year}-03-31T00:00:00Z",
        "source": "gmpp-replay",
        "portfolio": "uk-gmpp",
        "programme": programme,
        "project": "GMPP-9999",
        "type": "status.reported",
        "data": {**said, **data},
    }


def events_of(mapper: Mapper, record: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What it becomes, validated: the data by type and subject's kind."""
    found = mapper.events(record)
    for event in found:
        ONE.validate_json(orjson.dumps(event))
    return {f"{e['type'][6:-3]} {e['subject'].partition('/')[0]}": e["data"] for e in found}


REGISTERED = kep("project.registered", title="Sidecar lifetimes", status="provisional")


def test_the_first_record_of_an_enhancement_registers_it_and_its_owner() -> None:
    found = events_of(a_mapper(REGISTERED), REGISTERED)

    assert found["item.registered programme"] == {"name": "sig-node"}
    assert found["item.registered project"] == {
        "name": "Sidecar lifetimes",
        "parent": "sig-node",
        "report_cadence_days": 120,
        "state": "pipeline",
    }


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("implementable", "delivering"),
        ("implemented", "closed"),
        ("deferred", "on_hold"),
        ("rejected", "stopped"),
        ("withdrawn", "stopped"),
        ("replaced", "stopped"),
        ("removed", "stopped"),
    ],
)
def test_a_status_word_is_a_state_of_ours(status: str, state: str) -> None:
    mapper = a_mapper(REGISTERED)
    mapper.events(REGISTERED)

    found = events_of(mapper, kep("project.status_changed", number=2, old="provisional", new=status))

    assert found["item.state_changed project"] == {
        "to": state,
        "was": "pipeline",
        "reason": f"status {status}",
    }


def test_a_forecast_without_a_date_keeps_its_target_word() -> None:
    mapper = a_mapper(REGISTERED)
    mapper.events(REGISTERED)
    record = kep("milestone.forecast", milestone="beta", old_target=None, new_target="v1.38", old_date=None)

    found = events_of(mapper, {**record, "data": {**record["data"], "new_date": None}})

    assert found == {
        "milestone.forecast_changed project": {"milestone": "beta", "name": "Beta", "new_target": "v1.38"}
    }


def test_a_working_target_belongs_to_the_milestone_of_the_current_stage() -> None:
    mapper = a_mapper(REGISTERED)
    mapper.events(REGISTERED)
    mapper.events(kep("project.stage_changed", number=2, old=None, new="beta"))
    said: dict[str, Any] = {"old_target": None, "new_target": "v1.29", "new_date": "2023-12-13"}

    found = events_of(mapper, kep("project.working_target_changed", number=3, **said))

    assert found["milestone.working_date_reported project"]["milestone"] == "beta"


def test_an_implemented_enhancement_has_reached_stable_in_the_release_last_named() -> None:
    mapper = a_mapper(REGISTERED)
    mapper.events(REGISTERED)
    said: dict[str, Any] = {"milestone": "stable", "new_target": "v1.27", "new_date": "2023-04-11"}
    mapper.events(kep("milestone.forecast", number=2, old_target=None, old_date=None, **said))

    found = events_of(mapper, kep("project.status_changed", number=3, old="implementable", new="implemented"))

    assert found["milestone.achieved project"] == {"milestone": "stable", "actual_date": "2023-04-11"}


def test_an_enhancement_taken_over_by_another_group_moves() -> None:
    mapper = a_mapper(REGISTERED)
    mapper.events(REGISTERED)

    found = events_of(mapper, kep("project.heartbeat", number=2, programme="sig-apps", commit="abc"))

    assert found["item.moved project"] == {"parent": "sig-apps"}
    assert found["item.touched project"] == {"ref": "abc"}


def test_a_major_project_declares_what_was_published_and_invents_no_cost() -> None:
    found = events_of(a_mapper(gmpp()), gmpp())

    assert found["status.declared project"] == {
        "period": "2021-03-31",
        "rag": {"overall": "Amber/Red"},
        "dca": "Amber/Red",
        "scale": "five_point",
    }
    assert found["milestone.forecast_changed project"]["new_forecast"] == "2024-03-31"
    assert not any("baseline" in kind or "cost" in kind for kind in found)


def test_the_scale_has_three_points_from_2022_on_and_a_blank_stays_blank() -> None:
    found = events_of(a_mapper(gmpp()), gmpp(year=2022, rag_reported=None, rag_independent=None))

    assert found["status.declared project"] == {
        "period": "2022-03-31",
        "rag": {"overall": ""},
        "scale": "three_point",
    }


def test_a_renamed_department_is_another_code_without_spaces() -> None:
    mapper = a_mapper(gmpp())
    mapper.events(gmpp())

    found = events_of(mapper, gmpp(number=2, year=2022, programme="DEFRA & DFT", name="Lighthouse II"))

    assert found["item.moved project"] == {"parent": "DEFRA-DFT"}
    assert found["item.changed project"] == {"name": "Lighthouse II"}


def test_every_shipped_mapping_names_its_source_and_licence() -> None:
    attributions = {document.name: document.portfolio.attribution for document in shipped()}

    assert "Apache-2.0" in attributions["kep"]
    assert "Open Government Licence v3.0" in attributions["gmpp"]


def recorded(file: str) -> Iterator[dict[str, Any]]:
    path = HISTORIES / file
    if not path.exists():
        pytest.skip(f"{file} is in the sibling folder `shared`, which is not here")
    with path.open("rb") as lines:
        yield from (orjson.loads(line) for line in lines)


@pytest.mark.parametrize(
    ("file", "records", "projects"),
    [("kep/kep_replay_dev.jsonl", 4538, 536), ("gmpp/gmpp_replay_dev.jsonl", 1190, 453)],
)
def test_every_record_of_a_whole_history_becomes_valid_events(file: str, records: int, projects: int) -> None:
    history = list(recorded(file))
    mapper = a_mapper(history[0])

    mapped = [mapper.events(record) for record in history]
    events = [ONE.validate_json(orjson.dumps(event)) for several in mapped for event in several]

    assert len(mapped) == records
    assert all(mapped)
    assert len({event.id for event in events}) == len(events)
    registered = Counter(e.subject.partition("/")[0] for e in events if "item.registered" in e.type)
    assert registered["project"] == projects
