"""Reports of people: each type of event that somebody may tell, as the catalogue has it.

One route takes them all. Its description has a path for each type, which costs too much for every start.
"""

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request

from app.domain.access import Person
from app.domain.events.catalogue import OWN_TYPES
from app.domain.reporters import REPORTABLE
from app.operations.acting import Desk
from app.operations.reports import report
from app.web.identity import Caller, Now, require_role
from app.web.kinds import CONTENT_TYPE, NOT_FOUND
from app.web.problems import Problem

router = APIRouter(tags=["reports"])

WAIT_S: Final = 2.0
JSON: Final = "application/json"


async def body_of(request: Request) -> bytes:
    """A dependency: the body, which must be sent as JSON."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise Problem(CONTENT_TYPE, f"Send {JSON}.")
    return await request.body()


Body = Annotated[bytes, Depends(body_of)]


def _described(name: str) -> dict[str, Any]:
    """The body: the event's own subject and data; the data models are described with the events."""
    kind = OWN_TYPES[name]
    data = kind.model_fields["data"].annotation
    fields = {
        "subject": kind.model_json_schema()["properties"]["subject"],
        "data": {"$ref": f"#/components/schemas/{data.__name__}"} if data is not None else {},
        "time": {"type": "string", "format": "date-time", "description": "When it happened; else now"},
        "id": {"type": "string", "maxLength": 255, "description": "Told again with it, it is told once"},
    }
    schema = {
        "type": "object",
        "properties": fields,
        "required": ["subject", "data"],
        "additionalProperties": False,
    }
    return {"requestBody": {"required": True, "content": {JSON: {"schema": schema}}}}


def described() -> APIRouter:
    """A path for each type, for the document: `nerve.risk.raised.v1` is told at `report/risk.raised`."""
    paths = APIRouter(tags=["reports"])
    for name, role in REPORTABLE.items():
        kind = OWN_TYPES[name]

        @paths.post(
            f"/portfolios/{{portfolio}}/report/{name.removeprefix('nerve.').removesuffix('.v1')}",
            status_code=HTTPStatus.ACCEPTED,
            summary=kind.title,
            description=f"{kind.__doc__} It is recorded with you as its source; needs the role {role.value}.",
            openapi_extra=_described(name),
        )
        async def tell(portfolio: str) -> dict[str, Any]:  # type: ignore[empty-body] # nobody calls it
            ...

    return paths


async def type_of(told: str) -> str:
    """A dependency: the type of what is told at `report/risk.raised`, else 404."""
    name = f"nerve.{told}.v1"
    if name not in REPORTABLE:
        raise Problem(NOT_FOUND)
    return name


async def reporter_of(caller: Caller, name: Annotated[str, Depends(type_of)]) -> Person:
    """A dependency: a person with the role that it takes to tell this, else 403."""
    return await require_role(REPORTABLE[name])(caller)


@router.post(
    "/portfolios/{portfolio}/report/{told}", status_code=HTTPStatus.ACCEPTED, include_in_schema=False
)
async def tell(  # noqa: PLR0913 - what is told, by whom and when
    request: Request,
    person: Annotated[Person, Depends(reporter_of)],
    portfolio: str,
    name: Annotated[str, Depends(type_of)],
    body: Body,
    now: Now,
) -> dict[str, Any]:
    """What a person tells: a receipt, once it is on the disk."""
    state = request.app.state
    desk = Desk(state.db, state.recorder, state.assessors)
    done = await report(desk, person, portfolio, name, body, now=now, within_s=WAIT_S)
    return {"portfolio": portfolio, **done._asdict()}
