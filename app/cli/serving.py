"""`nerve serve`: one process that records, assesses and publishes, and stops cleanly when asked."""

import gc
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final

import uvicorn

from app.cli import installation
from app.cli.installation import in_database, now
from app.cli.locking import locked
from app.cli.refusal import Refusal
from app.db import Database
from app.operations import accounts, starting
from app.operations.starting import Purpose
from app.realtime.serving import MESSAGE, ScreenProtocol, tune_listening_socket
from app.settings import Settings

Hook = Callable[[], Awaitable[None]]

BACKLOG: Final = 4096
_SWITCH_S: Final = 0.0005
_YOUNG: Final = 100_000
"""How many more objects there are before the garbage collector looks at the new ones.

A look is at all that was made since the last, and assessing replaces most of what it keeps: at 10,000 that
was a twentieth of the time of a busy server, for looking at what is in use.
"""
_GRACE_S: Final = 5
"""How long requests in flight may take to end after the server was asked to stop."""


def serve(*, host: str | None, port: int | None) -> None:
    """Migrate, then serve until SIGINT or SIGTERM. Prints the address; a link on an empty installation."""
    settings = chosen(host, port)
    with locked(settings.database_url):
        installation.migrate(settings.database_url)
        with listening(settings) as listener:
            url = address(settings, listener)
            link = in_database(settings.database_url, _first_admin_link)

            async def say() -> None:
                print(f"Nerve Centre is at {url}", flush=True)
                if link:
                    print(
                        f"Nobody has an account yet: create the first administrator at\n\n  {url}{link}\n\n"
                        "The link works once, on this machine, for ten minutes. From elsewhere:\n"
                        "  nerve user create EMAIL --name NAME --role admin",
                        flush=True,
                    )

            run(settings, listener, on_started=say)


def chosen(host: str | None, port: int | None) -> Settings:
    """The settings, with what the command line says instead."""
    given: dict[str, Any] = {"host": host, "port": port}
    return Settings(**{name: value for name, value in given.items() if value is not None})


def listening(settings: Settings) -> socket.socket:
    """The listening socket, so that a taken port is known before anything else happens."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise Refusal(f"cannot listen on {where} ({error.strerror}); choose another --port") from error
    tune_listening_socket(listener)
    return listener


def address(settings: Settings, listener: socket.socket) -> str:
    """Where a browser on this machine finds the server."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104 - compared, not bound
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return f"http://{host}:{listener.getsockname()[1]}"


async def _nothing() -> None:
    """No hook."""


def tune_the_interpreter() -> None:
    """Let the database's thread have the interpreter soon, and the garbage collector look less often.

    That thread asks for it after every statement: at Python's 5 ms a commit of four takes 40 ms while the
    event loop is busy.
    """
    sys.setswitchinterval(_SWITCH_S)
    gc.set_threshold(_YOUNG)


def _product(settings: Settings) -> Any:
    """The whole product, out of the sight of the garbage collector.

    All of it stays: looking through it takes a fifth of the time that it takes to make it.
    """
    gc.disable()
    try:
        from app.main import create_app  # noqa: PLC0415 - after the quick refusals

        app = create_app(settings)
        gc.freeze()
    finally:
        gc.enable()
    return app


def run(
    settings: Settings, listener: socket.socket, *, on_started: Hook = _nothing, on_stopping: Hook = _nothing
) -> None:
    """Serve on this socket until asked to stop; then `on_stopping` runs before the server closes."""
    tune_the_interpreter()
    here = settings.model_copy(update={"port": listener.getsockname()[1]})
    server = _Server(_config(_product(here)), on_started, on_stopping)
    # uvicorn stops gracefully and then raises the signal again, for these handlers: it has been answered
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _answered)
    server.run(sockets=[listener])
    if not server.started:
        raise Refusal("the server could not start; the log above says why")


def _answered(_number: int, _frame: object) -> None:
    """The server has stopped already."""


def _config(app: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="auto",
        http="httptools",
        ws=ScreenProtocol,
        ws_per_message_deflate=False,
        ws_max_size=MESSAGE,
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=_GRACE_S,
    )


class _Server(uvicorn.Server):
    """Tells when it has started, and before it stops."""

    def __init__(self, config: uvicorn.Config, on_started: Hook, on_stopping: Hook) -> None:
        super().__init__(config)
        self._on_started, self._on_stopping = on_started, on_stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            await self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._on_stopping()
        await super().shutdown(sockets)


async def _first_admin_link(db: Database) -> str | None:
    """Where the first administrator is created, on an installation without people."""
    if await accounts.anybody(db):
        return None
    return f"/start#{await starting.issue(db, Purpose.FIRST_ADMIN, now=now())}"
