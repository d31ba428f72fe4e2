"""Work that must happen once across nodes: whoever inserts the row does it."""

import sqlalchemy as sa

from app.db import METADATA, Utc

job_run = sa.Table(
    "job_run",
    METADATA,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("slot", Utc, primary_key=True),
    sa.Column("node", sa.Text, nullable=False),
    sa.Column("claimed_until", Utc, nullable=False),
    sa.Column("done_at", Utc),
)
