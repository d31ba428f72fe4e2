"""Keys of integrations: issued, used, used up, revoked."""

from datetime import timedelta

from app.domain.access import Role, Scope
from tests.api.conftest import MORNING, House


async def test_a_key_is_shown_once_and_then_only_how_it_begins(house: House) -> None:
    admin = await house.signed_in(Role.ADMIN)

    issued = (await admin.post("/keys", json={"name": "SAP", "scopes": ["ingest"]})).json()
    listed = await admin.get("/keys")

    assert issued["key"].startswith("nk_")
    assert len(issued["key"]) == 46
    assert issued["key"] not in listed.text
    (row,) = listed.json()["keys"]
    assert (row["id"], row["connection"], row["hint"]) == (issued["id"], "sap", issued["key"][:7])
    assert (row["scopes"], row["portfolios"], row["last_used_at"]) == (["ingest"], None, None)


async def test_a_connection_has_two_live_keys_at_most(house: House) -> None:
    admin = await house.signed_in(Role.ADMIN)
    form = {"name": "SAP", "scopes": ["ingest"]}
    first = (await admin.post("/keys", json=form)).json()
    assert (await admin.post("/keys", json=form)).status_code == 201

    refused = await admin.post("/keys", json=form)
    await admin.delete(f"/keys/{first['id']}")

    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:nerve:problem:too-many-keys"
    assert (await admin.post("/keys", json=form)).status_code == 201


async def test_an_expired_key_makes_room_for_another(house: House) -> None:
    admin = await house.signed_in(Role.ADMIN)
    soon = (MORNING + timedelta(hours=1)).isoformat()
    form = {"name": "SAP", "scopes": ["ingest"], "expires_at": soon}
    for _ in range(2):
        assert (await admin.post("/keys", json=form)).status_code == 201

    house.clock.pass_by(hours=2)

    assert (await admin.post("/keys", json={"name": "SAP", "scopes": ["read"]})).status_code == 201


async def test_a_revoked_key_is_refused_at_once(house: House) -> None:
    admin, issued = await house.signed_in(Role.ADMIN), await house.key(Scope.INGEST)
    script = house.with_key(issued.secret)
    assert (await script.post("/ingest")).status_code == 200

    assert (await admin.delete(f"/keys/{issued.key.key_id}")).status_code == 204
    answer = await script.post("/ingest")

    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert (await admin.delete(f"/keys/{issued.key.key_id}")).status_code == 404


async def test_a_key_expires(house: House) -> None:
    issued = await house.key(Scope.INGEST, expires_at=MORNING + timedelta(hours=1))
    script = house.with_key(issued.secret)
    assert (await script.post("/ingest")).status_code == 200

    house.clock.pass_by(hours=1)

    assert (await script.post("/ingest")).status_code == 401


async def test_a_key_reads_what_it_is_granted_and_nothing_else(house: House) -> None:
    script = house.with_key((await house.key(Scope.READ, portfolios=("alpha",))).secret)

    assert (await script.get("/portfolios/alpha/probe")).status_code == 200
    refused = await script.get("/portfolios/beta/probe")

    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:nerve:problem:forbidden"


async def test_a_key_does_what_its_scopes_say_and_nothing_else(house: House) -> None:
    reading = house.with_key((await house.key(Scope.READ)).secret)
    writing = house.with_key((await house.key(Scope.INGEST)).secret)

    assert (await reading.post("/ingest")).status_code == 403
    assert (await writing.get("/portfolios/alpha/probe")).status_code == 403
    assert (await writing.get("/keys")).status_code == 403


async def test_a_wrong_key_is_not_helped_by_a_right_cookie(house: House) -> None:
    browser = await house.signed_in(Role.ADMIN)

    answer = await browser.get("/keys", headers={"Authorization": "Bearer nk_wrong"})

    assert answer.status_code == 401


async def test_the_use_of_a_key_is_noted(house: House) -> None:
    admin, issued = await house.signed_in(Role.ADMIN), await house.key(Scope.INGEST)
    await house.with_key(issued.secret).post("/ingest")

    (row,) = (await admin.get("/keys")).json()["keys"]

    assert row["last_used_at"] == "2026-03-02T09:00:00Z"


async def test_a_key_cannot_be_granted_a_portfolio_that_does_not_exist(house: House) -> None:
    admin = await house.signed_in(Role.ADMIN)

    answer = await admin.post("/keys", json={"name": "SAP", "scopes": ["read"], "portfolios": ["gamma"]})

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"pointer": "/portfolios", "code": "unknown_portfolio", "message": "There is no portfolio gamma."}
    ]
