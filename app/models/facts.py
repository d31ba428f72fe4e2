"""Facts: the fold of the log. One row per thing; `stamps` says which event each field group is from."""

import sqlalchemy as sa

from app.db import METADATA, Exact, Utc

item = sa.Table(
    "item",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("attributes", sa.Text, nullable=False, comment="JSON: field group → values"),
    sa.Column("stamps", sa.Text, nullable=False, comment="JSON: field group → order key and seq"),
)

alias = sa.Table(
    "alias",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("reference", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("stamp", sa.Text, nullable=False),
)

baseline = sa.Table(
    "baseline",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("bac", Exact, nullable=False),
    sa.Column("contingency", Exact),
    sa.Column("start", sa.Date, nullable=False),
    sa.Column("finish", sa.Date, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("approver", sa.Text),
    sa.Column("approved_at", Utc, nullable=False),
    sa.Column("stamp", sa.Text, nullable=False),
)

baseline_period = sa.Table(
    "baseline_period",
    METADATA,
    sa.Column("portfolio_id", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("period_end", sa.Date, primary_key=True),
    sa.Column("pv_cum", Exact, nullable=False),
    sa.ForeignKeyConstraint(
        ["portfolio_id", "subject", "version"],
        ["baseline.portfolio_id", "baseline.subject", "baseline.version"],
    ),
)

metric_sample = sa.Table(
    "metric_sample",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("measure", sa.Text, primary_key=True),
    sa.Column("as_of", sa.Date, primary_key=True),
    sa.Column("ref", sa.Text, primary_key=True, comment="empty, or the event of an increment: both count"),
    sa.Column("value", Exact),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("stamp", sa.Text, nullable=False),
)

milestone = sa.Table(
    "milestone",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("attributes", sa.Text, nullable=False, comment="JSON: field group → values"),
    sa.Column("stamps", sa.Text, nullable=False),
    sa.Column("history", sa.Text, nullable=False, comment="JSON: every forecast that was reported"),
)

status_report = sa.Table(
    "status_report",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("period", sa.Date, primary_key=True),
    sa.Column("words", sa.Text, nullable=False, comment="JSON: dimension or `overall` → the vendor's word"),
    sa.Column("narrative", sa.Text),
    sa.Column("dca", sa.Text, comment="delivery confidence, the vendor's word"),
    sa.Column("go_to_green", sa.Text, comment="JSON: actions with owner and due"),
    sa.Column("author", sa.Text),
    sa.Column("stamp", sa.Text, nullable=False),
)

record = sa.Table(
    "record",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True, comment="risk, issue, gate, deliverable, allocation, …"),
    sa.Column("ref", sa.Text, primary_key=True),
    sa.Column("counts", sa.Boolean, nullable=False, comment="false: no event opened it yet, so it waits"),
    sa.Column("state", sa.Text),
    sa.Column("owner", sa.Text),
    sa.Column("due", sa.Date),
    sa.Column("changed_seq", sa.BigInteger, nullable=False, comment="the newest event that told of it"),
    sa.Column("attributes", sa.Text, nullable=False, comment="JSON: name → value"),
    sa.Column("stamps", sa.Text, nullable=False),
    sa.Column("events", sa.Text, nullable=False, comment="JSON: the numbers of all events that told of it"),
    sa.Index("ix_record_portfolio_id_kind_changed_seq", "portfolio_id", "kind", "changed_seq"),
)

source = sa.Table(
    "source",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("last_at", Utc, nullable=False, comment="portfolio time of its newest event"),
    sa.Column("expected_every_s", sa.Integer),
    sa.Column("stamp", sa.Text),
)

fx_rate = sa.Table(
    "fx_rate",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("base", sa.Text, primary_key=True),
    sa.Column("quote", sa.Text, primary_key=True),
    sa.Column("as_of", sa.Date, primary_key=True),
    sa.Column("rate", Exact, nullable=False),
    sa.Column("stamp", sa.Text, nullable=False),
)
