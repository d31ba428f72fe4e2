"""Problem documents (RFC 9457): the one table from what went wrong to what whoever asked is told.

An error class lives where it is raised and carries facts; its type, status and words are here. An
error that has no row is a 500 without detail, and fails a test.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, NamedTuple

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.db import DatabaseUnavailable, DataRefused
from app.domain.events.reading import Flaw, Unreadable
from app.domain.screens import WrongArgument
from app.operations.accounts import EmailTaken, LastAdmin, UnknownPerson, WrongCredentials
from app.operations.acting import ActReused
from app.operations.history import EmptySpan, RevisionThinned
from app.operations.keys import TooManyKeys, UnknownGrant, UnknownKey
from app.operations.looking import BoardNotReady, NothingThere
from app.operations.pairing import TooManyPairings, UnknownCode
from app.operations.policies import TrialGivenUp
from app.operations.portfolios import NotAPortfolio, PortfolioExists
from app.operations.recording import RecorderBusy, Unrecordable
from app.operations.records import MOST_ROWS, TooManyRows
from app.operations.reports import ReportRefused
from app.operations.screens import PlaceTaken, UnknownScreen, UnknownWall
from app.operations.starting import AlreadySetUp, StartRefused
from app.store.log import UnknownPortfolio
from app.web.flaws import empty_span, nearest, place_taken, ungranted, unknown_wall, wrong_argument
from app.web.kinds import (
    CONFLICT,
    CONTENT_TYPE,
    FORBIDDEN,
    INTERNAL,
    INVALID,
    MALFORMED,
    METHOD,
    NOT_FOUND,
    NOT_SIGNED_IN,
    TOO_LARGE,
    TOO_MANY,
    Kind,
)
from app.web.pointers import FieldError, errors_of, translated

MEDIA_TYPE: Final = "application/problem+json"
RETRYABLE: Final = frozenset({429, 502, 503, 504})
_TAGGED: Final = re.compile(r"^nerve\.[a-z_.]+\.v\d+$")
_log = structlog.get_logger()


_PLAIN: Final = (MALFORMED, NOT_SIGNED_IN, FORBIDDEN, NOT_FOUND, METHOD, TOO_LARGE, CONTENT_TYPE, TOO_MANY)
_BY_STATUS: Final = {kind.status: kind for kind in _PLAIN}
"""What the framework's own refusals are told as."""


@dataclass(eq=False)
class Problem(Exception):
    """A refusal that an edge decides on by itself."""

    kind: Kind
    detail: str | None = None
    errors: Sequence[FieldError] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)
    """Members of the document that only this kind has."""


class Row(NamedTuple):
    """How one class of errors is told."""

    kind: Kind
    detail: Callable[[Any], str] | None = None
    errors: Callable[[Any], Sequence[FieldError]] | None = None
    retry_after_s: int | None = None
    more: Callable[[Any], Mapping[str, Any]] | None = None
    """Members of the document that only this kind has."""


