"""CDEvents: what is taken as it is, which project it is of, and what it tells."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from pydantic import ValidationError

from app.domain.dossier import filed
from app.domain.events.catalogue import TYPES, AnyEvent, canonical, parse
from app.domain.events.reading import Unreadable, read_batch, read_one
from app.domain.events.signals import Signal, as_code
from app.domain.facts import PortfolioFacts
from app.domain.findings import Reading
from app.domain.fold import Recorded, fold
from app.domain.item import Assessment
from app.domain.rag import Rag
from app.domain.records import Record
from app.domain.subject import Key
from tests import builders as b

SAMPLES: Final = Path(__file__).resolve().parents[3] / "shared" / "data" / "webhooks" / "cdevents"
KNOWN: Final = {
    "artifact_published": None,
    "build_finished": None,
    "change_merged": None,
    "incident_detected": "incident-123",
    "incident_reported": "incident-123",
    "pipelinerun_finished": None,
    "service_rolledback": None,
    "service_upgraded": None,
    "ticket_closed": "ticket-123",
    "ticket_updated": "ticket-123",
}
"""The samples of types we know → the record that they tell of."""
CI: Final = Key("project/ci-apollo")


def sent(cdevent: dict[str, Any], **changed: Any) -> bytes:
    """A CDEvent as its CloudEvents binding sends it."""
    context = cdevent["context"]
    attributes = {
        "specversion": "1.0",
        "id": context["id"],
        "source": context["source"],
        "type": context["type"],
        "time": context["timestamp"],
        "subject": cdevent["subject"]["id"],
        "data": cdevent,
    }
    return json.dumps({**attributes, **changed}).encode()


def an_incident(**changed: Any) -> bytes:
    """A small one of our own, in another version, with fields of somebody else."""
    kind = "dev.cdevents.incident.detected.0.1.0-draft"
    context = {"version": "0.4.1", "id": "e-1", "source": "/ci/apollo", "type": kind}
    content = {"description": "Too slow", "service": {"id": "shop", "tier": 1}, "budget": 2**70}
    data = {
        "context": {**context, "timestamp": "2026-03-01T10:00:00+01:00", "chain": ["a", "b"]},
        "subject": {"id": "INC/7", "type": "incident", "content": content},
        "customData": {"severity": "high"},
    }
    return sent(data, **changed)


def sample(name: str) -> dict[str, Any]:
    if not SAMPLES.exists():
        pytest.skip("the sibling folder `shared` is not here")
    found: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return found


@pytest.mark.parametrize("name", KNOWN)
def test_a_cdevent_is_taken_as_it_is_sent_and_kept_whole(name: str) -> None:
    data = sample(name)

    event = read_one(sent(data))

    kept = orjson.loads(canonical(event))
    assert isinstance(event, Signal)
    assert kept["data"]["subject"] == data["subject"]
    assert kept["data"].get("customData") == data.get("customData")
    assert kept["data"]["context"]["links"] == data["context"]["links"]
    assert getattr(event, "ref", None) == KNOWN[name]


def test_what_was_recorded_is_read_again_as_the_same() -> None:
    event = read_one(an_incident())

    assert canonical(parse(canonical(event))) == canonical(event)


@pytest.mark.parametrize(
    ("subject", "project"),
    [
        ("INC/7", "project/ci-apollo"),
        (None, "project/ci-apollo"),
        ("project/APOLLO", "project/APOLLO"),
        ("project/JIRA-7", "project/JIRA-7"),
        ("programme/ATLAS", "project/ci-apollo"),
    ],
)
def test_a_subject_that_names_no_project_gives_way_to_the_source(subject: str | None, project: str) -> None:
    assert read_one(an_incident(subject=subject)).subject == project


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ci", "ci"),
        ("/ci/apollo", "ci-apollo"),
        ("https://git.example.org/a/b", "https-git.example.org-a-b"),
        ("x" * 64, "x" * 64),
    ],
)
def test_a_foreign_reference_becomes_a_code_that_can_be_mapped(text: str, code: str) -> None:
    assert as_code(text) == code


def test_references_that_a_code_cannot_hold_stay_different() -> None:
    found = {as_code(text) for text in ("東京", "大阪", "/", "x" * 65, "x" * 66)}

    assert len(found) == 5
    assert max(len(code) for code in found) <= 64


def test_what_a_source_signals_counts_once_the_source_is_mapped() -> None:
    signal = read_one(an_incident())
    facts = b.facts_of([b.registered(), signal])
    before = facts.items[CI].waiting

    fold(facts, Recorded(3, b.NOW, b.an_event("alias.added", {"reference": "ci-apollo"})))

    assert before == [2]
    assert facts.whole(b.APOLLO).records["incident", "INC-7"].events == [2]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"type": "dev.cdevents.moon.landed.0.3.0"}, ()),
        ({"type": "dev.cdevents.incident.detected.1.0.0"}, ()),
        ({"type": "dev.cdevents.incident.detected"}, ()),
        ({"colour": "red"}, ("colour",)),
        ({"time": "2026-03-01T10:00:00"}, ("time",)),
        ({"source": ""}, ("source",)),
        ({"subject": "project/"}, ("subject",)),
        ({"data": {}}, ("data", "context")),
        ({"type": "dev.cdevents.incident.reported.0.3.0"}, ()),
    ],
)
def test_a_signal_that_cannot_be_is_refused_where_it_is_wrong(
    changed: dict[str, Any], place: tuple[str, ...]
) -> None:
    with pytest.raises(Unreadable) as refused:
        read_one(an_incident(**changed))

    assert isinstance(refused.value.reason, ValidationError)
    assert refused.value.reason.errors()[0]["loc"] == place


def test_a_batch_may_hold_events_of_ours_and_signals() -> None:
    ours = canonical(b.registered())

    found = read_batch(b"[" + ours + b"," + an_incident() + b",{}]")

    assert [getattr(each, "subject", None) for each in found] == ["project/APOLLO", CI, None]


def test_the_catalogue_lists_the_signals_with_every_version() -> None:
    finished = TYPES["dev.cdevents.build.finished.0.x"].model_json_schema()["properties"]["type"]

    assert len([name for name in TYPES if name.startswith("dev.cdevents.")]) == 14
    assert finished["pattern"].startswith(r"^dev\.cdevents\.build\.finished\.0")


def one(facts: PortfolioFacts, kind: str, ref: str) -> Record:
    return facts.items[b.APOLLO].records[kind, ref]


def test_an_incident_is_open_until_it_is_resolved() -> None:
    reported = b.a_signal("incident.reported", of="I-1", description="Down", ticketURI="https://t/1")
    resolved = b.a_signal("incident.resolved", of="I-1", time=b.NOW + timedelta(hours=1))

    facts = b.facts_of([b.registered(), resolved])
    before = filed(facts.items[b.APOLLO]).waiting
    facts = b.facts_of([b.registered(), resolved, reported])

    incident = one(facts, "incident", "I-1")
    assert before == [(2, "unknown_incident")]
    assert (incident.state, incident.get("title"), incident.get("uri")) == ("closed", "Down", "https://t/1")


def test_a_ticket_is_told_of_from_first_to_last() -> None:
    later = [b.NOW + timedelta(hours=hours) for hours in (1, 2)]
    facts = b.facts_of(
        [
            b.a_signal("ticket.created", of="T-1", summary="CVE", assignees=["bob"], priority="high"),
            b.a_signal("ticket.updated", of="T-1", assignees=["eve", "bob"], time=later[0]),
            b.a_signal("ticket.closed", of="T-1", resolution="completed", time=later[1]),
        ]
    )

    ticket = one(facts, "ticket", "T-1")

    assert [ticket.get(name) for name in ("title", "owner", "priority", "reason")] == [
        "CVE", "eve", "high", "completed",
    ]  # fmt: skip
    assert (ticket.state, ticket.events) == ("closed", [1, 2, 3])


@pytest.mark.parametrize(
    ("named", "content", "measure", "value"),
    [
        ("build.finished", {}, "builds", None),
        ("build.finished", {"artifactId": "pkg:oci/shop"}, "builds", 0),
        ("build.finished", {"artifactId": "pkg:oci/shop", "outcome": "error"}, "builds", 1),
        ("pipelinerun.finished", {"outcome": "success"}, "pipelines", 0),
        ("pipelinerun.finished", {"outcome": "failure"}, "pipelines", 1),
        ("pipelinerun.finished", {}, "pipelines", None),
        ("testsuiterun.finished", {"outcome": "pass"}, "test_suites", 0),
        ("testsuiterun.finished", {"outcome": "fail"}, "test_suites", 1),
        ("testsuiterun.finished", {"outcome": "cancel"}, "test_suites", None),
        ("artifact.published", {}, "artifacts", 0),
        ("change.merged", {}, "merges", 0),
        ("service.deployed", {}, "deployments", 0),
        ("service.deployed", {"outcome": "error"}, "deployments", 1),
        ("service.upgraded", {"outcome": "success"}, "deployments", 0),
        ("service.rolledback", {"outcome": "success"}, "deployments", 1),
    ],
)
def test_what_ran_is_a_sample_that_says_whether_it_failed(
    named: str, content: dict[str, Any], measure: str, value: int | None
) -> None:
    facts = b.facts_of([b.registered(), b.a_signal(named, **content)])

    series = facts.items[b.APOLLO].series.get(measure)

    assert ([] if series is None else [each.value for each in series.samples]) == (
        [] if value is None else [value]
    )


def deployed(failed: int, well: int, on: date = b.STATUS_DAY) -> list[AnyEvent]:
    """So many deployments of a day."""
    kinds = ["service.rolledback"] * failed + ["service.upgraded"] * well
    return [b.a_signal(kind, of=f"{on}-{n}", time=b.at(on)) for n, kind in enumerate(kinds)]


def failure_rate(assessment: Assessment) -> Reading | None:
    readings = [each for aspect in assessment.aspects for each in aspect.readings]
    return next((each for each in readings if each.kpi == "QUA-3"), None)


LONG_AGO: Final = b.STATUS_DAY - timedelta(days=30)


@pytest.mark.parametrize(
    ("events", "value", "rag"),
    [
        (deployed(0, 1), "0", Rag.GREEN),
        (deployed(1, 9), "10", Rag.GREEN),
        (deployed(1, 8), "11.1", Rag.AMBER),
        (deployed(3, 17), "15", Rag.AMBER),
        (deployed(1, 5), "16.7", Rag.RED),
        (deployed(1, 0), "100", Rag.RED),
        ([*deployed(5, 0, LONG_AGO), *deployed(0, 4)], "0", Rag.GREEN),
        ([*deployed(1, 0, LONG_AGO + timedelta(days=1)), *deployed(0, 4)], "20", Rag.RED),
    ],
)
def test_the_change_failure_rate_is_of_thirty_days(events: list[AnyEvent], value: str, rag: Rag) -> None:
    reading = failure_rate(b.assessed(*events))

    assert reading is not None
    assert reading.value is not None
    assert (round(reading.value, 1), reading.rag) == (Decimal(value), rag)
    assert len(reading.inputs[0].events) == reading.inputs[0].value


def test_what_was_never_deployed_is_not_judged_by_it() -> None:
    assert failure_rate(b.assessed(b.a_signal("build.finished"))) is None


@pytest.mark.parametrize(("days", "rag"), [(90, Rag.GREEN), (92, Rag.UNKNOWN)])
def test_a_rate_of_old_deployments_is_unknown_and_not_green(days: int, rag: Rag) -> None:
    now: datetime = b.at(b.STATUS_DAY) + timedelta(days=days)

    reading = failure_rate(b.assessed(*deployed(0, 3), now=now))

    assert reading is not None
    assert reading.rag is rag
