"""What an assessor needs to go on from where the last revision left off: state tables, never the log."""

import gc
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.alerts import decode_alert
from app.domain.board import Head
from app.domain.facts import PortfolioFacts
from app.domain.quarantine import awaited
from app.domain.sharing import sharing_of
from app.domain.standing import Board, Identity, Waiting, load_board
from app.domain.subject import Key
from app.models.board import alert, card
from app.models.log import dead_event, quarantine
from app.store import boards, facts, portfolios


class Assessed(NamedTuple):
    """A portfolio as of its last revision."""

    head: Head
    facts: PortfolioFacts
    board: Board
    degraded: set[Key]


def load(connection: Connection, name: str) -> Assessed | None:
    """Everything about one portfolio, of one moment; None: there is no such portfolio."""
    boards.one_moment(connection)
    portfolio, head = portfolios.find(connection, name), boards.head(connection, name)
    if portfolio is None or head is None:
        return None
    known = facts.load(connection, name, portfolio.clock)
    known.now = head.as_of
    sharing_of(known)
    awaited(known)
    stored = cards(connection, name)
    board = load_board(
        Identity(name, portfolio.name, portfolio.currency, portfolio.attribution),
        known,
        {c.key: c.document.encode() for c in stored if c.document is not None},
        [decode_alert(document) for document in alerts(connection, name)],
        {c.key: c.due_at for c in stored if c.due_at is not None},
        _waiting(connection, name),
    )
    at_fault = {Key(subject) for subject in degraded(connection, name)}
    return Assessed(head, known, board, at_fault)


def load_to_stay(connection: Connection, name: str) -> Assessed | None:
    """What an assessor keeps for as long as it runs, out of the sight of the garbage collector.

    It holds no cycles, and looking through the facts of 1,000 projects would take half a second each time.
    What a load that failed has left does hold cycles, by its error, and stays in sight.
    """
    gc.disable()
    try:
        found = load(connection, name)
        gc.freeze()
    finally:
        gc.enable()
    return found


def _waiting(connection: Connection, name: str) -> dict[Key, tuple[Waiting, ...]]:
    by_subject: dict[Key, tuple[Waiting, ...]] = {}
    for seq, (subject, reason) in quarantined(connection, name).items():
        by_subject[Key(subject)] = (*by_subject.get(Key(subject), ()), Waiting(seq, reason))
    return by_subject


class AssessedCard(NamedTuple):
    """A card as the assessor keeps it, with its due instant."""

    key: str
    rev: int
    document: str | None
    due_at: datetime | None


def cards(connection: Connection, name: str) -> list[AssessedCard]:
    """Every card with all that is stored about it."""
    rows = connection.execute(
        sa.select(card.c.key, card.c.rev, card.c.document, card.c.due_at).where(card.c.portfolio_id == name)
    )
    return [AssessedCard(*row) for row in rows]


def alerts(connection: Connection, name: str) -> list[str]:
    """The states of all alerts that ever were, as stored."""
    return list(connection.execute(sa.select(alert.c.document).where(alert.c.portfolio_id == name)).scalars())


def quarantined(connection: Connection, name: str) -> dict[int, tuple[str, str]]:
    """What waits: number of the event → subject and reason."""
    rows = connection.execute(
        sa.select(quarantine.c.seq, quarantine.c.subject, quarantine.c.reason)
        .where(quarantine.c.portfolio_id == name)
        .order_by(quarantine.c.seq)
    )
    return {row.seq: (row.subject, row.reason) for row in rows}


def degraded(connection: Connection, name: str) -> list[str]:
    """The items whose last assessment failed."""
    return list(
        connection.execute(sa.select(dead_event.c.subject).where(dead_event.c.portfolio_id == name)).scalars()
    )
