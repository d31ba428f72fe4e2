"""Portfolios: one ordered stream each."""

import sqlalchemy as sa

from app.db import METADATA, Utc

portfolio = sa.Table(
    "portfolio",
    METADATA,
    sa.Column("portfolio_id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("clock", sa.Text, nullable=False, comment="live | replay"),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("attribution", sa.Text, comment="whose data a replay shows, and under which licence"),
    sa.Column("created_at", Utc, nullable=False),
    sa.CheckConstraint("clock IN ('live', 'replay')", name="clock"),
)

policy = sa.Table(
    "policy",
    METADATA,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("published_at", Utc, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("stamp", sa.Text, comment="the event that published it; null: it came with the portfolio"),
)
