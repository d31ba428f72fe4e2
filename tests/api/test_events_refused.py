"""What is refused when it is posted, how that is said, and that nothing of it is kept."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any, Final

import httpx
import orjson
import pytest

from app.api.events import MOST_BYTES, MOST_EVENTS
from app.domain.access import Scope
from tests import deliveries as d
from tests.servers.installation import BATCH, ONE, Installation, as_posted

GOOD: Final = as_posted(d.a_report("APOLLO", "50"))
COST: Final = {
    **GOOD,
    "type": "nerve.cost.booked.v1",
    "data": {"period_end": "2026-01-31", "mode": "cumulative", "amount": {"amount": "1", "currency": "EUR"}},
}


@pytest.fixture(scope="module")
async def sender(installation: Installation) -> httpx.AsyncClient:
    return await installation.client(Scope.INGEST, granted=["alpha"])


@pytest.fixture
async def nothing_is_kept(installation: Installation) -> AsyncIterator[None]:
    """Whatever the test posts leaves no row."""
    before = await installation.rows()
    yield
    assert await installation.rows() == before


pytestmark = pytest.mark.usefixtures("nothing_is_kept")


def but(event: Mapping[str, Any] = GOOD, **changed: Any) -> bytes:
    """The good event with other attributes; those that are None are left out."""
    return orjson.dumps({name: value for name, value in {**event, **changed}.items() if value is not None})


def data(**changed: Any) -> bytes:
    """The good event with other data."""
    return but(data={**GOOD["data"], **changed})


def bare(number: str) -> bytes:
    """The good event with a number that JSON does not have."""
    return data(pct_complete=0).replace(b'"pct_complete":0', f'"pct_complete":{number}'.encode())


def nested(levels: int) -> bytes:
    return but(data={"x": 0}).replace(b'{"x":0}', b"[" * levels + b"]" * levels)


async def post(sender: httpx.AsyncClient, body: bytes, kind: str = ONE, **headers: str) -> httpx.Response:
    return await sender.post("/events", content=body, headers={"Content-Type": kind, **headers})


def flaws(answer: httpx.Response) -> list[tuple[str, str]]:
    """(pointer, code) of everything that the problem document names."""
    return [(flaw["pointer"], flaw["code"]) for flaw in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed_json"),
        (b"{", "malformed_json"),
        (b'{"specversion":"1.0",}', "malformed_json"),
        (b"nonsense", "malformed_json"),
        (b"\xff\xfe\x00", "malformed_json"),
        (but()[:-1] + b', "subject": "\xed\xa0\x80"}', "malformed_json"),
        (but().decode().encode("utf-16"), "malformed_json"),
        (but()[:-1] + b', "note": "\0"}', "malformed_json"),
        (but().replace(b'"erp"', rb'"\ud800"'), "lone_surrogate"),
        (but().replace(b'"erp"', rb'"erp\udc00"'), "lone_surrogate"),
    ],
)
async def test_what_is_no_json_is_malformed(sender: httpx.AsyncClient, body: bytes, code: str) -> None:
    answer = await post(sender, body)

    assert (answer.status_code, flaws(answer)) == (400, [("", code)])
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (b"[]", "", "wrong_type"),
        (b"7", "", "wrong_type"),
        (but(id=None), "/id", "missing"),
        (but(type=None), "/type", "missing"),
        (but(type="nerve.moon.landed.v1"), "/type", "unknown_event_type"),
        (but(specversion="0.3"), "/specversion", "unknown_value"),
        (but(id=7), "/id", "wrong_type"),
        (but(id=""), "/id", "too_short"),
        (but(source="x" * 256), "/source", "too_long"),
        (but(colour="red"), "/colour", "unknown_field"),
        (data(colour="red"), "/data/colour", "unknown_field"),
        (but(data=None), "/data", "missing"),
        (but(data="half done"), "/data", "wrong_type"),
        (but(subject="project/"), "/subject", "wrong_format"),
        (but(subject="person/ANNA"), "/subject", "wrong_format"),
        (but(portfolio="no spaces"), "/portfolio", "wrong_format"),
        (but(sequence="-1"), "/sequence", "wrong_format"),
        (but(time="2026-01-05T10:00:00"), "/time", "naive_datetime"),
        (but(time="yesterday"), "/time", "invalid_date"),
        (but(time=1767607200), "/time", "wrong_type"),
        (but(time="2026-02-30T10:00:00Z"), "/time", "invalid_date"),
        (but(time="1066-10-14T10:00:00Z"), "/time", "invalid"),
        (but(time=(d.moment() + timedelta(hours=25)).isoformat()), "/time", "in_future"),
        (data(as_of="2026-02-30"), "/data/as_of", "invalid_date"),
        (data(as_of="31/01/2026"), "/data/as_of", "invalid_date"),
        (data(as_of="2200-01-01"), "/data/as_of", "out_of_range"),
        (data(as_of=d.in_days(2).isoformat()), "/data/as_of", "invalid"),
        (data(pct_complete="101"), "/data/pct_complete", "out_of_range"),
        (data(pct_complete=-0.5), "/data/pct_complete", "out_of_range"),
        (data(pct_complete=True), "/data/pct_complete", "wrong_type"),
        (data(pct_complete="half"), "/data/pct_complete", "wrong_type"),
        (data(pct_complete="NaN"), "/data/pct_complete", "not_finite"),
        (bare("NaN"), "/data/pct_complete", "not_finite"),
        (bare("-Infinity"), "/data/pct_complete", "not_finite"),
        (data(pct_complete=None), "/data", "invalid"),
        (data(ev={"amount": "10"}), "/data/ev/currency", "missing"),
        (data(ev="10"), "/data/ev", "wrong_type"),
        (data(ev={"amount": "10", "currency": "XYZ"}), "/data/ev/currency", "invalid"),
        (data(ev={"amount": "-10", "currency": "EUR"}), "/data/ev/amount", "out_of_range"),
        (data(ev={"amount": "0.1234567", "currency": "EUR"}), "/data/ev/amount", "out_of_range"),
        (data(ev={"amount": 12345678901234567.89, "currency": "EUR"}), "/data/ev/amount", "invalid"),
        (but(source="a\0b"), "/source", "nul_character"),
        (data(basis="a\0b"), "/data/basis", "nul_character"),
        (but(COST, data={**COST["data"], "mode": "both"}), "/data/mode", "unknown_value"),
        (nested(33), "", "too_deep"),
        (nested(5_000), "", "too_deep"),
        (nested(400_000), "", "too_deep"),
    ],
)  # fmt: skip
async def test_an_event_that_cannot_be_is_refused_with_a_pointer_to_its_flaw(
    sender: httpx.AsyncClient, body: bytes, pointer: str, code: str
) -> None:
    answer = await post(sender, body)

    assert (answer.status_code, flaws(answer)) == (422, [(pointer, code)])
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["retryable"] is False


async def test_every_flaw_of_an_event_is_named_at_once(sender: httpx.AsyncClient) -> None:
    answer = await post(sender, but(source="", sequence="one", data={"as_of": "x", "pct_complete": 400}))

    assert dict(flaws(answer)) == {
        "/source": "too_short",
        "/sequence": "wrong_format",
        "/data/as_of": "invalid_date",
        "/data/pct_complete": "out_of_range",
    }


async def test_nothing_that_was_sent_is_repeated_in_a_refusal(sender: httpx.AsyncClient) -> None:
    answer = await post(sender, but(source=["the-secret"], time="the-secret", data={"as_of": "the-secret"}))

    assert answer.status_code == 422
    assert "the-secret" not in answer.text


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "application/xml", "", BATCH + "x"])
async def test_another_content_type_is_not_understood(sender: httpx.AsyncClient, kind: str) -> None:
    answer = await post(sender, but(), kind)

    assert answer.status_code == 415


@pytest.mark.parametrize("kind", [ONE, BATCH])
async def test_a_body_that_says_it_is_too_large_is_refused(sender: httpx.AsyncClient, kind: str) -> None:
    answer = await post(sender, b" " * (MOST_BYTES + 1), kind)

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_body_that_turns_out_too_large_is_refused(sender: httpx.AsyncClient) -> None:
    async def drip() -> AsyncIterator[bytes]:
        for _ in range(MOST_BYTES // 65_536 + 1):
            yield b" " * 65_536

    answer = await sender.post("/events", content=drip(), headers={"Content-Type": ONE})

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


async def test_without_a_key_nobody_posts(installation: Installation) -> None:
    answer = await post(installation.with_key(None), but())

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="nerve"'


@pytest.mark.parametrize("key", ["nk_wrong", "", "nk_" + "é" * 4])
async def test_a_wrong_key_is_no_key(installation: Installation, key: str) -> None:
    nobody = installation.with_key(None)

    answer = await nobody.post(
        "/events",
        content=but(),
        headers=[(b"Content-Type", ONE.encode()), (b"Authorization", f"Bearer {key}".encode())],
    )

    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["www-authenticate"]


async def test_a_key_that_was_revoked_is_no_key_any_more(installation: Installation) -> None:
    client = await installation.client(Scope.INGEST, granted=["alpha"])
    await installation.revoke(client)

    answer = await post(client, but())

    assert answer.status_code == 401


async def test_a_key_that_may_only_read_does_not_post(installation: Installation) -> None:
    answer = await post(await installation.client(Scope.READ, granted=["alpha"]), but())

    assert answer.status_code == 403


async def test_a_key_posts_to_no_portfolio_that_it_was_not_granted(sender: httpx.AsyncClient) -> None:
    answer = await post(sender, but(portfolio="beta"))

    assert answer.status_code == 403


async def test_a_portfolio_must_be_named_where_a_key_has_more_than_one(installation: Installation) -> None:
    answer = await post(await installation.client(Scope.INGEST, granted=["alpha", "beta"]), but())

    assert (answer.status_code, flaws(answer)) == (422, [("/portfolio", "missing")])


async def test_a_portfolio_must_exist(installation: Installation) -> None:
    answer = await post(await installation.client(Scope.INGEST), but(portfolio="nowhere"))

    assert (answer.status_code, flaws(answer)) == (422, [("/portfolio", "unknown_portfolio")])


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"[]", 422, [("", "too_short")]),
        (b"{}", 422, [("", "wrong_type")]),
        (b"[" + but() + b",", 400, [("", "malformed_json")]),
        (b"[" + but()[:-1] + b',"x":NaN,}]', 400, [("", "malformed_json")]),
        (("[" + but().decode() + ",{}]").encode("utf-16"), 400, [("", "malformed_json")]),
        (b"[" + b",".join([but()] * (MOST_EVENTS + 1)) + b"]", 413, None),
        (b"[%b,%b]" % (but(id=None), but(x=1)), 422, [("/0/id", "missing"), ("/1/x", "unknown_field")]),
        (b"[" + but(source="a\0b") + b",7]", 422, [("/0/source", "nul_character"), ("/1", "wrong_type")]),
        (b"[" + but().replace(b'"erp"', rb'"\ud800"') + b"]", 400, [("", "lone_surrogate")]),
        (b"[" + nested(33) + b"]", 422, [("", "too_deep")]),
    ],
)  # fmt: skip
async def test_a_batch_in_which_nothing_is_right_is_refused_as_a_whole(
    sender: httpx.AsyncClient, body: bytes, status: int, told: list[tuple[str, str]] | None
) -> None:
    answer = await post(sender, body, BATCH)

    assert answer.status_code == status
    assert told is None or flaws(answer) == told


async def test_a_batch_for_portfolios_that_are_not_granted_is_forbidden(sender: httpx.AsyncClient) -> None:
    answer = await post(sender, b"[" + but(portfolio="beta") + b"]", BATCH)

    assert answer.status_code == 403
    assert [one["status"] for one in answer.json()["results"]] == [403]


def headers(**changed: str) -> dict[str, str]:
    """The good event's attributes, as headers of binary mode."""
    said = {name: value for name, value in GOOD.items() if name not in ("data", "id")}
    return {f"ce-{name}": value for name, value in {**said, "id": "binary-1", **changed}.items()}


