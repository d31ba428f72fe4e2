"""First contact: a link that works once, soon, and here."""

from typing import Any

import httpx
import pytest

from app.domain.access import Role
from app.operations.starting import Purpose
from tests.api.conftest import PASSWORD, House

ADMIN: dict[str, Any] = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD}


async def redeem(browser: httpx.AsyncClient, code: str) -> httpx.Response:
    return await browser.post("/start", json={"code": code})


async def test_the_demo_link_signs_in_and_pairs_this_browser(house: House) -> None:
    browser = house.browser()

    answer = await redeem(browser, await house.start_code(Purpose.DEMO))

    assert answer.json() == {"next": "/wall"}
    session = (await browser.get("/session")).json()
    assert session["user"]["role"] == "admin"
    assert session["screen"]["portfolio"] == "alpha"
    flags = [set(cookie.split("; ")[1:]) for cookie in answer.headers.get_list("set-cookie")]
    assert len(flags) == 2
    assert all({"HttpOnly", "Path=/", "SameSite=strict"} <= each for each in flags)


async def test_a_link_works_once(house: House) -> None:
    code = await house.start_code(Purpose.DEMO)
    await redeem(house.browser(), code)

    answer = await redeem(house.browser(), code)

    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:nerve:problem:start-refused"


async def test_a_link_works_for_ten_minutes(house: House) -> None:
    code = await house.start_code(Purpose.DEMO)

    house.clock.pass_by(minutes=10)

    assert (await redeem(house.browser(), code)).status_code == 403


async def test_a_new_link_replaces_the_one_before(house: House) -> None:
    before, now = await house.start_code(Purpose.DEMO), await house.start_code(Purpose.DEMO)

    assert (await redeem(house.browser(), before)).status_code == 403
    assert (await redeem(house.browser(), now)).status_code == 200


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("10.0.0.1", {}),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}),
        ("127.0.0.1", {"Host": "evil.example.org"}),
        ("::ffff:10.0.0.1", {}),
    ],
)
async def test_a_link_works_only_on_the_machine_of_the_server(
    house: House, address: str, headers: dict[str, str]
) -> None:
    code = await house.start_code(Purpose.DEMO)

    refused = await redeem(house.browser(at=address, **headers), code)

    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:nerve:problem:not-local"
    assert (await redeem(house.browser(at="::1", Host="[::1]:8000"), code)).status_code == 200


async def test_on_an_empty_installation_the_link_creates_the_first_administrator(house: House) -> None:
    browser = house.browser()

    first = (await redeem(browser, await house.start_code(Purpose.FIRST_ADMIN))).json()
    answer = await browser.post("/start/admin", json={"ticket": first.pop("ticket"), **ADMIN})

    assert first == {"next": "/start#admin", "create_admin": True}
    assert answer.json() == {"next": "/"}
    assert (await browser.get("/session")).json()["user"]["role"] == "admin"


async def test_a_form_that_was_filled_in_wrongly_can_be_sent_again(house: House) -> None:
    browser = house.browser()
    ticket = (await redeem(browser, await house.start_code(Purpose.FIRST_ADMIN))).json()["ticket"]

    wrong = await browser.post("/start/admin", json={"ticket": ticket, **ADMIN, "password": "short"})

    assert wrong.status_code == 422
    assert (await browser.post("/start/admin", json={"ticket": ticket, **ADMIN})).status_code == 200


async def test_nobody_becomes_the_first_administrator_twice(house: House) -> None:
    browser = house.browser()
    code = await house.start_code(Purpose.FIRST_ADMIN)
    ticket = (await redeem(browser, code)).json()["ticket"]
    await house.person(Role.VIEWER)

    late = await browser.post("/start/admin", json={"ticket": ticket, **ADMIN})
    again = await redeem(browser, await house.start_code(Purpose.FIRST_ADMIN))

    assert (late.status_code, again.status_code) == (409, 409)


async def test_a_start_code_is_no_ticket_and_a_ticket_is_no_start_code(house: House) -> None:
    browser = house.browser()
    code = await house.start_code(Purpose.FIRST_ADMIN)

    as_ticket = await browser.post("/start/admin", json={"ticket": code, **ADMIN})

    assert as_ticket.status_code == 403
    ticket = (await redeem(browser, code)).json()["ticket"]
    assert (await redeem(browser, ticket)).status_code == 403
