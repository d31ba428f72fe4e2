"""The real product as a process: started, killed, started again on the same port, always stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx
import pytest

from tests.servers.databases import Databases
from tests.servers.http import HTTP
from tests.servers.ports import free_port, wait_until

NERVE: Final = Path(sys.executable).with_name("nerve")
HEALTHY_WITHIN: Final = 30.0
STOPPED_WITHIN: Final = 15.0


def environment(database_url: str, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours without any NERVE_ setting of the developer, with the database and what is given."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NERVE_")}
    return {**clean, "NERVE_DATABASE_URL": database_url, "PYTHONUNBUFFERED": "1", **(given or {})}


def nerve(*arguments: str, database_url: str) -> str:
    """What a `nerve` command prints; a command that fails fails the test with its words."""
    done = subprocess.run(
        [NERVE, *arguments], env=environment(database_url), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.fail(f"nerve {' '.join(arguments)} exited {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


class Server:
    """`nerve serve` on a loopback port that stays the same over restarts."""

    def __init__(self, database_url: str, log: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self.database_url = database_url
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.websocket_url = f"ws://127.0.0.1:{self.port}"
        self._log = log
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def log(self) -> str:
        """Everything the server has printed, over all its lives."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """What it ended with; None: it runs, or never ran."""
        return None if self._process is None else self._process.poll()

    @property
    def pid(self) -> int:
        return self._alive().pid

    def start(self) -> None:
        """Start, and return when it says it is healthy."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [NERVE, "serve", "--host", "127.0.0.1", "--port", str(self.port)],
                env=environment(self.database_url, self._settings),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        if (
            not wait_until(lambda: self.healthy or not self.running, seconds=HEALTHY_WITHIN)
            or not self.running
        ):
            self.kill()
            pytest.fail(f"the server did not become healthy:\n{self.log}", pytrace=False)

    @property
    def healthy(self) -> bool:
        try:
            return HTTP.get(f"{self.url}/healthz", timeout=1).is_success
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """Kill -9: no goodbye, nothing flushed."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def stop(self) -> None:
        """Ask it to end, as Ctrl-C or an orchestrator would; a server that does not end fails the test."""
        if self._process is None:
            return
        self._signal(signal.SIGCONT)
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()
            pytest.fail(f"the server did not stop within {STOPPED_WITHIN:.0f} s:\n{self.log}", pytrace=False)

    def restart(self) -> None:
        """Kill -9 and start again on the same port and database."""
        self.kill()
        self.start()

    def freeze(self) -> None:
        """Stop its clock as a stalled host would; `thaw` lets it go on."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def nerve(self, *arguments: str) -> str:
        """What a `nerve` command on the same database prints."""
        return nerve(*arguments, database_url=self.database_url)

    def _alive(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            pytest.fail(f"the server is not running:\n{self.log}")
        return self._process

    def _signal(self, number: signal.Signals) -> None:
        if self.running and self._process is not None:
            os.killpg(self._process.pid, number)


StartServer = Callable[..., Server]


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[StartServer]:
    """Starts servers, `start_server(database_url, NERVE_LOG_LEVEL="debug")`; all stop after the test."""
    started: list[Server] = []

    def start(database_url: str, **settings: str) -> Server:
        server = Server(database_url, tmp_path / f"server-{len(started)}.log", settings=settings)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        print(f"--- log of {server.url} ---\n{server.log}")  # noqa: T201 - pytest shows it when the test failed
    _stop_all(started)


def _stop_all(servers: list[Server]) -> None:
    try:
        for server in servers:
            server.stop()
    finally:
        for server in servers:
            server.kill()


@pytest.fixture
def server(start_server: StartServer, sqlite_url: str) -> Server:
    """The product on a fresh SQLite database."""
    return start_server(sqlite_url)


@pytest.fixture(scope="module")
def shared_server(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One product for those tests of a module that do not disturb each other."""
    url = databases.migrated("sqlite")
    with Server(url, tmp_path_factory.mktemp("server") / "log") as running:
        yield running
    databases.drop(url)
