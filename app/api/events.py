"""Posting events: CloudEvents 1.0 structured, batched and binary; and what may be posted."""

import re
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.requests import HTTPConnection

from app.domain.access import Scope
from app.domain.events.catalogue import AnyEvent, describe
from app.domain.events.reading import Flaw, Unreadable, read_batch, read_binary, read_one
from app.operations.posting import NotGranted, Refusal, Verdict, post
from app.store.log import Receipt
from app.web.identity import Caller, identity_of, moment, require_scope
from app.web.kinds import CONFLICT, CONTENT_TYPE, FORBIDDEN, INVALID, TOO_LARGE
from app.web.pointers import FieldError
from app.web.problems import Problem, as_problem, document, unreadable

router = APIRouter(tags=["events"])

MOST_BYTES: Final = 1024 * 1024
"""Of one request; the edge refuses a longer body while it comes."""
MOST_EVENTS: Final = 500
WAIT_S: Final = 2.0
_may_ingest = require_scope(Scope.INGEST)
ONE: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"
_SCHEMA: Final[dict[str, Any]] = {"schema": {"type": "object"}}
_POST: Final[dict[str, Any]] = {
    "parameters": [
        {
            "name": "wait",
            "in": "query",
            "description": "Answer after the assessment",
            "schema": {"type": "string", "enum": ["assessed"]},
        }
    ],
    "requestBody": {
        "required": True,
        "content": {ONE: _SCHEMA, BATCH: {"schema": {"type": "array"}}, "application/json": _SCHEMA},
        "description": "One event, a batch of at most 500, or data alone with `ce-` headers; 1 MiB.",
    },
}


@router.post("/events", status_code=HTTPStatus.ACCEPTED, openapi_extra=_POST, response_class=Response)
async def post_events(request: Request) -> Response:
    """Record events durably. 202 with a receipt each: they are committed and flushed."""
    return await take(request, request.body)


async def take(request: HTTPConnection, read: Callable[[], Awaitable[bytes]]) -> Response:
    """As `post_events`, for whoever comes by the shortcut."""
    sender, now = await _may_ingest(await identity_of(request)), await moment(request)
    wait = request.query_params.get("wait") if request.scope["query_string"] else None
    if wait not in (None, "assessed"):
        raise Problem(INVALID, errors=[FieldError("/query/wait", "unknown_value", "It may be `assessed`.")])
    batch, found = await _read(request, read)
    verdicts = await post(request.app.state.recorder, sender, found, now=now)
    told = [_told(verdict, f"/{place}" if batch else "") for place, verdict in enumerate(verdicts)]
    if not batch:
        if isinstance(told[0], Problem):
            raise told[0]
    elif told and all(isinstance(one, Problem) for one in told):
        raise _none_valid([one for one in told if isinstance(one, Problem)])
    results = [document(one) if isinstance(one, Problem) else one for one in told]
    if wait:
        await _wait(request, verdicts, results)
    body = orjson.dumps({"results": results} if batch else results[0])
    return Response(body, HTTPStatus.ACCEPTED, media_type="application/json")


@router.get("/event-types")
async def event_types(_: Caller) -> dict[str, Any]:
    """The JSON Schema of everything that can be posted."""
    return {"event_types": describe()}


async def _read(
    request: HTTPConnection, read: Callable[[], Awaitable[bytes]]
) -> tuple[bool, Sequence[AnyEvent | ValidationError | Flaw]]:
    """Whether it is a batch, and what was found in it. Raises Problem for the whole body."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    binary = kind == "application/json" and "ce-specversion" in request.headers
    if kind not in (ONE, BATCH) and not binary:
        raise Problem(CONTENT_TYPE, f"Send {ONE}, {BATCH}, or application/json with ce- headers.")
    body = await read()
    try:
        if kind != BATCH:
            return False, [read_binary(_attributes(request), body) if binary else read_one(body)]
        found = read_batch(body)
    except Unreadable as error:
        raise _refused(error.reason) from None
    if len(found) > MOST_EVENTS:
        raise Problem(TOO_LARGE, f"A batch holds at most {MOST_EVENTS} events.")
    if not found:
        raise Problem(INVALID, errors=[FieldError("", "too_short", "The batch is empty.")])
    return True, found


def _attributes(request: HTTPConnection) -> dict[str, str]:
    """The attributes of a binary-mode event, from the headers."""
    named = ((name[3:], value) for name, value in request.headers.items() if name.startswith("ce-"))
    return {name: _decoded(name, value) for name, value in named}


def _decoded(name: str, value: str) -> str:
    """A header value: quotes undone, then one round of percent-decoding, which must be UTF-8."""
    if len(value) > 1 and value.startswith('"') and value.endswith('"'):
        value = re.sub(r"\\(.)", r"\1", value[1:-1])
    try:
        value.encode("ascii")
        return unquote(value, errors="strict")
    except UnicodeError:
        flaw = FieldError(f"/{name}", "wrong_format", "The header is not percent-encoded UTF-8.")
        raise Problem(INVALID, errors=[flaw]) from None


def _told(verdict: Verdict, within: str) -> dict[str, Any] | Problem:
    if not isinstance(verdict, Receipt):
        return _refused(verdict, within)
    if verdict.conflict:
        detail = f"Event {verdict.seq} has this source and id, and other content."
        return Problem(CONFLICT, detail, [FieldError(f"{within}/id", "id_reused", detail)])
    return {"portfolio": verdict.portfolio, "seq": verdict.seq, "duplicate": verdict.duplicate}


def _refused(reason: Refusal, within: str = "") -> Problem:
    match reason:
        case ValidationError() | Flaw():
            return unreadable(reason, within)
        case NotGranted(portfolio):
            return Problem(FORBIDDEN, f"This key may not write to the portfolio {portfolio}.")
        case _:
            return as_problem(reason) or Problem(INVALID)


def _none_valid(refused: Sequence[Problem]) -> Problem:
    kinds = {one.kind for one in refused}
    kind = kinds.pop() if len(kinds) == 1 else INVALID
    flaws = [flaw for one in refused for flaw in one.errors]
    return Problem(
        kind, "None of these events was accepted.", flaws, more={"results": [document(r) for r in refused]}
    )


async def _wait(
    request: HTTPConnection, verdicts: Sequence[Verdict], results: Sequence[dict[str, Any]]
) -> None:
    """Add to each receipt the revision that its event is in; null if that took too long."""
    last: dict[str, int] = {}
    for verdict in verdicts:
        if isinstance(verdict, Receipt):
            last[verdict.portfolio] = max(verdict.seq, last.get(verdict.portfolio, 0))
    assessors = request.app.state.assessors
    reached = {name: await assessors.reached(name, seq, WAIT_S) for name, seq in last.items()}
    for verdict, result in zip(verdicts, results, strict=True):
        if isinstance(verdict, Receipt) and "seq" in result:
            result["revision"] = reached[verdict.portfolio]
