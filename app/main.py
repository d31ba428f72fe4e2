"""The composition root: the only place that wires things together."""

from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send
from starlette_compress import CompressMiddleware, remove_compress_type

from app import __version__
from app.api import (
    events,
    history,
    keys,
    milestones,
    pairing,
    pipeline,
    policies,
    portfolios,
    predictions,
    records,
    reports,
    roles,
    screens,
    session,
    silences,
    start,
    users,
)
from app.db import open_database
from app.domain.events.catalogue import Posted
from app.jobs import schedule
from app.operations.assessors import Assessors
from app.operations.doorbell import Doorbell
from app.operations.recording import Recorder
from app.operations.track_records import TrackRecords
from app.realtime.live import Live
from app.realtime.protocol import ClientMessage, ServerMessage
from app.realtime.sockets import Greeting
from app.settings import Settings
from app.web import edge
from app.web.access import Access
from app.web.built import Built
from app.web.description import describe
from app.web.identity import Caller
from app.web.kinds import NOT_FOUND
from app.web.problems import Problem

PREFIX: Final = "/api/v1"
STATIC: Final = Path(__file__).parent / "static"
_NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False}
"""Nothing collects it, and looking for a collector costs a tenth of a post."""


class _Compress(CompressMiddleware):
    """Compresses what is read; what is answered to a post is short, and posts come by the thousand."""

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Coroutine[Any, Any, None]:
        if scope["type"] == "websocket" or scope.get("method") == "POST":
            return self.app(scope, receive, send)  # type: ignore[return-value] # what a middleware wraps is one
        return super().__call__(scope, receive, send)


def create_app(settings: Settings) -> FastAPI:
    """The whole product on these settings. The database must be at the head of the migrations."""
    _log_plainly()
    db, doorbell = open_database(settings.database_url), Doorbell()
    recorder = Recorder(db, doorbell, queue_limit=settings.queue_limit)
    assessors = Assessors(
        db, doorbell, gap_s=settings.round_gap_ms / 1000, recording=lambda: recorder.queued > 0
    )
    access = Access(db, public_url=settings.public_url, secure_cookies=settings.secure_cookies)
    greeting = Greeting(__version__, settings.heartbeat_s, access.now, settings.public_url)
    track_records = TrackRecords(db, assessors)
    live = Live(db, doorbell, assessors, access, access.keyring, greeting)
    access.on_told.append(live.commanding.wake)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            running.push_async_callback(db.close)
            running.push_async_callback(recorder.close)
            for part in (access, assessors, track_records, live):
                running.push_async_callback(part.stop)
                await part.start()
            jobs = schedule.start(schedule.schedule(db, recorder))
            running.callback(jobs.shutdown, wait=False)
            yield

    app = FastAPI(
        title="Nerve Centre",
        version=__version__,
        openapi_url=None,
        lifespan=lifespan,
        telemetry=_NO_TELEMETRY,
    )
    app.state.db, app.state.recorder, app.state.assessors = db, recorder, assessors
    app.state.live, app.state.settings = live, settings
    app.state.track_records = track_records
    screens_built = settings.static_dir or STATIC
    app.add_middleware(Built, folder=screens_built)
    posting = f"{PREFIX}/events"
    edge.install(app, access, limits={posting: events.MOST_BYTES}, straight={posting: events.take})
    remove_compress_type("application/json")  # boards are ready bytes: compressing them would hold the loop
    app.add_middleware(_Compress, minimum_size=1024)
    _route(app, live)
    _serve_screens(app, screens_built)
    return app


def _log_plainly() -> None:
    """An error is logged with its traceback alone.

    By default the values at hand are shown as well: secrets, or the facts of a thousand projects, which takes
    gigabytes and minutes.
    """
    *others, _ = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*others, plain])


def _serve_screens(app: FastAPI, built: Path) -> None:
    """The SPA; its wall also for whoever does not say that it reads HTML."""

    @app.get("/wall", include_in_schema=False)
    async def wall() -> FileResponse:
        return FileResponse(built / "index.html")

    app.frontend("/", directory=built, fallback="index.html", check_dir=False)


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """The description of the API, of the live protocol and of the events."""
    told = APIRouter(prefix=PREFIX)
    told.include_router(reports.described())
    sent, received = {"ServerMessage": ServerMessage}, {"ClientMessage": ClientMessage, "Event": Posted}
    return describe(app, told, sent, received)


def _route(app: FastAPI, live: Live) -> None:
    api = APIRouter(prefix=PREFIX)
    for part in (
        events, portfolios, policies, records, milestones, roles, reports, history, predictions,
        pipeline, start, session, pairing, screens, silences, keys, users,
    ):  # fmt: skip
        api.include_router(part.router)
    api.include_router(live.router)
    app.include_router(api)

    @app.get("/healthz", tags=["health"])
    async def healthz() -> dict[str, str]:
        """Whether the process answers; open to everybody."""
        return {"status": "ok", "version": __version__}

    @app.get("/api/openapi.json", include_in_schema=False)
    async def openapi(_: Caller) -> dict[str, Any]:
        """The description of this API."""
        return openapi_of(app)

    @app.api_route(
        "/api/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False
    )
    async def nothing_there(path: str) -> None:  # noqa: ARG001 - the route needs it
        """What is not in the API is not the SPA's either."""
        raise Problem(NOT_FOUND)
