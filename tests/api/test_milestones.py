"""Reading milestones: filters, orders, pages, what was told under another reference, refusals."""

from typing import Any

import httpx
import orjson
import pytest

from tests import builders as b
from tests import deliveries as d
from tests.servers.installation import BATCH, Installation, as_posted

MILESTONES = "/portfolios/alpha/milestones"


@pytest.fixture(scope="module")
async def client(installation: Installation) -> httpx.AsyncClient:
    """ONE, which is JIRA-1 elsewhere, has A, B, C and J; TWO has D and, without a day, E."""
    one, two, began = "project/ONE", "project/TWO", b.at(d.in_days(-90))
    found = await installation.client(granted=["alpha"])
    events = [
        *d.a_project("ONE"),
        *d.a_project("TWO"),
        b.an_event("alias.added", {"reference": "JIRA-1"}, subject=one),
        b.planned("A", d.in_days(-9), subject=one, time=began),
        b.planned("B", d.in_days(30), subject=one, time=began, critical=True),
        b.forecast("B", d.in_days(40), subject=one, time=d.moment(5)),
        b.planned("C", d.in_days(-30), subject=one, time=began),
        b.achieved("C", d.in_days(-20), subject=one),
        b.planned("J", d.in_days(50), subject="project/JIRA-1", time=began),
        b.planned("D", d.in_days(20), subject=two, time=began),
        b.forecast("E", None, subject=two, time=began, new_target="v9"),
    ]
    body = orjson.dumps([as_posted(event) for event in events])
    answer = await found.post("/events?wait=assessed", content=body, headers={"Content-Type": BATCH})
    assert all("revision" in each for each in answer.json()["results"])
    return found


async def codes(client: httpx.AsyncClient, **query: Any) -> str:
    """Of all pages."""
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        answer = (await client.get(MILESTONES, params={**query, **after})).json()
        found += answer["milestones"]
        if answer["next"] is None:
            return "".join(each["code"] for each in found)
        after = {"after": answer["next"]}


@pytest.mark.parametrize("limit", [1, 2, 50])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "CADBJE"),
        ({"sort": "ref"}, "ABCJDE"),
        ({"item": "project/ONE"}, "CABJ"),
        ({"item": "project/JIRA-1"}, "CABJ"),
        ({"item": "project/NOBODY"}, ""),
        ({"state": "open"}, "ADBJE"),
        ({"state": "achieved"}, "C"),
        ({"state": "overdue"}, "A"),
        ({"critical": "true"}, "B"),
        ({"due_before": d.in_days(40).isoformat()}, "CAD"),
    ],
)
async def test_milestones_are_found_by_what_is_known_of_them(
    client: httpx.AsyncClient, query: dict[str, str], expected: str, limit: int
) -> None:
    assert await codes(client, **query, limit=limit) == expected


async def test_a_milestone_comes_with_every_date_that_it_was_given(client: httpx.AsyncClient) -> None:
    [found] = (await client.get(MILESTONES, params={"critical": True})).json()["milestones"]

    assert (found["item"], found["code"], found["late_days"]) == ("project/ONE", "B", 10)
    assert [each["forecast"] for each in found["history"]] == [d.in_days(40).isoformat()]


@pytest.mark.parametrize("query", ["state=lost", "sort=colour", "limit=0", "due_before=soon", "after=x"])
async def test_what_cannot_be_asked_is_a_problem(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"{MILESTONES}?{query}")

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


async def test_milestones_need_a_grant(installation: Installation) -> None:
    stranger = await installation.client(granted=["beta"])

    assert (await stranger.get(MILESTONES)).status_code == 403
