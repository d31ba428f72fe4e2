"""Screens on walls: a code, an approval, a cookie, an end."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.domain.access import Role
from app.domain.screens import Report
from app.operations import pairing
from app.operations.pairing import ALPHABET
from tests.api.conftest import House


async def test_an_unknown_screen_shows_a_code_that_people_can_read_and_phones_can_scan(house: House) -> None:
    answer = await house.browser().post("/screens/pairing")

    ticket = answer.json()
    code = ticket["code"].replace("-", "")
    assert (len(ticket["code"]), len(code), set(code) <= set(ALPHABET)) == (9, 8, True)
    assert parse_qs(urlsplit(ticket["approve_url"]).query) == {"code": [code]}
    assert ticket["qr_svg"].startswith("<svg")
    assert (ticket["poll_s"], ticket["expires_at"]) == (3, "2026-03-02T09:10:00Z")
    assert {"HttpOnly", "SameSite=strict"} <= set(answer.headers["set-cookie"].split("; "))


async def test_a_screen_that_is_loaded_again_shows_the_same_code(house: House) -> None:
    wall = house.browser()

    first, again = await wall.post("/screens/pairing"), await wall.post("/screens/pairing")

    assert first.json() == again.json()


async def test_a_lead_approves_and_the_screen_goes_to_its_wall(house: House) -> None:
    lead, wall = await house.signed_in(Role.LEAD), house.browser()
    code = (await wall.post("/screens/pairing")).json()["code"]
    assert (await wall.get("/screens/pairing")).json() == {"state": "pending"}

    form = {
        "code": code.lower(),
        "name": "Lobby",
        "place": "Hall",
        "portfolio": "alpha",
        "profile": {"theme": "light"},
    }
    approved = await lead.post("/screens/approvals", json=form)

    assert approved.status_code == 201
    assert (await wall.get("/screens/pairing")).json() == {"state": "approved", "next": "/wall"}
    assert "nerve_pairing" not in wall.cookies
    assert (await wall.get("/session")).json()["screen"]["profile"]["theme"] == "light"


async def test_an_answer_that_was_lost_is_given_again(house: House) -> None:
    lead, wall, copy = await house.signed_in(Role.LEAD), house.browser(), house.browser()
    code = (await wall.post("/screens/pairing")).json()["code"]
    copy.cookies.update(wall.cookies)
    await lead.post("/screens/approvals", json={"code": code, "name": "Lobby"})

    await wall.get("/screens/pairing")
    await copy.get("/screens/pairing")

    assert wall.cookies["nerve_screen"] == copy.cookies["nerve_screen"]
    assert (await wall.get("/session")).status_code == 200


async def test_a_code_is_over_after_ten_minutes(house: House) -> None:
    lead, wall = await house.signed_in(Role.LEAD), house.browser()
    code = (await wall.post("/screens/pairing")).json()["code"]

    house.clock.pass_by(minutes=10)

    assert (await wall.get("/screens/pairing")).json() == {"state": "expired"}
    refused = await lead.post("/screens/approvals", json={"code": code, "name": "Lobby"})
    assert (refused.status_code, refused.json()["type"]) == (404, "urn:nerve:problem:unknown-code")
    assert (await wall.post("/screens/pairing")).json()["code"] != code


async def test_a_code_is_approved_once(house: House) -> None:
    lead, wall = await house.signed_in(Role.LEAD), house.browser()
    form = {"code": (await wall.post("/screens/pairing")).json()["code"], "name": "Lobby"}
    await lead.post("/screens/approvals", json=form)

    assert (await lead.post("/screens/approvals", json=form)).status_code == 404


async def test_a_screen_cannot_be_put_on_a_portfolio_that_does_not_exist(house: House) -> None:
    lead, wall = await house.signed_in(Role.LEAD), house.browser()
    code = (await wall.post("/screens/pairing")).json()["code"]

    answer = await lead.post("/screens/approvals", json={"code": code, "name": "Lobby", "portfolio": "gamma"})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/portfolio")


async def test_a_screen_sees_its_portfolio_and_nothing_else(house: House) -> None:
    wall, anywhere = await house.screen("alpha"), await house.screen()

    assert (await wall.get("/portfolios/alpha/probe")).status_code == 200
    assert (await wall.get("/portfolios/beta/probe")).status_code == 403
    assert (await anywhere.get("/portfolios/beta/probe")).status_code == 200


async def test_a_revoked_screen_is_nobody_and_may_ask_again(house: House) -> None:
    lead, wall = await house.signed_in(Role.LEAD), await house.screen("alpha")
    (row,) = (await lead.get("/screens")).json()["screens"]

    assert (await lead.delete(f"/screens/{row['id']}")).status_code == 204

    assert (await wall.get("/session")).status_code == 401
    assert (await lead.delete(f"/screens/{row['id']}")).status_code == 404
    assert (await wall.post("/screens/pairing")).status_code == 200


async def test_the_inventory_says_when_a_screen_was_seen_and_what_it_showed(house: House) -> None:
    lead, wall = await house.signed_in(Role.LEAD), await house.screen("alpha")
    await wall.get("/session")
    (row,) = (await lead.get("/screens")).json()["screens"]

    house.access.keyring.shown(row["id"], Report(41, 3.5), now=house.clock.now)
    house.clock.pass_by(seconds=5)
    await wall.get("/session")
    (later,) = (await lead.get("/screens")).json()["screens"]

    assert (row["last_seen_at"], row["revision_shown"]) == ("2026-03-02T09:00:00Z", None)
    assert (later["last_seen_at"], later["revision_shown"]) == ("2026-03-02T09:00:05Z", 41)
    assert (later["name"], later["rendered_ms"], later["revoked_at"]) == ("Lobby", 3.5, None)


async def test_a_screen_that_was_revoked_or_is_over_is_told_which_it_was(house: House) -> None:
    lead, wall = await house.signed_in(Role.LEAD), await house.screen("alpha")
    (row,) = (await lead.get("/screens")).json()["screens"]
    await lead.delete(f"/screens/{row['id']}")

    revoked = (await wall.post("/screens/pairing")).json()["former"]

    ended_at = "2026-03-02T09:00:00Z"
    assert revoked == {"name": "Lobby", "condition": "revoked", "ended_at": ended_at}
    assert (await house.browser().post("/screens/pairing")).json()["former"] is None


async def test_a_screen_ends_at_the_time_that_the_lead_said(house: House) -> None:
    lead, wall = await house.signed_in(Role.LEAD), house.browser()
    code = (await wall.post("/screens/pairing")).json()["code"]
    form = {"code": code, "name": "Fair", "expires_at": "2026-03-05T18:00:00Z"}
    await lead.post("/screens/approvals", json=form)
    await wall.get("/screens/pairing")

    house.clock.pass_by(days=3)
    before = (await wall.get("/session")).status_code
    house.clock.pass_by(days=1)

    assert (before, (await wall.get("/session")).status_code) == (200, 401)
    assert (await wall.post("/screens/pairing")).json()["former"]["condition"] == "expired"


@pytest.mark.parametrize(
    ("profile", "pointer"),
    [
        ({"scenes": []}, "/profile/scenes"),
        ({"scenes": ["weather"]}, "/profile/scenes/0"),
        ({"dwell_s": 5}, "/profile/dwell_s"),
        ({"diagonal_in": 0}, "/profile/diagonal_in"),
        ({"night": {"begins": "25:00", "ends": "07:00"}}, "/profile/night/begins"),
        ({"rotate": True}, "/profile/rotate"),
    ],
)
async def test_a_profile_that_no_screen_could_follow_is_refused(
    house: House, profile: dict[str, object], pointer: str
) -> None:
    lead = await house.signed_in(Role.LEAD)

    answer = await lead.put("/screens/nobody", json={"name": "x", "profile": profile})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


@pytest.mark.parametrize(
    ("command", "argument"),
    [("show", None), ("show", "weather"), ("pin", "weather"), ("pause", None), ("mute", "loud"),
     ("message", ""), ("takeover", "x" * 201), ("identify", "please"), ("reload", "now")],
)  # fmt: skip
async def test_a_command_with_something_that_it_does_not_take_is_refused(
    house: House, command: str, argument: str | None
) -> None:
    lead = await house.signed_in(Role.LEAD)
    await house.screen("alpha")
    (row,) = (await lead.get("/screens")).json()["screens"]

    form = {"command": command, "argument": argument}
    answer = await lead.post(f"/screens/{row['id']}/commands", json=form)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/argument")
    assert [act["act"] for act in (await lead.get(f"/screens/{row['id']}/log")).json()["acts"]] == ["approve"]


async def test_asking_for_codes_is_limited_for_each_address(house: House) -> None:
    asked = [await _ask_from(house, "10.0.0.1") for _ in range(31)]

    assert [answer.status_code for answer in asked] == [200] * 30 + [429]
    assert (await _ask_from(house, "10.0.0.2")).status_code == 200


async def test_codes_that_wait_are_limited_for_everybody(house: House) -> None:
    for _ in range(pairing.MOST_PENDING):
        await pairing.ask(house.db, None, now=house.clock.now)

    answer = await house.browser().post("/screens/pairing")

    assert answer.status_code == 429
    assert answer.json()["type"] == "urn:nerve:problem:too-many-pairings"


async def _ask_from(house: House, address: str) -> httpx.Response:
    return await house.browser(at=address).post("/screens/pairing")
