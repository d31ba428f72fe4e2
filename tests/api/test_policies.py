"""Policies over REST: read the one in force, try a draft on the live board, publish it as a person."""

import asyncio
from typing import Any

import httpx
import orjson
import pytest

from app.domain.access import Role
from app.domain.policy import HOUSE_DEFAULT
from tests import deliveries as d
from tests.servers.installation import BATCH, Installation, add_person, as_posted

PASSWORD = "correct horse battery"
HERE = "/portfolios/alpha"


@pytest.fixture(scope="module")
async def script(installation: Installation) -> httpx.AsyncClient:
    """May post to `alpha` and read it, where LATE is red and FINE is green."""
    found = await installation.client(granted=["alpha"])
    events = [*d.a_project("LATE", "20"), *d.a_project("FINE", "50")]
    body = orjson.dumps([as_posted(event) for event in events])
    answer = await found.post("/events?wait=assessed", content=body, headers={"Content-Type": BATCH})
    assert answer.status_code == 202, answer.text
    return found


async def signed_in(installation: Installation, role: Role) -> httpx.AsyncClient:
    browser = installation.with_key(None)
    email = await add_person(installation.db, role, PASSWORD)
    assert (await browser.post("/session", json={"email": email, "password": PASSWORD})).status_code == 200
    return browser


def a_draft(amber: str, red: str, **more: Any) -> dict[str, Any]:
    """The house default with other limits for SPI(t)."""
    document = HOUSE_DEFAULT.model_dump(mode="json") | more
    document["kpis"]["SCH-1"] |= {"amber": amber, "red": red}
    document["kpis"]["SCH-2"]["enabled"] = False
    return {"policy": document, "reason": "decided by the board"}


async def test_the_first_policy_is_the_house_default(script: httpx.AsyncClient) -> None:
    told = (await script.get(f"{HERE}/policies")).json()["policies"][-1]

    assert (told["version"], told["name"], told["published_by"]) == (0, "House default", None)
    assert told["policy"]["kpis"]["SCH-1"]["red"] == "0.90"


async def test_a_draft_says_which_colours_it_would_change_and_why_and_changes_nothing(
    installation: Installation, script: httpx.AsyncClient
) -> None:
    lead = await signed_in(installation, Role.LEAD)
    before = (await script.get(f"{HERE}/policy")).json()["version"]

    told = (await lead.post(f"{HERE}/policy/try", json=a_draft("1.20", "1.10"))).json()

    shift = next(each for each in told["shifts"] if each["card"] == "project/FINE")
    assert (shift["before"], shift["after"]) == ("green", "red")
    assert (shift["cause"]["rule"], shift["cause"]["limit"]) == ("SCH-1", 1.1)
    assert told["changed"] == 1
    assert (told["before"]["green"], told["after"]["green"], told["failed"]) == (1, 0, [])
    assert (await script.get(f"{HERE}/policy")).json()["version"] == before


async def test_a_lead_publishes_and_the_log_names_them(
    installation: Installation, script: httpx.AsyncClient
) -> None:
    lead = await signed_in(installation, Role.LEAD)
    done = await lead.post(f"{HERE}/policy?wait=assessed", json=a_draft("0.30", "0.10", name="Mild"))

    told, event = (
        (await script.get(f"{HERE}/policy")).json(),
        (await script.get(f"{HERE}/events/{done.json()['seq']}")).json(),
    )
    assert (done.status_code, done.json()["duplicate"]) == (202, False)
    assert done.json()["revision"] is not None
    assert (told["name"], told["reason"]) == ("Mild", "decided by the board")
    assert (told["seq"], told["policy"]["version"]) == (done.json()["seq"], told["version"])
    assert event["type"] == "nerve.policy.published.v1"
    assert event["source"] == event["connection"]
    assert event["source"].startswith("user/")
    assert told["published_by"] == event["by"] == "Lead"


