"""The board as it was: at every revision that is whole, before and after thinning, byte for byte."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from app.db import Database
from app.domain.events.catalogue import AnyEvent
from app.models.board import card, change, reading_day, revision
from app.models.jobs import job_run
from app.operations import history
from app.operations.assessors import Assessors
from app.operations.doorbell import Doorbell
from app.operations.explaining import why
from app.operations.history import EmptySpan, RevisionThinned, Span
from app.operations.looking import NothingThere
from app.operations.rebuilding import Difference
from app.operations.thinning import PAGE, thin, thin_in_turn
from app.store import boards
from app.store.log import UnknownPortfolio, database_time
from tests import builders as b
from tests.operations.conftest import Node, statements

Shown = dict[str, tuple[int, bytes]]
"""Key → the revision that last changed the card, and the card."""
ALL = Span(None, None)
MORNING = b.at(b.START, 8)


def clock(moment: datetime) -> AnyEvent:
    at = {"at": moment.isoformat()}
    return b.an_event("clock.reached", at, subject="portfolio", time=moment, id=f"clock-{moment}")


def report(code: str, pct: int, moment: datetime) -> AnyEvent:
    return b.progress(str(pct), subject=f"project/{code}", on=moment.date(), time=moment)


def project(code: str) -> list[AnyEvent]:
    return [b.registered(f"project/{code}"), b.baseline(subject=f"project/{code}")]


class Witness:
    """Somebody who lives through the history of a portfolio and remembers each of its boards."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.boards: dict[int, Shown] = {0: {}}
        self.moments: dict[int, datetime] = {}

    async def tell(self, moment: datetime, *events: AnyEvent) -> int:
        """It is this moment, and these events happen; the revision that comes of it."""
        before = self.boards[max(self.boards)]
        await self.node.tell(clock(moment), *events)
        number = self.node.head.revision
        self.boards[number] = {
            key: (before[key][0] if key in before and before[key][1] == document else number, document)
            for key, document in self.node.board.cards.items()
        }
        self.moments[number] = moment
        return number

    async def live(self, moments: list[datetime], seed: int = 1) -> None:
        """Two projects, with milestones that come and go and alerts that open and close."""
        chance = random.Random(seed)
        await self.tell(MORNING, *project("APOLLO"), *project("VEGA"))
        for moment in moments:
            code = chance.choice(["APOLLO", "VEGA"])
            done = max(0, (moment.date() - b.START).days // 2 + chance.choice([-30, 0, 5]))
            near = moment.date() + timedelta(days=chance.randint(-3, 70))
            await self.tell(
                moment,
                report(code, min(done, 99), moment),
                b.planned("M1", near, subject=f"project/{code}", time=moment),
            )

    async def board(self, moment: history.Moment) -> Shown:
        """What time travel shows."""
        _, cards = await history.board(self.node.db, self.node.portfolio, moment)
        return {each.key: (each.rev, each.document) for each in cards}

    async def whole(self) -> list[int]:
        """The revisions that were not thinned."""
        return sorted(row.revision for row in await self.node.rows(revision) if row.thinned_at is None)

    async def thin(self) -> int:
        """Thin the history as if all of it had been committed long ago."""
        now = await self.node.db.read(database_time)
        return await thin(self.node.db, self.node.portfolio, now + timedelta(days=8))


@pytest.fixture
async def witness(db: Database) -> Witness:
    node = Node(db, "history")
    await node.create("replay")
    return Witness(node)


def every(minutes: int, count: int, start: datetime = MORNING) -> list[datetime]:
    return [start + timedelta(minutes=minutes * number) for number in range(1, count + 1)]


AGES = [
    *every(7 * 60, 20),
    *every(20, 20, MORNING + timedelta(days=40)),
    *every(20, 20, MORNING + timedelta(days=120)),
    *every(20, 12, MORNING + timedelta(days=150)),
]
"""Some revisions of a day, an hour and a week that are kept by the day, by the hour and all."""


async def test_time_travel_at_n_equals_the_fold_to_n(witness: Witness) -> None:
    await witness.live(every(60 * 24, 30))

    found = {number: await witness.board(number) for number in witness.boards}

    gone = {key for shown in witness.boards.values() for key in shown} - set(witness.boards[max(found)])
    assert found == witness.boards
    assert gone != set()


async def test_an_instant_shows_the_newest_revision_up_to_it(witness: Witness) -> None:
    await witness.live(every(60, 5))
    moment = witness.moments[3]

    assert await witness.board(moment) == witness.boards[3]
    assert await witness.board(moment + timedelta(minutes=59)) == witness.boards[3]
    assert await witness.board(moment - timedelta(microseconds=1)) == witness.boards[2]
    assert await witness.board(moment + timedelta(days=1000)) == witness.boards[6]


async def test_before_the_first_revision_there_is_an_empty_board(witness: Witness) -> None:
    await witness.live(every(60, 2))

    head, cards = await history.board(witness.node.db, "history", MORNING - timedelta(seconds=1))

    assert (head.revision, head.as_of, cards) == (0, None, [])


@pytest.mark.parametrize("moment", [99, 4])
async def test_a_revision_that_does_not_exist_yet_is_not_there(witness: Witness, moment: int) -> None:
    await witness.live(every(60, 2))

    with pytest.raises(NothingThere):
        await witness.board(moment)


async def test_a_portfolio_that_does_not_exist_has_no_past(db: Database) -> None:
    with pytest.raises(UnknownPortfolio):
        await history.board(db, "nowhere", 1)


# ── what happened ──────────────────────────────────────────────────────────────────────────────────────


async def told(witness: Witness, span: Span = ALL, **asked: Any) -> list[dict[str, Any]]:
    """All pages of the changes."""
    found: list[dict[str, Any]] = []
    asked = {"limit": 3, "documents": True, **asked}
    after: int | None = 0
    while after is not None:
        page = orjson.loads(
            await history.changes(witness.node.db, witness.node.portfolio, span, after=after, **asked)
        )
        found, after = found + page["revisions"], page["next"]
    return found


def applied(shown: Mapping[str, Any], steps: list[dict[str, Any]]) -> dict[str, Any]:
    after = dict(shown) | {each["key"]: each for step in steps for each in step["changes"]}
    return {key: each for key, each in after.items() if each["card"] is not None}


def entries(shown: Shown) -> dict[str, Any]:
    return {k: {"key": k, "rev": rev, "card": orjson.loads(doc)} for k, (rev, doc) in shown.items()}


async def test_a_replay_from_one_moment_ends_at_the_board_of_another(witness: Witness) -> None:
    await witness.live(every(60 * 24, 20))
    since, until = witness.moments[4], witness.moments[17]

    steps = await told(witness, Span(since, until))

    assert [step["revision"] for step in steps] == list(range(5, 18))
    assert applied(entries(witness.boards[4]), steps) == entries(witness.boards[17])


async def test_a_revision_says_when_it_was_and_what_turned(witness: Witness) -> None:
    await witness.live(every(60 * 24 * 3, 10))
    rows = {row.revision: row for row in await witness.node.rows(revision)}

    steps = await told(witness, documents=False)

    assert [datetime.fromisoformat(step["as_of"]) for step in steps] == list(witness.moments.values())
    assert [step["transitions"] for step in steps] == [
        orjson.loads(rows[step["revision"]].transitions) for step in steps
    ]
    assert {turn["kind"] for step in steps for turn in step["transitions"]} >= {"rag", "alert_raised"}
    assert all("changes" not in step and step["keys"] == sorted(step["keys"]) for step in steps)


async def test_a_page_ends_where_too_many_cards_changed(
    witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await witness.live(every(60 * 24, 6))
    monkeypatch.setattr(history, "MOST_CHANGES", 1)

    page = orjson.loads(
        await history.changes(witness.node.db, "history", ALL, after=0, limit=50, documents=False)
    )

    assert [step["revision"] for step in page["revisions"]] == [1]
    assert [step["revision"] for step in await told(witness)] == list(range(1, 8))


async def test_a_span_that_ends_before_it_begins_is_refused(witness: Witness) -> None:
    with pytest.raises(EmptySpan):
        await told(witness, Span(MORNING, MORNING))


async def test_the_density_counts_what_the_changes_tell(witness: Witness) -> None:
    await witness.live(every(60 * 24, 20))
    steps = await told(witness)

    found = await history.density(witness.node.db, "history", ALL, 7)

    edges = [*(each["from"] for each in found["buckets"]), found["to"]]
    inside = [
        [each for each in steps if low < datetime.fromisoformat(each["as_of"]) <= high]
        for low, high in pairwise(edges)
    ]
    assert [each["changes"] for each in found["buckets"]] == [sum(len(s["keys"]) for s in b) for b in inside]
    assert [each["transitions"] for each in found["buckets"]] == [
        sum(len(s["transitions"]) for s in b) for b in inside
    ]
    assert sum(map(len, inside)) == len(steps)


async def test_the_density_is_one_statement_for_all_buckets(witness: Witness) -> None:
    await witness.live(every(60, 3))

    with statements() as sent:
        await history.density(witness.node.db, "history", Span(MORNING, MORNING + b.days(1)), 500)

    assert len([each for each in sent if "sum(" in each]) == 1


async def test_a_portfolio_in_which_nothing_happened_has_no_density(db: Database) -> None:
    assert (await history.density(db, "alpha", ALL, 10))["buckets"] == []


async def test_every_state_of_a_card_is_told_newest_first(witness: Witness) -> None:
    await witness.live(every(60 * 24, 20))
    key = "project/APOLLO"
    shown = [(n, board[key]) for n, board in witness.boards.items() if key in board]

    first = await history.states(witness.node.db, "history", key, before=None, limit=3)
    rest = await history.states(witness.node.db, "history", key, before=first["next"], limit=200)

    states = [*first["states"], *rest["states"]]
    expected = {rev: orjson.loads(document) for _, (rev, document) in shown}
    assert [(each["revision"], each["card"]) for each in states] == sorted(expected.items(), reverse=True)
    assert rest["next"] is None
    assert states[0]["cause"]["rule"] == states[0]["card"]["cause"]["rule"]
    assert states[0]["first_seq"] <= states[0]["last_seq"]


async def test_a_card_that_went_has_a_last_state_without_a_card(witness: Witness) -> None:
    await witness.live(every(60 * 24, 30))
    gone = min({key for shown in witness.boards.values() for key in shown} - set(witness.node.board.cards))

    found = await history.states(witness.node.db, "history", gone, before=None, limit=50)

    assert found["states"][0]["card"] is None
    assert found["states"][-1]["card"] is not None


# ── why it was so ──────────────────────────────────────────────────────────────────────────────────────


def nobody(witness: Witness) -> Assessors:
    """Assessors that have not begun: what is stored explains itself."""
    return Assessors(witness.node.db, Doorbell(), gap_s=0)


async def test_a_past_colour_is_explained_by_what_was_known_then(witness: Witness) -> None:
    await witness.tell(MORNING, *project("APOLLO"))
    late = await witness.tell(b.at(b.STATUS_DAY, 19), report("APOLLO", 20, b.at(b.STATUS_DAY)))
    await witness.tell(b.at(b.STATUS_DAY, 20), report("APOLLO", 60, b.at(b.STATUS_DAY, 20)))

    then = await why(witness.node.db, nobody(witness), "history", "project/APOLLO", late)
    same = await why(witness.node.db, nobody(witness), "history", "project/APOLLO", b.at(b.STATUS_DAY, 19))
    now = await why(witness.node.db, nobody(witness), "history", "project/APOLLO")

    assert (then["rag"], now["rag"]) == ("red", "green")
    assert then == same
    assert then["policy_version"] == 0


async def test_what_was_not_there_yet_is_not_explained(witness: Witness) -> None:
    await witness.live(every(60, 2))

    with pytest.raises(NothingThere):
        await why(witness.node.db, nobody(witness), "history", "project/APOLLO", MORNING - timedelta(days=1))


# ── thinning ───────────────────────────────────────────────────────────────────────────────────────────


async def test_after_thinning_the_board_at_every_revision_that_is_kept_is_what_it_was(
    witness: Witness,
) -> None:
    await witness.live(AGES)

    count = await witness.thin()

    kept = await witness.whole()
    assert count == len(witness.moments) - len(kept) > 40
    assert {number: await witness.board(number) for number in kept} == {
        number: witness.boards[number] for number in kept
    }


async def test_thinning_keeps_days_then_hours_then_everything(witness: Witness) -> None:
    await witness.live(AGES)

    await witness.thin()

    kept = [witness.moments[number] for number in await witness.whole()]
    old, older, new = (
        [moment for moment in kept if low <= (kept[-1] - moment).days < high]
        for low, high in ((8, 90), (90, 1000), (0, 7))
    )
    assert len({moment.date() for moment in older}) >= len(older) - 1  # and the first of all
    assert len({(moment.date(), moment.hour) for moment in old}) == len(old)
    assert len(new) == 12


async def test_a_change_goes_only_where_its_card_changed_again_up_to_the_next_revision_kept(
    witness: Witness,
) -> None:
    await witness.live(AGES)
    before = {(row.revision, row.key) for row in await witness.node.rows(change)}

    await witness.thin()

    kept = await witness.whole()
    until = {number: min(n for n in kept if n >= number) for number in witness.moments}
    assert {(row.revision, row.key) for row in await witness.node.rows(change)} == {
        (number, key)
        for number, key in before
        if not any((later, key) in before for later in range(number + 1, until[number] + 1))
    }


async def test_a_revision_that_was_thinned_names_those_beside_it(witness: Witness) -> None:
    await witness.live(AGES)
    await witness.thin()
    kept = await witness.whole()
    gone = next(number for number in witness.moments if number not in kept)

    with pytest.raises(RevisionThinned) as refused:
        await witness.board(gone)

    beside = [max(n for n in kept if n < gone), min(n for n in kept if n > gone)]
    assert [place.revision for place in refused.value.nearest] == beside


async def test_an_instant_of_thinned_history_shows_the_revision_kept_before_it(witness: Witness) -> None:
    await witness.live(AGES)
    await witness.thin()
    kept = await witness.whole()

    found = {moment: await witness.board(moment) for moment in witness.moments.values()}

    assert found == {
        moment: witness.boards[max(n for n in kept if n <= number)]
        for number, moment in witness.moments.items()
    }


async def test_a_replay_of_thinned_history_shows_only_boards_that_were(witness: Witness) -> None:
    await witness.live(AGES)
    turned = sum(len(step["transitions"]) for step in await told(witness))
    await witness.thin()
    kept = await witness.whole()
    since = witness.moments[kept[1]] + timedelta(minutes=1)

    steps, behind = await told(witness, Span(since, None)), await told(witness)

    assert [step["revision"] for step in steps] == kept[2:]
    assert {
        step["revision"]: applied(entries(witness.boards[kept[1]]), steps[: place + 1])
        for place, step in enumerate(steps)
    } == {number: entries(witness.boards[number]) for number in kept[2:]}
    assert sum(len(step["transitions"]) for step in behind) == turned


async def test_thinning_twice_changes_nothing_more(witness: Witness) -> None:
    await witness.live(AGES)
    await witness.thin()
    before = await witness.node.rows(change)

    assert await witness.thin() == 0
    assert await witness.node.rows(change) == before


async def test_hours_become_days_as_time_goes_on(witness: Witness) -> None:
    await witness.live(AGES)
    await witness.thin()
    await witness.tell(MORNING + timedelta(days=400), report("APOLLO", 99, MORNING + timedelta(days=400)))

    await witness.thin()

    kept = await witness.whole()
    days = [witness.moments[number].date() for number in kept[1:]]
    assert len(set(days)) == len(days)
    assert {number: await witness.board(number) for number in kept} == {
        number: witness.boards[number] for number in kept
    }
    assert await witness.node.differences() == []


async def test_thinning_goes_on_over_many_pages(witness: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.operations.thinning.PAGE", 3)
    await witness.live(AGES)

    await witness.thin()
    await witness.thin()

    kept = await witness.whole()
    assert len(witness.moments) < PAGE
    assert len(kept) < len(witness.moments) / 2
    assert {number: await witness.board(number) for number in kept} == {
        number: witness.boards[number] for number in kept
    }


async def test_what_was_committed_this_week_is_not_thinned(witness: Witness) -> None:
    await witness.live(AGES)

    assert await thin(witness.node.db, "history", await witness.node.db.read(database_time)) == 0


async def test_a_screen_that_comes_back_to_thinned_history_gets_all_that_changed(witness: Witness) -> None:
    await witness.live(AGES)
    last = max(witness.boards)
    ask = {number: partial(boards.gap, portfolio="history", after=number, upto=last, limit=100)
           for number in range(1, last)}  # fmt: skip
    before = {number: await witness.node.db.read(work) for number, work in ask.items()}

    await witness.thin()

    assert {number: await witness.node.db.read(work) for number, work in ask.items()} == before


async def test_the_present_keeps_its_reasons_when_the_past_is_thinned(witness: Witness) -> None:
    await witness.live(AGES)
    before = await why(witness.node.db, nobody(witness), "history", "project/APOLLO")

    await witness.thin()

    assert await why(witness.node.db, nobody(witness), "history", "project/APOLLO") == before


async def test_a_thinned_history_still_follows_from_the_log(witness: Witness) -> None:
    await witness.live(AGES)
    await witness.thin()

    assert await witness.node.differences() == []


async def test_a_change_that_is_missing_from_a_thinned_history_is_named(witness: Witness) -> None:
    await witness.live(AGES)
    await witness.thin()
    rows = sorted((row.revision, row.key) for row in await witness.node.rows(change))
    kept = await witness.whole()
    number, key = next(row for row in rows if row[0] > 1 and row[0] not in kept)

    cut = sa.delete(change).where(change.c.revision == number, change.c.key == key)
    await witness.node.db.write(lambda connection: connection.execute(cut))

    assert Difference(min(n for n in kept if n > number), key) in await witness.node.differences()


async def test_history_is_thinned_by_one_node_an_hour(witness: Witness) -> None:
    await witness.live(every(60, 2))
    db = witness.node.db

    found = [await thin_in_turn(db, node) for node in ("here", "there", "here")]

    [run] = await db.read(lambda connection: connection.execute(sa.select(job_run)).all())
    assert found == [0, None, None]
    assert (run.job, run.node, run.done_at is not None) == ("thin", "here", True)


async def test_a_node_that_died_over_its_work_loses_it_to_the_next(db: Database) -> None:
    await thin_in_turn(db, "here")
    dead = sa.update(job_run).values(done_at=None, claimed_until=MORNING)
    await db.write(lambda connection: connection.execute(dead))

    assert await thin_in_turn(db, "there") == 0


# ── a KPI day by day ───────────────────────────────────────────────────────────────────────────────────


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


async def test_every_card_has_the_change_that_its_rev_names(witness: Witness) -> None:
    await witness.live(AGES)
    await witness.thin()

    changes = {(row.revision, row.key): row.document for row in await witness.node.rows(change)}
    shown = [row for row in await witness.node.rows(card) if row.document is not None]
    assert [row.key for row in shown if changes.get((row.rev, row.key)) != row.document] == []
