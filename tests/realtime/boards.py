"""Boards, revisions and screens of people who do not exist, for the tests of the live edge."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from app.domain.board import CardChange, Head, Revision, StoredCard
from app.realtime import checksum
from app.realtime.board import Board
from app.realtime.scopes import ALL, Scope
from app.realtime.session import Close, Have, Resume, Session, plan

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
EPOCH = "e1"

Changes = Mapping[str, dict[str, Any] | None]


def at(revision: int, epoch: str = EPOCH) -> Head:
    """The head of a board at this revision."""
    moment = START + timedelta(minutes=revision)
    return Head(epoch, revision, f"hash-{epoch}-{revision}", revision, moment, moment)


def document(key: str, **fields: Any) -> bytes:
    """A card with the fields that place it, and little else."""
    return orjson.dumps({"kind": key.partition("/")[0], **fields})


def stored(key: str, rev: int = 1, **fields: Any) -> StoredCard:
    return StoredCard(key, rev, document(key, **fields))


def revision(number: int, changes: Changes, *transitions: str, epoch: str = EPOCH) -> Revision:
    """Revision `number`; each change is the fields of a card, or None. A transition names its item."""
    changed = tuple(
        CardChange(key, None if fields is None else document(key, **fields))
        for key, fields in changes.items()
    )
    told = tuple(
        orjson.dumps({"revision": number, "item": item, "kind": "rag", "name": item, "at": START})
        for item in transitions
    )
    return Revision("demo", at(number, epoch), changed, told)


def a_board(projects: int = 3, revision: int = 1) -> Board:
    """Projects P0, P1, … of the programme ATLAS, all there since revision 1."""
    cards = [stored(f"project/P{n}", programme="ATLAS", name=f"Project {n}") for n in range(projects)]
    return Board(at(revision), [stored("programme/ATLAS"), *cards])


class Screen:
    """A client that keeps the rule: a patch applies iff it starts where this screen is."""

    def __init__(self) -> None:
        self.cards: dict[str, tuple[int, Any]] = {}
        self.epoch: str | None = None
        self.revision: int | None = None
        self.hash: str | None = None
        self.frames: list[dict[str, Any]] = []
        self.transitions: list[str] = []
        self.closed: int | None = None
        self._parts: dict[str, tuple[int, Any]] = {}

    @property
    def have(self) -> Have:
        return Have(self.epoch, self.revision, self.hash)

    @property
    def kinds(self) -> list[str]:
        """The types of the frames so far."""
        return [frame["type"] for frame in self.frames]

    def receive(self, text: str | bytes) -> None:
        frame = orjson.loads(text)
        self.frames.append(frame)
        match frame["type"]:
            case "snapshot":
                self._snapshot(frame)
            case "patch":
                self._patch(frame)
            case "heartbeat":
                self.revision = frame["revision"]
            case "checksum":
                assert frame["revision"] == self.revision
                assert (frame["cards"], tuple(frame["sum"])) == (len(self.cards), self.sum)
            case "welcome":
                self._parts = {}
            case _:
                pass

    @property
    def sum(self) -> tuple[int, int]:
        terms = (checksum.term(key, rev) for key, (rev, _) in self.cards.items())
        return checksum.halves(checksum.add(0, *terms))

    def _snapshot(self, frame: dict[str, Any]) -> None:
        if frame["part"] == 1:
            self._parts = {}
        self._parts |= {entry["key"]: (entry["rev"], entry["card"]) for entry in frame["cards"]}
        if frame["part"] == frame["parts"]:
            self.cards = self._parts
            self.epoch, self.revision, self.hash = frame["epoch"], frame["revision"], frame["hash"]

    def _patch(self, frame: dict[str, Any]) -> None:
        assert (frame["epoch"], frame["prev"]) == (self.epoch, self.revision)
        for change in frame["changes"]:
            self.cards.pop(change["key"], None)
            if change["card"] is not None:
                self.cards[change["key"]] = (change["rev"], change["card"])
        self.revision, self.hash = frame["revision"], frame["hash"]
        self.transitions += [told["item"] for told in frame["transitions"]]


def shown_by(board: Board, scope: Scope = ALL) -> dict[str, tuple[int, Any]]:
    """The map that a screen at the head must have."""
    return {card.key: (card.rev, orjson.loads(card.document)) for card in board.view(scope)}


def subscribe(session: Session, screen: Screen, board: Board, scope: Scope = ALL) -> None:
    """Say hello with what the screen has; only the ring can be resumed from."""
    decided = plan(board, scope, screen.have)
    missed = decided.missed if isinstance(decided, Resume) else None
    session.begin(board, scope, screen.have, missed, '{"type":"welcome"}')


def drain(session: Session, screen: Screen, now: float = 0.0, held_s: float = 0.0) -> None:
    """Deliver everything that the session has to say."""
    while (said := session.next(now, held_s=held_s)) is not None:
        if isinstance(said, Close):
            screen.closed = said.code
        else:
            screen.receive(said)
