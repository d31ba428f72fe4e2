"""How far each portfolio's assessment is behind its log, and which are due by the clock."""

from datetime import datetime
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.models.board import board_head
from app.models.log import event, event_head
from app.models.portfolio import portfolio
from app.store.clock import database_time


class Standing(NamedTuple):
    """How far a portfolio's assessment is behind its log."""

    portfolio: str
    clock: str
    head_seq: int
    assessed_seq: int
    revision: int
    waiting_since: datetime | None
    """When the oldest event that is not assessed yet was recorded."""
    now: datetime
    """Database time."""


def standings(connection: Connection) -> list[Standing]:
    """Every portfolio's."""
    rows = connection.execute(_STANDINGS).all()
    now = database_time(connection)
    return [Standing(*row, now) for row in rows]


def due(connection: Connection) -> list[tuple[str, datetime]]:
    """Live portfolios in which something may have changed by the mere passing of time."""
    now = database_time(connection)
    rows = connection.execute(_DUE, {"now": now})
    return [(row.portfolio_id, row.due_at) for row in rows]


_STANDINGS: Final = (
    sa.select(
        portfolio.c.portfolio_id,
        portfolio.c.clock,
        event_head.c.seq,
        board_head.c.assessed_seq,
        board_head.c.revision,
        event.c.recorded_at,
    )
    .join(event_head, event_head.c.portfolio_id == portfolio.c.portfolio_id)
    .join(board_head, board_head.c.portfolio_id == portfolio.c.portfolio_id)
    .outerjoin(
        event,
        sa.and_(
            event.c.portfolio_id == portfolio.c.portfolio_id, event.c.seq == board_head.c.assessed_seq + 1
        ),
    )
)
_DUE: Final = (
    sa.select(board_head.c.portfolio_id, board_head.c.due_at)
    .join(portfolio, portfolio.c.portfolio_id == board_head.c.portfolio_id)
    .where(
        portfolio.c.clock == "live",
        board_head.c.due_at <= sa.bindparam("now", type_=board_head.c.due_at.type),
    )
)
