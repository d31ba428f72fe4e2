"""`nerve demo` as a person meets it: one link, a board that fills, and a clean end."""

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.servers.http import HTTP
from tests.servers.ports import free_port, wait_until
from tests.servers.product import NERVE, environment, nerve

READY = "The board is ready"


class Demo:
    """A running demo, its output, and the processes that belong to it."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder}/demo.db"
        self.port = free_port()
        self._log = folder / "demo.log"
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                [NERVE, "demo", "--port", str(self.port)],
                env=environment(self.url),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def log(self) -> str:
        return self._log.read_text()

    def says(self, words: str, seconds: float = 40) -> bool:
        return wait_until(
            lambda: words in self.log or self._process.poll() is not None, seconds=seconds
        ) and (words in self.log)

    @property
    def children(self) -> list[psutil.Process]:
        """The processes that it has started: the simulator, and a relief while there is much to assess."""
        found: list[psutil.Process] = psutil.Process(self._process.pid).children()
        return found

    def stop(self, number: signal.Signals) -> int:
        os.kill(self._process.pid, number)
        return self._process.wait(timeout=15)

    def end(self) -> None:
        """Whatever the test did, nothing of it runs on: the simulator ends with its parent."""
        self._process.kill()
        self._process.wait()


@pytest.fixture
def start_demo(tmp_path: Path) -> Iterator[Callable[[], Demo]]:
    started: list[Demo] = []

    def start() -> Demo:
        started.append(Demo(tmp_path))
        return started[-1]

    yield start
    for demo in started:
        print(demo.log)  # noqa: T201 - pytest shows it when the test failed
        demo.end()


class Looker:
    """Somebody who looks at the demo with a key of their own."""

    def __init__(self, demo: Demo) -> None:
        secret = nerve("key", "create", "looker", "--scope", "read", database_url=demo.url)
        self._url = f"http://127.0.0.1:{demo.port}/api/v1/portfolios"
        self._headers = {"Authorization": f"Bearer {secret}"}

    def counts(self) -> dict[str, int]:
        """How many projects have which colour."""
        answer = HTTP.get(self._url, headers=self._headers)
        found: dict[str, int] = answer.json()["portfolios"][0]["counts"] if answer.is_success else {}
        return found

    def sees_all(self) -> bool:
        return wait_until(lambda: sum(self.counts().values()) >= 40, seconds=10, pause=0.5)


def test_the_demo_prints_one_link_and_within_a_minute_something_turns_red_and_it_ends_cleanly(
    start_demo: Callable[[], Demo],
) -> None:
    demo = start_demo()

    assert demo.says(READY)
    assert re.findall(r"http://\S+", demo.log) == re.findall(
        rf"http://127.0.0.1:{demo.port}/start#\S+", demo.log
    )
    assert demo.log.count("/start#") == 1
    looker = Looker(demo)
    assert looker.sees_all()
    assert wait_until(lambda: looker.counts()["red"] >= 5, seconds=60, pause=1)
    children = demo.children
    assert children
    assert demo.stop(signal.SIGINT) == 0
    assert "Traceback" not in demo.log
    assert [child for child in children if child.is_running()] == []


def test_a_demo_that_is_terminated_while_it_fills_the_board_ends_cleanly_and_can_go_on(
    start_demo: Callable[[], Demo],
) -> None:
    first = start_demo()
    assert first.says("/start#")
    assert first.stop(signal.SIGTERM) == 0
    assert "Traceback" not in first.log

    second = start_demo()

    assert second.says(READY)
    assert "not taken" not in second.log
