"""Portfolios: create one, list them. Functions of a connection; whoever calls holds the transaction."""

import re
import secrets
from collections.abc import Sequence
from typing import Final

from sqlalchemy.engine import Connection

from app.domain.currencies import CURRENCIES
from app.domain.policy import HOUSE_DEFAULT
from app.store import portfolios
from app.store.clock import database_time
from app.store.portfolios import Clock, Portfolio

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class PortfolioExists(Exception):
    """A portfolio has this id already."""


class NotAPortfolio(ValueError):
    """What was asked for cannot be a portfolio."""


def create(  # noqa: PLR0913 - what a portfolio is
    connection: Connection,
    portfolio_id: str,
    *,
    name: str,
    clock: Clock,
    currency: str,
    attribution: str | None = None,
) -> Portfolio:
    """Create an empty portfolio. Raises PortfolioExists, NotAPortfolio."""
    if not _ID.fullmatch(portfolio_id):
        raise NotAPortfolio("an id has 1 to 64 letters, digits, dots, underscores and hyphens")
    if not name.strip():
        raise NotAPortfolio("a portfolio needs a name")
    if currency not in CURRENCIES:
        raise NotAPortfolio(f"{currency} is not a currency of ISO 4217")
    if portfolios.find(connection, portfolio_id) is not None:
        raise PortfolioExists(portfolio_id)
    now = database_time(connection)
    new = Portfolio(portfolio_id, name.strip(), clock, currency, attribution, now)
    portfolios.add(connection, new, HOUSE_DEFAULT, epoch=secrets.token_hex(8))
    return new


def ensure(  # noqa: PLR0913 - what a portfolio is
    connection: Connection,
    portfolio_id: str,
    *,
    name: str,
    clock: Clock,
    currency: str,
    attribution: str | None = None,
) -> Portfolio:
    """The portfolio with this id; created first where there is none."""
    found = portfolios.find(connection, portfolio_id)
    if found is not None:
        return found
    return create(
        connection, portfolio_id, name=name, clock=clock, currency=currency, attribution=attribution
    )


def every(connection: Connection) -> Sequence[Portfolio]:
    """All portfolios, oldest first."""
    return portfolios.every(connection)
