"""Who may look and who may write: people, sessions, screens, connections and their keys.

These belong to the installation, not to a portfolio. Secrets are stored as hashes only.
"""

import sqlalchemy as sa

from app.db import METADATA, Utc

connection = sa.Table(
    "connection",
    METADATA,
    sa.Column("connection_id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("retired_at", Utc),
)

api_key = sa.Table(
    "api_key",
    METADATA,
    sa.Column("key_id", sa.Text, primary_key=True),
    sa.Column("connection_id", sa.ForeignKey("connection.connection_id"), nullable=False),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
    sa.Column("hint", sa.Text, nullable=False, comment="the first characters, to recognise a key by"),
    sa.Column("scopes", sa.Text, nullable=False, comment="JSON: ingest, read"),
    sa.Column("portfolios", sa.Text, comment="JSON: granted portfolios; null grants all"),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("expires_at", Utc),
    sa.Column("revoked_at", Utc),
    sa.Column("last_used_at", Utc),
)

user = sa.Table(
    "user",
    METADATA,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("email", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password", sa.Text, comment="argon2; null: signs in by a start code only"),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("disabled_at", Utc),
    sa.CheckConstraint("role IN ('viewer', 'analyst', 'lead', 'admin')", name="role"),
)

session = sa.Table(
    "session",
    METADATA,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("user_id", sa.ForeignKey("user.user_id"), nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("expires_at", Utc, nullable=False),
    sa.Column("ended_at", Utc),
)

screen = sa.Table(
    "screen",
    METADATA,
    sa.Column("screen_id", sa.Text, primary_key=True),
    sa.Column("hash", sa.Text, unique=True, comment="of the device token"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("place", sa.Text),
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.portfolio_id")),
    sa.Column("profile", sa.Text, nullable=False, comment="JSON: theme, diagonal, distance"),
    sa.Column("paired_at", Utc, nullable=False),
    sa.Column("paired_by", sa.ForeignKey("user.user_id")),
    sa.Column("expires_at", Utc),
    sa.Column("revoked_at", Utc),
    sa.Column("last_seen_at", Utc),
    sa.Column("revision_shown", sa.BigInteger),
    sa.Column("rendered_ms", sa.Float),
    sa.Column("about", sa.Text, comment="JSON: scene, build, resolution, … as the screen says"),
    sa.Column("standing", sa.Text, nullable=False, server_default="{}", comment="JSON: pinned, paused, …"),
    sa.Column("acknowledged_at", Utc, comment="when somebody said that they know of its silence"),
    sa.Column("rotated_at", Utc, comment="since when its token is the one of `hash`"),
    sa.Column("next_hash", sa.Text, unique=True, comment="of the token that replaces it once it is used"),
    sa.Column("next_at", Utc),
)

screen_act = sa.Table(
    "screen_act",
    METADATA,
    sa.Column("act_id", sa.Text, primary_key=True),
    sa.Column("screen_id", sa.ForeignKey("screen.screen_id"), nullable=False),
    sa.Column("act", sa.Text, nullable=False, comment="a command, or approve, edit, revoke, acknowledge"),
    sa.Column("argument", sa.Text),
    sa.Column("asked_by", sa.ForeignKey("user.user_id"), nullable=False),
    sa.Column("asked_at", Utc, nullable=False),
    sa.Column("until", Utc, comment="not delivered later than this; null: nothing to deliver"),
    sa.Column("sent_at", Utc),
    sa.Column("done_at", Utc),
    sa.Column("problem", sa.Text, comment="why the screen did not do it"),
    sa.Index("ix_screen_act_screen_id_asked_at", "screen_id", "asked_at"),
)

pairing = sa.Table(
    "pairing",
    METADATA,
    sa.Column("hash", sa.Text, primary_key=True, comment="of the asking browser's secret"),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("expires_at", Utc, nullable=False),
    sa.Column("screen_id", sa.ForeignKey("screen.screen_id")),
)

start_code = sa.Table(
    "start_code",
    METADATA,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("purpose", sa.Text, nullable=False, comment="demo | first_admin"),
    sa.Column("expires_at", Utc, nullable=False),
    sa.Column("used_at", Utc),
)
