"""The past over HTTP: boards, changes, density, states and reasons of a moment; KPIs day by day."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
import sqlalchemy as sa

from app.domain.access import Scope
from app.domain.events.catalogue import AnyEvent
from app.models.board import revision
from tests import builders as b
from tests import deliveries as d
from tests.servers.installation import BATCH, Installation, as_posted

PORTFOLIO = "/portfolios/alpha"


@pytest.fixture(scope="module")
async def client(installation: Installation) -> httpx.AsyncClient:
    """Has posted three rounds about `alpha`: LATE comes, turns red, and is joined by FINE."""
    found = await installation.client(granted=["alpha"])
    await tell(found, *d.a_project("LATE", "50"))
    await tell(found, d.a_report("LATE", "20", minutes_ago=0.1))
    await tell(found, *d.a_project("FINE", "50"))
    return found


async def tell(client: httpx.AsyncClient, *events: AnyEvent) -> None:
    """Post and wait until they are assessed."""
    body = orjson.dumps([as_posted(event) for event in events])
    answer = await client.post("/events?wait=assessed", content=body, headers={"Content-Type": BATCH})
    assert answer.status_code == 202, answer.text


async def asked(client: httpx.AsyncClient, path: str, **parameters: Any) -> Any:
    answer = await client.get(f"{PORTFOLIO}/{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_board_at_the_newest_revision_is_the_live_one(client: httpx.AsyncClient) -> None:
    live = await asked(client, "board")

    past = await asked(client, "board", revision=live["revision"])

    assert sorted(live.pop("cards"), key=lambda card: card["key"]) == past.pop("cards")
    assert live == past


async def test_the_board_at_an_earlier_revision_is_what_it_was(client: httpx.AsyncClient) -> None:
    first, second = [await asked(client, "board", revision=number) for number in (1, 2)]

    colours = [
        {card["key"]: card["card"]["rag"] for card in board["cards"] if card["key"].startswith("project/")}
        for board in (first, second)
    ]
    assert colours == [{"project/LATE": "green"}, {"project/LATE": "red"}]
    assert (first["type"], first["revision"], second["revision"]) == ("snapshot", 1, 2)


async def test_the_board_of_an_instant_says_which_revision_it_is(client: httpx.AsyncClient) -> None:
    second = await asked(client, "board", revision=2)
    before = datetime.fromisoformat(second["as_of"]) - timedelta(microseconds=1)

    assert await asked(client, "board", at=second["as_of"]) == second
    assert (await asked(client, "board", at=before.isoformat()))["revision"] == 1
    assert (await asked(client, "board", at="2000-01-01T00:00:00+14:00"))["cards"] == []


async def test_the_past_is_looked_at_in_a_scope_too(client: httpx.AsyncClient) -> None:
    board = await asked(client, "board", revision=2, scope="item:project/LATE")

    assert {card["key"].split("/")[0] for card in board["cards"]} == {"project", "alert"}


async def test_who_has_a_board_of_the_past_is_not_sent_it_again(client: httpx.AsyncClient) -> None:
    first = await client.get(f"{PORTFOLIO}/board?revision=2")

    again = await client.get(
        f"{PORTFOLIO}/board?revision=2", headers={"If-None-Match": first.headers["etag"]}
    )

    assert (again.status_code, "nerve-lag-ms" in first.headers) == (304, False)


async def test_changes_are_read_by_pages(client: httpx.AsyncClient) -> None:
    first = await asked(client, "changes", limit=2)
    second = await asked(client, "changes", limit=2, after=first["next"], documents=True)

    numbers = [one["revision"] for one in (*first["revisions"], *second["revisions"])]
    assert numbers == list(range(1, len(numbers) + 1))
    assert first["next"] == 2
    assert "project/LATE" in first["revisions"][1]["keys"]
    assert {turn["kind"] for turn in first["revisions"][1]["transitions"]} >= {"rag", "alert_raised"}
    assert {each["key"] for each in second["revisions"][0]["changes"]} == {*second["revisions"][0]["keys"]}


async def test_the_density_of_all_history_is_cut_into_as_many_parts_as_asked(
    client: httpx.AsyncClient,
) -> None:
    found = await asked(client, "density", buckets=5)
    steps = (await asked(client, "changes"))["revisions"]

    assert len(found["buckets"]) == 5
    assert sum(each["changes"] for each in found["buckets"]) == sum(len(step["keys"]) for step in steps)


async def test_a_card_has_its_history(client: httpx.AsyncClient) -> None:
    found = await asked(client, "cards/project/LATE/history")

    newest, oldest = found["states"][0], found["states"][-1]
    assert (newest["card"]["rag"], newest["cause"]["rule"]) == ("red", "SCH-1")
    assert (oldest["card"]["rag"], oldest["revision"], oldest["first_seq"]) == ("green", 1, 1)


async def test_a_past_colour_is_explained(client: httpx.AsyncClient) -> None:
    moment = (await asked(client, "board", revision=1))["as_of"]

    then = await asked(client, "explain", card="project/LATE", revision=1)

    assert then["rag"] == "green"
    assert await asked(client, "explain", card="project/LATE", at=moment) == then
    assert (await asked(client, "explain", card="project/LATE"))["rag"] == "red"


async def test_a_kpi_has_its_series(client: httpx.AsyncClient) -> None:
    today = datetime.now(UTC).date().isoformat()

    found = await asked(client, "projects/LATE/series", kpi="SCH-1", to=today)

    assert [each["reason"] for each in found["series"]] == [None]
    assert float(found["series"][0]["value"]) < 0.9
    assert (await asked(client, "projects/LATE/series", kpi="SCH-1", to="2020-01-01"))["series"] == []


@pytest.mark.parametrize(
    "path",
    [
        "board?revision=1000000",
        "explain?card=project/LATE&revision=1000000",
        "explain?card=project/FINE&revision=1",
        "cards/project/NOBODY/history",
        "projects/NOBODY/series?kpi=SCH-1",
        "projects/LATE/series?kpi=SCH-99",
    ],
)
async def test_what_never_was_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"{PORTFOLIO}/{path}")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "path",
    [
        "board?at=2026-01-01T00:00:00",
        "board?at=yesterday",
        "board?at=0001-01-01T00:00:00%2B14:00",
        "board?revision=-1",
        f"board?revision={2**63}",
        "board?revision=1&at=2026-01-01T00:00:00Z",
        "explain?revision=1&at=2026-01-01T00:00:00Z",
        "changes?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
        "changes?limit=201",
        "density?from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z",
        "density?buckets=501",
        "density?buckets=0",
        f"cards/{'x' * 301}/history",
        "projects/LATE/series?kpi=spi",
        "projects/LATE/series",
        "projects/LATE/series?kpi=SCH-1&from=today",
    ],
)
async def test_what_cannot_be_asked_of_the_past_is_said_to_be_so(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(f"{PORTFOLIO}/{path}")

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["errors"]


READS = [
    *("board?revision=1", "explain?revision=1", "changes", "density", "cards/project/LATE/history"),
    "projects/LATE/series?kpi=SCH-1",
]


@pytest.mark.parametrize("path", READS)
async def test_the_past_is_read_with_the_grant_of_the_portfolio_only(
    installation: Installation, path: str
) -> None:
    nobody = await installation.with_key(None).get(f"{PORTFOLIO}/{path}")
    elsewhere = await (await installation.client(granted=["beta"])).get(f"{PORTFOLIO}/{path}")
    posting = await (await installation.client(Scope.INGEST, granted=["alpha"])).get(f"{PORTFOLIO}/{path}")

    assert [answer.status_code for answer in (nobody, elsewhere, posting)] == [401, 403, 403]


@pytest.mark.parametrize("path", READS)
async def test_a_portfolio_that_is_not_there_has_no_past(installation: Installation, path: str) -> None:
    answer = await (await installation.client(Scope.READ)).get(f"/portfolios/nowhere/{path}")

    assert answer.status_code == 404


async def test_a_revision_that_was_thinned_is_gone_and_names_its_neighbours(
    installation: Installation, client: httpx.AsyncClient
) -> None:
    mark = sa.update(revision).where(revision.c.portfolio_id == "alpha", revision.c.revision == 2)
    await installation.db.write(lambda c: c.execute(mark.values(thinned_at=b.NOW)))

    answers = [await client.get(f"{PORTFOLIO}/{path}?revision=2") for path in ("board", "explain")]
    await installation.db.write(lambda c: c.execute(mark.values(thinned_at=None)))

    assert {(one.status_code, one.headers["content-type"]) for one in answers} == {
        (410, "application/problem+json")
    }
    assert [each["revision"] for each in answers[0].json()["nearest"]] == [1, 3]
