"""What a connection is sent next: a step if one is known, a snapshot if not, never half of either."""

import pytest

from app.realtime import board as board_module
from app.realtime.board import Board
from app.realtime.protocol import Ack, CloseCode
from app.realtime.scopes import ALL, Scope
from app.realtime.session import AskHistory, Close, Fresh, Have, Resume, Session, plan
from tests.realtime.boards import Screen, a_board, at, drain, revision, shown_by, stored, subscribe


def connected(board: Board, scope: Scope = ALL) -> tuple[Session, Screen]:
    session, screen = Session(), Screen()
    subscribe(session, screen, board, scope)
    drain(session, screen)
    return session, screen


def flood(board: Board, keys: int = board_module.PENDING_KEYS + 1) -> None:
    """One revision that is too large for a patch."""
    number = board.head.revision + 1
    board.apply(revision(number, {f"project/N{n}": {"rev": number} for n in range(keys)}))


def test_nothing_is_said_before_a_subscription() -> None:
    assert Session().next(0.0) is None


def test_a_new_screen_is_welcomed_and_sent_the_whole_map() -> None:
    board = a_board()

    _, screen = connected(board)

    assert screen.kinds == ["welcome", "snapshot"]
    assert screen.cards == shown_by(board)


def test_an_empty_board_has_a_snapshot_too() -> None:
    _, screen = connected(Board(at(0), []))

    assert screen.kinds == ["welcome", "snapshot"]
    assert screen.revision == 0


def test_a_revision_arrives_as_one_patch() -> None:
    board = a_board()
    session, screen = connected(board)

    board.apply(revision(2, {"project/P0": {"programme": "ATLAS", "rag": "red"}}))
    drain(session, screen)

    assert screen.kinds[2:] == ["patch"]
    assert screen.cards == shown_by(board)


def test_what_was_missed_while_busy_is_one_merged_patch() -> None:
    board = a_board()
    session, screen = connected(board)

    for number in range(2, 30):
        board.apply(revision(number, {"project/P0": {"programme": "ATLAS", "value": number}}))
    drain(session, screen)

    assert screen.kinds[2:] == ["patch"]
    assert len(screen.frames[-1]["changes"]) == 1
    assert screen.cards == shown_by(board)


def test_transitions_are_neither_joined_nor_reordered() -> None:
    board = a_board()
    session, screen = connected(board)

    for number, item in enumerate(["project/P0", "project/P1", "project/P0"], 2):
        board.apply(revision(number, {item: {}}, item))
    drain(session, screen)

    assert screen.transitions == ["project/P0", "project/P1", "project/P0"]


def test_a_revision_without_changes_still_moves_the_screen() -> None:
    board = a_board()
    session, screen = connected(board)

    board.apply(revision(2, {}))
    drain(session, screen)

    assert screen.kinds[2:] == ["patch"]
    assert screen.revision == 2


def test_two_screens_at_the_head_are_sent_the_very_same_frame() -> None:
    board = a_board()
    first, _ = connected(board)
    second, _ = connected(board)

    board.apply(revision(2, {"project/P0": {}}))

    assert first.next(0.0) is second.next(0.0)


# Coming back


def test_a_screen_that_comes_back_is_sent_only_what_it_missed() -> None:
    board = a_board()
    _, screen = connected(board)
    board.apply(revision(2, {"project/P0": None}))

    again = Session()
    subscribe(again, screen, board)
    drain(again, screen)

    assert screen.kinds == ["welcome", "snapshot", "welcome", "patch"]
    assert screen.cards == shown_by(board)


def test_a_screen_that_missed_nothing_is_sent_nothing() -> None:
    board = a_board()
    _, screen = connected(board)

    again = Session()
    subscribe(again, screen, board)
    drain(again, screen)

    assert screen.kinds == ["welcome", "snapshot", "welcome"]


@pytest.mark.parametrize(
    ("have", "decision"),
    [
        (Have(None, None), Fresh),
        (Have("other", 5), Fresh),
        (Have("e1", 5, "not its hash"), Fresh),
        (Have("e1", 8), Fresh),
        (Have("e1", -1), Fresh),
        (Have("e1", 7, "hash-e1-7"), Resume),
        (Have("e1", 6, "hash-e1-6"), Resume),
        (Have("e1", 5, "hash-e1-5"), Resume),
        (Have("e1", 4, "hash-e1-4"), AskHistory),
        (Have("e1", 0), AskHistory),
    ],
)
def test_a_client_is_believed_only_if_all_it_says_is_so(have: Have, decision: type) -> None:
    board = a_board(revision=5)
    board.apply(revision(6, {"project/P0": {}}))
    board.apply(revision(7, {"project/P1": {}}))

    assert isinstance(plan(board, ALL, have), decision)


def test_a_part_of_a_board_is_never_resumed_from_the_change_table() -> None:
    board = a_board(revision=5)

    assert plan(board, Scope("programme:ATLAS"), Have("e1", 4)) == Fresh()


def test_a_client_from_very_long_ago_is_sent_a_snapshot() -> None:
    board = Board(at(50_000), [])

    assert plan(board, ALL, Have("e1", 100)) == Fresh()


def test_a_client_that_missed_too_many_cards_is_sent_a_snapshot() -> None:
    board = a_board()
    flood(board, keys=2_001)

    assert plan(board, ALL, Have("e1", 1, "hash-e1-1")) == Fresh()


def test_another_epoch_starts_everyone_again() -> None:
    board = a_board()
    session, screen = connected(board)

    board.become(Board(at(1, "e2"), [stored("project/NEW")]))
    drain(session, screen)

    assert screen.kinds[2:] == ["resync", "snapshot"]
    assert (screen.epoch, screen.cards) == ("e2", shown_by(board))


