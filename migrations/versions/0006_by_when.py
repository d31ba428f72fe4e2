"""by when a record has to be answered, reached or renewed, whichever attribute of its kind says so."""

import json
from datetime import date

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
KEY = ("portfolio_id", "subject", "kind", "ref")
record = sa.table(
    "record", *(sa.column(name, sa.Text) for name in (*KEY, "attributes")), sa.column("due", sa.Date)
)


def upgrade() -> None:
    _write(NAMED)


def downgrade() -> None:
    _write(dict.fromkeys(NAMED, ("due",)))


def _write(named: dict[str, tuple[str, ...]]) -> None:
    connection = op.get_bind()
    found = connection.execute(sa.select(record).where(record.c.kind.in_(named))).all()
    for row in found:
        said = json.loads(row.attributes)
        days = (date.fromisoformat(said[name]) for name in named[row.kind] if said.get(name))
        due = next(days, None)
        if due != row.due:
            key = (record.c[name] == getattr(row, name) for name in KEY)
            connection.execute(sa.update(record).where(*key).values(due=due))
