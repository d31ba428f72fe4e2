"""Reading records and samples: filters, orders, pages, what was told under another reference, refusals."""

import csv
import json
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest

from app.domain.access import Scope
from app.domain.events.catalogue import AnyEvent
from tests import builders as b
from tests import deliveries as d
from tests.servers.installation import BATCH, Installation, as_posted

RISKS = "/portfolios/alpha/records/risk"
AN_HOUR_LATER = b.NOW + timedelta(hours=1)


def a_risk(ref: str, subject: str, **data: Any) -> AnyEvent:
    return b.an_event("risk.raised", {"ref": ref, "title": f"Risk {ref}", **data}, subject=subject)


def later(kind: str, subject: str, **data: Any) -> AnyEvent:
    return b.an_event(f"risk.{kind}", data, subject=subject, time=AN_HOUR_LATER)


@pytest.fixture(scope="module")
async def client(installation: Installation) -> httpx.AsyncClient:
    """ONE has three risks, TWO two; ONE is JIRA-1 elsewhere, where a fourth was raised and here closed.

    ONE is of the programme ATLAS.
    """
    found = await installation.client(granted=["alpha"])
    events = [
        b.registered("programme/ATLAS", time=b.at(d.in_days(-100))),
        *d.a_project("ONE", parent="ATLAS"),
        *d.a_project("TWO"),
        b.an_event("alias.added", {"reference": "JIRA-1"}, subject="project/ONE"),
        a_risk("A", "project/ONE", due="2026-05-01", owner="ada"),
        a_risk("B", "project/ONE"),
        a_risk("C", "project/ONE", response_due="2026-04-01"),
        a_risk("D", "project/TWO", due="2026-05-01"),
        a_risk("E", "project/TWO", owner="ada"),
        a_risk("J", "project/JIRA-1", owner="eve"),
        later("closed", "project/ONE", ref="J", reason="It has passed"),
        later("closed", "project/TWO", ref="GHOST"),
    ]
    await post(found, events)
    return found


async def post(client: httpx.AsyncClient, events: list[AnyEvent]) -> None:
    body = orjson.dumps([as_posted(event) for event in events])
    answer = await client.post("/events?wait=assessed", content=body, headers={"Content-Type": BATCH})
    assert all("revision" in one for one in answer.json()["results"])


async def walk(client: httpx.AsyncClient, path: str, of: str, **query: Any) -> list[dict[str, Any]]:
    """All pages."""
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        answer = (await client.get(path, params={**query, **after})).json()
        found += answer[of]
        if answer["next"] is None:
            return found
        after = {"after": answer["next"]}


@pytest.mark.parametrize(
    ("query", "refs"),
    [
        ({"sort": "ref"}, "JABCDEG"),
        ({"sort": "ref", "item": "project/ONE"}, "JABC"),
        ({"sort": "ref", "item": "project/JIRA-1"}, "JABC"),
        ({"sort": "ref", "item": "project/TWO"}, "DEG"),
        ({"sort": "due", "item": "project/ONE"}, "CAJB"),
        ({"sort": "due", "due_before": "2026-05-02"}, "CAD"),
        ({"sort": "due", "due_before": "2026-05-01"}, "C"),
        ({"item": "project/TWO"}, "GED"),
        ({"sort": "ref", "owner": "ada"}, "AE"),
        ({"sort": "ref", "owner": "eve"}, "J"),
        ({"sort": "ref", "state": "open"}, "ABCDE"),
        ({"sort": "ref", "state": "closed"}, "JG"),
        ({"item": "project/NOBODY"}, ""),
        ({"sort": "ref", "programme": "ATLAS"}, "JABC"),
        ({"sort": "ref", "programme": "ATLAS", "item": "project/JIRA-1"}, "JABC"),
        ({"programme": "ATLAS", "item": "project/TWO"}, ""),
        ({"programme": "NOBODY"}, ""),
    ],
)
@pytest.mark.parametrize("limit", [1, 50])
async def test_records_are_found_by_what_they_say(
    client: httpx.AsyncClient, query: dict[str, str], refs: str, limit: int
) -> None:
    found = await walk(client, RISKS, "records", **query, limit=limit)

    assert "".join(dict.fromkeys(one["ref"][0] for one in found)) in {refs, refs.replace("JABC", "ABCJ")}


