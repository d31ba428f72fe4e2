"""what screens report, what they were told, and tokens that rotate."""

import sqlalchemy as sa
from alembic import op

from app.db import Utc

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("screen", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rendered_ms", sa.Float(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "about",
                sa.Text(),
                nullable=True,
                comment="JSON: scene, build, resolution, … as the screen says",
            )
        )
        batch_op.add_column(
            sa.Column(
                "standing",
                sa.Text(),
                nullable=False,
                server_default="{}",
                comment="JSON: pinned, paused, …",
            )
        )
        batch_op.add_column(
            sa.Column(
                "acknowledged_at",
                Utc(),
                nullable=True,
                comment="when somebody said that they know of its silence",
            )
        )
        batch_op.add_column(
            sa.Column("rotated_at", Utc(), nullable=True, comment="since when its token is the one of `hash`")
        )
        batch_op.add_column(
            sa.Column(
                "next_hash",
                sa.Text(),
                nullable=True,
                comment="of the token that replaces it once it is used",
            )
        )
        batch_op.add_column(sa.Column("next_at", Utc(), nullable=True))
        batch_op.create_unique_constraint(op.f("uq_screen_next_hash"), ["next_hash"])
    op.create_table(
        "screen_act",
        sa.Column("act_id", sa.Text(), nullable=False),
        sa.Column("screen_id", sa.Text(), nullable=False),
        sa.Column(
            "act", sa.Text(), nullable=False, comment="a command, or approve, edit, revoke, acknowledge"
        ),
        sa.Column("argument", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", Utc(), nullable=False),
        sa.Column(
            "until", Utc(), nullable=True, comment="not delivered later than this; null: nothing to deliver"
        ),
        sa.Column("sent_at", Utc(), nullable=True),
        sa.Column("done_at", Utc(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True, comment="why the screen did not do it"),
        sa.ForeignKeyConstraint(["asked_by"], ["user.user_id"], name=op.f("fk_screen_act_asked_by")),
        sa.ForeignKeyConstraint(["screen_id"], ["screen.screen_id"], name=op.f("fk_screen_act_screen_id")),
        sa.PrimaryKeyConstraint("act_id", name=op.f("pk_screen_act")),
    )
    with op.batch_alter_table("screen_act", schema=None) as batch_op:
        batch_op.create_index("ix_screen_act_screen_id_asked_at", ["screen_id", "asked_at"])


def downgrade() -> None:
    op.drop_table("screen_act")
    with op.batch_alter_table("screen", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_screen_next_hash"), type_="unique")
        for name in (
            "next_at",
            "next_hash",
            "rotated_at",
            "acknowledged_at",
            "standing",
            "about",
            "rendered_ms",
        ):
            batch_op.drop_column(name)
