"""Every policy that was ever in force in a portfolio, as documents."""

from collections.abc import Iterator
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.facts import PortfolioFacts
from app.domain.policy import Policy, Published
from app.models.portfolio import policy
from app.store.bulk import Write
from app.store.rows import Rows

Places = list[tuple[Any, ...]]


def rows_of(portfolio: str, facts: PortfolioFacts, places: Places) -> Iterator[Write]:
    """The rows of the versions that were published."""
    numbers = {version for (version,) in places}
    rows = [
        (portfolio, rules.version, at, rules.model_dump_json(), reason, _text(stamp))
        for rules, at, reason, stamp in facts.policies
        if rules.version in numbers
    ]
    columns = ("portfolio_id", "version", "published_at", "document", "reason", "stamp")
    yield Write("upsert", policy, columns, rows)


def load(rows: Rows, facts: PortfolioFacts) -> None:
    """All versions, oldest first; the last one is in force."""
    columns = ("document", "published_at", "reason", "stamp")
    facts.policies = [
        Published(
            Policy.model_validate_json(document), at, reason, rows.stamp(orjson.loads(text)) if text else None
        )
        for document, at, reason, text in rows.of(policy, *columns, order=("version",))
    ]


def of_version(connection: Connection, portfolio: str, version: int) -> Policy | None:
    """The rules of one version."""
    query = sa.select(policy.c.document).where(policy.c.portfolio_id == portfolio)
    document = connection.execute(query.where(policy.c.version == version)).scalar_one_or_none()
    return None if document is None else Policy.model_validate_json(document)


def newest(connection: Connection, portfolio: str) -> Policy:
    """The rules in force."""
    query = sa.select(policy.c.document).where(policy.c.portfolio_id == portfolio)
    document: str = connection.execute(query.order_by(policy.c.version.desc()).limit(1)).scalar_one()
    return Policy.model_validate_json(document)


def _text(stamp: tuple[Any, ...] | None) -> str | None:
    return None if stamp is None else orjson.dumps(stamp, option=orjson.OPT_UTC_Z, default=list).decode()
