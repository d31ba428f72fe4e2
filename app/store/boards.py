"""The board as it is read: its head, its cards, its revisions and what each of them changed."""

from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from app.domain.board import CardChange, Head, Revision, StoredCard
from app.domain.documents import encode
from app.models.board import board_head, card, change, revision


class Place(NamedTuple):
    """Where a board stands, without the rest of its head."""

    epoch: str
    revision: int


class Gap(NamedTuple):
    """What changed after a revision: each key with the revision that last changed it."""

    hash: str
    """The hash of the revision that the gap starts after."""
    changed: Mapping[str, int]


def head(connection: Connection, portfolio: str) -> Head | None:
    """Where this board stands; None: there is no such portfolio."""
    row = connection.execute(_HEAD, {"portfolio": portfolio}).one_or_none()
    return None if row is None else Head(*row)


def places(connection: Connection, portfolios: Collection[str]) -> dict[str, Place]:
    """Where these boards stand."""
    rows = connection.execute(_PLACES, {"portfolios": list(portfolios)})
    return {row.portfolio_id: Place(row.epoch, row.revision) for row in rows}


def cards(connection: Connection, portfolio: str) -> list[StoredCard]:
    """Every card that screens are sent."""
    rows = connection.execute(_CARDS, {"portfolio": portfolio})
    return [StoredCard(key, rev, document.encode()) for key, rev, document in rows]


def board(connection: Connection, portfolio: str) -> tuple[Head, list[StoredCard]] | None:
    """The head and the cards of one moment. The first use of its transaction."""
    one_moment(connection)
    found = head(connection, portfolio)
    return None if found is None else (found, cards(connection, portfolio))


def one_moment(connection: Connection) -> None:
    """Whatever this transaction reads from now on is of one moment. Its first statement."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ONE_MOMENT)


class Stored(NamedTuple):
    """A card of the board with what explains it."""

    rev: int
    document: str
    detail: str | None


def stored(connection: Connection, portfolio: str, key: str) -> Stored | None:
    """One card; None: there is none with this key."""
    row = connection.execute(_STORED, {"portfolio": portfolio, "key": key}).one_or_none()
    return None if row is None or row.document is None else Stored(*row)


def revisions_after(connection: Connection, portfolio: str, after: int, limit: int) -> tuple[Revision, ...]:
    """The next revisions in order, at most `limit`, each with what it changed.

    They carry the epoch of the board's head. Whoever applies them all has the board of each whole one. The
    last element of a full answer may not be the head.
    """
    asked = {"portfolio": portfolio, "after": after, "limit": limit}
    found = connection.execute(_REVISIONS, asked).all()
    if not found:
        return ()
    changed: dict[int, list[CardChange]] = {row.revision: [] for row in found}
    rows = connection.execute(
        _CHANGES, {"portfolio": portfolio, "first": found[0].revision, "last": found[-1].revision}
    )
    for number, key, document in rows:
        if number in changed:
            changed[number].append(CardChange(key, None if document is None else document.encode()))
    return tuple(_revision(portfolio, row, changed[row.revision]) for row in found)


def gap(connection: Connection, portfolio: str, after: int, upto: int, limit: int) -> Gap | None:
    """What changed in the revisions after `after`, up to `upto`.

    Thinning takes nothing from it. None when it cannot be said: a revision is missing, or `limit` keys are
    not enough.
    """
    asked = {"portfolio": portfolio, "after": after, "upto": upto, "limit": limit + 1}
    kept = connection.execute(_KEPT, asked).one()
    if kept.hash is None or kept.revisions != upto - after + 1:
        return None
    changed = {row.key: row.revision for row in connection.execute(_CHANGED_KEYS, asked)}
    return Gap(kept.hash, changed) if len(changed) <= limit else None


def _revision(portfolio: str, row: Row[*tuple[Any, ...]], changes: list[CardChange]) -> Revision:
    at = Head(row.epoch, row.revision, row.hash, row.last_seq, row.as_of, row.committed_at)
    transitions = tuple(map(encode, orjson.loads(row.transitions)))
    return Revision(portfolio, at, tuple(changes), transitions, row.thinned_at is None)


_ONE_MOMENT: Final = sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
_PORTFOLIO: Final[sa.BindParameter[str]] = sa.bindparam("portfolio")
_HEAD: Final = sa.select(
    board_head.c.epoch,
    board_head.c.revision,
    board_head.c.hash,
    board_head.c.assessed_seq,
    board_head.c.as_of,
    board_head.c.committed_at,
).where(board_head.c.portfolio_id == _PORTFOLIO)
_PLACES: Final = sa.select(board_head.c.portfolio_id, board_head.c.epoch, board_head.c.revision).where(
    board_head.c.portfolio_id.in_(sa.bindparam("portfolios", expanding=True))
)
_CARDS: Final = sa.select(card.c.key, card.c.rev, card.c.document).where(
    card.c.portfolio_id == _PORTFOLIO, card.c.document.is_not(None)
)
_STORED: Final = (
    sa.select(card.c.rev, card.c.document, sa.func.coalesce(card.c.detail, change.c.detail))
    .outerjoin(
        change,
        sa.and_(
            change.c.portfolio_id == card.c.portfolio_id,
            change.c.revision == card.c.rev,
            change.c.key == card.c.key,
        ),
    )
    .where(card.c.portfolio_id == _PORTFOLIO, card.c.key == sa.bindparam("key"))
)
_REVISIONS: Final = (
    sa.select(
        board_head.c.epoch,
        revision.c.revision,
        revision.c.hash,
        revision.c.last_seq,
        revision.c.as_of,
        revision.c.committed_at,
        revision.c.transitions,
        revision.c.thinned_at,
    )
    .join(board_head, board_head.c.portfolio_id == revision.c.portfolio_id)
    .where(revision.c.portfolio_id == _PORTFOLIO, revision.c.revision > sa.bindparam("after"))
    .order_by(revision.c.revision)
    .limit(sa.bindparam("limit"))
)
_CHANGES: Final = (
    sa.select(change.c.revision, change.c.key, change.c.document)
    .where(
        change.c.portfolio_id == _PORTFOLIO,
        change.c.revision.between(sa.bindparam("first"), sa.bindparam("last")),
    )
    .order_by(change.c.revision, change.c.key)
)
_BETWEEN: Final = revision.c.revision.between(sa.bindparam("after"), sa.bindparam("upto"))
_KEPT: Final = sa.select(
    sa.func.count().label("revisions"),
    sa.func.max(sa.case((revision.c.revision == sa.bindparam("after"), revision.c.hash))).label("hash"),
).where(revision.c.portfolio_id == _PORTFOLIO, _BETWEEN)
_CHANGED_KEYS: Final = (
    sa.select(change.c.key, sa.func.max(change.c.revision).label("revision"))
    .where(
        change.c.portfolio_id == _PORTFOLIO,
        change.c.revision > sa.bindparam("after"),
        change.c.revision <= sa.bindparam("upto"),
    )
    .group_by(change.c.key)
    .limit(sa.bindparam("limit"))
)
