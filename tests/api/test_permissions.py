"""Who may do what: every route for everybody, and nobody without a credential."""

from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy.engine import Connection
from starlette.requests import HTTPConnection

from app.domain.access import Role, Scope
from app.main import create_app
from app.operations import keys
from app.operations.keys import PREFIX
from app.settings import Settings
from tests.api.conftest import PASSWORD, House
from tests.servers.ports import becomes

OPEN: Final = {
    ("GET", "/healthz"),
    ("GET", "/wall"),
    ("POST", "/api/v1/session"),
    ("POST", "/api/v1/start"),
    ("POST", "/api/v1/start/admin"),
    ("POST", "/api/v1/screens/pairing"),
    ("GET", "/api/v1/screens/pairing"),
}
"""Apart from the other pages, which are the same for everybody as well."""
NOTHING_THERE: Final = "/api/{path:path}"

USER: Final = {"name": "Ada", "email": "ada@example.org", "role": "viewer", "password": PASSWORD}
ROUTES: Final[dict[str, tuple[str, str, Any, set[str]]]] = {
    "who am I": ("GET", "/session", None, {"viewer", "analyst", "lead", "admin", "screen"}),
    "look at alpha": ("GET", "/portfolios/alpha/probe", None,
                      {"viewer", "analyst", "lead", "admin", "screen", "reading key"}),
    "post events": ("POST", "/ingest", None, {"posting key"}),
    "screens": ("GET", "/screens", None, {"lead", "admin"}),
    "approve": ("POST", "/screens/approvals", {"code": "BBBBBBBB", "name": "x"}, {"lead", "admin"}),
    "set up screen": ("PUT", "/screens/nobody", {"name": "x"}, {"lead", "admin"}),
    "command screen": ("POST", "/screens/nobody/commands", {"command": "identify"}, {"lead", "admin"}),
    "log of screen": ("GET", "/screens/nobody/log", None, {"lead", "admin"}),
    "alerts of screens": ("GET", "/screens/alerts", None, {"analyst", "lead", "admin"}),
    "silent screens": ("GET", "/portfolios/alpha/silent-screens", None,
                       {"viewer", "analyst", "lead", "admin", "screen", "reading key"}),
    "acknowledge screen": ("POST", "/screens/nobody/acknowledgement", None, {"analyst", "lead", "admin"}),
    "revoke screen": ("DELETE", "/screens/nobody", None, {"lead", "admin"}),
    "keys": ("GET", "/keys", None, {"admin"}),
    "issue key": ("POST", "/keys", {"name": "SAP", "scopes": ["read"]}, {"admin"}),
    "revoke key": ("DELETE", "/keys/nobody", None, {"admin"}),
    "users": ("GET", "/users", None, {"admin"}),
    "add user": ("POST", "/users", USER, {"admin"}),
    "remove user": ("DELETE", "/users/nobody", None, {"admin"}),
}  # fmt: skip
EVERYBODY: Final = ("viewer", "analyst", "lead", "admin", "screen", "reading key", "posting key")


async def somebody(house: House, who: str) -> httpx.AsyncClient:
    match who:
        case "screen":
            return await house.screen("alpha")
        case "reading key":
            return house.with_key((await house.key(Scope.READ)).secret)
        case "posting key":
            return house.with_key((await house.key(Scope.INGEST)).secret)
        case _:
            return await house.signed_in(Role(who))


@pytest.mark.parametrize("who", EVERYBODY)
async def test_everybody_may_do_what_they_may_and_nothing_else(house: House, who: str) -> None:
    browser = await somebody(house, who)
    answers = {
        name: (await browser.request(method, path, json=form)).status_code
        for name, (method, path, form, _) in ROUTES.items()
    }

    allowed = {name for name, status in answers.items() if status not in {401, 403}}

    assert allowed == {name for name, (*_, may) in ROUTES.items() if who in may}
    assert max(answers.values()) < 500


async def test_every_route_but_the_open_ones_needs_a_credential(sqlite_url: str) -> None:
    product = create_app(Settings(database_url=sqlite_url))
    transport = httpx.ASGITransport(product, client=("10.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://nerve.example.org") as stranger:
        answers = {
            (method, path): (await stranger.request(method, path)).status_code
            for method, path in sorted(routes(product))
        }
    await product.state.db.close()

    open_routes = {route for route, status in answers.items() if status != 401}

    assert open_routes == OPEN
    assert len(answers) > 25


def routes(product: FastAPI) -> Iterator[tuple[str, str]]:
    for route in iter_route_contexts(product.routes):
        for method in route.methods or ():
            if route.path not in {None, NOTHING_THERE}:
                yield method, str(route.path)


@pytest.mark.parametrize("header", ["Bearer ", "Bearer nk_", "Basic YTpi", "nk_x", "Bearer \xff"])
async def test_what_is_no_key_is_nobody(house: House, header: str) -> None:
    answer = await house.browser().get("/keys", headers={b"Authorization": header.encode("latin-1")})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith('Bearer realm="nerve"')


async def test_a_revocation_elsewhere_is_seen_within_two_seconds(house: House) -> None:
    issued = await house.key(Scope.READ)
    script = house.with_key(issued.secret)
    assert (await script.get("/portfolios/alpha/probe")).status_code == 200
    identity = await house.access.identify(_connection(house, issued.secret))
    assert identity is not None
    assert house.access.still_valid(identity)

    await keys.revoke(house.db, issued.key.key_id, now=house.clock.now)

    assert await becomes(lambda: not house.access.still_valid(identity), seconds=2)
    assert (await script.get("/portfolios/alpha/probe")).status_code == 401


async def test_secrets_are_neither_in_the_database_nor_in_any_log(
    house: House, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    wall, admin, issued = await house.screen(), await house.signed_in(Role.ADMIN), await house.key(Scope.READ)
    secrets = [wall.cookies["nerve_screen"], admin.cookies["nerve_session"], issued.secret, PASSWORD]
    await admin.post("/users", json=USER)
    await house.with_key(issued.secret).get("/broken")

    rows = await house.db.read(_everything)

    printed = "".join(capfd.readouterr()) + caplog.text + repr(issued)
    assert [secret for secret in secrets if secret in rows or secret in printed] == []
    assert issued.secret.removeprefix(PREFIX)[:4] in rows


def _everything(connection: Connection) -> str:
    tables = ("api_key", "user", "session", "screen", "pairing", "start_code")
    return repr([connection.exec_driver_sql(f'SELECT * FROM "{name}"').all() for name in tables])  # noqa: S608 - our own names


def _connection(house: House, secret: str) -> HTTPConnection:
    headers = [(b"authorization", f"Bearer {secret}".encode())]
    return HTTPConnection({"type": "http", "headers": headers, "app": house.app})
