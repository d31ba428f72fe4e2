"""Facts in their tables, on both databases: what is loaded is what was saved, to the last digit."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from functools import partial

import pytest

from app.db import Database, open_database
from app.domain.facts import ItemFacts, PortfolioFacts
from app.domain.subject import Key
from app.store import facts as facts_store
from tests import builders as b
from tests.servers.installation import create_portfolio, save_facts

APOLLO = Key(b.APOLLO)


def told() -> PortfolioFacts:
    """A project with everything that is kept in a table of its own, told out of order."""
    return b.facts_of(
        [
            b.registered(name="Apollo", tier=1),
            b.baseline(
                bac="30200000", periods=[(date(2026, 3, 2), "500.0"), (date(2026, 5, 22), "30200000")]
            ),
            b.progress("15.800", on=date(2026, 3, 9)),
            b.progress("7.10", on=date(2026, 3, 2)),
            b.progress("7.1", on=date(2026, 3, 5)),
            b.cost("100.00", on=date(2026, 3, 9), mode="increment", id="second"),
            b.cost("70000", on=date(2026, 3, 9), mode="increment", id="first"),
            b.cost("0.000001", on=date(2026, 2, 2), mode="increment", id="third"),
            b.planned("M1", date(2026, 4, 1)),
            b.forecast("M1", date(2026, 4, 9)),
            b.status("Green"),
            b.rate("USD", "EUR", "0.9200"),
        ]
    )


@pytest.fixture
async def loaded(database_url: str) -> AsyncIterator[PortfolioFacts]:
    """What a start reads of what was told."""
    db = open_database(database_url)
    await create_portfolio(db, "alpha")
    yield await saved_and_loaded(db)
    await db.close()


async def saved_and_loaded(db: Database) -> PortfolioFacts:
    facts = told()
    await save_facts(db, "alpha", facts)
    found = await db.read(partial(facts_store.load, portfolio="alpha", clock="live"))
    found.policies = facts.policies
    return found


def amounts(item: ItemFacts) -> list[str]:
    """Every exact number of a project as text, which tells 15.80 from 15.8 and 70000 from 7E+4."""
    return [
        *(str(sample.value) for series in item.series.values() for sample in series.samples),
        *(str(number) for plan in item.baselines.values() for number in (plan.bac, *plan.periods)),
    ]


async def test_facts_come_back_as_they_were_saved(loaded: PortfolioFacts) -> None:
    assert loaded.items == told().items
    assert loaded.sources == told().sources
    assert loaded.rates == told().rates


async def test_an_exact_number_comes_back_with_the_digits_it_was_told_with(loaded: PortfolioFacts) -> None:
    assert sorted(amounts(loaded.items[APOLLO])) == sorted(amounts(told().items[APOLLO]))
    assert {"15.800", "30200000", "70000"}.issubset(amounts(loaded.items[APOLLO]))
    assert [str(rate.rate) for rate in loaded.rates.values()] == ["0.9200"]


async def test_samples_come_back_in_the_order_of_their_days(loaded: PortfolioFacts) -> None:
    series = loaded.items[APOLLO].series["cost_increment"]

    assert [sample.value for sample in series.samples] == [Decimal("0.000001"), Decimal(70000), Decimal(100)]


async def test_what_one_event_said_has_one_stamp(loaded: PortfolioFacts) -> None:
    attributes = loaded.items[APOLLO].attributes

    assert attributes["name"].stamp is attributes["tier"].stamp