async def test_the_same_request_again_is_the_same_publication(
    installation: Installation,
) -> None:
    lead, key = await signed_in(installation, Role.LEAD), {"Idempotency-Key": "once"}
    first = await lead.post(f"{HERE}/policy?wait=assessed", json=a_draft("0.9", "0.8"), headers=key)
    await asyncio.sleep(0.002)  # another moment by the clock of the edge

    again = await lead.post(f"{HERE}/policy?wait=assessed", json=a_draft("0.9", "0.8"), headers=key)
    other = await lead.post(f"{HERE}/policy", json=a_draft("0.9", "0.7"), headers=key)

    assert (first.json()["duplicate"], again.json()["duplicate"]) == (False, True)
    assert again.json()["seq"] == first.json()["seq"]
    assert (other.status_code, other.json()["type"]) == (409, "urn:nerve:problem:id-reused")


async def test_somebody_who_publishes_is_no_source_that_could_fall_silent(
    installation: Installation, script: httpx.AsyncClient
) -> None:
    lead = await signed_in(installation, Role.LEAD)
    await lead.post(f"{HERE}/policy?wait=assessed", json=a_draft("0.9", "0.8"))

    board = (await script.get(f"{HERE}/board")).json()

    assert "source/erp" in str(board["cards"])
    assert "source/user" not in str(board["cards"])


async def test_nobody_posts_as_a_person(script: httpx.AsyncClient) -> None:
    event = as_posted(d.a_report("FINE", "51")) | {"source": "user/somebody"}

    answer = await script.post(
        "/events", json=event, headers={"Content-Type": "application/cloudevents+json"}
    )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/source"


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        (b"{", 400, ""),
        (b"[]", 422, ""),
        (orjson.dumps({"policy": {}, "reason": "x"}), 422, "/policy/kpis"),
        (orjson.dumps(a_draft("0.9", "0.95")), 422, "/policy/kpis/SCH-1/red"),
        (orjson.dumps(a_draft("0.9", "0.8", colour="blue")), 422, "/policy/colour"),
        (orjson.dumps(a_draft("0.9", "many")), 422, "/policy/kpis/SCH-1/red"),
    ],
)
@pytest.mark.parametrize("path", ["policy", "policy/try"])
async def test_what_is_no_policy_is_refused_with_a_pointer_into_what_was_sent(
    installation: Installation, path: str, body: bytes, status: int, pointer: str
) -> None:
    lead = await signed_in(installation, Role.LEAD)

    answer = await lead.post(f"{HERE}/{path}", content=body, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
@pytest.mark.parametrize("path", ["policy", "policy/try"])
async def test_a_policy_is_for_a_lead_to_try_and_to_publish(
    installation: Installation, role: Role, path: str
) -> None:
    somebody = await signed_in(installation, role)

    answer = await somebody.post(f"{HERE}/{path}", json=a_draft("0.9", "0.8"))

    assert answer.status_code == 403
    assert (await somebody.get(f"{HERE}/policy")).status_code == 200


async def test_a_portfolio_that_is_not_there_has_no_policy(installation: Installation) -> None:
    lead = await signed_in(installation, Role.LEAD)

    answers = [
        await lead.get("/portfolios/nowhere/policy"),
        await lead.post("/portfolios/nowhere/policy/try", json=a_draft("0.9", "0.8")),
        await lead.post("/portfolios/nowhere/policy", json=a_draft("0.9", "0.8")),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3


async def test_three_profiles_ship_each_whole_and_fit_to_publish(
    installation: Installation, script: httpx.AsyncClient
) -> None:
    lead = await signed_in(installation, Role.LEAD)
    told = (await script.get("/policy-profiles")).json()["profiles"]

    tried = [await lead.post(f"{HERE}/policy/try", json={"policy": each["policy"]}) for each in told]

    assert [each["id"] for each in told] == ["house", "omb-10", "uk-dca-3"]
    assert [answer.status_code for answer in tried] == [200] * 3
    assert told[0]["policy"] == HOUSE_DEFAULT.model_dump(mode="json")
    assert (told[1]["policy"]["kpis"]["CST-3"]["amber"], told[1]["policy"]["kpis"]["CST-3"]["red"]) == (
        "-10",
        "-30",
    )
    assert told[2]["policy"]["required"] == ["schedule", "cost"]
