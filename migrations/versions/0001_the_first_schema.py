"""the first schema."""

import sqlalchemy as sa
from alembic import op

from app.db import Exact, Utc

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "connection",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("retired_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("connection_id", name=op.f("pk_connection")),
        sa.UniqueConstraint("name", name=op.f("uq_connection_name")),
    )
    op.create_table(
        "job_run",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("slot", Utc(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("claimed_until", Utc(), nullable=False),
        sa.Column("done_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_job_run")),
    )
    op.create_table(
        "portfolio",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False, comment="live | replay"),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column(
            "attribution",
            sa.Text(),
            nullable=True,
            comment="whose data a replay shows, and under which licence",
        ),
        sa.Column("created_at", Utc(), nullable=False),
        sa.CheckConstraint("clock IN ('live', 'replay')", name=op.f("ck_portfolio_clock")),
        sa.PrimaryKeyConstraint("portfolio_id", name=op.f("pk_portfolio")),
    )
    op.create_table(
        "start_code",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False, comment="demo | first_admin"),
        sa.Column("expires_at", Utc(), nullable=False),
        sa.Column("used_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_start_code")),
    )
    op.create_table(
        "user",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column(
            "password", sa.Text(), nullable=True, comment="argon2; null: signs in by a start code only"
        ),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("disabled_at", Utc(), nullable=True),
        sa.CheckConstraint("role IN ('viewer', 'analyst', 'lead', 'admin')", name=op.f("ck_user_role")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
    )
    op.create_table(
        "alert",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("alert_id", sa.Text(), nullable=False),
        sa.Column("dedup_key", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("ack", sa.Text(), nullable=False),
        sa.Column("suppression", sa.Text(), nullable=False),
        sa.Column("closure", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False, comment="the alert's state, whole"),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_alert_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "alert_id", name=op.f("pk_alert")),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index(
            "uq_alert_open",
            ["portfolio_id", "dedup_key"],
            unique=True,
            sqlite_where=sa.text("closure = 'open'"),
            postgresql_where=sa.text("closure = 'open'"),
        )

    op.create_table(
        "alias",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_alias_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "reference", name=op.f("pk_alias")),
    )
    op.create_table(
        "api_key",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False, comment="the first characters, to recognise a key by"),
        sa.Column("scopes", sa.Text(), nullable=False, comment="JSON: ingest, read"),
        sa.Column(
            "portfolios", sa.Text(), nullable=True, comment="JSON: granted portfolios; null grants all"
        ),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("expires_at", Utc(), nullable=True),
        sa.Column("revoked_at", Utc(), nullable=True),
        sa.Column("last_used_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connection.connection_id"], name=op.f("fk_api_key_connection_id")
        ),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("hash", name=op.f("uq_api_key_hash")),
    )
    op.create_table(
        "baseline",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("bac", Exact(), nullable=False),
        sa.Column("contingency", Exact(), nullable=True),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("finish", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("approver", sa.Text(), nullable=True),
        sa.Column("approved_at", Utc(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_baseline_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "subject", "version", name=op.f("pk_baseline")),
    )
    op.create_table(
        "board_head",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("assessed_seq", sa.BigInteger(), nullable=False),
        sa.Column("as_of", Utc(), nullable=True),
        sa.Column("committed_at", Utc(), nullable=True),
        sa.Column(
            "due_at",
            Utc(),
            nullable=True,
            comment="the earliest instant at which a result may change by itself",
        ),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_board_head_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", name=op.f("pk_board_head")),
    )
    op.create_table(
        "card",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column(
            "document",
            sa.Text(),
            nullable=True,
            comment="what screens are sent; null: the item has facts and no card",
        ),
        sa.Column(
            "detail",
            sa.Text(),
            nullable=True,
            comment="why it is so, where that is newer than what changed at `rev`",
        ),
        sa.Column("due_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_card_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "key", name=op.f("pk_card")),
    )
    op.create_table(
        "change",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True, comment="null: the card is gone"),
        sa.Column(
            "detail",
            sa.Text(),
            nullable=True,
            comment="readings and findings with their events: why it is so",
        ),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_change_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "revision", "key", name=op.f("pk_change")),
    )
    op.create_table(
        "dead_event",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False, comment="the last event of the round that failed"),
        sa.Column("version", sa.Text(), nullable=False, comment="of the product that failed"),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_dead_event_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "subject", name=op.f("pk_dead_event")),
    )
    op.create_table(
        "event",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("occurred_at", Utc(), nullable=False),
        sa.Column("recorded_at", Utc(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=True, comment="erased together with the text"),
        sa.Column(
            "digest", sa.Text(), nullable=False, comment="SHA-256 of salt and canonical bytes, hexadecimal"
        ),
        sa.Column(
            "canonical", sa.Text(), nullable=True, comment="null: erased; the digest keeps the chain whole"
        ),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_event_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "seq", name=op.f("pk_event")),
        sa.UniqueConstraint(
            "portfolio_id",
            "connection_id",
            "source",
            "external_id",
            name=op.f("uq_event_portfolio_id_connection_id_source_external_id"),
        ),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_event_portfolio_id_subject_seq", ["portfolio_id", "subject", "seq"], unique=False
        )

    op.create_table(
        "event_head",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column(
            "recorded_at", Utc(), nullable=True, comment="the stamp of the latest event: never moves back"
        ),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_event_head_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", name=op.f("pk_event_head")),
    )
    op.create_table(
        "fx_rate",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("rate", Exact(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_fx_rate_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "base", "quote", "as_of", name=op.f("pk_fx_rate")),
    )
    op.create_table(
        "item",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False, comment="JSON: field group → values"),
        sa.Column("stamps", sa.Text(), nullable=False, comment="JSON: field group → order key and seq"),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_item_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "subject", name=op.f("pk_item")),
    )
    op.create_table(
        "metric_sample",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column(
            "ref", sa.Text(), nullable=False, comment="empty, or the event of an increment: both count"
        ),
        sa.Column("value", Exact(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_metric_sample_portfolio_id")
        ),
        sa.PrimaryKeyConstraint(
            "portfolio_id", "subject", "measure", "as_of", "ref", name=op.f("pk_metric_sample")
        ),
    )
    op.create_table(
        "milestone",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False, comment="JSON: field group → values"),
        sa.Column("stamps", sa.Text(), nullable=False),
        sa.Column("history", sa.Text(), nullable=False, comment="JSON: every forecast that was reported"),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_milestone_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "subject", "code", name=op.f("pk_milestone")),
    )
    op.create_table(
        "policy",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published_at", Utc(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_policy_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "version", name=op.f("pk_policy")),
    )
    op.create_table(
        "quarantine",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_quarantine_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "seq", name=op.f("pk_quarantine")),
    )
    op.create_table(
        "revision",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("as_of", Utc(), nullable=False),
        sa.Column("committed_at", Utc(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("transitions", sa.Text(), nullable=False, comment="JSON: changes of colour and of alerts"),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_revision_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "revision", name=op.f("pk_revision")),
    )
    op.create_table(
        "screen",
        sa.Column("screen_id", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=True, comment="of the device token"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("portfolio_id", sa.Text(), nullable=True),
        sa.Column("profile", sa.Text(), nullable=False, comment="JSON: theme, diagonal, distance"),
        sa.Column("paired_at", Utc(), nullable=False),
        sa.Column("paired_by", sa.Text(), nullable=True),
        sa.Column("expires_at", Utc(), nullable=True),
        sa.Column("revoked_at", Utc(), nullable=True),
        sa.Column("last_seen_at", Utc(), nullable=True),
        sa.Column("revision_shown", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["paired_by"], ["user.user_id"], name=op.f("fk_screen_paired_by")),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_screen_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("screen_id", name=op.f("pk_screen")),
        sa.UniqueConstraint("hash", name=op.f("uq_screen_hash")),
    )
    op.create_table(
        "session",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("expires_at", Utc(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.user_id"], name=op.f("fk_session_user_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_session")),
    )
    op.create_table(
        "source",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last_at", Utc(), nullable=False, comment="portfolio time of its newest event"),
        sa.Column("expected_every_s", sa.Integer(), nullable=True),
        sa.Column("stamp", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_source_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "name", name=op.f("pk_source")),
    )
    op.create_table(
        "status_report",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column(
            "words", sa.Text(), nullable=False, comment="JSON: dimension or `overall` → the vendor's word"
        ),
        sa.Column("narrative", sa.Text(), nullable=True),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_status_report_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "subject", "period", name=op.f("pk_status_report")),
    )
    op.create_table(
        "baseline_period",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("pv_cum", Exact(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id", "subject", "version"],
            ["baseline.portfolio_id", "baseline.subject", "baseline.version"],
            name=op.f("fk_baseline_period_portfolio_id_subject_version"),
        ),
        sa.PrimaryKeyConstraint(
            "portfolio_id", "subject", "version", "period_end", name=op.f("pk_baseline_period")
        ),
    )
    op.create_table(
        "pairing",
        sa.Column("hash", sa.Text(), nullable=False, comment="of the asking browser's secret"),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("expires_at", Utc(), nullable=False),
        sa.Column("screen_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["screen_id"], ["screen.screen_id"], name=op.f("fk_pairing_screen_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_pairing")),
        sa.UniqueConstraint("code", name=op.f("uq_pairing_code")),
    )


def downgrade() -> None:
    op.drop_table("pairing")
    op.drop_table("baseline_period")
    op.drop_table("status_report")
    op.drop_table("source")
    op.drop_table("session")
    op.drop_table("screen")
    op.drop_table("revision")
    op.drop_table("quarantine")
    op.drop_table("policy")
    op.drop_table("milestone")
    op.drop_table("metric_sample")
    op.drop_table("item")
    op.drop_table("fx_rate")
    op.drop_table("event_head")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_portfolio_id_subject_seq")

    op.drop_table("event")
    op.drop_table("dead_event")
    op.drop_table("change")
    op.drop_table("card")
    op.drop_table("board_head")
    op.drop_table("baseline")
    op.drop_table("api_key")
    op.drop_table("alias")
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_alert_open",
            sqlite_where=sa.text("closure = 'open'"),
            postgresql_where=sa.text("closure = 'open'"),
        )

    op.drop_table("alert")
    op.drop_table("user")
    op.drop_table("start_code")
    op.drop_table("portfolio")
    op.drop_table("job_run")
    op.drop_table("connection")