def test_another_epoch_in_the_middle_of_a_snapshot_starts_it_again() -> None:
    board = Board(at(0), [])
    board.apply(revision(1, {f"project/P{n}": {"name": "x" * 800} for n in range(3_000)}))
    session, screen = Session(), Screen()
    subscribe(session, screen, board)
    for _ in range(3):
        screen.receive(str(session.next(0.0)))

    board.become(Board(at(1, "e2"), [stored("project/NEW")]))
    drain(session, screen)

    assert screen.kinds == ["welcome", "snapshot", "snapshot", "resync", "snapshot"]
    assert screen.cards == shown_by(board)


def test_a_new_hello_replaces_the_subscription() -> None:
    board = a_board()
    session, screen = connected(board)

    screen.epoch = None
    subscribe(session, screen, board, Scope("item:project/P1"))
    drain(session, screen)

    assert list(screen.cards) == ["project/P1"]


# A part of the board


def test_a_card_that_leaves_the_scope_is_taken_away() -> None:
    board = a_board()
    session, screen = connected(board, Scope("programme:ATLAS"))

    board.apply(revision(2, {"project/P0": {"programme": "ORION"}}))
    drain(session, screen)

    assert screen.frames[-1]["changes"] == [{"key": "project/P0", "rev": 2, "card": None}]
    assert screen.cards == shown_by(board, Scope("programme:ATLAS"))


def test_what_happens_elsewhere_is_not_sent_and_the_heartbeat_moves_the_screen_on() -> None:
    board = a_board()
    session, screen = connected(board, Scope("item:project/P0"))

    board.apply(revision(2, {"project/P1": {"programme": "ATLAS"}}, "project/P1"))
    session.beat(0, 0.0)
    drain(session, screen)
    board.apply(revision(3, {"project/P0": {"programme": "ATLAS"}}, "project/P0"))
    drain(session, screen)

    assert screen.kinds[2:] == ["heartbeat", "patch"]
    assert [frame.get("prev") for frame in screen.frames[2:]] == [None, 2]
    assert screen.transitions == ["project/P0"]


def test_a_patch_starts_where_the_client_is_even_if_the_server_knows_better() -> None:
    board = a_board()
    session, screen = connected(board, Scope("item:project/P0"))

    board.apply(revision(2, {"project/P1": {}}))
    drain(session, screen)
    board.apply(revision(3, {"project/P0": {}}))
    drain(session, screen)

    assert screen.frames[-1]["prev"] == 1
    assert screen.cards == shown_by(board, Scope("item:project/P0"))


# Slow clients


def test_a_revision_too_large_for_a_patch_is_a_snapshot_and_nobodys_fault() -> None:
    board = a_board()
    session, screen = connected(board)

    for _ in range(5):
        flood(board)
        drain(session, screen)

    assert screen.kinds[2:] == ["resync", "snapshot"] * 5
    assert screen.closed is None
    assert screen.cards == shown_by(board)


def test_a_client_too_slow_twice_in_a_minute_is_let_go() -> None:
    board = a_board()
    session, screen = connected(board)

    for now in (0.0, 50.0):
        flood(board)
        drain(session, screen, now, held_s=4.0)

    assert screen.closed == CloseCode.SLOW
    assert screen.kinds.count("resync") == 1


def test_a_client_too_slow_now_and_then_is_kept() -> None:
    board = a_board()
    session, screen = connected(board)

    for now in (0.0, 61.0, 122.0):
        flood(board)
        drain(session, screen, now, held_s=4.0)

    assert screen.closed is None
    assert screen.cards == shown_by(board)


def test_a_position_that_left_the_ring_is_never_patched() -> None:
    board = a_board()
    session, screen = connected(board)

    board.become(Board(at(9), [stored("project/NEW")]))
    drain(session, screen)

    assert screen.kinds[2:] == ["resync", "snapshot"]
    assert screen.cards == shown_by(board)


# Signs of life


def test_a_heartbeat_waits_until_everything_else_is_said() -> None:
    board = a_board()
    session, screen = connected(board)

    board.apply(revision(2, {"project/P0": {}}))
    session.beat(40, 0.0)
    session.check()
    drain(session, screen)

    assert screen.kinds[2:] == ["patch", "heartbeat", "checksum"]
    assert (screen.frames[3]["revision"], screen.frames[3]["head"], screen.frames[3]["lag_ms"]) == (2, 2, 40)


def test_a_heartbeat_that_could_not_be_sent_in_time_is_not_sent_late() -> None:
    board = a_board()
    session, screen = connected(board)

    session.beat(0, now=0.0)
    drain(session, screen, now=3.5)

    assert screen.kinds[2:] == []


def test_the_checksum_of_a_scope_is_that_of_its_cards() -> None:
    board = a_board()
    session, screen = connected(board, Scope("item:project/P0"))

    session.check()
    drain(session, screen)

    assert screen.frames[-1]["cards"] == 1


def test_a_screen_is_told_to_identify_itself() -> None:
    session, screen = connected(a_board())

    session.command('{"type":"command","command":"identify"}')
    drain(session, screen)

    assert screen.frames[-1]["command"] == "identify"


def test_the_server_knows_what_a_screen_shows() -> None:
    session, _ = connected(a_board())

    session.hear(Ack(revision=1, rendered_ms=12.5))

    assert (session.revision_shown, session.rendered_ms) == (1, 12.5)


def test_after_the_end_nothing_is_said() -> None:
    board = a_board()
    session, _ = connected(board)
    board.apply(revision(2, {"project/P0": {}}))

    session.close(CloseCode.FORBIDDEN)

    assert [session.next(0.0), session.next(0.0)] == [Close(CloseCode.FORBIDDEN), None]