async def test_what_was_told_under_another_reference_is_the_item_s_own(client: httpx.AsyncClient) -> None:
    one = (await client.get(f"{RISKS}/J?item=project/ONE")).json()
    same = (await client.get(f"{RISKS}/J?item=project/JIRA-1")).json()
    listed = await walk(client, RISKS, "records", owner="eve")

    assert same == one
    assert (one["item"], one["state"], one["counts"]) == ("project/ONE", "closed", True)
    assert one["attributes"] == {"title": "Risk J", "owner": "eve", "reason": "It has passed"}
    assert [entry["subject"] for entry in one["history"]] == ["project/ONE", "project/JIRA-1"]
    assert [(each["ref"], each["state"], each["events"]) for each in listed] == [
        ("J", "closed", one["events"])
    ]


async def test_a_kind_of_record_is_downloaded_as_one_table(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{RISKS}.csv?item=project/TWO&sort=ref")

    rows = list(csv.DictReader(answer.text.splitlines()))
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="risk.csv"'
    assert [(row["item"], row["ref"], row["owner"], row["due"], row["title"]) for row in rows] == [
        ("project/TWO", "D", "", "2026-05-01", "Risk D"),
        ("project/TWO", "E", "ada", "", "Risk E"),
        ("project/TWO", "GHOST", "", "", ""),
    ]


async def test_of_a_table_only_what_was_asked_for_is_downloaded(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{RISKS}.csv?due_before=2026-04-15")

    assert [row["ref"] for row in csv.DictReader(answer.text.splitlines())] == ["C"]


async def test_what_is_uncertain_says_where_it_stands_on_the_matrix_and_where_it_stood(
    client: httpx.AsyncClient,
) -> None:
    """A cost in another currency counts at the rate of its day, and so do the days that it would take."""
    first = {"title": "Sell it", "prob": "70", "impact": {"cost": b.eur("16000", "USD"), "days": 1}}
    then = {"prob": "15", "impact": {"days": 30}}
    told = [
        b.rate("USD", "EUR", "0.5"),
        b.an_event("opportunity.raised", {"ref": "O", **first}, subject="project/TWO"),
        b.an_event("opportunity.updated", {"ref": "O", **then}, subject="project/TWO", time=AN_HOUR_LATER),
    ]
    await post(client, told)
    opportunities = "/portfolios/alpha/records/opportunity"

    one = (await client.get(f"{opportunities}/O?item=project/TWO")).json()
    [listed] = await walk(client, opportunities, "records")

    assert one["place"] == listed["place"] == {"likelihood": 1, "consequence": 5}
    assert [each["place"] for each in one["history"]] == [
        {"likelihood": 1, "consequence": 5},
        {"likelihood": 4, "consequence": 4},
    ]


async def test_the_matrix_says_how_high_a_risk_is_by_its_place(client: httpx.AsyncClient) -> None:
    levels = (await client.get("/risk-matrix")).json()["levels"]

    assert [len(row) for row in levels] == [5, 5, 5, 5, 5]
    assert (levels[0][4], levels[4][0], levels[2][4], levels[0][0]) == ("amber", "amber", "red", "green")


async def test_a_risk_that_nobody_has_estimated_has_no_place(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"{RISKS}/A?item=project/ONE")).json()["place"] is None


async def test_what_waits_says_for_what(client: httpx.AsyncClient) -> None:
    ghost = (await client.get(f"{RISKS}/GHOST?item=project/TWO")).json()

    assert (ghost["counts"], ghost["waits_for"]) == (False, "risk")


async def test_a_project_says_which_kinds_of_record_it_has(client: httpx.AsyncClient) -> None:
    one = (await client.get("/portfolios/alpha/projects/ONE/records")).json()

    states = [{"state": "open", "count": 3}, {"state": "closed", "count": 1}]
    owners = [{"owner": "ada", "count": 1}, {"owner": "eve", "count": 1}]
    assert one == {"kinds": [{"kind": "risk", "count": 4, "states": states, "owners": owners}]}


async def test_samples_come_by_pages(client: httpx.AsyncClient) -> None:
    whole = (await client.get("/portfolios/alpha/projects/ONE/samples?measure=pct_complete")).json()
    paged = await walk(client, "/portfolios/alpha/projects/ONE/samples", "samples", limit=1)

    assert [one["value"] for one in whole["samples"]] == ["50"]
    assert whole["next"] is None
    assert [one for one in paged if one["measure"] == "pct_complete"] == whole["samples"]
    assert whole["samples"][0]["source"] == "erp"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("records/moon", 404),
        ("records/moon.csv", 404),
        ("records/risk.csv?due_before=soon", 422),
        ("records/risk/Z?item=project/ONE", 404),
        ("records/risk/A?item=project/TWO", 404),
        ("records/risk/A?item=project/NOBODY", 404),
        ("records/risk/A", 422),
        ("records/risk?sort=colour", 422),
        ("records/risk?limit=0", 422),
        ("records/risk?limit=201", 422),
        ("records/risk?due_before=soon", 422),
        ("records/risk?owner=a%00b", 400),
        ("projects/NOBODY/samples", 404),
        ("projects/NOBODY/records", 404),
    ],
)
async def test_what_cannot_be_read_is_a_problem(client: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await client.get(f"/portfolios/alpha/{path}")

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def forged(place: object) -> str:
    return urlsafe_b64encode(json.dumps(place).encode()).decode()


@pytest.mark.parametrize(
    ("sort", "after"),
    [
        ("changed", "nonsense"),
        ("changed", "é"),
        ("changed", ""),
        ("changed", forged({})),
        ("changed", forged(["7", "project/ONE", "A"])),
        ("changed", forged([2**64, "project/ONE", "A"])),
        ("changed", forged([-7, "project/ONE"])),
        ("changed", forged([-7, "project/\0", "A"])),
        ("due", forged([-7, "project/ONE", "A"])),
        ("due", forged(["2026-02-30", "project/ONE", "A"])),
        ("ref", forged(["2026-02-28", "project/ONE", "A"])),
        ("ref", forged(["project/ONE", 7])),
    ],
)
async def test_a_cursor_that_is_none_of_ours_is_refused(
    client: httpx.AsyncClient, sort: str, after: str
) -> None:
    answer = await client.get(RISKS, params={"sort": sort, "after": after})

    flaws = [(flaw["pointer"], flaw["code"]) for flaw in answer.json()["errors"]]
    assert (answer.status_code, flaws) == (422, [("/query/after", "wrong_format")])


async def test_records_need_a_grant(installation: Installation) -> None:
    stranger = await installation.client(Scope.READ, granted=["beta"])

    assert (await stranger.get(RISKS)).status_code == 403
    assert (await stranger.get(f"{RISKS}/A?item=project/ONE")).status_code == 403
    assert (await stranger.get("/portfolios/alpha/projects/ONE/samples")).status_code == 403
    assert (await stranger.get("/portfolios/alpha/projects/ONE/records")).status_code == 403


async def test_a_portfolio_that_does_not_exist_has_no_records(installation: Installation) -> None:
    everywhere = await installation.client(Scope.READ)

    assert (await everywhere.get("/portfolios/nowhere/records/risk")).status_code == 404
    assert (await everywhere.get("/portfolios/nowhere/records/risk/A?item=portfolio")).status_code == 404
