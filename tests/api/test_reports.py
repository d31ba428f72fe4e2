"""What people tell, in the words of the catalogue: who may, what becomes of it, what is refused."""

from typing import Any

import httpx
import orjson
import pytest

from app.domain.access import Role
from app.domain.events.catalogue import OWN_TYPES
from app.domain.reporters import REPORTABLE
from app.domain.tree import walk
from tests import builders as b
from tests import deliveries as d
from tests import vocabulary as v
from tests.servers.installation import ONE, Installation, add_person, as_posted

PASSWORD = "correct horse battery"
RISK = {"ref": "R-1", "title": "The supplier is late"}
NOT_TOLD = {"clock.reached", "policy.published", "source.heartbeat"}
"""A policy has a route of its own."""
TOLD = [kind for kind in v.SAID if kind not in NOT_TOLD]


async def somebody(installation: Installation, role: Role) -> httpx.AsyncClient:
    """The browser of a person with this role."""
    browser = installation.with_key(None)
    form = {"email": await add_person(installation.db, role, PASSWORD), "password": PASSWORD}
    assert (await browser.post("/session", json=form)).status_code == 200
    return browser


@pytest.fixture(scope="module")
async def viewer(installation: Installation) -> httpx.AsyncClient:
    return await somebody(installation, Role.VIEWER)


@pytest.fixture(scope="module")
async def analyst(installation: Installation) -> httpx.AsyncClient:
    return await somebody(installation, Role.ANALYST)


@pytest.fixture(scope="module")
async def lead(installation: Installation) -> httpx.AsyncClient:
    return await somebody(installation, Role.LEAD)


async def tell(
    browser: httpx.AsyncClient, kind: str, subject: str, data: object, **more: Any
) -> httpx.Response:
    body = {"subject": subject, "data": data, **more}
    return await browser.post(f"/portfolios/alpha/report/{kind}", json=body)


@pytest.mark.parametrize("kind", TOLD)
async def test_a_person_tells_what_an_integration_could(lead: httpx.AsyncClient, kind: str) -> None:
    subject, data = v.SAID[kind]

    answer = await tell(lead, kind, subject, data)

    event = (await lead.get(f"/portfolios/alpha/events/{answer.json()['seq']}")).json()
    assert answer.status_code == 202
    assert answer.json()["revision"] > 0
    assert (event["type"], event["subject"]) == (f"nerve.{kind}.v1", subject)
    assert event["source"].startswith("user/")
    assert event["connection"] == event["source"]


def test_what_only_sources_and_the_clock_say_nobody_tells() -> None:
    assert set(OWN_TYPES) - set(REPORTABLE) == {f"nerve.{kind}.v1" for kind in NOT_TOLD}


@pytest.mark.parametrize("kind", TOLD)
async def test_a_viewer_tells_nothing(viewer: httpx.AsyncClient, kind: str) -> None:
    assert (await tell(viewer, kind, *v.SAID[kind])).status_code == 403


LEADS = [
    *("alias.added", "baseline.approved", "fx.rate_set", "gate.decided", "gate.scheduled", "item.changed"),
    *("item.closed", "item.moved", "item.registered", "item.stage_changed", "item.state_changed"),
    *("item.touched", "role.changed"),
]


@pytest.mark.parametrize("kind", TOLD)
async def test_an_analyst_tells_facts_and_the_register_and_a_lead_the_rest(
    analyst: httpx.AsyncClient, kind: str
) -> None:
    answer = await tell(analyst, kind, *v.SAID[kind])

    assert answer.status_code == (403 if kind in LEADS else 202)


async def test_a_key_is_no_person(installation: Installation) -> None:
    script = await installation.client(granted=["alpha"])

    assert (await tell(script, "risk.raised", v.PROJECT, RISK)).status_code == 403


async def test_a_page_of_another_site_tells_nothing(analyst: httpx.AsyncClient) -> None:
    answer = await analyst.post(
        "/portfolios/alpha/report/risk.raised",
        json={"subject": v.PROJECT, "data": RISK},
        headers={"Origin": "https://elsewhere.example.org"},
    )

    assert answer.status_code == 403
    assert answer.json()["type"].endswith("cross-origin")


