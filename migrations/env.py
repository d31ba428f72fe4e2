"""Alembic's entry: runs on the connection that app.operations.migrating gives it (`nerve migrate`)."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from app.db import METADATA, Exact, Utc
from app.models import access, board, facts, jobs, log, portfolio  # noqa: F401 - they fill METADATA


def _render(kind: str, value: object, autogen: AutogenContext) -> str | Literal[False]:
    if kind == "type" and isinstance(value, Utc | Exact):
        autogen.imports.add("from app.db import Exact, Utc")
        return f"{type(value).__name__}()"
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=_render,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


_run(context.config.attributes["connection"])
