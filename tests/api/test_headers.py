"""What browsers are told, and what they are not allowed to do for other sites."""

import pytest
from starlette.types import Message, Receive, Send

from app.domain.access import Role, Scope
from app.web.origin import SameOrigin
from tests.api.conftest import HERE, House


async def test_every_answer_of_the_api_is_sealed(house: House) -> None:
    answers = [
        await house.browser().get("/session"),
        await (await house.signed_in(Role.LEAD)).get("/screens"),
    ]

    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


async def test_a_page_may_not_be_framed_and_keeps_its_own_rules_for_scripts(house: House) -> None:
    answer = await house.browser().get(f"{HERE}/wall")

    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'self'" in policy
    assert "script-src" not in policy
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": HERE},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example.org"},
        {"Origin": "http://localhost:9000"},
        {"Origin": "null"},
    ],
)
async def test_a_page_of_another_site_changes_nothing(house: House, headers: dict[str, str]) -> None:
    admin = await house.signed_in(Role.ADMIN)

    answer = await admin.post("/keys", json={"name": "SAP", "scopes": ["read"]}, headers=headers)

    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:nerve:problem:cross-origin"
    assert (await admin.get("/keys")).json() == {"keys": []}


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": HERE}, {}])
async def test_a_page_of_this_site_and_a_script_may_write(house: House, headers: dict[str, str]) -> None:
    admin = await house.signed_in(Role.ADMIN)

    answer = await admin.post("/keys", json={"name": "SAP", "scopes": ["read"]}, headers=headers)

    assert answer.status_code == 201


async def test_a_key_may_be_used_from_a_page_of_another_site(house: House) -> None:
    script = house.with_key((await house.key(Scope.INGEST)).secret)

    assert (await script.post("/ingest", headers={"Origin": "https://tools.example.org"})).status_code == 200


async def test_a_socket_of_another_site_is_refused_before_it_opens() -> None:
    assert await _opened(b"https://evil.example.org") == ["websocket.close"]


async def test_a_socket_of_this_site_is_let_through() -> None:
    assert await _opened(b"http://localhost:8000") == ["websocket.accept"]


async def test_the_address_of_a_socket_has_no_nul() -> None:
    assert await _opened(b"http://localhost:8000", "/portfolios/\0/live") == ["websocket.close"]


async def _opened(origin: bytes, path: str = "/live") -> list[str]:
    """What a socket is told that a page of this origin opens."""
    told: list[str] = []

    async def accepting(_scope: object, _receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        told.append(message["type"])

    headers = [(b"host", b"localhost:8000"), (b"origin", origin)]
    await SameOrigin(accepting)(
        {"type": "websocket", "path": path, "query_string": b"", "headers": headers}, receive, send
    )
    return told
