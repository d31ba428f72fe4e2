"""The board over plain HTTP: the same frames, for those whose proxies break websockets."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.realtime.boards import Screen, shown_by
from tests.realtime.edge import Edge, an_edge
from tests.servers.http import PLAIN


@pytest.fixture
async def edge(sqlite_url: str) -> AsyncIterator[Edge]:
    async with an_edge(sqlite_url) as running:
        await running.revise({f"project/P{n}": {"programme": "ATLAS"} for n in range(3)})
        yield running


@pytest.fixture
async def wall() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(cookies={"nerve_screen": "lobby"}, verify=PLAIN) as client:
        yield client


def after(screen: Screen) -> str:
    return f"{screen.epoch}-{screen.revision}"


async def test_the_board_is_a_snapshot_with_its_place_as_etag(edge: Edge, wall: httpx.AsyncClient) -> None:
    screen = Screen()

    answer = await wall.get(edge.board_url)
    screen.receive(answer.content)

    assert answer.headers["etag"] == f'"{after(screen)}"'
    assert answer.headers["cache-control"] == "private, no-cache"
    assert len(screen.cards) == 3


async def test_who_has_the_board_is_not_sent_it_again(edge: Edge, wall: httpx.AsyncClient) -> None:
    first = await wall.get(edge.board_url)

    again = await wall.get(edge.board_url, headers={"If-None-Match": f'W/{first.headers["etag"]}, "x"'})

    assert (again.status_code, again.content) == (304, b"")


async def test_a_poller_follows_the_board_by_patches(edge: Edge, wall: httpx.AsyncClient) -> None:
    screen = Screen()
    screen.receive((await wall.get(edge.board_url)).content)
    for number in range(5):
        polling = asyncio.create_task(wall.get(edge.board_url, params={"after": after(screen), "wait": 20}))
        await asyncio.sleep(0.05)
        await edge.revise({f"project/P{number}": {"programme": "ORION"}})
        screen.receive((await polling).content)

    board = await edge.live.feed.board("demo")
    assert board is not None
    assert screen.cards == shown_by(board)
    assert screen.kinds == ["snapshot", *["patch"] * 5]


async def test_no_news_is_204_with_a_sign_of_life(edge: Edge, wall: httpx.AsyncClient) -> None:
    screen = Screen()
    screen.receive((await wall.get(edge.board_url)).content)

    answer = await wall.get(edge.board_url, params={"after": after(screen), "wait": 0.1})

    assert (answer.status_code, answer.headers["nerve-lag-ms"]) == (204, "0")


@pytest.mark.parametrize("place", ["other-1", "nonsense", "e-99", "-", "x-²"])
async def test_who_has_something_else_is_sent_the_whole_board(
    edge: Edge, wall: httpx.AsyncClient, place: str
) -> None:
    answer = await wall.get(edge.board_url, params={"after": place, "wait": 5})

    assert answer.json()["type"] == "snapshot"


async def test_news_from_elsewhere_moves_the_place_and_nothing_else(
    edge: Edge, wall: httpx.AsyncClient
) -> None:
    screen = Screen()
    screen.receive((await wall.get(edge.board_url, params={"scope": "item:project/P0"})).content)
    await edge.revise({"project/P1": {"programme": "ORION"}})

    answer = await wall.get(edge.board_url, params={"scope": "item:project/P0", "after": after(screen)})
    screen.receive(answer.content)

    assert (screen.kinds[-1], screen.frames[-1]["changes"], list(screen.cards)) == (
        "patch",
        [],
        ["project/P0"],
    )


async def test_refusals_are_problem_documents(edge: Edge, wall: httpx.AsyncClient) -> None:
    nobody = httpx.AsyncClient(verify=PLAIN)
    kitchen = httpx.AsyncClient(cookies={"nerve_screen": "kitchen"}, verify=PLAIN)
    elsewhere = edge.board_url.replace("demo", "elsewhere")

    answers = [
        await nobody.get(edge.board_url),
        await wall.get(elsewhere),
        await kitchen.get(elsewhere),
        await wall.get(edge.board_url, params={"scope": "everything"}),
        await wall.get(edge.board_url, params={"wait": 26}),
    ]
    await asyncio.gather(nobody.aclose(), kitchen.aclose())

    assert [answer.status_code for answer in answers] == [401, 403, 404, 422, 422]
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}


async def test_a_snapshot_runs_no_sql(
    edge: Edge, wall: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await wall.get(edge.board_url)

    async def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(edge.db, "read", never)
    answer = await wall.get(edge.board_url)

    assert answer.status_code == 200
