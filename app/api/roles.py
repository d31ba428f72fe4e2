"""Who answers for projects."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from app.domain.events.envelope import Code
from app.operations import roles
from app.web.identity import Reader

router = APIRouter(tags=["portfolios"])

MOST = 100
Codes = Annotated[list[Code], Query(max_length=MOST, description="Their codes, one each")]


@router.get("/portfolios/{portfolio}/roles")
async def list_roles(
    request: Request, portfolio: str, _: Reader, project: Codes
) -> dict[str, dict[str, dict[str, str]]]:
    """Who answers for these projects: role and name by code, without those that are not there."""
    state = request.app.state
    return {"roles": await roles.of_projects(state.db, state.assessors, portfolio, project)}
