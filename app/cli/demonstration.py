"""`nerve demo`: the server, and a simulator as a process of its own that posts to it over HTTP."""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Final, NamedTuple

from app.cli import installation
from app.cli.installation import in_database, now
from app.cli.locking import locked
from app.cli.serving import address, chosen, listening, run
from app.db import Database
from app.operations import portfolios, starting
from app.operations.starting import Purpose

PORTFOLIO: Final = "global"
CONNECTION: Final = "simulator"
_ENDS_WITHIN_S: Final = 3.0


class _Prepared(NamedTuple):
    """What the demo needs before it starts."""

    code: str
    key: str
    since: date
    """The day on which its story began, which stays: a second run goes on with the first."""


def demo(*, host: str | None, port: int | None) -> None:
    """Migrate, create the portfolio, serve it, and simulate a company that reports to it."""
    settings = chosen(host, port)
    with locked(settings.database_url):
        installation.migrate(settings.database_url)
        with listening(settings) as listener:
            url = address(settings, listener)
            prepared = in_database(settings.database_url, _prepare)
            simulator = _Simulator(url, prepared)

            async def begin() -> None:
                print(
                    f"Open this link to see the wall; it works once, on this machine, for ten minutes:\n\n"
                    f"  {url}/start#{prepared.code}\n",
                    flush=True,
                )
                await simulator.start()

            run(settings, listener, on_started=begin, on_stopping=simulator.stop)
    print("Stopped.")


async def _prepare(db: Database) -> _Prepared:
    portfolio = await db.write(
        partial(
            portfolios.ensure, portfolio_id=PORTFOLIO, name="Global portfolio", clock="live", currency="EUR"
        )
    )
    key = await installation.fresh_key(db, CONNECTION, PORTFOLIO)
    code = await starting.issue(db, Purpose.DEMO, now=now())
    return _Prepared(code, key, portfolio.created_at.date())


class _Simulator:
    """The process that posts. In a session of its own, so that Ctrl-C reaches the server first."""

    def __init__(self, url: str, prepared: _Prepared) -> None:
        self._arguments = (
            "simulate", "--url", url, "--portfolio", PORTFOLIO,
            "--since", prepared.since.isoformat(), "--parent", str(os.getpid()),
        )  # fmt: skip
        self._key = prepared.key
        self._process: Process | None = None
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start it; the key is given where nobody who lists processes can read it."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app.cli", *self._arguments,
            env={**os.environ, "NERVE_KEY": self._key},
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        self._watching = asyncio.create_task(self._watch(self._process))

    async def stop(self) -> None:
        """Ask it to end, and see that it does."""
        if self._watching is not None:
            self._watching.cancel()
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), _ENDS_WITHIN_S)
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    @staticmethod
    async def _watch(process: Process) -> None:
        code = await process.wait()
        print(f"The simulator has ended ({code}); the server goes on.", file=sys.stderr, flush=True)
