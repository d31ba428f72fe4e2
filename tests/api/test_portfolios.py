"""Reading what stands behind a board: portfolios, pages, reasons, events, what waits."""

from typing import Any

import httpx
import orjson
import pytest

from app.domain.access import Role, Scope
from app.domain.events.catalogue import AnyEvent
from tests import builders as b
from tests import deliveries as d
from tests.servers.installation import BATCH, Installation, add_person, as_posted

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
async def client(installation: Installation) -> httpx.AsyncClient:
    """May post to `alpha` and read it; LATE is red, FINE is green, and GHOST was never registered."""
    found = await installation.client(granted=["alpha"])
    programme = b.registered("programme/ATLAS", time=b.at(d.in_days(-100)))
    await tell(found, programme, *d.a_project("LATE", "20", parent="ATLAS"), *d.a_project("FINE", "50"))
    await tell(found, d.a_report("GHOST", "10"), b.status("Green", subject="project/LATE", on=d.today()))
    return found


async def tell(client: httpx.AsyncClient, *events: AnyEvent) -> list[dict[str, Any]]:
    """Post and wait until they are assessed."""
    body = orjson.dumps([as_posted(event) for event in events])
    answer = await client.post("/events?wait=assessed", content=body, headers={"Content-Type": BATCH})
    assert answer.status_code == 202, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


async def test_a_key_sees_the_portfolios_that_it_is_granted(client: httpx.AsyncClient) -> None:
    told = (await client.get("/portfolios")).json()["portfolios"]

    assert [one["id"] for one in told] == ["alpha"]
    assert told[0]["counts"] == {"red": 1, "amber": 0, "unknown": 0, "green": 1, "none": 0}
    assert (told[0]["rag"], told[0]["clock"], told[0]["currency"]) == ("red", "live", "EUR")
    assert told[0]["revision"] > 0


async def test_a_person_sees_every_portfolio(installation: Installation) -> None:
    browser = installation.with_key(None)
    email = await add_person(installation.db, Role.VIEWER, PASSWORD)
    signed_in = await browser.post("/session", json={"email": email, "password": PASSWORD})

    told = (await browser.get("/portfolios")).json()["portfolios"]

    assert signed_in.status_code == 200
    assert [one["id"] for one in told] == ["alpha", "beta"]


async def test_the_page_of_a_project_shows_what_its_colour_is_made_of(client: httpx.AsyncClient) -> None:
    page = (await client.get("/portfolios/alpha/projects/LATE")).json()

    schedule = next(one for one in page["readings"] if one["kpi"] == "SCH-1")
    assert (page["card"]["rag"], schedule["rag"], schedule["amber"], schedule["red"]) == (
        "red",
        "red",
        "0.95",
        "0.90",
    )
    assert float(schedule["value"]) < 0.9
    assert page["currency"] == "EUR"
    assert page["burn_up"]
    assert page["baselines"][0]["bac"] == "100000"
    assert page["declared"][0]["words"] == {"overall": "Green"}


async def test_a_project_of_one_report_is_not_forecast_and_says_why(client: httpx.AsyncClient) -> None:
    told = (await client.get("/portfolios/alpha/projects/LATE/forecast")).json()

    assert (told["finish"]["reason"], told["finish"]["finish"]) == ("too_few_periods", None)
    assert (told["cost"]["reason"], told["cost"]["eac"]) == ("no_actual_cost", None)


async def test_a_project_that_reports_is_forecast_with_a_range(installation: Installation) -> None:
    client = await installation.client(granted=["beta"])
    subject, first = "project/STEADY", d.in_days(-40)
    await tell(
        client,
        *d.a_project("STEADY", "40"),
        b.progress("22", subject=subject, on=first),
        b.cost("25000", subject=subject, on=first),
        b.cost("50000", subject=subject, on=d.today(), time=d.moment(1)),
        b.planned("M1", d.in_days(20), subject=subject, time=b.at(first)),
        b.forecast("M1", d.in_days(30), subject=subject, time=d.moment(1)),
    )

    told = (await client.get("/portfolios/beta/projects/STEADY/forecast")).json()
    page = (await client.get("/portfolios/beta/projects/STEADY")).json()

    assert (told["cost"]["method"], told["cost"]["eac"], told["cost"]["periods"]) == (
        "bac_over_cpi",
        "125000",
        2,
    )
    assert told["finish"]["planned"] == d.in_days(100).isoformat()
    assert told["finish"]["planned"] < told["finish"]["finish"] <= told["finish"]["band"]["p90"]
    assert [each["kind"] for each in told["milestones"][0]["points"]] == ["agreed", "forecast"]
    assert page["forecast"] == {"cost": told["cost"], "finish": told["finish"]}


async def test_why_it_is_red_leads_down_to_the_event_that_was_posted(client: httpx.AsyncClient) -> None:
    tree = (await client.get("/portfolios/alpha/explain", params={"card": "project/LATE"})).json()
    report = (await client.get("/portfolios/alpha/events?subject=project/LATE")).json()["events"][1]

    way = next(way for way in ways_down(tree) if way[-1]["id"].endswith(f".{report['seq']}"))

    assert [node["kind"] for node in way] == ["colour", "finding", "kpi", "input", "event"]
    assert (way[-1]["type"], way[-1]["source"]) == ("nerve.progress.reported.v1", report["source"])
    assert way[-1]["as_of"] == report["time"]


