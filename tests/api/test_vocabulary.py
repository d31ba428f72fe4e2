"""Every event type: accepted, folded into its facts, readable with its history; and refused when wrong."""

from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest

from app.domain.access import Scope
from app.domain.events.catalogue import RECORD_KINDS, TYPES
from tests import builders as b
from tests import vocabulary as v
from tests.servers.installation import BATCH, ONE, Installation, as_posted


@pytest.fixture(scope="module")
async def client(installation: Installation) -> httpx.AsyncClient:
    return await installation.client(granted=["alpha"])


@pytest.fixture(scope="module")
async def verdicts(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """What was answered to one of each, posted at once, a minute apart and in the order of the lists."""
    moments = [b.NOW + timedelta(minutes=minute) for minute in range(len(v.SAID) + len(v.SIGNALLED))]
    told = [
        b.an_event(kind, data, subject=subject, time=moment)
        for (kind, (subject, data)), moment in zip(v.SAID.items(), moments, strict=False)
    ]
    signalled = [
        b.a_signal(named, subject=v.PROJECT, time=moment, **content)
        for (named, content), moment in zip(v.SIGNALLED.items(), moments[len(told) :], strict=True)
    ]
    body = orjson.dumps([as_posted(event) for event in (*told, *signalled)])
    answer = await client.post("/events?wait=assessed", content=body, headers={"Content-Type": BATCH})
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_there_is_a_body_of_every_type_and_a_record_of_every_kind() -> None:
    ours = {f"nerve.{kind}.v1" for kind in v.SAID}
    theirs = {f"dev.cdevents.{named}.0.x" for named in v.SIGNALLED}

    assert ours | theirs == set(TYPES)
    assert set(v.RECORDS) == set(RECORD_KINDS)


async def test_an_event_of_every_type_is_accepted(verdicts: list[dict[str, Any]]) -> None:
    assert [one for one in verdicts if "seq" not in one] == []
    assert len(verdicts) == len(TYPES)


@pytest.mark.parametrize("kind", v.RECORDS)
async def test_a_record_of_every_kind_is_read_with_its_history(
    client: httpx.AsyncClient, verdicts: list[dict[str, Any]], kind: str
) -> None:
    item, ref, state = v.RECORDS[kind]

    listed = (await client.get(f"/portfolios/alpha/records/{kind}?item={item}")).json()["records"]
    answer = await client.get(f"/portfolios/alpha/records/{kind}/{ref}?item={item}")

    one = answer.json()
    assert verdicts
    assert answer.status_code == 200
    assert (one["item"], one["state"], one["counts"], one["waits_for"]) == (item, state, True, None)
    assert listed == [{name: value for name, value in one.items() if name not in ("waits_for", "history")}]
    assert [entry["seq"] for entry in one["history"]] == one["events"][::-1]
    assert all(entry["source"] and entry["connection"] and entry["time"] for entry in one["history"])


async def test_nothing_of_it_waits(client: httpx.AsyncClient, verdicts: list[dict[str, Any]]) -> None:
    assert verdicts
    assert (await client.get("/portfolios/alpha/quarantine")).json()["quarantine"] == []


async def test_what_was_measured_is_read_as_samples(
    client: httpx.AsyncClient, verdicts: list[dict[str, Any]]
) -> None:
    told = (await client.get("/portfolios/alpha/projects/VOCAL/samples")).json()["samples"]

    assert verdicts
    assert [(one["measure"], one["value"]) for one in told if one["measure"] != "deployments"] == [
        ("artifacts", "0"), ("benefit/B", "3"), ("builds", "0"), ("check/e2e", "1"),
        ("cost_cumulative", "10"), ("eac", "110"), ("merges", "0"), ("pct_complete", "10"),
        ("pipelines", "0"), ("pulse/overall", "7"),
        ("test_suites", "1"),
    ]  # fmt: skip
    assert sorted(one["value"] for one in told if one["measure"] == "deployments") == ["0", "0", "1"]


async def test_the_page_has_the_milestone_the_plan_and_what_was_declared(
    client: httpx.AsyncClient, verdicts: list[dict[str, Any]]
) -> None:
    page = (await client.get("/portfolios/alpha/projects/VOCAL")).json()

    assert verdicts
    assert [one["code"] for one in page["milestones"]] == ["M1"]
    assert [one["version"] for one in page["baselines"]] == [1]
    assert [one["words"] for one in page["declared"]] == [{"overall": "Green"}]


async def test_every_type_is_described(client: httpx.AsyncClient) -> None:
    told = (await client.get("/event-types")).json()["event_types"]

    assert {one["type"] for one in told} == set(TYPES)
    assert all(one["title"] and one["about"] and one["schema"]["properties"]["data"] for one in told)


@pytest.mark.parametrize("kind", v.SAID)
async def test_no_type_takes_a_field_that_it_does_not_have(installation: Installation, kind: str) -> None:
    subject, data = v.SAID[kind]
    wrong = {**as_posted(b.an_event(kind, data, subject=subject)), "data": {**data, "colour": "red"}}
    sender = await installation.client(Scope.INGEST, granted=["beta"])

    answer = await sender.post("/events", content=orjson.dumps(wrong), headers={"Content-Type": ONE})

    flaws = [(flaw["pointer"], flaw["code"]) for flaw in answer.json()["errors"]]
    assert (answer.status_code, flaws) == (422, [("/data/colour", "unknown_field")])


@pytest.mark.parametrize("named", v.SIGNALLED)
async def test_no_signal_goes_without_its_context(installation: Installation, named: str) -> None:
    signal = as_posted(b.a_signal(named))
    del signal["data"]["context"]["source"]
    sender = await installation.client(Scope.INGEST, granted=["beta"])

    answer = await sender.post("/events", content=orjson.dumps(signal), headers={"Content-Type": ONE})

    flaws = [(flaw["pointer"], flaw["code"]) for flaw in answer.json()["errors"]]
    assert (answer.status_code, flaws) == (422, [("/data/context/source", "missing")])


@pytest.mark.parametrize("kind", ["dev.cdevents.moon.landed.0.3.0", "dev.cdevents.build.finished.1.0.0"])
async def test_a_signal_that_nobody_knows_is_refused_like_any_unknown_type(
    installation: Installation, kind: str
) -> None:
    signal = {**as_posted(b.a_signal("build.finished")), "type": kind}
    sender = await installation.client(Scope.INGEST, granted=["beta"])

    answer = await sender.post("/events", content=orjson.dumps(signal), headers={"Content-Type": ONE})

    flaws = [(flaw["pointer"], flaw["code"]) for flaw in answer.json()["errors"]]
    assert (answer.status_code, flaws) == (422, [("/type", "unknown_event_type")])


async def test_a_signal_too_deep_to_be_kept_is_refused(installation: Installation) -> None:
    signal = as_posted(b.a_signal("build.finished", deep=0))
    body = orjson.dumps(signal).replace(b'"deep":0', b'"deep":' + b"[" * 5_000 + b"]" * 5_000)
    sender = await installation.client(Scope.INGEST, granted=["beta"])

    answer = await sender.post("/events", content=body, headers={"Content-Type": ONE})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "too_deep")
