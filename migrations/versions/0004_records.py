"""records, and what a declared status says beside its colours."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "record",
        sa.Column("portfolio_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="risk, issue, gate, deliverable, allocation, …"),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column(
            "counts", sa.Boolean(), nullable=False, comment="false: no event opened it yet, so it waits"
        ),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("changed_seq", sa.BigInteger(), nullable=False, comment="the newest event that told of it"),
        sa.Column("attributes", sa.Text(), nullable=False, comment="JSON: name → value"),
        sa.Column("stamps", sa.Text(), nullable=False),
        sa.Column(
            "events", sa.Text(), nullable=False, comment="JSON: the numbers of all events that told of it"
        ),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.portfolio_id"], name=op.f("fk_record_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "subject", "kind", "ref", name=op.f("pk_record")),
    )
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.create_index(
            "ix_record_portfolio_id_kind_changed_seq", ["portfolio_id", "kind", "changed_seq"]
        )
    with op.batch_alter_table("status_report", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("dca", sa.Text(), nullable=True, comment="delivery confidence, the vendor's word")
        )
        batch_op.add_column(
            sa.Column("go_to_green", sa.Text(), nullable=True, comment="JSON: actions with owner and due")
        )
        batch_op.add_column(sa.Column("author", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("status_report", schema=None) as batch_op:
        batch_op.drop_column("author")
        batch_op.drop_column("go_to_green")
        batch_op.drop_column("dca")
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.drop_index("ix_record_portfolio_id_kind_changed_seq")
    op.drop_table("record")
