"""Records of every kind (risks, gates, allocations, incidents, …) with their history; a project's samples."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import TypeAdapter

from app.api.portfolios import Code, Limit
from app.domain.events.catalogue import RECORD_KINDS
from app.domain.exposure import LEVELS
from app.domain.rag import Rag
from app.operations import looking, records
from app.operations.records import Of
from app.store.records import Filter, Sort
from app.web.cursors import DATED, MEASURED, NAMED, NUMBERED, cursor, place_of
from app.web.identity import Caller, Identity, Viewer
from app.web.tables import as_csv

router = APIRouter(tags=["records"])

RecordKind = Annotated[str, Path(json_schema_extra={"enum": list(RECORD_KINDS)})]
Ref = Annotated[str, Path(max_length=100)]
Word = Annotated[str | None, Query(max_length=200)]
Item = Annotated[str | None, Query(max_length=200, description="Such as `project/APOLLO`")]
Programme = Annotated[str | None, Query(max_length=200, description="A code: of its projects")]
After = Annotated[str | None, Query(max_length=1_000, description="The `next` of the page before")]
COLUMNS: Final = ("item", "kind", "ref", "state", "owner", "due", "counts", "changed_seq")
_FORMS: Final[dict[Sort, TypeAdapter[Any]]] = {"changed": NUMBERED, "due": DATED, "ref": NAMED}


async def _filter(state: Word = None, owner: Word = None, due_before: date | None = None) -> Filter:
    return Filter(None, state, owner, due_before)


async def _of(item: Item = None, programme: Programme = None) -> Of:
    return Of(item, programme)


Wanted = Annotated[Filter, Depends(_filter)]
OfWhat = Annotated[Of, Depends(_of)]


@router.get("/portfolios/{portfolio}/records/{kind}.csv", response_class=Response)
async def download_records(  # noqa: PLR0913 - a part of the address each
    request: Request,
    portfolio: str,
    kind: RecordKind,
    viewer: Viewer,
    wanted: Wanted,
    of: OfWhat,
    sort: Sort = "ref",
) -> Response:
    """Records of a kind as one table for a spreadsheet: the same filters, no pages."""
    state = request.app.state
    found = await records.table(state.db, state.assessors, portfolio, kind, wanted, of=of, sort=sort)
    body = await run_in_threadpool(_as_table, viewer, found)
    headers = {"Content-Disposition": f'attachment; filename="{kind}.csv"'}
    return Response(body, media_type="text/csv", headers=headers)


def _as_table(viewer: Identity, found: list[dict[str, Any]]) -> str:
    """Apart from the event loop: twenty thousand rows take a second."""
    rows = [{**each.pop("attributes"), **each, "events": len(each["events"])} for each in viewer.shown(found)]
    return as_csv(rows, COLUMNS)


@router.get("/portfolios/{portfolio}/records/{kind}")
async def list_records(  # noqa: PLR0913 - a filter each
    request: Request,
    portfolio: str,
    kind: RecordKind,
    viewer: Viewer,
    wanted: Wanted,
    of: OfWhat,
    sort: Sort = "changed",
    after: After = None,
    limit: Limit = looking.PAGE,
) -> dict[str, Any]:
    """Records of a kind: last changed first, or by due date (without one last), or by item and reference."""
    state, place = request.app.state, place_of(after, _FORMS[sort])
    found, last = await records.find(
        state.db, state.assessors, portfolio, kind, wanted, of=of, sort=sort, after=place, limit=limit
    )
    return {"records": viewer.shown(found), "next": cursor(last)}


@router.get("/portfolios/{portfolio}/records/{kind}/{ref}")
async def read_record(  # noqa: PLR0913 - a part of the address each
    request: Request,
    portfolio: str,
    kind: RecordKind,
    ref: Ref,
    viewer: Viewer,
    item: Annotated[str, Query(max_length=200, description="Such as `project/APOLLO`")],
) -> dict[str, Any]:
    """One record with its history: the events that told of it, newest first."""
    state = request.app.state
    found = await records.read(state.db, state.assessors, portfolio, kind, ref, item)
    told: dict[str, Any] = viewer.shown(found)
    return told


@router.get("/risk-matrix")
async def read_matrix(_: Caller) -> dict[str, Sequence[Sequence[Rag]]]:
    """How high a risk is by its place: `levels` by likelihood 1 to 5, in each by consequence 1 to 5."""
    return {"levels": LEVELS}


@router.get("/portfolios/{portfolio}/projects/{code}/records")
async def list_kinds(request: Request, portfolio: str, code: Code, viewer: Viewer) -> dict[str, Any]:
    """The kinds of record that a project has, each with how many there are by state and by owner."""
    state = request.app.state
    return {"kinds": viewer.shown(await records.kinds(state.db, state.assessors, portfolio, code))}


@router.get("/portfolios/{portfolio}/projects/{code}/samples")
async def list_samples(  # noqa: PLR0913 - a filter each
    request: Request,
    portfolio: str,
    code: Code,
    _: Viewer,
    measure: Annotated[str | None, Query(max_length=200)] = None,
    after: After = None,
    limit: Limit = looking.PAGE,
) -> dict[str, Any]:
    """What was measured of a project, by measure and day: progress, cost, checks, deployments, builds."""
    state, place = request.app.state, place_of(after, MEASURED)
    found, last = await records.samples(
        state.db, state.assessors, portfolio, code, measure=measure, after=place, limit=limit
    )
    return {"samples": found, "next": cursor(last)}
