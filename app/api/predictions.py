"""Predictions: how good they were on a portfolio's own history, and what they say of open milestones."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from app.domain.subject import CODE_PATTERN
from app.operations import track_records
from app.web.identity import Viewer

router = APIRouter(tags=["predictions"])

Code = Annotated[str, Path(pattern=f"^{CODE_PATTERN}$")]


@router.get("/portfolios/{portfolio}/forecast-quality")
async def read_forecast_quality(request: Request, portfolio: str, _: Viewer) -> dict[str, Any]:
    """How good predictions of slips were, by backtest on this portfolio's own log.

    Ranking, Brier score, calibration, precision and recall of the worst fifth, lead time; with too few
    outcomes it claims nothing.
    """
    return await track_records.forecast_quality(request.app.state.track_records, portfolio)


@router.get("/portfolios/{portfolio}/projects/{code}/outlook")
async def read_outlook(request: Request, portfolio: str, code: Code, _: Viewer) -> dict[str, Any]:
    """The open milestones of a project: early warnings, and the probability of a slip with its counts."""
    return await track_records.outlook(request.app.state.track_records, portfolio, code)
