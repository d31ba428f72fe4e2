"""by when a record has to be answered, reached or renewed, whichever attribute of its kind says so."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NAMED = {
    "allocation": ("needed_by",),
    "benefit": ("by_date",),
    "dependency": ("needed_by",),
    "evidence": ("valid_until",),
    "gate": ("forecast", "date"),
    "objective": ("by_date",),
    "opportunity": ("response_due", "due"),
    "risk": ("response_due", "due"),
    "skill": ("valid_until",),
}
record = sa.table(
    "record", sa.column("kind", sa.Text), sa.column("attributes", sa.Text), sa.column("due", sa.Date)
)


def upgrade() -> None:
    for kind, names in NAMED.items():
        _write(kind, *names)


def downgrade() -> None:
    for kind in NAMED:
        _write(kind, "due")


def _write(kind: str, *names: str) -> None:
    """In the database, however many records there are."""
    by_when = sa.func.coalesce(*map(_said, names), sa.null())
    op.execute(sa.update(record).where(record.c.kind == kind).values(due=by_when))


def _said(name: str) -> sa.ColumnElement[object]:
    if op.get_bind().dialect.name == "sqlite":
        return sa.func.json_extract(record.c.attributes, f"$.{name}")
    return sa.cast(sa.cast(record.c.attributes, sa.JSON).op("->>")(name), sa.Date)
