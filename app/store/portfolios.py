"""Portfolios: each is one ordered stream, with a head of its log and a head of its board."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.policy import Policy
from app.models.board import board_head
from app.models.log import event_head
from app.models.portfolio import policy, portfolio

Clock = Literal["live", "replay"]


class Portfolio(NamedTuple):
    """What an installation knows of a portfolio before any event."""

    id: str
    name: str
    clock: Clock
    currency: str
    attribution: str | None
    """Whose data a replay shows, and under which licence."""
    created_at: datetime


def add(connection: Connection, new: Portfolio, rules: Policy, *, epoch: str) -> None:
    """Insert the portfolio with its first policy, an empty log and an empty board at revision 0."""
    connection.execute(
        sa.insert(portfolio).values(
            portfolio_id=new.id,
            name=new.name,
            clock=new.clock,
            currency=new.currency,
            attribution=new.attribution,
            created_at=new.created_at,
        )
    )
    connection.execute(
        sa.insert(policy).values(
            portfolio_id=new.id,
            version=rules.version,
            published_at=new.created_at,
            document=rules.model_dump_json(),
        )
    )
    connection.execute(sa.insert(event_head).values(portfolio_id=new.id, seq=0))
    connection.execute(
        sa.insert(board_head).values(portfolio_id=new.id, epoch=epoch, revision=0, hash="", assessed_seq=0)
    )


def find(connection: Connection, portfolio_id: str) -> Portfolio | None:
    """The portfolio with this id."""
    row = connection.execute(_ALL.where(portfolio.c.portfolio_id == portfolio_id)).one_or_none()
    return Portfolio(*row) if row else None


def every(connection: Connection) -> Sequence[Portfolio]:
    """All portfolios, oldest first."""
    rows = connection.execute(_ALL.order_by(portfolio.c.created_at, portfolio.c.portfolio_id))
    return [Portfolio(*row) for row in rows]


_ALL: Final = sa.select(
    portfolio.c.portfolio_id,
    portfolio.c.name,
    portfolio.c.clock,
    portfolio.c.currency,
    portfolio.c.attribution,
    portfolio.c.created_at,
)
