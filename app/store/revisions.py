"""Revisions: a round of assessment becomes the next numbered state of the board, or nothing at all."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.board import CardChange, Head, Revision
from app.models.board import alert, board_head, card, change, reading_day, revision
from app.models.log import dead_event, quarantine
from app.store import bulk
from app.store.clock import database_time


class FenceLost(Exception):
    """Somebody else wrote the next revision; what was computed is thrown away."""


class AlertRow(NamedTuple):
    """An alert as it is stored."""

    alert_id: str
    dedup_key: str
    rule: str
    item: str
    policy_version: int
    condition: str
    ack: str
    suppression: str
    closure: str
    severity: str
    document: str


class Outcome(NamedTuple):
    """Everything that one revision commits."""

    first_seq: int
    last_seq: int
    as_of: datetime
    digests: Sequence[str]
    due_at: datetime | None
    """The earliest instant of all at which something may change by itself."""
    cards: Mapping[str, bytes | None]
    """Key → the new document, or None: the card is gone. Only where what a person can see differs."""
    details: Mapping[str, bytes]
    """Key → why it is so, of everything that was assessed."""
    due: Mapping[str, datetime | None]
    alerts: Sequence[AlertRow]
    transitions: Sequence[bytes]
    quarantined: Sequence[tuple[int, str, str]]
    """(seq, subject, reason)"""
    released: Sequence[int]
    failures: Sequence[tuple[str, int, str, str]]
    """(subject, seq, version, error)"""
    recovered: Sequence[str]
    readings: Mapping[str, bytes] = MappingProxyType({})
    """Key → what its KPIs said, of every project that was assessed; kept for the day of `as_of`."""


def commit(connection: Connection, name: str, before: Head, outcome: Outcome) -> Revision:
    """Write the next revision. The first statement is the fence: one row, or FenceLost.

    The caller saves the facts in the same transaction.
    """
    number = before.revision + 1
    digest = chain(before, number, outcome)
    committed_at = _move(connection, name, before, number, digest, outcome)
    head = Head(before.epoch, number, digest, outcome.last_seq, outcome.as_of, committed_at)
    _write_cards(connection, name, number, outcome)
    _write_alerts(connection, name, outcome)
    _write_quarantine(connection, name, outcome)
    _write_readings(connection, name, outcome)
    transitions = f"[{b','.join(outcome.transitions).decode()}]"
    connection.execute(
        sa.insert(revision),
        {
            "portfolio_id": name,
            "revision": number,
            "first_seq": outcome.first_seq,
            "last_seq": outcome.last_seq,
            "as_of": outcome.as_of,
            "committed_at": committed_at,
            "hash": digest,
            "transitions": transitions,
            "changed": len(outcome.cards),
            "turned": len(outcome.transitions),
        },
    )
    changes = tuple(CardChange(key, document) for key, document in sorted(outcome.cards.items()))
    return Revision(name, head, changes, tuple(outcome.transitions))


def chain(before: Head, number: int, outcome: Outcome) -> str:
    """SHA-256 over the hash before, where the board stands now, and the digests of its events."""
    parts = (
        before.hash,
        before.epoch,
        str(number),
        str(outcome.first_seq),
        str(outcome.last_seq),
        outcome.as_of.isoformat(),
        *outcome.digests,
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _move(  # noqa: PLR0913 - what the fence compares and sets
    connection: Connection, name: str, before: Head, number: int, digest: str, outcome: Outcome
) -> datetime:
    moved = connection.execute(
        _FENCE,
        {
            "p": name,
            "n": before.revision,
            "h": before.hash,
            "e": before.epoch,
            "next": number,
            "digest": digest,
            "seq": outcome.last_seq,
            "at": outcome.as_of,
            "due": outcome.due_at,
        },
    )
    if moved.rowcount != 1:
        raise FenceLost(name)
    committed_at = database_time(connection)
    connection.execute(_COMMITTED, {"p": name, "at": committed_at})
    return committed_at


def _write_cards(connection: Connection, name: str, number: int, outcome: Outcome) -> None:
    """What is seen to change goes to `change` with its detail; the card finds that by its `rev`.

    A card has a detail of its own only while it was assessed again and looks the same. What has a card
    or a detail in a round has its due instant there too; the last statement is for what has neither.
    """
    shown = sorted(outcome.cards.items())
    bulk.insert(
        connection,
        change,
        ("portfolio_id", "revision", "key", "document", "detail"),
        [(name, number, key, _text(document), _text(outcome.details.get(key))) for key, document in shown],
    )
    due = dict(outcome.due)
    drawn = [
        (name, key, number, document.decode(), None, due.pop(key, None))
        for key, document in shown
        if document is not None
    ]
    bulk.upsert(connection, card, ("portfolio_id", "key", "rev", "document", "detail", "due_at"), drawn)
    quiet = [
        (name, key, 0, _text(detail), due.pop(key, None))
        for key, detail in outcome.details.items()
        if key not in outcome.cards
    ]
    bulk.upsert(connection, card, ("portfolio_id", "key", "rev", "detail", "due_at"), quiet, keep=("rev",))
    gone = [key for key, document in shown if document is None]
    bulk.delete(connection, card, ("portfolio_id", "key"), [(name, key) for key in gone])
    others = [(name, key, 0, at) for key, at in due.items() if key not in outcome.cards]
    bulk.upsert(connection, card, ("portfolio_id", "key", "rev", "due_at"), others, keep=("rev",))


def _text(document: bytes | None) -> str | None:
    return None if document is None else document.decode()


def _write_alerts(connection: Connection, name: str, outcome: Outcome) -> None:
    bulk.upsert(
        connection,
        alert,
        ("portfolio_id", *AlertRow._fields),
        [(name, *row) for row in sorted(outcome.alerts, key=lambda row: row.closure == "open")],
    )


def _write_quarantine(connection: Connection, name: str, outcome: Outcome) -> None:
    columns = ("portfolio_id", "seq", "subject", "reason")
    bulk.upsert(connection, quarantine, columns, [(name, *row) for row in outcome.quarantined])
    bulk.delete(connection, quarantine, columns[:2], [(name, seq) for seq in outcome.released])
    failed = ("portfolio_id", "subject", "seq", "version", "error")
    bulk.upsert(connection, dead_event, failed, [(name, *row) for row in outcome.failures])
    bulk.delete(connection, dead_event, failed[:2], [(name, subject) for subject in outcome.recovered])


def _write_readings(connection: Connection, name: str, outcome: Outcome) -> None:
    day = outcome.as_of.date()
    bulk.upsert(
        connection,
        reading_day,
        ("portfolio_id", "key", "day", "readings"),
        [(name, key, day, said.decode()) for key, said in outcome.readings.items()],
    )


_FENCE: Final = (
    sa.update(board_head)
    .where(
        board_head.c.portfolio_id == sa.bindparam("p"),
        board_head.c.revision == sa.bindparam("n"),
        board_head.c.hash == sa.bindparam("h"),
        board_head.c.epoch == sa.bindparam("e"),
    )
    .values(
        revision=sa.bindparam("next"),
        hash=sa.bindparam("digest"),
        assessed_seq=sa.bindparam("seq"),
        as_of=sa.bindparam("at"),
        due_at=sa.bindparam("due"),
    )
)
_COMMITTED: Final = (
    sa.update(board_head)
    .where(board_head.c.portfolio_id == sa.bindparam("p"))
    .values(committed_at=sa.bindparam("at"))
)
