"""Integrations that post at the same time, remember every answer, and try again what they do not know."""

import asyncio
import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import httpx
import orjson

from app.db import open_database
from app.operations.rebuilding import Rebuilt, verify_log
from app.store import log
from app.store.log import LogEntry
from tests import deliveries as d
from tests.servers.http import HTTP
from tests.servers.installation import BATCH, as_posted
from tests.servers.ports import wait_until

PROJECTS: Final = 5
Body = list[dict[str, Any]]


class Integrations:
    """A few senders with one key. `receipts`: the number of each event that was answered with 2xx."""

    def __init__(self, key: str) -> None:
        self._url, self._key = "", key
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self.receipts: dict[str, int] = {}
        self.statuses: set[int] = set()
        self.unknown: list[Body] = []
        """What was sent and not answered: it may be recorded or not."""

    @contextmanager
    def posting(self, senders: int = 4) -> Iterator[None]:
        """All post for as long as the block lasts, and until the server is gone."""
        over = threading.Event()
        threads = [threading.Thread(target=self._post_until, args=(over,)) for _ in range(senders)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()

    def wait_for(self, receipts: int) -> None:
        """Until so many more events were accepted."""
        wanted = len(self.receipts) + receipts
        assert wait_until(lambda: len(self.receipts) >= wanted, seconds=20, pause=0.001)

    def begin(self, url: str) -> None:
        """Register the projects that everything is about, with this server."""
        self._url = f"{url}/api/v1/events?wait=assessed"
        codes = [f"P{number}" for number in range(PROJECTS)]
        self._post([as_posted(event) for code in codes for event in d.a_project(code)])

    def sample(self) -> Body:
        """One more report."""
        return [self._report()]

    def settle(self) -> dict[str, int]:
        """Send again what was not answered; those that were recorded all the same, with their numbers."""
        repeated: dict[str, int] = {}
        for body in self.unknown:
            answer = self.send(body)
            assert answer.status_code == 202, answer.text
            self._note(body, answer)
            told = zip(body, answer.json()["results"], strict=True)
            repeated |= {event["id"]: one["seq"] for event, one in told if one["duplicate"]}
        self.unknown.clear()
        return repeated

    def send(self, body: Body) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": BATCH}
        return HTTP.post(self._url, content=orjson.dumps(body), headers=headers, timeout=30)

    def _post_until(self, over: threading.Event) -> None:
        while not over.is_set():
            self._post([self._report() for _ in range(next(self._numbers) % 5 + 1)])

    def _report(self) -> dict[str, Any]:
        number = next(self._numbers)
        event = as_posted(d.a_report(f"P{number % PROJECTS}", str(number % 100), minutes_ago=0))
        return {**event, "id": f"report-{number}"}

    def _post(self, body: Body) -> None:
        try:
            answer = self.send(body)
        except httpx.TransportError:
            with self._lock:
                self.unknown.append(body)
            return
        with self._lock:
            self.statuses.add(answer.status_code)
            if answer.status_code == 202:
                self._note(body, answer)
            else:
                self.unknown.append(body)

    def _note(self, body: Body, answer: httpx.Response) -> None:
        self.receipts |= zip(
            (event["id"] for event in body), (one["seq"] for one in answer.json()["results"]), strict=True
        )


def the_log(url: str, portfolio: str = "alpha") -> Sequence[LogEntry]:
    """Every event that is recorded, oldest first, as the database has it."""

    async def read() -> Sequence[LogEntry]:
        db = open_database(url)
        found = await db.read(lambda connection: log.entries(connection, portfolio, None, None, 1_000_000))
        await db.close()
        return found[::-1]

    return asyncio.run(read())


def rebuilt(url: str, portfolio: str = "alpha") -> Rebuilt:
    """The board, from the log alone."""

    async def walk() -> Rebuilt | None:
        db = open_database(url)
        found = await verify_log(db, portfolio)
        await db.close()
        return found

    found = asyncio.run(walk())
    assert found is not None
    return found
