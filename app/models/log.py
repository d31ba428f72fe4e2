"""The log: every event that was accepted, in the order in which it was committed."""

import sqlalchemy as sa

from app.db import METADATA, Utc

event = sa.Table(
    "event",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("connection_id", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("external_id", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("occurred_at", Utc, nullable=False),
    sa.Column("recorded_at", Utc, nullable=False),
    sa.Column("salt", sa.Text, comment="erased together with the text"),
    sa.Column("digest", sa.Text, nullable=False, comment="SHA-256 of salt and canonical bytes, hexadecimal"),
    sa.Column("canonical", sa.Text, comment="null: erased; the digest keeps the chain whole"),
    sa.UniqueConstraint("portfolio_id", "connection_id", "source", "external_id"),
    sa.Index("ix_event_portfolio_id_subject_seq", "portfolio_id", "subject", "seq"),
)

event_head = sa.Table(
    "event_head",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("recorded_at", Utc, comment="the stamp of the latest event: never moves back"),
)

quarantine = sa.Table(
    "quarantine",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

dead_event = sa.Table(
    "dead_event",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False, comment="the last event of the round that failed"),
    sa.Column("version", sa.Text, nullable=False, comment="of the product that failed"),
    sa.Column("error", sa.Text, nullable=False),
)
