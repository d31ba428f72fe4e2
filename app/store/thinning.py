"""Taking history out so that the board at every revision that stays whole is what it was.

A change goes only where the same card changed again up to the next whole revision. What is left stays
under its own number, so that the `rev` of a card always names a change that is there.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.thinning import Place
from app.models.board import change, revision
from app.store import bulk


class Old(NamedTuple):
    """Which revisions are old: by portfolio time, and by when they were committed."""

    as_of: datetime
    committed_at: datetime


def whole(connection: Connection, portfolio: str, old: Old, since: Place | None, limit: int) -> list[Place]:
    """The old revisions that are whole, oldest first, from `since` on, itself included."""
    asked = {"portfolio": portfolio, "as_of": old.as_of, "committed_at": old.committed_at}
    query = _WHOLE
    if since is not None:
        query = query.where(revision.c.as_of >= since.as_of, revision.c.revision >= since.revision)
    return [Place(*row) for row in connection.execute(query.limit(limit), asked)]


def thin(
    connection: Connection, portfolio: str, places: Sequence[Place], dropped: Collection[int], now: datetime
) -> None:
    """Drop these of the places, which are the whole revisions from the first to the last of them."""
    first = {"portfolio": portfolio, "first": places[0].revision}
    after: int = connection.execute(_BEFORE, first).scalar_one()
    spans: list[tuple[str, int, int]] = []
    for place in places:
        if place.revision not in dropped:
            spans.append((portfolio, after, place.revision))
            after = place.revision
    connection.execute(_MARK, {"p": portfolio, "dropped": list(dropped), "now": now})
    kinds = [change.c[name].type for name in ("portfolio_id", "revision", "revision")]
    owner, low, high = bulk.picked(kinds, connection.dialect.name)
    bulk.run(connection, _SUPERSEDED.format(owner=owner, after=low, upto=high), spans)


_OURS: Final = revision.c.portfolio_id == sa.bindparam("portfolio")
_IS_WHOLE: Final = revision.c.thinned_at.is_(None)
_TIME: Final = revision.c.as_of.type
_WHOLE: Final = (
    sa.select(revision.c.revision, revision.c.as_of)
    .where(
        _OURS,
        _IS_WHOLE,
        revision.c.as_of < sa.bindparam("as_of", type_=_TIME),
        revision.c.committed_at < sa.bindparam("committed_at", type_=_TIME),
    )
    .order_by(revision.c.as_of, revision.c.revision)
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
_SUPERSEDED: Final = """
    DELETE FROM change WHERE (portfolio_id, revision, key) IN (
        SELECT old.portfolio_id, old.revision, old.key
        FROM {{rows}}
        JOIN change AS old ON old.portfolio_id = {owner} AND old.revision > {after} AND old.revision < {upto}
        WHERE EXISTS (
            SELECT 1 FROM change AS newer
            WHERE newer.portfolio_id = old.portfolio_id AND newer.key = old.key
                AND newer.revision > old.revision AND newer.revision <= {upto}
        )
    )
"""
