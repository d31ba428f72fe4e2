"""Records in their table, on both databases: saved, read again, found by pages in every order."""

from collections.abc import AsyncIterator
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from app.db import Database, open_database
from app.domain.facts import PortfolioFacts
from app.store import facts as facts_store
from app.store import records
from app.store.records import Filter, Sort, Stored
from tests import builders as b
from tests.servers.installation import create_portfolio, save_facts

DUES = {"A": "2026-05-01", "B": None, "C": "2026-04-01", "D": "2026-05-01", "E": None}


def a_risk(ref: str, subject: str, **data: Any) -> Any:
    return b.an_event("risk.raised", {"ref": ref, "title": f"Risk {ref}", **data}, subject=subject)


def told() -> PortfolioFacts:
    """Five risks of two projects, A to E, then C once more; a gate that nobody scheduled."""
    dues = {ref: {} if due is None else {"due": due} for ref, due in DUES.items()}
    return b.facts_of(
        [
            *(a_risk(ref, "project/P1" if ref < "D" else "project/P2", **due) for ref, due in dues.items()),
            b.an_event("risk.updated", {"ref": "C", "owner": "ada"}, subject="project/P1"),
            b.an_event("risk.closed", {"ref": "E"}, subject="project/P2", time=b.NOW + b.days(1)),
            b.an_event("gate.decided", {"gate": "G", "held_at": "2026-03-01", "decision": "stop"}),
        ]
    )


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    opened = open_database(database_url)
    await create_portfolio(opened, "alpha")
    facts = told()
    await save_facts(opened, "alpha", facts)
    yield opened
    await opened.close()


async def pages(db: Database, sort: Sort, size: int, wanted: Filter = Filter()) -> list[list[Stored]]:
    """All pages of risks, one after the other."""

    def walk(connection: Connection) -> list[list[Stored]]:
        found: list[list[Stored]] = []
        after: list[Any] | None = None
        while page := records.find(connection, "alpha", "risk", wanted, sort, after, size):
            found.append(page)
            after = records.place(page[-1], sort)
        return found

    return await db.read(walk)


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize(("sort", "expected"), [("changed", "ECDBA"), ("due", "CADBE"), ("ref", "ABCDE")])
async def test_each_record_comes_once_whatever_the_order_and_the_page(
    db: Database, sort: Sort, expected: str, size: int
) -> None:
    found = await pages(db, sort, size)

    assert "".join(record.ref for page in found for record in page) == expected
    assert all(len(page) == size for page in found[:-1])


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(subjects=["project/P2"]), "DE"),
        (Filter(subjects=["project/P1", "project/P2"]), "ABCDE"),
        (Filter(subjects=[]), ""),
        (Filter(state="closed"), "E"),
        (Filter(owner="ada"), "C"),
        (Filter(owner="nobody"), ""),
        (Filter(due_before=date(2026, 5, 1)), "C"),
        (Filter(due_before=date(2026, 5, 2), subjects=["project/P2"]), "D"),
    ],
)
async def test_only_what_was_asked_for_is_found(db: Database, wanted: Filter, expected: str) -> None:
    found = await pages(db, "ref", 2, wanted)

    assert "".join(record.ref for page in found for record in page) == expected


@pytest.mark.parametrize(
    ("kind", "said", "due"),
    [
        ("risk.raised", {"title": "x", "due": "2026-05-01", "response_due": "2026-04-01"}, "2026-04-01"),
        ("risk.raised", {"title": "x", "due": "2026-05-01"}, "2026-05-01"),
        ("dependency.declared", {"title": "x", "needed_by": "2026-04-02"}, "2026-04-02"),
        ("action.assigned", {"title": "x", "due": "2026-04-03"}, "2026-04-03"),
        ("resource.requested", {"role": "pm", "pct": "50", "needed_by": "2026-04-04"}, "2026-04-04"),
        ("decision.made", {"title": "x"}, None),
    ],
)
def test_by_when_a_record_is_due_is_said_in_the_words_of_its_kind(
    kind: str, said: dict[str, Any], due: str | None
) -> None:
    facts = b.facts_of([b.an_event(kind, {"ref": "A", **said})])

    [record] = facts.items[b.APOLLO].records.values()
    assert (record.due.isoformat() if record.due else None) == due


async def test_a_record_is_read_as_it_was_told(db: Database) -> None:
    [[*_, found]] = await pages(db, "changed", 9, Filter(owner="ada"))

    assert found == Stored(
        "project/P1",
        "risk",
        "C",
        counts=True,
        state="open",
        due=date(2026, 4, 1),
        changed_seq=6,
        attributes={"title": "Risk C", "due": "2026-04-01", "owner": "ada"},
        events=[3, 6],
    )


async def test_what_nobody_opened_is_kept_and_does_not_count(db: Database) -> None:
    look = partial(
        records.find, portfolio="alpha", kind="gate", wanted=Filter(), sort="ref", after=None, limit=9
    )

    [gate] = await db.read(look)

    assert (gate.ref, gate.state, gate.counts) == ("G", "decided", False)


async def test_records_come_back_as_they_were_saved(db: Database) -> None:
    loaded = await db.read(partial(facts_store.load, portfolio="alpha", clock="live"))

    assert {key: item.records for key, item in loaded.items.items()} == {
        key: item.records for key, item in told().items.items()
    }
