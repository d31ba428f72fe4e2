"""Posting events in every mode: receipts, repeats, waiting for the assessment, being told to come later."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import httpx
import orjson
import pytest

from app.domain.access import Scope
from app.domain.events.catalogue import AnyEvent
from tests import builders as b
from tests import deliveries as d
from tests.servers.databases import Databases
from tests.servers.installation import (
    BATCH,
    ONE,
    Installation,
    an_installation,
    as_posted,
    create_portfolio,
)


@pytest.fixture(scope="module")
async def sender(installation: Installation) -> httpx.AsyncClient:
    return await installation.client(granted=["alpha"])


async def post(sender: httpx.AsyncClient, event: AnyEvent, query: str = "", **more: Any) -> httpx.Response:
    body = orjson.dumps({**as_posted(event), **more})
    return await sender.post(f"/events{query}", content=body, headers={"Content-Type": ONE})


async def post_all(
    sender: httpx.AsyncClient, *events: AnyEvent | dict[str, Any] | str, query: str = ""
) -> httpx.Response:
    body = orjson.dumps([e if isinstance(e, dict | str) else as_posted(e) for e in events])
    return await sender.post(f"/events{query}", content=body, headers={"Content-Type": BATCH})


async def test_an_event_that_is_accepted_gets_its_number(sender: httpx.AsyncClient) -> None:
    first = await post(sender, d.a_registered("FIRST"))
    second = await post(sender, d.a_registered("SECOND"))

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == {"portfolio": "alpha", "seq": first.json()["seq"], "duplicate": False}
    assert second.json()["seq"] == first.json()["seq"] + 1


async def test_a_body_of_no_stated_length_is_read_to_its_end(sender: httpx.AsyncClient) -> None:
    body = orjson.dumps(as_posted(d.a_registered("PARTS")))

    async def in_parts() -> AsyncIterator[bytes]:
        yield body[:40]
        yield body[40:]

    answer = await sender.post("/events", content=in_parts(), headers={"Content-Type": ONE})

    assert answer.status_code == 202


async def test_a_repeat_is_answered_with_the_first_receipt(sender: httpx.AsyncClient) -> None:
    first = await post(sender, d.a_registered("TWICE"))
    again = await post(sender, d.a_registered("TWICE"))

    assert (again.status_code, again.json()) == (202, {**first.json(), "duplicate": True})


async def test_how_an_event_travelled_is_not_its_content(sender: httpx.AsyncClient) -> None:
    """A retry has another trace, and a sender may come to use another mode, or name the portfolio."""
    first = await post(sender, d.a_registered("TRACED"), traceparent="00-aa-bb-01")
    again = await post(
        sender, d.a_registered("TRACED"), traceparent="00-cc-dd-01", datacontenttype="application/json"
    )

    assert (again.status_code, again.json()["duplicate"]) == (202, True)
    assert again.json()["seq"] == first.json()["seq"]


async def test_an_identity_with_other_content_is_a_conflict(sender: httpx.AsyncClient) -> None:
    first = await post(sender, d.a_registered("REUSED"), id="reused-1")
    other = await post(sender, d.a_registered("REUSED", tier=1), id="reused-1")

    assert (other.status_code, other.json()["errors"][0]["code"]) == (409, "id_reused")
    assert other.json()["errors"][0]["pointer"] == "/id"
    assert str(first.json()["seq"]) in other.json()["detail"]


async def test_another_source_may_use_the_same_id(sender: httpx.AsyncClient) -> None:
    here = await post(sender, d.a_registered("SHARED"), id="shared-1", source="erp")
    there = await post(sender, d.a_registered("SHARED"), id="shared-1", source="jira")

    assert there.json()["seq"] == here.json()["seq"] + 1


async def test_another_connection_may_use_the_same_id_and_source(
    installation: Installation, sender: httpx.AsyncClient
) -> None:
    other = await installation.client(Scope.INGEST, granted=["alpha"])

    here = await post(sender, d.a_registered("TWINS"), id="twins-1")
    there = await post(other, d.a_registered("TWINS"), id="twins-1")

    assert there.json()["seq"] == here.json()["seq"] + 1


async def test_each_portfolio_numbers_its_own_events(installation: Installation) -> None:
    sender = await installation.client(Scope.INGEST)

    answer = await post_all(
        sender,
        {**as_posted(d.a_registered("BOTH")), "portfolio": "alpha"},
        {**as_posted(d.a_registered("BOTH")), "portfolio": "beta"},
    )

    told = answer.json()["results"]
    assert [one["portfolio"] for one in told] == ["alpha", "beta"]
    assert told[1]["seq"] < told[0]["seq"]


async def test_a_batch_is_answered_element_by_element(sender: httpx.AsyncClient) -> None:
    repeated = as_posted(d.a_registered("MIXED"))
    answer = await post_all(
        sender,
        repeated,
        {**repeated, "id": ""},
        {**as_posted(d.a_registered("OTHER")), "portfolio": "beta"},
        {**repeated, "data": {"name": "Something else"}},
        "not an event",
        d.a_plan("MIXED"),
        repeated,
    )

    told = answer.json()["results"]
    assert answer.status_code == 202
    assert [one.get("status", 202) for one in told] == [202, 422, 403, 409, 422, 202, 202]
    assert told[1]["errors"][0]["pointer"] == "/1/id"
    assert told[3]["errors"][0]["pointer"] == "/3/id"
    assert told[5]["seq"] == told[0]["seq"] + 1
    assert told[6] == {**told[0], "duplicate": True}


async def test_a_batch_of_500_events_is_taken_whole(sender: httpx.AsyncClient) -> None:
    answer = await post_all(sender, *(d.a_registered(f"WIDE-{number}") for number in range(500)))

    numbers = [one["seq"] for one in answer.json()["results"]]
    assert numbers == list(range(numbers[0], numbers[0] + 500))


async def test_an_event_of_64_kib_is_taken_as_cloudevents_demands(sender: httpx.AsyncClient) -> None:
    periods = [(d.in_days(number - 100), f"{number}.{'0' * 6}") for number in range(1, 200)]
    plan = as_posted(b.baseline(start=d.in_days(-100), finish=d.in_days(100), bac="199", periods=periods))
    body = orjson.dumps({**plan, "subject": "project/LONG"})
    padded = b" " * (64 * 1024 - len(body)) + body

    answer = await sender.post("/events", content=padded, headers={"Content-Type": ONE})

    assert (len(padded), answer.status_code) == (65_536, 202)


async def test_in_binary_mode_the_attributes_are_headers(sender: httpx.AsyncClient) -> None:
    event = as_posted(d.a_registered("BINARY"))
    attributes = {
        f"ce-{name}": value for name, value in event.items() if name not in ("data", "id", "source")
    }
    sent = {**attributes, "ce-id": '"binary \\"1\\""', "ce-source": "b%C3%BCro%20%25", "ce-sequence": "7"}

    answer = await sender.post(
        "/events", content=orjson.dumps(event["data"]), headers={"Content-Type": "application/json", **sent}
    )

    kept = (await sender.get(f"/portfolios/alpha/events/{answer.json()['seq']}")).json()
    assert answer.status_code == 202
    assert (kept["id"], kept["source"], kept["sequence"]) == ('binary "1"', "büro %", "7")
    assert kept["data"] == event["data"]


async def test_a_content_type_may_carry_parameters(sender: httpx.AsyncClient) -> None:
    body = orjson.dumps(as_posted(d.a_registered("PARAMETERS")))

    answer = await sender.post(
        "/events", content=body, headers={"Content-Type": f"{ONE.upper()}; charset=utf-8"}
    )

    assert answer.status_code == 202


@pytest.mark.parametrize("text", ["Zürich 東京 🚀", "\\u0000 in words", "a\tb\nc"])
async def test_text_is_kept_as_it_was(sender: httpx.AsyncClient, text: str) -> None:
    answer = await post(sender, d.a_registered("TEXT"), id=f"text {text}", data={"name": text})

    kept = (await sender.get(f"/portfolios/alpha/events/{answer.json()['seq']}")).json()
    assert (kept["id"], kept["data"]["name"]) == (f"text {text}", text)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (b'"0.1"', "0.1"),
        (b"0.1", "0.1"),
        (b"100.00", "100"),
        (b"1e5", "100000"),
        (b'"1E+5"', "100000"),
        (b"-0.0", "0"),
        (b'"999999999999999999.999999"', "999999999999999999.999999"),
        (b"999999999999999999", "999999999999999999"),
    ],
)
async def test_an_amount_is_kept_exactly(
    installation: Installation, sender: httpx.AsyncClient, written: bytes, kept: str
) -> None:
    code = f"EXACT-{written.hex()}"[:60]
    await post(sender, d.a_registered(code))
    event = as_posted(b.progress(ev="123.456", subject=f"project/{code}", on=d.today(), time=d.moment()))
    body = orjson.dumps(event).replace(b'"123.456"', written)

    answer = await sender.post("/events?wait=assessed", content=body, headers={"Content-Type": ONE})

    seq = answer.json()["seq"]
    logged = (await sender.get(f"/portfolios/alpha/events/{seq}")).json()
    facts = installation.app.state.assessors.lanes["alpha"].facts
    assert logged["data"]["ev"]["amount"] == kept
    assert str(facts.items[f"project/{code}"].series["ev"].samples[0].value) == kept


async def test_who_waits_is_told_the_revision(sender: httpx.AsyncClient) -> None:
    answer = await post_all(sender, *d.a_project("WAITING", "20"), query="?wait=assessed")

    revisions = {one["revision"] for one in answer.json()["results"]}
    board = (await sender.get("/portfolios/alpha/board")).json()
    card = next(one for one in board["cards"] if one["key"] == "project/WAITING")
    assert card["card"]["rag"] == "red"
    assert revisions == {card["rev"]}
    assert board["revision"] == card["rev"]


async def test_who_waits_for_a_repeat_is_told_the_revision_too(sender: httpx.AsyncClient) -> None:
    first = await post(sender, d.a_registered("WAITED"), "?wait=assessed")
    again = await post(sender, d.a_registered("WAITED"), "?wait=assessed")

    assert again.json()["duplicate"] is True
    assert again.json()["revision"] >= first.json()["revision"]


async def test_the_first_event_of_a_portfolio_that_is_new_can_be_waited_for(
    installation: Installation,
) -> None:
    await create_portfolio(installation.db, "newborn")
    sender = await installation.client(granted=["newborn"])

    told = (await post(sender, d.a_registered("FIRST"), "?wait=assessed")).json()

    assert (told["portfolio"], told["revision"]) == ("newborn", 1)


async def test_the_published_schemas_describe_what_is_accepted(sender: httpx.AsyncClient) -> None:
    told = (await sender.get("/event-types")).json()["event_types"]
    schemas = {one["type"]: one["schema"] for one in told}

    flaws = [
        flaw
        for event in samples()
        for flaw in undescribed(as_posted(event), schemas[event.type], schemas[event.type])
    ]

    assert flaws == []
    assert all(one["title"] and one["about"] for one in told)


def undescribed(value: object, schema: Mapping[str, Any], root: Mapping[str, Any]) -> list[str]:
    """What of a value a JSON Schema does not allow: fields, required fields, constants, types."""
    if "$ref" in schema:
        return undescribed(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "anyOf" in schema:
        return min((undescribed(value, each, root) for each in schema["anyOf"]), key=len)
    if isinstance(value, dict) and "properties" in schema:
        fields = schema["properties"]
        missing = [f"{name} is missing" for name in schema.get("required", ()) if name not in value]
        unknown = [f"{name} is unknown" for name in value if name not in fields]
        within = [undescribed(value[name], fields[name], root) for name in value if name in fields]
        return [*missing, *unknown, *(flaw for flaws in within for flaw in flaws)]
    if isinstance(value, list) and "items" in schema:
        return [flaw for each in value for flaw in undescribed(each, schema["items"], root)]
    kinds = {str: ("string",), bool: ("boolean",), int: ("integer", "number")}
    fits = value == schema["const"] if "const" in schema else schema.get("type") in kinds.get(type(value), ())
    return [] if fits and value in schema.get("enum", [value]) else [f"{value!r} is not {schema}"]


def samples() -> Sequence[AnyEvent]:
    """One of each that has a builder."""
    return [
        d.a_registered("SAMPLE", tier=1, currency="EUR", roles={"sro": "A. Person"}),
        d.a_plan("SAMPLE"),
        d.a_report("SAMPLE", "50.5"),
        b.cost("100.25"),
        b.planned("M1", b.START),
        b.forecast("M1", b.START, new_target="v1.36"),
        b.achieved("M1", b.START),
        b.status("Amber/Red"),
        b.state("on_hold"),
        b.rate("USD", "EUR", "0.91"),
    ]


async def test_the_published_schemas_need_a_credential(installation: Installation) -> None:
    assert (await installation.with_key(None).get("/event-types")).status_code == 401


async def test_too_much_at_once_is_asked_to_come_again(databases: Databases) -> None:
    url = databases.migrated("sqlite")
    async with an_installation(url, queue_limit=3) as small:
        sender = await small.client(granted=["alpha"])

        refused = await post_all(sender, *(d.a_registered(f"P{number}") for number in range(4)))
        rows = await small.rows()
        accepted = await post_all(sender, *(d.a_registered(f"P{number}") for number in range(3)))

    assert (refused.status_code, refused.headers["retry-after"], rows["event"]) == (503, "1", 0)
    assert refused.json()["retryable"] is True
    assert accepted.status_code == 202


async def test_while_many_post_at_once_none_is_lost_and_none_counts_twice(
    installation: Installation,
) -> None:
    sender = await installation.client(granted=["beta"])
    events = [as_posted(d.a_registered(f"MANY-{number % 40}")) for number in range(80)]

    answers = await asyncio.gather(*(post_all(sender, event) for event in events))

    told = [answer.json()["results"][0] for answer in answers]
    assert len({one["seq"] for one in told}) == 40
    assert sum(one["duplicate"] for one in told) == 40
