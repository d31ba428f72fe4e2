"""Laws of time: what is due, what time alone changes, and boards that are loaded or built again."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.events.catalogue import AnyEvent
from app.domain.rag import Rag
from app.domain.standing import load_board
from tests import builders as b
from tests.stories import colours, told_at_once
from tests.strategies import FAMILIES, LATER, PROJECTS, a_few, events, records_of


@given(events, st.integers(1, 1200))
def test_time_alone_never_turns_anything_green(found: list[AnyEvent], passed: int) -> None:
    story = told_at_once(found)
    before = {key: each.rag for key, each in story.board.standings.items()}

    story.assess(story.board.standings, now=LATER + timedelta(days=passed))

    after = {key: each.rag for key, each in story.board.standings.items()}
    greened = {key for key, rag in after.items() if rag is Rag.GREEN and before[key] is Rag.UNKNOWN}
    assert not greened


@given(events, st.lists(st.integers(1, 90), max_size=4))
def test_what_is_due_is_all_that_time_alone_changes(found: list[AnyEvent], steps: list[int]) -> None:
    """A board that is assessed only when something is due equals one that is assessed all the time."""
    lazy, eager = told_at_once(found), told_at_once(found)
    now = LATER
    for step in steps:
        now += timedelta(days=step)
        eager.assess(eager.board.standings, now=now)
        lazy.assess(now=now)

    told = [
        {key: (card["rag"], card.get("warnings")) for key, card in _projects(story)}
        for story in (lazy, eager)
    ]
    assert told[0] == told[1]


def _projects(story: b.Story) -> list[tuple[str, dict[str, Any]]]:
    return [(key, story.card(key)) for key in story.board.standings]


@given(
    st.sampled_from(FAMILIES).flatmap(records_of),
    st.lists(st.integers(1, 30), min_size=1, max_size=4),
)
@settings(max_examples=30)
def test_what_is_due_is_all_that_time_alone_changes_of_records(
    found: list[AnyEvent], steps: list[int]
) -> None:
    """Dimension by dimension, before any of them is too old to have a colour."""
    yearly = b.registered(PROJECTS[0], report_cadence_days=365)
    lazy, eager = told_at_once([yearly, *found]), told_at_once([yearly, *found])
    now = LATER
    for step in steps:
        now += timedelta(days=step)
        eager.assess(eager.board.standings, now=now)
        lazy.assess(now=now)

    assert colours(lazy) == colours(eager)


@given(events, a_few)
def test_a_board_that_is_loaded_again_goes_on_as_if_it_had_never_stopped(
    first: list[AnyEvent], second: list[AnyEvent]
) -> None:
    story = told_at_once(first)
    board = story.board
    again = load_board(
        board.portfolio, story.facts, board.cards, board.alerts.values(), board.due, board.quarantine
    )

    assert again == board
    restarted = told_at_once(first)
    restarted.board = again
    assert restarted.tell(*second, now=LATER + timedelta(days=1)) == story.tell(
        *second, now=LATER + timedelta(days=1)
    )


@given(events, a_few)
def test_a_rebuild_along_the_same_revisions_gives_the_same_bytes(
    first: list[AnyEvent], second: list[AnyEvent]
) -> None:
    original, rebuilt = b.Story(), b.Story()

    rounds = [
        (story.tell(*first, now=b.NOW), story.tell(*second, now=LATER)) for story in (original, rebuilt)
    ]

    assert rounds[0] == rounds[1]
    assert original.board == rebuilt.board
