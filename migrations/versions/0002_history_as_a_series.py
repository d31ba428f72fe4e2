"""history: what was thinned, how much happened when, the readings of each day."""

import sqlalchemy as sa
from alembic import op

from app.db import Utc

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_WHOLE = sa.text("thinned_at IS NULL")
_COUNTED = """
    UPDATE revision
    SET changed = (
            SELECT count(*)
            FROM change
            WHERE change.portfolio_id = revision.portfolio_id AND change.revision = revision.revision
        ),
        turned = json_array_length({transitions})
"""


def upgrade() -> None:
    op.add_column(
        "revision",
        sa.Column(
            "changed", sa.Integer(), nullable=False, server_default="0", comment="how many cards it changed"
        ),
    )
    op.add_column(
        "revision",
        sa.Column(
            "turned", sa.Integer(), nullable=False, server_default="0", comment="how many transitions it has"
        ),
    )
    op.add_column(
        "revision",
        sa.Column(
            "thinned_at",
            Utc(),
            nullable=True,
            comment="since then what it changed is told with the next one that is whole",
        ),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(_COUNTED.format(transitions="transitions" if sqlite else "CAST(transitions AS json)"))
    op.create_index(
        "ix_revision_portfolio_id_as_of_revision", "revision", ["portfolio_id", "as_of", "revision"]
    )
    op.create_index(
        "ix_revision_whole",
        "revision",
        ["portfolio_id", "revision"],
        sqlite_where=_WHOLE,
        postgresql_where=_WHOLE,
    )
    op.create_index("ix_change_portfolio_id_key_revision", "change", ["portfolio_id", "key", "revision"])
    op.create_table(
        "reading_day",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="of portfolio time, in UTC"),
        sa.Column("readings", sa.Text(), nullable=False, comment="JSON: KPI → value, or the reason why not"),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_reading_day_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "key", "day", name=op.f("pk_reading_day")),
    )


def downgrade() -> None:
    op.drop_table("reading_day")
    op.drop_index("ix_change_portfolio_id_key_revision", "change")
    op.drop_index("ix_revision_whole", "revision")
    op.drop_index("ix_revision_portfolio_id_as_of_revision", "revision")
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_column("thinned_at")
        batch_op.drop_column("turned")
        batch_op.drop_column("changed")
