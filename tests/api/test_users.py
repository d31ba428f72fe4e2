"""People with accounts, as administrators manage them."""

from typing import Any

import pytest

from app.domain.access import Role
from tests.api.conftest import PASSWORD, House

ADA: dict[str, Any] = {"name": "Ada", "email": "Ada@example.org", "role": "analyst", "password": PASSWORD}


async def test_somebody_who_was_added_can_sign_in(house: House) -> None:
    admin, browser = await house.signed_in(Role.ADMIN), house.browser()

    added = await admin.post("/users", json=ADA)

    assert added.status_code == 201
    assert added.json() | {"id": ""} == {
        "id": "",
        "name": "Ada",
        "email": "ada@example.org",
        "role": "analyst",
    }
    answer = await browser.post("/session", json={"email": "ada@example.org", "password": PASSWORD})
    assert answer.status_code == 200


async def test_two_people_cannot_have_one_address(house: House) -> None:
    admin = await house.signed_in(Role.ADMIN)
    await admin.post("/users", json=ADA)

    answer = await admin.post("/users", json={**ADA, "email": "ada@EXAMPLE.org"})

    assert answer.status_code == 409
    assert answer.json()["errors"][0]["pointer"] == "/email"


async def test_somebody_who_was_removed_is_out_at_once(house: House) -> None:
    admin, viewer = await house.signed_in(Role.ADMIN), await house.signed_in(Role.VIEWER)
    users = (await admin.get("/users")).json()["users"]
    theirs = next(user["id"] for user in users if user["role"] == "viewer")

    assert (await admin.delete(f"/users/{theirs}")).status_code == 204

    assert (await viewer.get("/session")).status_code == 401
    assert (await admin.delete(f"/users/{theirs}")).status_code == 404


async def test_somebody_who_was_removed_can_come_back(house: House) -> None:
    admin = await house.signed_in(Role.ADMIN)
    first = (await admin.post("/users", json=ADA)).json()
    await admin.delete(f"/users/{first['id']}")

    again = await admin.post("/users", json={**ADA, "role": "viewer"})

    assert again.json() == {**first, "role": "viewer"}


async def test_the_last_administrator_stays(house: House) -> None:
    admin = await house.signed_in(Role.ADMIN)
    (only,) = (await admin.get("/users")).json()["users"]

    answer = await admin.delete(f"/users/{only['id']}")

    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:nerve:problem:last-admin"


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"password": "short"}, "/password", "too_short"),
        ({"email": "nobody"}, "/email", "wrong_format"),
        ({"email": "a b@example.org"}, "/email", "wrong_format"),
        ({"role": "king"}, "/role", "unknown_value"),
        ({"name": "a\0b"}, "/name", "nul_character"),
        ({"name": " "}, "/name", "too_short"),
        ({"name": 7}, "/name", "wrong_type"),
        ({"colour": "red"}, "/colour", "unknown_field"),
    ],
)
async def test_a_form_is_told_what_is_wrong_with_which_field(
    house: House, change: dict[str, Any], pointer: str, code: str
) -> None:
    admin = await house.signed_in(Role.ADMIN)

    answer = await admin.post("/users", json={**ADA, **change})

    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
    assert PASSWORD not in answer.text
