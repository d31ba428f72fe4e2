"""Milestones of a portfolio: found by project, state and day."""

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from pydantic import TypeAdapter

from app.api.portfolios import Limit
from app.api.records import After, Item
from app.operations import looking, milestones
from app.operations.milestones import Sort, State, Wanted
from app.web.cursors import DATED, NAMED, cursor, place_of
from app.web.identity import Viewer

router = APIRouter(tags=["records"])

_FORMS: Final[dict[Sort, TypeAdapter[Any]]] = {"due": DATED, "ref": NAMED}


@router.get("/portfolios/{portfolio}/milestones")
async def list_milestones(  # noqa: PLR0913 - a filter each
    request: Request,
    portfolio: str,
    _: Viewer,
    item: Item = None,
    state: Annotated[State | None, Query(description="`overdue` ones are open as well")] = None,
    due_before: date | None = None,
    critical: bool | None = None,  # noqa: FBT001 - a parameter of the address
    sort: Sort = "due",
    after: After = None,
    limit: Limit = looking.PAGE,
) -> dict[str, Any]:
    """Milestones with their history: by the day achieved, expected or agreed, or by item and code."""
    state_, wanted = request.app.state, Wanted(item, state, due_before, critical)
    place = place_of(after, _FORMS[sort])
    found, last = await milestones.find(
        state_.db, state_.assessors, portfolio, wanted, sort=sort, after=place, limit=limit
    )
    return {"milestones": found, "next": cursor(last)}
