"""Reports of people: a route for each type of event that somebody may tell, made from the catalogue."""

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request

from app.domain.access import Person, Role
from app.domain.events.catalogue import OWN_TYPES
from app.domain.reporters import REPORTABLE
from app.operations.acting import Desk
from app.operations.reports import report
from app.web.identity import Now, require_role
from app.web.problems import CONTENT_TYPE, Problem

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


def _offer(name: str, role: Role) -> None:
    """One route: `nerve.risk.raised.v1` is told at `report/risk.raised`."""
    kind, short = OWN_TYPES[name], name.removeprefix("nerve.").removesuffix(".v1")

    @router.post(
        f"/portfolios/{{portfolio}}/report/{short}",
        status_code=HTTPStatus.ACCEPTED,
        summary=kind.title,
        description=f"{kind.__doc__} It is recorded with you as its source; needs the role {role.value}.",
        openapi_extra=_described(name),
    )
    async def tell(
        request: Request,
        portfolio: str,
        person: Annotated[Person, Depends(require_role(role))],
        body: Body,
        now: Now,
    ) -> dict[str, Any]:
        state = request.app.state
        desk = Desk(state.db, state.recorder, state.assessors)
        done = await report(desk, person, portfolio, name, body, now=now, within_s=WAIT_S)
        return {"portfolio": portfolio, **done._asdict()}


for _name, _role in REPORTABLE.items():
    _offer(_name, _role)
