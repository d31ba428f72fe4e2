"""The rules by which a portfolio is judged: read them, try a draft, publish one."""

import secrets
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Header, Query, Request

from app.operations import policies
from app.operations.acting import Act, Desk, act
from app.web.identity import Caller, Lead, Now, Viewer

router = APIRouter(tags=["policies"])

WAIT_S: Final = 2.0


def _sends(schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"requestBody": {"required": True, "content": content}}


@router.get("/policy-profiles")
async def list_profiles(_: Caller) -> dict[str, Any]:
    """The policies that ship with the product, each whole, to begin a draft with."""
    return {"profiles": policies.profiles()}


@router.get("/portfolios/{portfolio}/policy")
async def read_policy(request: Request, portfolio: str, viewer: Viewer) -> dict[str, Any]:
    """The policy in force: its version, who published it when and why, the document."""
    state = request.app.state
    told: dict[str, Any] = viewer.shown(await policies.in_force(state.db, state.assessors, portfolio))
    return told


@router.get("/portfolios/{portfolio}/policies")
async def list_policies(request: Request, portfolio: str, viewer: Viewer) -> dict[str, Any]:
    """Every version that was ever in force, newest first."""
    state = request.app.state
    return {"policies": viewer.shown(await policies.versions(state.db, state.assessors, portfolio))}


@router.post("/portfolios/{portfolio}/policy/try", openapi_extra=_sends("PolicyPublishedData"))
async def try_policy(request: Request, portfolio: str, _: Lead) -> dict[str, Any]:
    """What a draft would change on the board as it is now: how many colours, which, by which rule."""
    draft = policies.read_draft(await request.body())
    return await policies.trial(request.app.state.assessors, portfolio, draft)


@router.post(
    "/portfolios/{portfolio}/policy",
    status_code=HTTPStatus.ACCEPTED,
    openapi_extra=_sends("PolicyPublishedData"),
)
async def publish_policy(  # noqa: PLR0913 - a parameter each
    request: Request,
    portfolio: str,
    person: Lead,
    now: Now,
    key: Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)] = None,
    wait: Annotated[Literal["assessed"] | None, Query(description="Answer after the assessment")] = None,
) -> dict[str, Any]:
    """Publish a policy: recorded like every event, with you as its source. The cards follow in slices."""
    state, data = request.app.state, await request.body()
    doing = Act(key or secrets.token_hex(16), portfolio, "nerve.policy.published.v1", "portfolio", data)
    desk = Desk(state.db, state.recorder, state.assessors)
    done = await act(desk, person, doing, now=now, within_s=WAIT_S if wait else 0)
    return done._asdict()
