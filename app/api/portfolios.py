"""Portfolios, and what stands behind their boards: pages, reasons, events, what waits."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from app.domain.forecasts.statements import ProjectForecast
from app.domain.subject import CODE_PATTERN
from app.operations import explaining, looking
from app.web.identity import Caller, Reader, Viewer
from app.web.moments import LAST, AskedMoment

router = APIRouter(tags=["portfolios"])

Code = Annotated[str, Path(pattern=f"^{CODE_PATTERN}$")]
Number = Annotated[int, Path(ge=1, le=LAST)]
Before = Annotated[int | None, Query(ge=1, le=LAST, description="Only events with lower numbers")]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/portfolios")
async def list_portfolios(request: Request, caller: Caller) -> dict[str, Any]:
    """The portfolios that whoever asks may look at."""
    state = request.app.state
    found = await looking.overview(state.db, state.assessors)
    return {"portfolios": [one for one in found if caller.may_view(one["id"])]}


@router.get("/portfolios/{portfolio}/projects/{code}")
async def read_project(request: Request, portfolio: str, code: Code, viewer: Viewer) -> dict[str, Any]:
    """A project's page: its card, KPI readings, burn-up, milestones, declared history, baselines."""
    state = request.app.state
    record = state.track_records.at_hand(portfolio)
    page: dict[str, Any] = viewer.shown(
        await looking.page_of_project(state.db, state.assessors, portfolio, code, record)
    )
    return page


@router.get("/portfolios/{portfolio}/projects/{code}/forecast")
async def read_forecast(request: Request, portfolio: str, code: Code, _: Viewer) -> ProjectForecast:
    """Cost and finish: headline, range, methods, what they rest on; and how the dates of milestones moved."""
    state = request.app.state
    return await looking.forecast_of_project(state.db, state.assessors, portfolio, code)


@router.get("/portfolios/{portfolio}/explain")
async def explain(
    request: Request,
    portfolio: str,
    viewer: Viewer,
    moment: AskedMoment,
    card: Annotated[str, Query(max_length=200)] = "portfolio",
) -> dict[str, Any]:
    """Why a card has its colour, or had it: a tree from colour to finding to KPI to inputs to events."""
    state = request.app.state
    record = state.track_records.at_hand(portfolio)
    why = await explaining.why(state.db, state.assessors, portfolio, card, moment, record)
    told: dict[str, Any] = viewer.shown(why)
    return told


@router.get("/portfolios/{portfolio}/events")
async def list_events(
    request: Request,
    portfolio: str,
    _: Reader,
    subject: Annotated[str | None, Query(max_length=200)] = None,
    before: Before = None,
    limit: Limit = looking.PAGE,
) -> dict[str, Any]:
    """The log, newest first, by pages: `next` is the `before` of the next one."""
    state = request.app.state
    found = await looking.events(
        state.db, state.assessors, portfolio, subject=subject, before=before, limit=limit
    )
    return {"events": found, "next": found[-1]["seq"] if len(found) == limit else None}


@router.get("/portfolios/{portfolio}/events/{seq}")
async def read_event(request: Request, portfolio: str, seq: Number, _: Reader) -> dict[str, Any]:
    """One event as it was recorded."""
    return await looking.event(request.app.state.db, portfolio, seq)


@router.get("/portfolios/{portfolio}/quarantine")
async def list_quarantine(
    request: Request, portfolio: str, _: Reader, before: Before = None, limit: Limit = looking.PAGE
) -> dict[str, Any]:
    """Recorded events that do not count yet, and why: newest first, by pages as the log."""
    found, total = await looking.quarantine(request.app.state.db, portfolio, before=before, limit=limit)
    return {"quarantine": found, "total": total, "next": found[-1]["seq"] if len(found) == limit else None}