TABLE: Final[Mapping[type[Exception], Row]] = {
    DatabaseUnavailable: Row(
        Kind("database-unavailable", 503, "The database does not answer"),
        lambda _: (
            "What was being written may or may not be stored; sending it again with the same id is safe."
        ),
        retry_after_s=1,
    ),
    DataRefused: Row(Kind("data-refused", 409, "This does not go together with what is stored")),
    RecorderBusy: Row(
        Kind("recorder-busy", 503, "Too many events are waiting to be recorded"),
        lambda _: "Send it again with the same ids: what was taken is not taken twice.",
        retry_after_s=RecorderBusy.retry_after_s,
    ),
    Unrecordable: Row(Kind("unrecordable", 422, "The database refused the event's data")),
    UnknownPortfolio: Row(Kind("unknown-portfolio", 404, "There is no such portfolio")),
    BoardNotReady: Row(
        Kind("board-not-ready", 503, "The portfolio is being read; ask again"), retry_after_s=1
    ),
    RevisionThinned: Row(
        Kind("revision-thinned", 410, "This revision is not kept any more"),
        lambda error: f"Of older history not every revision is kept; {error.revision} is not one of those.",
        more=nearest,
    ),
    EmptySpan: Row(INVALID, errors=empty_span),
    ActReused: Row(CONFLICT, lambda error: f"Event {error.seq} has this id, and says something else."),
    TrialGivenUp: Row(
        Kind("trial-given-up", 503, "Too busy to try a policy now"), retry_after_s=TrialGivenUp.retry_after_s
    ),
    TooManyRows: Row(
        Kind("too-many-rows", 422, "The table would have too many rows"),
        lambda _: f"It may have {MOST_ROWS}: ask for fewer by a filter.",
    ),
    NothingThere: Row(NOT_FOUND, lambda error: f"There is no {error.what} here."),
    PortfolioExists: Row(Kind("portfolio-exists", 409, "A portfolio has this id already")),
    NotAPortfolio: Row(Kind("not-a-portfolio", 422, "This cannot be a portfolio"), lambda error: f"{error}."),
    WrongCredentials: Row(
        Kind("wrong-credentials", 401, "The address and the password do not match an account")
    ),
    EmailTaken: Row(
        Kind("email-taken", 409, "Somebody has an account with this address"),
        errors=lambda _: [FieldError("/email", "taken", "Somebody has an account with this address.")],
    ),
    LastAdmin: Row(Kind("last-admin", 409, "The last administrator cannot be removed")),
    UnknownPerson: Row(Kind("unknown-user", 404, "There is no such user")),
    TooManyKeys: Row(
        Kind("too-many-keys", 409, "The connection has two live keys"),
        lambda error: f"Revoke one of the keys of {error.name} first.",
    ),
    UnknownKey: Row(Kind("unknown-key", 404, "There is no such live key")),
    UnknownGrant: Row(INVALID, errors=ungranted),
    UnknownCode: Row(
        Kind("unknown-code", 404, "No screen is waiting with this code"),
        lambda _: "It may have expired; the screen shows a new one.",
    ),
    UnknownScreen: Row(Kind("unknown-screen", 404, "There is no such screen")),
    UnknownWall: Row(INVALID, errors=unknown_wall),
    PlaceTaken: Row(INVALID, errors=place_taken),
    WrongArgument: Row(INVALID, errors=wrong_argument),
    TooManyPairings: Row(
        Kind("too-many-pairings", 429, "Too many screens are waiting for an approval"), retry_after_s=60
    ),
    StartRefused: Row(
        Kind("start-refused", 403, "The start link is not valid"),
        lambda _: "It works once, within ten minutes. Start the server again for a new one.",
    ),
    AlreadySetUp: Row(Kind("already-set-up", 409, "The first administrator exists already")),
}


def install(app: FastAPI) -> None:
    """Answer every error of this application with a problem document."""
    for kind in TABLE:
        app.add_exception_handler(kind, _tell)
    app.add_exception_handler(Problem, _tell)
    app.add_exception_handler(HTTPException, _tell_http)
    app.add_exception_handler(RequestValidationError, _tell_invalid)
    app.add_exception_handler(Unreadable, _tell_unreadable)
    app.add_exception_handler(ReportRefused, _tell_refused)
    app.add_exception_handler(Exception, _tell_nothing)


def as_problem(error: Exception) -> Problem | None:
    """The problem that an error of the table is told as; None: it has no row."""
    row = next((TABLE[base] for base in type(error).__mro__ if base in TABLE), None)
    if row is None:
        return None
    return Problem(
        row.kind,
        row.detail(error) if row.detail else None,
        row.errors(error) if row.errors else (),
        {} if row.retry_after_s is None else {"Retry-After": str(row.retry_after_s)},
        row.more(error) if row.more else {},
    )


def document(problem: Problem, instance: str | None = None) -> dict[str, Any]:
    """The problem document, also for one event of a batch."""
    kind = problem.kind
    told: dict[str, Any] = {"type": kind.uri, "title": kind.title, "status": kind.status}
    told |= {"detail": problem.detail} if problem.detail else {}
    told |= {"instance": instance} if instance else {}
    told |= {"errors": [error._asdict() for error in problem.errors]} if problem.errors else {}
    return {**told, "retryable": kind.status in RETRYABLE, **problem.more}