@pytest.mark.parametrize(
    ("body", "status", "flaws"),
    [
        (b"{", 400, [("", "malformed_json")]),
        (b"[]", 422, [("", "wrong_type")]),
        (b"{}", 422, [("/subject", "missing"), ("/data", "missing")]),
        (orjson.dumps({"subject": "person/ada", "data": RISK}), 422, [("/subject", "wrong_format")]),
        (orjson.dumps({"subject": v.PROJECT, "data": {"ref": "R"}}), 422, [("/data", "invalid")]),
        (orjson.dumps({"subject": v.PROJECT, "data": 7}), 422, [("/data", "wrong_type")]),
        (
            orjson.dumps({"subject": v.PROJECT, "data": {**RISK, "prob": 101}}),
            422,
            [("/data/prob", "out_of_range")],
        ),
        (
            orjson.dumps({"subject": v.PROJECT, "data": RISK, "colour": "red"}),
            422,
            [("/colour", "unknown_field")],
        ),
        (
            orjson.dumps({"subject": v.PROJECT, "data": {**RISK, "owner": "\0"}}),
            422,
            [("/data/owner", "nul_character")],
        ),
        (
            orjson.dumps({"subject": v.PROJECT, "data": RISK, "time": "yesterday"}),
            422,
            [("/time", "invalid_date")],
        ),
        (
            orjson.dumps({"subject": v.PROJECT, "data": RISK, "time": d.moment(-25 * 60).isoformat()}),
            422,
            [("/time", "in_future")],
        ),
        (orjson.dumps({"subject": v.PROJECT, "data": RISK, "id": ""}), 422, [("/id", "too_short")]),
        (b'{"subject":"project/X","data":' + b"[" * 5_000 + b"]" * 5_000 + b"}", 400,
         [("", "malformed_json")]),
        (b'{"subject":"project/X","data":{"ref":"R","title":"x","prob":NaN}}', 422,
         [("/data/prob", "not_finite")]),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_with_a_pointer_into_the_report(
    analyst: httpx.AsyncClient, body: bytes, status: int, flaws: list[tuple[str, str]]
) -> None:
    answer = await analyst.post(
        "/portfolios/alpha/report/risk.raised", content=body, headers={"Content-Type": "application/json"}
    )

    found = [(flaw["pointer"], flaw["code"]) for flaw in answer.json()["errors"]]
    assert (answer.status_code, found) == (status, flaws)


async def test_a_report_is_sent_as_json(analyst: httpx.AsyncClient) -> None:
    answer = await analyst.post(
        "/portfolios/alpha/report/risk.raised", content=b"{}", headers={"Content-Type": "text/plain"}
    )

    assert answer.status_code == 415


async def test_no_report_reaches_a_portfolio_that_does_not_exist(analyst: httpx.AsyncClient) -> None:
    answer = await analyst.post(
        "/portfolios/nowhere/report/risk.raised", json={"subject": v.PROJECT, "data": RISK}
    )

    assert answer.status_code == 404


async def test_the_same_report_twice_is_told_once(analyst: httpx.AsyncClient) -> None:
    first = await tell(analyst, "risk.raised", v.PROJECT, RISK, id="mine-1")
    again = await tell(analyst, "risk.raised", v.PROJECT, RISK, id="mine-1")
    other = await tell(analyst, "risk.raised", v.PROJECT, {**RISK, "prob": "5"}, id="mine-1")

    assert (again.status_code, again.json()["seq"]) == (202, first.json()["seq"])
    assert again.json()["duplicate"] is True
    assert (other.status_code, other.json()["type"]) == (409, "urn:nerve:problem:id-reused")


async def test_a_report_may_be_of_an_earlier_time(analyst: httpx.AsyncClient) -> None:
    answer = await tell(analyst, "risk.raised", v.PROJECT, RISK, time="2026-01-05T10:00:00+01:00", id="early")
    again = await tell(analyst, "risk.raised", v.PROJECT, RISK, time="2026-01-06T10:00:00+01:00", id="early")

    event = (await analyst.get(f"/portfolios/alpha/events/{answer.json()['seq']}")).json()
    assert event["time"] == "2026-01-05T09:00:00.000000Z"
    assert again.status_code == 409


async def test_why_it_is_red_names_who_told_it_but_on_a_screen_without_names(
    installation: Installation, lead: httpx.AsyncClient
) -> None:
    issue = {"ref": "I-1", "title": "No test data", "severity": 1}
    await tell(lead, "item.registered", "project/TOLD", {"name": "Told by people"})
    old = d.moment(100 * 24 * 60).isoformat()
    seq = (await tell(lead, "issue.raised", "project/TOLD", issue, time=old)).json()["seq"]
    wall = await hung_by(lead, installation)

    shown, hidden = [await leaf_of(browser, "project/TOLD", seq) for browser in (lead, wall)]

    assert (shown["type"], shown["by"]) == ("nerve.issue.raised.v1", "Lead")
    assert hidden == {name: value for name, value in shown.items() if name != "by"}


async def test_who_answers_is_told_to_people_and_not_to_a_screen_without_names(
    installation: Installation, lead: httpx.AsyncClient
) -> None:
    await tell(lead, "item.registered", "project/LED", {"name": "Led", "roles": {"manager": "M. Person"}})
    wall = await hung_by(lead, installation)

    told, hidden = [await each.get("/portfolios/alpha/roles?project=LED") for each in (lead, wall)]

    assert told.json() == {"roles": {"LED": {"manager": "M. Person"}}}
    assert (hidden.status_code, "Person" in hidden.text) == (403, False)


async def leaf_of(browser: httpx.AsyncClient, card: str, seq: int) -> dict[str, Any]:
    """An event in the tree of a card."""
    tree = (await browser.get("/portfolios/alpha/explain", params={"card": card})).json()
    return next(node for node in walk(tree) if node["kind"] == "event" and node["value"] == seq)


async def hung_by(lead: httpx.AsyncClient, installation: Installation) -> httpx.AsyncClient:
    """A screen as a lead sets it up who says nothing of names."""
    wall = installation.with_key(None)
    code = (await wall.post("/screens/pairing")).json()["code"]
    form = {"code": code, "name": "Lobby", "portfolio": "alpha"}
    assert (await lead.post("/screens/approvals", json=form)).status_code == 201
    assert (await wall.get("/screens/pairing")).json()["state"] == "approved"
    return wall


async def test_a_key_cannot_speak_as_a_person(installation: Installation) -> None:
    script = await installation.client(granted=["alpha"])
    posed = {**as_posted(b.registered()), "source": "user/somebody"}

    answer = await script.post("/events", content=orjson.dumps(posed), headers={"Content-Type": ONE})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "reserved")
