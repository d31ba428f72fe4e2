"""The law: whatever happens on the way, snapshot + patches == the next snapshot."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.domain.board import StoredCard
from app.realtime.board import Board
from app.realtime.scopes import ALL, Scope
from app.realtime.session import Session
from tests.realtime.boards import Screen, at, drain, revision, shown_by, subscribe
from tests.realtime.test_board import changes

SCOPES = st.sampled_from([ALL, ALL, Scope("programme:A"), Scope("item:project/P")])
WHICH = st.integers(0, 2)


@dataclass
class Seat:
    """A screen, its session, and what it looks at."""

    scope: Scope
    screen: Screen = field(default_factory=Screen)
    session: Session = field(default_factory=Session)


class Screens(RuleBasedStateMachine):
    """Three screens over one board that moves, restarts and forgets; each reads when it likes."""

    @initialize(scopes=st.tuples(SCOPES, SCOPES, SCOPES))
    def open(self, scopes: tuple[Scope, Scope, Scope]) -> None:
        self.board = Board(at(0), [])
        self.epochs = 1
        self.shown: dict[tuple[str, int, Scope], dict[str, tuple[int, Any]]] = {}
        self.seats = [Seat(scope) for scope in scopes]
        for seat in self.seats:
            subscribe(seat.session, seat.screen, self.board, seat.scope)
        self.note()

    def note(self) -> None:
        for seat in self.seats:
            here = (self.board.head.epoch, self.board.head.revision, seat.scope)
            self.shown[here] = shown_by(self.board, seat.scope)

    @rule(changed=changes(), items=st.lists(st.sampled_from(["project/P", "project/Q"]), max_size=2))
    def revise(self, changed: dict[str, dict[str, str] | None], items: list[str]) -> None:
        number = self.board.head.revision + 1
        assert self.board.apply(revision(number, changed, *items, epoch=self.board.head.epoch))
        self.note()

    @rule(which=WHICH)
    def read_one(self, which: int) -> None:
        seat = self.seats[which]
        said = seat.session.next(0.0)
        if isinstance(said, str):
            seat.screen.receive(said)

    @rule(which=WHICH)
    def read_all(self, which: int) -> None:
        seat = self.seats[which]
        drain(seat.session, seat.screen)

    @rule(which=WHICH)
    def come_back(self, which: int) -> None:
        seat = self.seats[which]
        seat.session = Session()
        subscribe(seat.session, seat.screen, self.board, seat.scope)

    @rule(which=WHICH)
    def prove_life(self, which: int) -> None:
        self.seats[which].session.beat(0, 0.0)
        self.seats[which].session.check()

    @rule()
    def forget_the_ring(self) -> None:
        self.board.become(Board(self.board.head, self.board.cards.values()))

    @rule(keep=st.booleans())
    def rewrite_history(self, keep: bool) -> None:
        self.epochs += 1
        kept = list(self.board.cards.values()) if keep else []
        moved = [StoredCard(card.key, 1, card.document) for card in kept]
        self.board.become(Board(at(1, f"e{self.epochs}"), moved))
        self.note()

    @invariant()
    def a_screen_shows_only_what_was_once_so(self) -> None:
        for seat in self.seats:
            if seat.screen.epoch is not None and seat.screen.revision is not None:
                here = (seat.screen.epoch, seat.screen.revision, seat.scope)
                assert seat.screen.cards == self.shown[here]

    def teardown(self) -> None:
        for seat in getattr(self, "seats", []):
            drain(seat.session, seat.screen)
            assert seat.screen.cards == shown_by(self.board, seat.scope)
            assert seat.screen.closed is None


TestScreens = Screens.TestCase
TestScreens.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