def answer(problem: Problem, instance: str | None = None) -> Response:
    """The response that tells it. ASCII only, so that half a surrogate in a field's name cannot break it."""
    headers = (
        {"WWW-Authenticate": 'Bearer realm="nerve"'} if problem.kind.status == HTTPStatus.UNAUTHORIZED else {}
    )
    body = json.dumps(document(problem, instance), separators=(",", ":"))
    return Response(body, problem.kind.status, {**headers, **problem.headers}, MEDIA_TYPE)


def told(error: Exception, path: str) -> Response:
    """The response to an error of the table, or to a Problem. Raises every other error again."""
    problem = error if isinstance(error, Problem) else as_problem(error)
    if problem is None:
        raise error
    if problem.kind.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.warning("unavailable", problem=problem.kind.name, path=path)
    return answer(problem, path)


async def _tell(request: Request, error: Exception) -> Response:
    return told(error, request.url.path)


async def _tell_http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    phrase = HTTPStatus(error.status_code).phrase
    kind = _BY_STATUS.get(error.status_code) or Kind(
        phrase.lower().replace(" ", "-"), error.status_code, phrase
    )
    detail = None if error.detail == phrase else str(error.detail)
    return answer(Problem(kind, detail, headers=error.headers or {}), request.url.path)


async def _tell_invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    return answer(invalid(error, request.headers.get("content-type", "")), request.url.path)


def invalid(error: RequestValidationError, content_type: str) -> Problem:
    """What FastAPI found wrong with path, query or body; a body that is no JSON is told apart."""
    found = [_placed(detail, error.body) for detail in error.errors()]
    if any(one.code == "malformed_json" for one in found):
        return Problem(MALFORMED, errors=found)
    if isinstance(error.body, bytes):
        return Problem(
            CONTENT_TYPE,
            "Send application/json." if not content_type.startswith("application/json") else None,
        )
    return Problem(INVALID, errors=found)


def unreadable(reason: ValidationError | Flaw, within: str = "") -> Problem:
    """What is wrong with an event, or with what would become one."""
    if isinstance(reason, Flaw):
        flaw = FieldError(within + reason.pointer, reason.code, reason.message)
        return Problem(MALFORMED if reason.malformed else INVALID, errors=[flaw])
    found = [each._replace(pointer=_untagged(each.pointer)) for each in errors_of(reason, within=within)]
    malformed = any(each.code == "malformed_json" for each in found)
    return Problem(MALFORMED if malformed else INVALID, errors=found)


def _untagged(pointer: str) -> str:
    """Without the name of the event type, which pydantic puts on the way into a union."""
    return "/".join(step for step in pointer.split("/") if not _TAGGED.match(step))


async def _tell_unreadable(request: Request, error: Exception) -> Response:
    """A body that was to become the data of an event: the pointers lead into the body."""
    if not isinstance(error, Unreadable):
        raise error
    problem = unreadable(error.reason)
    problem.errors = [each._replace(pointer=each.pointer.removeprefix("/data")) for each in problem.errors]
    return answer(problem, request.url.path)


async def _tell_refused(request: Request, error: Exception) -> Response:
    """A report of a person: the pointers lead into it, as it has the form of an event."""
    if not isinstance(error, ReportRefused):
        raise error
    return answer(unreadable(error.reason), request.url.path)


def _placed(detail: Mapping[str, Any], body: object) -> FieldError:
    part, *place = detail["loc"]
    inner = {**detail, "loc": tuple(place)}
    if part == "body":
        return translated([inner], body)[0]
    return translated([inner], within=f"/{part}")[0]


async def _tell_nothing(request: Request, error: Exception) -> Response:  # noqa: ARG001 - the server's log has it
    return answer(Problem(INTERNAL), request.url.path)
