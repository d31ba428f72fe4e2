"""Taking history out so that the board at every revision that stays whole is what it was.

A change goes only where the same card changed again up to the next whole revision. What is left stays
under its own number, so that the `rev` of a card always names a change that is there.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.thinning import Place
from app.models.board import change, revision
from app.store.history import number_at


def whole(  # noqa: PLR0913 - a span of one portfolio
    connection: Connection,
    portfolio: str,
    *,
    first: int,
    before: datetime,
    committed_before: datetime,
    limit: int,
) -> list[Place]:
    """The whole revisions from number `first` on that are older than this in both times, oldest first."""
    asked = {
        "portfolio": portfolio,
        "first": first,
        "last": number_at(connection, portfolio, before),
        "committed_before": committed_before,
        "limit": limit,
    }
    return [Place(*row) for row in connection.execute(_WHOLE, asked)]


def thin(
    connection: Connection, portfolio: str, places: Sequence[Place], dropped: Collection[int], now: datetime
) -> None:
    """Drop these of the places, which are the whole revisions from the first to the last of them."""
    first, last = places[0].revision, places[-1].revision
    connection.execute(_MARK, {"p": portfolio, "dropped": list(dropped), "now": now})
    after: int = connection.execute(_BEFORE, {"portfolio": portfolio, "first": first}).scalar_one()
    connection.execute(_SUPERSEDED, {"portfolio": portfolio, "after": after, "upto": last})


_OURS: Final = revision.c.portfolio_id == sa.bindparam("portfolio")
_IS_WHOLE: Final = revision.c.thinned_at.is_(None)
_WHOLE: Final = (
    sa.select(revision.c.revision, revision.c.as_of)
    .where(
        _OURS,
        _IS_WHOLE,
        revision.c.revision.between(sa.bindparam("first"), sa.bindparam("last")),
        revision.c.committed_at < sa.bindparam("committed_before", type_=revision.c.committed_at.type),
    )
    .order_by(revision.c.revision)
    .limit(sa.bindparam("limit"))
)
_BEFORE: Final = sa.select(sa.func.coalesce(sa.func.max(revision.c.revision), 0)).where(
    _OURS, _IS_WHOLE, revision.c.revision < sa.bindparam("first")
)
_MARK: Final = (
    sa.update(revision)
    .where(
        revision.c.portfolio_id == sa.bindparam("p"),
        revision.c.revision.in_(sa.bindparam("dropped", expanding=True)),
    )
    .values(thinned_at=sa.bindparam("now"))
)
_NEWER: Final = change.alias("newer")
_NEXT_WHOLE: Final = (
    sa.select(sa.func.min(revision.c.revision))
    .where(_OURS, _IS_WHOLE, revision.c.revision >= change.c.revision)
    .correlate(change)
    .scalar_subquery()
)
_SUPERSEDED: Final = sa.delete(change).where(
    change.c.portfolio_id == sa.bindparam("portfolio"),
    change.c.revision > sa.bindparam("after"),
    change.c.revision < sa.bindparam("upto"),
    sa.exists().where(
        _NEWER.c.portfolio_id == change.c.portfolio_id,
        _NEWER.c.key == change.c.key,
        _NEWER.c.revision > change.c.revision,
        _NEWER.c.revision <= _NEXT_WHOLE,
    ),
)