async def test_why_it_is_red_says_what_would_change_it(client: httpx.AsyncClient) -> None:
    tree = (await client.get("/portfolios/alpha/explain", params={"card": "project/LATE"})).json()

    assert [(way["to"], way["steps"][0]["kind"]) for way in tree["levers"]] == [
        ("amber", "earn"),
        ("green", "earn"),
    ]
    assert tree["without_lever"] == []


def ways_down(node: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """All ways from a colour to the events under it."""
    if node["kind"] == "event":
        return [[node]]
    return [[node, *way] for child in node.get("children", ()) for way in ways_down(child)]


async def test_why_the_portfolio_is_red_names_the_project(client: httpx.AsyncClient) -> None:
    tree = (await client.get("/portfolios/alpha/explain")).json()

    assert tree["rag"] == "red"
    assert "project/LATE" in orjson.dumps(tree).decode()


async def test_the_log_is_read_by_pages_newest_first(client: httpx.AsyncClient) -> None:
    whole = (await client.get("/portfolios/alpha/events?limit=200")).json()
    first = (await client.get("/portfolios/alpha/events?limit=5")).json()
    second = (await client.get(f"/portfolios/alpha/events?limit=200&before={first['next']}")).json()

    numbers = [one["seq"] for one in whole["events"]]
    assert numbers == list(range(numbers[0], 0, -1))
    assert first["events"] + second["events"] == whole["events"]
    assert (len(first["events"]), second["next"]) == (5, None)


async def test_the_log_of_a_project_has_its_events_only(client: httpx.AsyncClient) -> None:
    told = (await client.get("/portfolios/alpha/events", params={"subject": "project/FINE"})).json()

    assert {one["subject"] for one in told["events"]} == {"project/FINE"}
    assert len(told["events"]) == 3


async def test_what_waits_says_what_it_is_and_why(client: httpx.AsyncClient) -> None:
    told = (await client.get("/portfolios/alpha/quarantine")).json()

    one = told["quarantine"][0]
    assert told["total"] == 1
    assert (one["subject"], one["reason"]) == ("project/GHOST", "unknown_item")
    assert (one["type"], one["source"]) == ("nerve.progress.reported.v1", "erp")
    assert {"seq", "id", "recorded_at"} <= set(one)


async def test_what_names_something_unknown_waits_until_that_is_told(installation: Installation) -> None:
    client = await installation.client(granted=["beta"])
    data = {"ref": "D", "title": "Data", "needed_by": d.in_days(9).isoformat(), "from_item": "project/SOURCE"}
    await tell(client, d.a_registered("APOLLO", parent="ATLAS"))
    await tell(client, b.an_event("dependency.declared", data, time=d.moment()))
    before = (await client.get("/portfolios/beta/quarantine")).json()["quarantine"]

    await tell(client, b.registered("programme/ATLAS"), d.a_registered("SOURCE"))

    assert [one["reason"] for one in before] == ["unknown_project", "unknown_programme"]
    assert (await client.get("/portfolios/beta/quarantine")).json()["total"] == 0


@pytest.mark.parametrize(
    "path",
    [
        "/portfolios/alpha/projects/NOBODY",
        "/portfolios/alpha/projects/GHOST",
        "/portfolios/alpha/projects/GHOST/forecast",
        "/portfolios/alpha/explain?card=project/NOBODY",
        "/portfolios/alpha/events/1000000",
        "/portfolios/nowhere/projects/LATE",
        "/portfolios/nowhere/explain",
        "/portfolios/nowhere/events",
        "/portfolios/nowhere/events/1",
        "/portfolios/nowhere/quarantine",
        "/portfolios/nowhere/board",
    ],
)
async def test_what_is_not_there_is_not_found(installation: Installation, path: str) -> None:
    answer = await (await installation.client(Scope.READ)).get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "path",
    [
        f"/portfolios/alpha/events/{2**63}",
        "/portfolios/alpha/events/0",
        "/portfolios/alpha/events/one",
        f"/portfolios/alpha/events?before={10**30}",
        "/portfolios/alpha/events?before=0",
        "/portfolios/alpha/events?limit=201",
        f"/portfolios/alpha/explain?card={'x' * 201}",
        "/portfolios/alpha/projects/no%20code",
        "/portfolios/alpha/board?scope=everything",
        "/portfolios/alpha/board?wait=26",
    ],
)
async def test_what_cannot_be_asked_is_said_to_be_so(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    "path",
    ["projects/LATE", "projects/LATE/forecast", "explain", "events", "events/1", "quarantine", "board"],
)
async def test_a_portfolio_is_read_with_its_grant_only(installation: Installation, path: str) -> None:
    nobody = await installation.with_key(None).get(f"/portfolios/alpha/{path}")
    elsewhere = await (await installation.client(granted=["beta"])).get(f"/portfolios/alpha/{path}")
    posting = await (await installation.client(Scope.INGEST, granted=["alpha"])).get(
        f"/portfolios/alpha/{path}"
    )

    assert [answer.status_code for answer in (nobody, elsewhere, posting)] == [401, 403, 403]