@pytest.mark.parametrize(
    ("changed", "body", "status", "told"),
    [
        ({"source": "%FF%FE"}, orjson.dumps(GOOD["data"]), 422, [("/source", "wrong_format")]),
        ({"source": "%00"}, orjson.dumps(GOOD["data"]), 422, [("/source", "nul_character")]),
        ({"source": "erp", "colour": "red"}, orjson.dumps(GOOD["data"]), 422, [("/colour", "unknown_field")]),
        ({"time": "now"}, orjson.dumps(GOOD["data"]), 422, [("/time", "invalid_date")]),
        ({}, b"", 422, [("/data", "wrong_type")]),
        ({}, b"{", 400, [("", "malformed_json")]),
        ({}, b'{"as_of":"2026-01-31"},"id":"another"', 400, [("", "malformed_json")]),
    ],
)
async def test_binary_mode_is_held_to_the_same(
    sender: httpx.AsyncClient, changed: dict[str, str], body: bytes, status: int, told: list[tuple[str, str]]
) -> None:
    answer = await post(sender, body, "application/json", **headers(**changed))

    assert (answer.status_code, flaws(answer)) == (status, told)


async def test_a_header_that_is_not_ascii_is_refused(sender: httpx.AsyncClient) -> None:
    sent = [(name.encode(), value.encode()) for name, value in headers(source="münchen").items()]

    answer = await sender.post(
        "/events", content=orjson.dumps(GOOD["data"]), headers=[(b"Content-Type", b"application/json"), *sent]
    )

    assert (answer.status_code, flaws(answer)) == (422, [("/source", "wrong_format")])


async def test_waiting_for_anything_but_the_assessment_is_refused(sender: httpx.AsyncClient) -> None:
    answer = await sender.post("/events?wait=long", content=but(), headers={"Content-Type": ONE})

    assert (answer.status_code, flaws(answer)) == (422, [("/query/wait", "unknown_value")])
