"""What a board was: its changes, how dense they are, every state of a card, KPIs day by day."""

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response

from app.api.portfolios import Before, Code, Limit
from app.domain.events.envelope import EARLIEST, LATEST
from app.operations import history, looking
from app.web.identity import Viewer
from app.web.moments import LAST, AskedSpan

router = APIRouter(tags=["history"], prefix="/portfolios/{portfolio}")

MOST_BUCKETS: Final = 500
Day = Annotated[date | None, Query(ge=EARLIEST, le=LATEST)]


@router.get("/changes", response_class=Response)
async def list_changes(  # noqa: PLR0913 - a parameter of the address each
    request: Request,
    portfolio: str,
    _: Viewer,
    span: AskedSpan,
    after: Annotated[int, Query(ge=0, le=LAST, description="Only later revisions")] = 0,
    limit: Limit = looking.PAGE,
    documents: Annotated[bool, Query(description="With the cards themselves")] = False,  # noqa: FBT002 - a parameter of the address
) -> Response:
    """The revisions of a span of portfolio time: changed keys, transitions, and the cards if asked for."""
    found = await history.changes(
        request.app.state.db, portfolio, span, after=after, limit=limit, documents=documents
    )
    return Response(found, media_type="application/json")


@router.get("/density")
async def read_density(
    request: Request,
    portfolio: str,
    _: Viewer,
    span: AskedSpan,
    buckets: Annotated[int, Query(ge=1, le=MOST_BUCKETS)] = 100,
) -> dict[str, Any]:
    """How many cards changed and how many transitions there were, in equal parts of a span."""
    return await history.density(request.app.state.db, portfolio, span, buckets)


@router.get("/cards/{key:path}/history")
async def list_states(
    request: Request,
    portfolio: str,
    key: Annotated[str, Path(max_length=300)],
    _: Viewer,
    before: Before = None,
    limit: Limit = looking.PAGE,
) -> dict[str, Any]:
    """Every state of a card, newest first, each with its revision and cause; `next` is the next `before`."""
    return await history.states(request.app.state.db, portfolio, key, before=before, limit=limit)


@router.get("/projects/{code}/series")
async def read_series(  # noqa: PLR0913 - a parameter of the address each
    request: Request,
    portfolio: str,
    code: Code,
    _: Viewer,
    kpi: Annotated[str, Query(pattern=r"^[A-Z]{3}-[0-9]{1,2}$")],
    since: Annotated[Day, Query(alias="from")] = None,
    until: Annotated[Day, Query(alias="to")] = None,
) -> dict[str, Any]:
    """A KPI of a project, day by day of portfolio time: a value, or null with the reason."""
    return await history.series(request.app.state.db, portfolio, code, kpi, since=since, until=until)
