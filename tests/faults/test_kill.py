"""A server that is killed while everybody posts: what was answered is there, and nothing is there twice."""

import asyncio
import random
from collections import Counter
from typing import Final

import orjson

from app.db import open_database
from tests.faults.posting import Integrations, rebuilt, the_log
from tests.servers.http import HTTP
from tests.servers.installation import create_portfolio, issue_key
from tests.servers.postgres import execute
from tests.servers.product import Server, StartServer

KILLS: Final = {"sqlite": 3, "postgresql": 1}
KICK: Final = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"


def an_installation(start_server: StartServer, url: str) -> tuple[Server, Integrations]:
    """A server with one portfolio, and those who post to it."""
    senders = Integrations(asyncio.run(prepare(url)))
    server = start_server(url, NERVE_ROUND_GAP_MS="0")
    senders.begin(server.url)
    return server, senders


async def prepare(url: str) -> str:
    """Create the portfolio; a key for it."""
    db = open_database(url)
    await create_portfolio(db, "alpha")
    key = await issue_key(db, granted=["alpha"])
    await db.close()
    return key


def recorded(url: str) -> dict[str, int]:
    """Every event of the log by its id; an id that is there twice fails the test."""
    entries = the_log(url)
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    ids = Counter(orjson.loads(entry.canonical or "")["id"] for entry in entries)
    assert [name for name, count in ids.items() if count > 1] == []
    return {orjson.loads(entry.canonical or "")["id"]: entry.seq for entry in entries}


def test_whatever_was_answered_survives_kill_9_exactly_once(
    start_server: StartServer, database_url: str
) -> None:
    chance = random.Random()
    server, senders = an_installation(start_server, database_url)
    for _ in range(KILLS[database_url.partition(":")[0].partition("+")[0]]):
        with senders.posting():
            senders.wait_for(chance.randint(1, 60))
            server.kill()
        answered, before = dict(senders.receipts), recorded(database_url)
        server.start()
        repeated = senders.settle()
        assert answered.items() <= before.items()
        assert repeated == {name: seq for name, seq in before.items() if name not in answered}

    found = rebuilt(database_url)
    assert senders.receipts == recorded(database_url)
    assert senders.statuses == {202}
    assert found.head.assessed_seq == len(senders.receipts)
    assert found.differences == []


def test_a_server_that_is_asked_to_stop_ends_cleanly_and_loses_nothing(
    start_server: StartServer, sqlite_url: str
) -> None:
    server, senders = an_installation(start_server, sqlite_url)
    with senders.posting():
        senders.wait_for(20)
        server.stop()
    found = recorded(sqlite_url)

    assert server.exit_code == 0
    assert "Traceback" not in server.log
    assert senders.receipts.items() <= found.items()


def test_connections_that_the_database_drops_lose_nothing(
    start_server: StartServer, postgresql_url: str
) -> None:
    server, senders = an_installation(start_server, postgresql_url)
    address, _, name = postgresql_url.rpartition("/")
    with senders.posting():
        for _ in range(5):
            senders.wait_for(10)
            execute(f"{address}/postgres", KICK.format(name))
        senders.wait_for(10)
    senders.settle()

    assert senders.statuses <= {202, 503}
    assert senders.receipts == recorded(postgresql_url)
    assert rebuilt(postgresql_url).differences == []
    assert server.healthy


def test_while_the_database_is_away_posting_is_asked_to_come_again(
    start_server: StartServer, postgresql_url: str
) -> None:
    server, senders = an_installation(start_server, postgresql_url)
    address, _, name = postgresql_url.rpartition("/")
    body = senders.sample()

    execute(f"{address}/postgres", f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    execute(f"{address}/postgres", KICK.format(name))
    away = senders.send(body)
    alive = HTTP.get(f"{server.url}/healthz")
    execute(f"{address}/postgres", f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    back = senders.send(body)

    assert (away.status_code, away.headers["retry-after"], away.json()["retryable"]) == (503, "1", True)
    assert alive.status_code == 200
    assert (back.status_code, back.json()["results"][0]["duplicate"]) == (202, False)
