"""A board in memory: what belongs to a view, what can be resumed from, what adds up."""

import orjson
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from app.realtime import board as board_module
from app.realtime import checksum
from app.realtime.board import Board
from app.realtime.protocol import ServerMessage
from app.realtime.scopes import ALL, Scope, parse, scopes_of
from tests.realtime.boards import START, a_board, at, revision, stored

KEYS = [
    *("programme/A", "programme/B", "project/P", "project/Q", "milestone/P.1", "milestone/Q.1"),
    *("alert/1", "alert/2", "alert/3"),
]
PARENTS = {
    "project": ("programme", ["A", "B"]),
    "milestone": ("project", ["P", "Q"]),
    "alert": ("item", ["project/P", "project/Q", "programme/A", "source/S"]),
}
SCOPES = [
    *map(Scope, ("programme:A", "programme:B", "programme:C")),
    *map(Scope, ("item:project/P", "item:project/Q", "item:programme/A", "item:alert/1")),
]


@st.composite
def changes(draw: st.DrawFn) -> dict[str, dict[str, str] | None]:
    """Some cards, each anywhere it may hang, or gone."""
    changed: dict[str, dict[str, str] | None] = {}
    for key in draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=4)):
        named = PARENTS.get(key.partition("/")[0])
        fields = {} if named is None else {named[0]: draw(st.sampled_from(named[1]))}
        changed[key] = draw(st.sampled_from([fields, fields, fields, None]))
    return changed


History = list[dict[str, dict[str, str] | None]]
HISTORIES = st.lists(changes(), max_size=12)


def played(history: History) -> Board:
    board = Board(at(0), [])
    for number, changed in enumerate(history, 1):
        assert board.apply(revision(number, changed))
    return board


@given(HISTORIES)
def test_the_sum_kept_as_cards_change_is_the_sum_of_the_cards(history: History) -> None:
    board = played(history)

    assert board.total(ALL)[1] == checksum.add(
        0, *(checksum.term(c.key, c.rev) for c in board.cards.values())
    )


@given(HISTORIES)
def test_a_view_has_the_cards_whose_scopes_name_it(history: History) -> None:
    board = played(history)

    for scope in SCOPES:
        belonging = {key for key in board.cards if scope in scopes_of(key, board._parents)}
        assert {card.key for card in board.view(scope)} == belonging


@given(HISTORIES)
def test_a_board_moved_step_by_step_is_the_board_loaded_at_the_end(
    history: History,
) -> None:
    board = played(history)
    loaded = Board(board.head, board.cards.values())

    assert board.total(ALL) == loaded.total(ALL)
    assert board._parents == loaded._parents
    assert board._children == loaded._children


def test_a_revision_that_is_not_the_next_one_changes_nothing() -> None:
    board = a_board(revision=5)

    refused = [board.apply(revision(number, {"project/P0": None})) for number in (4, 5, 7)]

    assert refused == [False, False, False]
    assert "project/P0" in board.cards


def test_a_revision_of_another_epoch_changes_nothing() -> None:
    board = a_board(revision=5)

    assert not board.apply(revision(6, {}, epoch="other"))


def test_the_ring_covers_exactly_what_it_can_replay() -> None:
    board = a_board(revision=5)
    board.apply(revision(6, {"project/P0": {}}))
    board.apply(revision(7, {"project/P1": {}}))

    assert [number for number in range(10) if board.covers(number)] == [5, 6, 7]
    assert [board.hash_at(number) for number in (4, 5, 6, 7)] == [None, "hash-e1-5", "hash-e1-6", "hash-e1-7"]


def test_the_oldest_revisions_leave_the_ring_first() -> None:
    board = a_board()
    for number in range(2, 30):
        board.apply(revision(number, {f"project/N{n}": {} for n in range(board_module.RING // 10)}))

    assert not board.covers(18)
    assert board.covers(19)
    assert board.hash_at(19) == "hash-e1-19"


def test_many_small_revisions_do_not_fill_the_memory() -> None:
    board = a_board()
    for number in range(2, board_module.RING_STEPS + 100):
        board.apply(revision(number, {"project/P0": {}}))

    assert not board.covers(98)
    assert board.covers(99)


def test_a_moved_project_takes_its_milestones_and_alerts_along() -> None:
    cards = [
        stored("project/P", programme="A"),
        stored("milestone/M", project="P"),
        stored("alert/1", item="project/P"),
    ]
    board = Board(at(1), cards)
    board.apply(revision(2, {"project/P": {"programme": "B"}}))

    left = board.missed(Scope("programme:A"), 1)
    entered = board.missed(Scope("programme:B"), 1)

    assert left is not None
    assert entered is not None
    assert set(left.keys) == set(entered.keys) == {"project/P", "milestone/M", "alert/1"}


def test_more_transitions_than_a_patch_takes_are_counted() -> None:
    board = a_board()
    board.apply(revision(2, {}, *[f"project/P{n}" for n in range(130)]))

    frame = orjson.loads(board.patch(ALL, 1, 1) or "")

    assert [told["item"] for told in frame["transitions"]] == [f"project/P{n}" for n in range(30, 130)]
    assert frame["more_transitions"] == 30


def test_every_frame_is_a_message_of_the_protocol() -> None:
    source = {"name": "SAP", "since": START, "last_at": START, "silent_at": START}
    board = Board(at(0), [])
    board.apply(revision(1, {"source/sap": source, "source/gone": None}))
    texts = [
        *board.snapshot_parts(ALL),
        board.patch(ALL, 0, 0),
        board.heartbeat(12),
        board.checksum(ALL),
    ]
    messages: TypeAdapter[ServerMessage] = TypeAdapter(ServerMessage)

    kinds = [messages.validate_json(text or "").type for text in texts]

    assert kinds == ["snapshot", "patch", "heartbeat", "checksum"]


def test_what_is_no_scope_is_refused() -> None:
    asked = [
        "all",
        "programme:ATLAS",
        "item:project/P-1",
        "programme:",
        "item:",
        "everything",
        "item:x y",
        "",
    ]

    assert [parse(text) is not None for text in asked] == [
        True,
        True,
        True,
        False,
        False,
        False,
        False,
        False,
    ]


def test_a_large_view_comes_in_numbered_parts_that_make_the_whole() -> None:
    wide = {f"project/P{n}": {"programme": "A", "name": "x" * 500} for n in range(4_000)}
    board = Board(at(0), [])
    board.apply(revision(1, wide))

    parts = [orjson.loads(part) for part in board.snapshot_parts(ALL)]

    assert [part["part"] for part in parts] == list(range(1, len(parts) + 1))
    assert {part["parts"] for part in parts} == {len(parts)}
    assert {entry["key"] for part in parts for entry in part["cards"]} == set(wide)
    assert max(map(len, board.snapshot_parts(ALL))) < 300_000
