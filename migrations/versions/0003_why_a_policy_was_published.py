"""why a policy was published, and by which event."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("policy") as policy:
        policy.add_column(sa.Column("reason", sa.Text(), nullable=True))
        policy.add_column(
            sa.Column(
                "stamp",
                sa.Text(),
                nullable=True,
                comment="the event that published it; null: it came with the portfolio",
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("policy") as policy:
        policy.drop_column("stamp")
        policy.drop_column("reason")
