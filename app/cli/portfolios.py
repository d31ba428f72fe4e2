"""`nerve portfolio`, a module of its own because it loads the policy that a portfolio begins with."""

from functools import partial
from typing import cast, get_args

from app.cli.installation import in_database
from app.cli.refusal import Refusal
from app.db import Database
from app.operations import portfolios
from app.settings import Settings
from app.store.portfolios import Clock


def create(portfolio_id: str, *, name: str, clock: str, currency: str) -> None:
    """Create an empty portfolio."""
    if clock not in get_args(Clock):
        raise Refusal(f"{clock} is not a clock; one of: {', '.join(get_args(Clock))}")
    new = partial(
        portfolios.create,
        portfolio_id=portfolio_id,
        name=name,
        clock=cast("Clock", clock),
        currency=currency,
    )

    async def make(db: Database) -> str:
        made = await db.write(new)
        return f"{made.id}: {made.name}, sums in {made.currency}, {made.clock} clock"

    try:
        print(in_database(Settings().database_url, make))
    except portfolios.PortfolioExists as error:
        raise Refusal(f"there is a portfolio {error} already") from error
    except portfolios.NotAPortfolio as error:
        raise Refusal(str(error)) from error
