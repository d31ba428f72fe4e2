"""The board: cards at the latest revision, the revisions, and what each of them changed."""

import sqlalchemy as sa

from app.db import METADATA, Utc

board_head = sa.Table(
    "board_head",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("epoch", sa.Text, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("assessed_seq", sa.BigInteger, nullable=False),
    sa.Column("as_of", Utc),
    sa.Column("committed_at", Utc),
    sa.Column("due_at", Utc, comment="the earliest instant at which a result may change by itself"),
)

revision = sa.Table(
    "revision",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("revision", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("first_seq", sa.BigInteger, nullable=False),
    sa.Column("last_seq", sa.BigInteger, nullable=False),
    sa.Column("as_of", Utc, nullable=False),
    sa.Column("committed_at", Utc, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("transitions", sa.Text, nullable=False, comment="JSON: changes of colour and of alerts"),
    sa.Column("changed", sa.Integer, nullable=False, comment="how many cards it changed"),
    sa.Column("turned", sa.Integer, nullable=False, comment="how many transitions it has"),
    sa.Column(
        "thinned_at", Utc, comment="since then what it changed is told with the next one that is whole"
    ),
    sa.Index("ix_revision_portfolio_id_as_of_revision", "portfolio_id", "as_of", "revision"),
    sa.Index(
        "ix_revision_whole",
        "portfolio_id",
        "revision",
        sqlite_where=sa.text("thinned_at IS NULL"),
        postgresql_where=sa.text("thinned_at IS NULL"),
    ),
)

card = sa.Table(
    "card",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("rev", sa.BigInteger, nullable=False),
    sa.Column("document", sa.Text, comment="what screens are sent; null: the item has facts and no card"),
    sa.Column("detail", sa.Text, comment="why it is so, where that is newer than what changed at `rev`"),
    sa.Column("due_at", Utc),
)

change = sa.Table(
    "change",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("revision", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("document", sa.Text, comment="null: the card is gone"),
    sa.Column("detail", sa.Text, comment="readings and findings with their events: why it is so"),
    sa.Index("ix_change_portfolio_id_key_revision", "portfolio_id", "key", "revision"),
)

reading_day = sa.Table(
    "reading_day",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True, comment="of portfolio time, in UTC"),
    sa.Column("readings", sa.Text, nullable=False, comment="JSON: KPI → value, or the reason why not"),
)

alert = sa.Table(
    "alert",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("alert_id", sa.Text, primary_key=True),
    sa.Column("dedup_key", sa.Text, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("policy_version", sa.Integer, nullable=False),
    sa.Column("condition", sa.Text, nullable=False),
    sa.Column("ack", sa.Text, nullable=False),
    sa.Column("suppression", sa.Text, nullable=False),
    sa.Column("closure", sa.Text, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False, comment="the alert's state, whole"),
    sa.Index(
        "uq_alert_open",
        "portfolio_id",
        "dedup_key",
        unique=True,
        sqlite_where=sa.text("closure = 'open'"),
        postgresql_where=sa.text("closure = 'open'"),
    ),
)
