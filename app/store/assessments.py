"""What an assessor needs to go on from where the last revision left off: state tables, never the log."""

from typing import NamedTuple

from sqlalchemy.engine import Connection

from app.domain.alerts import decode_alert
from app.domain.board import Head
from app.domain.facts import PortfolioFacts
from app.domain.policy import Policy
from app.domain.standing import Board, Identity, Waiting, load_board
from app.domain.subject import Key
from app.store import boards, facts, portfolios, revisions


class Assessed(NamedTuple):
    """A portfolio as of its last revision."""

    head: Head
    facts: PortfolioFacts
    board: Board
    policy: Policy
    degraded: set[Key]


def load(connection: Connection, name: str) -> Assessed | None:
    """Everything about one portfolio; None: there is no such portfolio."""
    portfolio, head = portfolios.find(connection, name), boards.head(connection, name)
    if portfolio is None or head is None:
        return None
    known = facts.load(connection, name, portfolio.clock)
    known.now = head.as_of
    cards = revisions.cards(connection, name)
    board = load_board(
        Identity(name, portfolio.name, portfolio.currency, portfolio.attribution),
        known,
        {c.key: c.document.encode() for c in cards if c.document is not None},
        [decode_alert(document) for document in revisions.alerts(connection, name)],
        {c.key: c.due_at for c in cards if c.due_at is not None},
        _waiting(connection, name),
    )
    policy = Policy.model_validate_json(revisions.newest_policy(connection, name))
    degraded = {Key(subject) for subject in revisions.degraded(connection, name)}
    return Assessed(head, known, board, policy, degraded)


def _waiting(connection: Connection, name: str) -> dict[Key, tuple[Waiting, ...]]:
    by_subject: dict[Key, tuple[Waiting, ...]] = {}
    for seq, (subject, reason) in revisions.quarantined(connection, name).items():
        by_subject[Key(subject)] = (*by_subject.get(Key(subject), ()), Waiting(seq, reason))
    return by_subject
