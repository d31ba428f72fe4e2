"""The board over plain HTTP: the snapshot, and the same frames by long-poll where websockets break.

The body is ready bytes from the board in memory; nothing is encoded and no SQL runs for it. Only a board of
the past is read from the database.
"""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from app.db import Database
from app.operations import history
from app.operations.history import Moment
from app.realtime.board import Board
from app.realtime.feed import Feed
from app.realtime.hub import Hub
from app.realtime.protocol import Patch, Snapshot
from app.realtime.scopes import ALL, Scope, parse
from app.realtime.session import Have
from app.store.log import UnknownPortfolio
from app.web.identity import identity_of, viewer_of
from app.web.kinds import INVALID
from app.web.moments import AskedMoment
from app.web.pointers import FieldError
from app.web.problems import Problem

WAIT_S: Final = 25.0
_RESPONSES: Final[Mapping[int | str, dict[str, Any]]] = {
    200: {"model": Snapshot | Patch, "description": "The view, or the step from `after` to the head"},
    204: {"description": "Nothing changed while waiting"},
    304: {"description": "The view is the one that `If-None-Match` names"},
    410: {"description": "This revision is not kept any more; `nearest` names those before and after it"},
}
"""As documented; the header Nerve-Lag-Ms is there while the pipeline gives signs of life."""


def board_router(feed: Feed, hub: Hub, db: Database) -> APIRouter:
    """The route of the board over HTTP."""
    router = APIRouter(tags=["board"])

    @router.get(
        "/portfolios/{portfolio}/board",
        responses=dict(_RESPONSES),
        response_class=Response,
        dependencies=[Depends(viewer_of)],
    )
    async def read_board(  # noqa: PLR0913 - a parameter of the address each
        request: Request,
        portfolio: str,
        moment: AskedMoment,
        after: Annotated[str | None, Query(description="`epoch-revision` that the client has")] = None,
        wait: Annotated[float, Query(ge=0, le=WAIT_S, description="Seconds to wait for news")] = 0,
        scope: Annotated[str, Query(description="As in the hello of the websocket")] = ALL,
    ) -> Response:
        """The board as a Snapshot frame, or the step from `after` as a Patch, a Snapshot or 204.

        With `at` or `revision` the board as it was, as a Snapshot.
        """
        view = parse(scope)
        if view is None:
            raise Problem(INVALID, errors=[FieldError("/scope", "unknown_scope", "There is no such scope.")])
        if moment is not None:
            return await _past(db, portfolio, moment, view, request)
        board = await feed.board(portfolio)
        if board is None:
            raise UnknownPortfolio(portfolio)
        if after is None:
            return _snapshot(board, view, request, hub.signs(portfolio))
        await _news(feed, portfolio, board, after, wait)
        (await identity_of(request)).must_view(portfolio)
        have = _have(after)
        if have == Have(board.head.epoch, board.head.revision):
            return Response(status_code=204, headers=_headers(board, hub.signs(portfolio)))
        body = await _step(feed, portfolio, board, view, have)
        return _json(body, _headers(board, hub.signs(portfolio)))

    return router


async def _past(db: Database, portfolio: str, moment: Moment, scope: Scope, request: Request) -> Response:
    """The view as it was; put together in a thread, so that nobody waits for it."""
    board = await asyncio.to_thread(Board, *await history.board(db, portfolio, moment))
    return _snapshot(board, scope, request, {})


async def _news(feed: Feed, portfolio: str, board: Board, after: str, wait_s: float) -> None:
    """Wait while the client has everything."""
    if wait_s > 0 and after == _tag(board):
        await feed.next_move(portfolio, wait_s)


async def _step(feed: Feed, portfolio: str, board: Board, scope: Scope, have: Have) -> bytes:
    missed = await feed.missed(portfolio, scope, have)
    patch = None
    if missed is not None and have.revision is not None:
        patch = board.patch_of(scope, have.revision, missed)
    return board.snapshot(scope) if patch is None else patch.encode()


def _snapshot(board: Board, scope: Scope, request: Request, signs: Mapping[str, str]) -> Response:
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    headers = _headers(board, signs)
    if headers["ETag"] in known:
        return Response(status_code=304, headers=headers)
    return _json(board.snapshot(scope), headers)


def _json(body: bytes, headers: Mapping[str, str]) -> Response:
    return Response(body, media_type="application/json", headers=dict(headers))


def _headers(board: Board, signs: Mapping[str, str]) -> dict[str, str]:
    return {"ETag": f'"{_tag(board)}"', "Cache-Control": "private, no-cache", **signs}


def _tag(board: Board) -> str:
    return f"{board.head.epoch}-{board.head.revision}"


def _have(after: str) -> Have:
    epoch, _, number = after.strip('"').rpartition("-")
    return Have(epoch, int(number)) if number.isdecimal() and number.isascii() else Have(None, None)
