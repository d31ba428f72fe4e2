"""A KPI day by day: the last reading of each day, stored with the revision that made it."""

from typing import Any

import pytest
import sqlalchemy as sa

from app.models.board import reading_day
from app.operations import history
from app.operations.looking import NothingThere
from app.operations.rebuilding import Difference
from tests import builders as b
from tests.operations.conftest import Witness
from tests.operations.past import MORNING, every, project, report


async def values(witness: Witness, kpi: str, code: str = "APOLLO", **span: Any) -> list[Any]:
    span = {"since": None, "until": None, **span}
    found = await history.series(witness.node.db, "history", code, kpi, **span)
    return [(str(each["day"]), each["value"], each["reason"]) for each in found["series"]]


async def test_a_series_has_the_last_reading_of_each_day_or_why_there_is_none(witness: Witness) -> None:
    await witness.tell(MORNING, *project("APOLLO"))
    await witness.tell(b.at(b.STATUS_DAY, 9), report("APOLLO", 20, b.at(b.STATUS_DAY, 9)))
    await witness.tell(b.at(b.STATUS_DAY, 19), report("APOLLO", 40, b.at(b.STATUS_DAY, 19)))
    await witness.tell(b.at(b.STATUS_DAY + b.days(3), 9), report("APOLLO", 40, b.at(b.STATUS_DAY, 20)))

    assert await values(witness, "SCH-1") == [
        ("2026-01-05", None, "no_progress"),
        ("2026-02-27", "1", None),
        ("2026-03-02", "1", None),
    ]
    assert await values(witness, "SCH-1", until=b.START) == [("2026-01-05", None, "no_progress")]
    assert [day for day, *_ in await values(witness, "SCH-1", since=b.STATUS_DAY)] == [
        "2026-02-27",
        "2026-03-02",
    ]
    assert {reason for *_, reason in await values(witness, "CST-1")} == {"does_not_apply"}


@pytest.mark.parametrize(("code", "kpi"), [("NOBODY", "SCH-1"), ("APOLLO", "SCH-99")])
async def test_there_is_no_series_of_what_is_not_there(witness: Witness, code: str, kpi: str) -> None:
    await witness.tell(MORNING, *project("APOLLO"))

    with pytest.raises(NothingThere):
        await values(witness, kpi, code)


async def test_a_reading_that_was_painted_over_is_seen(witness: Witness) -> None:
    await witness.live(every(60 * 24, 5))
    assert await witness.node.differences() == []
    painted = sa.update(reading_day).where(reading_day.c.day == b.START + b.days(1)).values(readings="{}")

    await witness.node.db.write(lambda connection: connection.execute(painted))

    assert Difference(2, "readings") in await witness.node.differences()


async def test_a_day_that_never_was_is_seen(witness: Witness) -> None:
    await witness.live(every(60 * 24, 2))
    day = {"portfolio_id": "history", "key": "project/APOLLO", "day": b.START - b.days(9), "readings": "{}"}

    await witness.node.db.write(lambda connection: connection.execute(sa.insert(reading_day).values(day)))

    assert await witness.node.differences() == [Difference(3, "readings")]
