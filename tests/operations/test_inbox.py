"""What was recorded a moment ago is at hand in order, or not at all."""

from app.domain.fold import Recorded
from app.operations.inbox import MOST, Inbox
from app.store.log import Stretch
from tests import builders as b


def stretch(after: int, length: int) -> Stretch:
    told = b.state("delivering")
    events = [Recorded(after + 1 + n, b.NOW, told) for n in range(length)]
    return Stretch(after, events, [str(each.seq) for each in events])


def inbox(*stretches: Stretch) -> Inbox:
    found = Inbox()
    for each in stretches:
        found.put(each)
    return found


def test_stretches_that_follow_each_other_are_taken_as_one() -> None:
    assert inbox(stretch(4, 2), stretch(6, 3)).take(4, 100) == stretch(4, 5)


def test_what_is_taken_is_gone() -> None:
    found = inbox(stretch(4, 2))
    found.take(4, 100)

    assert (found.take(4, 100), found.size) == (None, 0)


def test_what_is_over_the_limit_is_taken_the_next_time() -> None:
    found = inbox(stretch(0, 2), stretch(2, 2), stretch(4, 2))

    assert found.take(0, 3) == stretch(0, 4)
    assert found.take(4, 3) == stretch(4, 2)


def test_what_the_assessor_has_read_already_is_passed_over() -> None:
    assert inbox(stretch(0, 2), stretch(2, 2)).take(2, 100) == stretch(2, 2)


def test_nothing_is_at_hand_for_an_assessor_that_stands_elsewhere() -> None:
    assert inbox(stretch(4, 2)).take(3, 100) is None
    assert inbox(stretch(4, 2)).take(5, 100) is None


def test_after_a_gap_only_what_is_new_is_kept() -> None:
    found = inbox(stretch(0, 2), stretch(3, 2))

    assert found.take(0, 100) is None
    assert found.take(3, 100) == stretch(3, 2)


def test_too_much_is_left_to_the_log() -> None:
    assert inbox(stretch(0, MOST), stretch(MOST, 1)).size == 1
