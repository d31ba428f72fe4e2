"""Signing in, staying signed in, signing out."""

import httpx
import pytest

from app.domain.access import Role, Scope
from tests.api.conftest import JAR, PASSWORD, House


async def sign_in(browser: httpx.AsyncClient, email: str, password: str = PASSWORD) -> httpx.Response:
    return await browser.post("/session", json={"email": email, "password": password})


async def test_a_person_signs_in_with_their_address_however_it_is_typed(house: House) -> None:
    await house.person(Role.LEAD, "Ada@Example.org", PASSWORD)
    browser = house.browser()

    answer = await sign_in(browser, " ada@EXAMPLE.org ")

    assert answer.status_code == 200
    assert answer.json() == {
        "user": {"name": "Lead", "email": "ada@example.org", "role": "lead"},
        "screen": None,
    }
    assert (await browser.get("/session")).json() == answer.json()


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(house: House) -> None:
    await house.person(Role.VIEWER, "v@example.org", PASSWORD)

    cookie = (await sign_in(house.browser(), "v@example.org")).headers["set-cookie"]

    assert cookie.startswith("nerve_session=")
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


async def test_over_https_the_session_cookie_is_secure(house: House) -> None:
    await house.person(Role.VIEWER, "v@example.org", PASSWORD)

    answer = await sign_in(house.browser(url="https://nerve.example.org"), "v@example.org")

    assert "Secure" in answer.headers["set-cookie"].split("; ")


@pytest.mark.parametrize(
    ("email", "password"), [("v@example.org", "wrong"), ("nobody@example.org", PASSWORD)]
)
async def test_a_wrong_password_and_an_unknown_address_are_told_alike(
    house: House, email: str, password: str
) -> None:
    await house.person(Role.VIEWER, "v@example.org", PASSWORD)

    answer = await sign_in(house.browser(), email, password)

    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:nerve:problem:wrong-credentials"
    assert "set-cookie" not in answer.headers


async def test_somebody_without_a_password_cannot_sign_in_with_one(house: House) -> None:
    await house.person(Role.ADMIN, "demo@localhost")

    assert (await sign_in(house.browser(), "demo@localhost", "x")).status_code == 401


async def test_guessing_is_slowed_down_and_only_for_whoever_guesses(house: House) -> None:
    await house.person(Role.VIEWER, "v@example.org", PASSWORD)
    guesser, owner = house.browser(at="10.0.0.1"), house.browser(at="10.0.0.2")

    tries = [await sign_in(guesser, "v@example.org", "guess") for _ in range(11)]

    assert [answer.status_code for answer in tries] == [401] * 10 + [429]
    assert 1 <= int(tries[-1].headers["retry-after"]) <= 31
    assert tries[-1].json()["retryable"] is True
    assert (await sign_in(owner, "v@example.org")).status_code == 200


async def test_whoever_waits_may_try_again(house: House) -> None:
    await house.person(Role.VIEWER, "v@example.org", PASSWORD)
    browser = house.browser()
    for _ in range(11):
        await sign_in(browser, "v@example.org", "guess")

    house.clock.pass_by(seconds=31)

    assert (await sign_in(browser, "v@example.org")).status_code == 200


async def test_signing_out_ends_the_session_and_not_only_the_cookie(house: House) -> None:
    browser = await house.signed_in(Role.VIEWER)
    kept = browser.cookies["nerve_session"]

    answer = await browser.delete("/session")

    assert answer.status_code == 204
    assert "nerve_session" not in browser.cookies
    thief = house.browser()
    thief.cookies.set("nerve_session", kept, domain=JAR)
    assert (await thief.get("/session")).status_code == 401


async def test_an_unused_session_is_over_after_twelve_hours(house: House) -> None:
    browser = await house.signed_in(Role.VIEWER)

    house.clock.pass_by(hours=11, minutes=59)
    assert (await browser.get("/session")).status_code == 200
    house.clock.pass_by(minutes=2)
    assert (await browser.get("/session")).status_code == 401


async def test_a_session_that_is_used_lasts_longer(house: House) -> None:
    browser = await house.signed_in(Role.VIEWER)

    house.clock.pass_by(hours=11)
    await browser.get("/session")
    await house.access.keyring.flush()
    await house.access.keyring.refresh()
    house.clock.pass_by(hours=11)

    assert (await browser.get("/session")).status_code == 200


async def test_no_session_lasts_longer_than_thirty_days(house: House) -> None:
    browser = await house.signed_in(Role.VIEWER)

    for _ in range(61):
        await browser.get("/session")
        await house.access.keyring.flush()
        await house.access.keyring.refresh()
        house.clock.pass_by(hours=11.9)

    assert (await browser.get("/session")).status_code == 401


async def test_a_key_is_no_session(house: House) -> None:
    script = house.with_key((await house.key(Scope.READ)).secret)

    assert (await script.get("/session")).status_code == 401


async def test_a_screen_knows_what_it_is_and_stays_paired(house: House) -> None:
    wall = await house.screen("alpha")

    answer = await wall.get("/session")

    screen = answer.json()["screen"]
    assert (screen["name"], screen["portfolio"], screen["profile"]["theme"]) == ("Lobby", "alpha", "dark")
    assert answer.json()["user"] is None
    assert "nerve_screen=" in answer.headers["set-cookie"]
