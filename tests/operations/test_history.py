"""The board as it was at every revision, what happened between them, and why it was so."""

from datetime import datetime, timedelta
from itertools import pairwise

import orjson
import pytest

from app.db import Database
from app.models.board import revision
from app.operations import history
from app.operations.history import EmptySpan, Span
from app.operations.looking import NothingThere
from app.store.log import UnknownPortfolio
from tests import builders as b
from tests.operations.conftest import ALL, Witness, statements
from tests.operations.past import MORNING, applied, entries, every, project, report


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


async def test_a_replay_from_one_moment_ends_at_the_board_of_another(witness: Witness) -> None:
    await witness.live(every(60 * 24, 20))
    since, until = witness.moments[4], witness.moments[17]

    steps = await witness.told(Span(since, until))

    assert [step["revision"] for step in steps] == list(range(5, 18))
    assert applied(entries(witness.boards[4]), steps) == entries(witness.boards[17])


async def test_a_revision_says_when_it_was_and_what_turned(witness: Witness) -> None:
    await witness.live(every(60 * 24 * 3, 10))
    rows = {row.revision: row for row in await witness.node.rows(revision)}

    steps = await witness.told(documents=False)

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
    assert [step["revision"] for step in await witness.told()] == list(range(1, 8))


async def test_a_span_that_ends_before_it_begins_is_refused(witness: Witness) -> None:
    with pytest.raises(EmptySpan):
        await witness.told(Span(MORNING, MORNING))


async def test_the_density_counts_what_the_changes_tell(witness: Witness) -> None:
    await witness.live(every(60 * 24, 20))
    steps = await witness.told()

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


async def test_a_past_colour_is_explained_by_what_was_known_then(witness: Witness) -> None:
    await witness.tell(MORNING, *project("APOLLO"))
    late = await witness.tell(b.at(b.STATUS_DAY, 19), report("APOLLO", 20, b.at(b.STATUS_DAY)))
    await witness.tell(b.at(b.STATUS_DAY, 20), report("APOLLO", 60, b.at(b.STATUS_DAY, 20)))

    then = await witness.why("project/APOLLO", late)
    same = await witness.why("project/APOLLO", b.at(b.STATUS_DAY, 19))
    now = await witness.why("project/APOLLO")

    assert (then["rag"], now["rag"]) == ("red", "green")
    assert then == same
    assert then["policy_version"] == 0


async def test_what_was_not_there_yet_is_not_explained(witness: Witness) -> None:
    await witness.live(every(60, 2))

    with pytest.raises(NothingThere):
        await witness.why("project/APOLLO", MORNING - timedelta(days=1))
