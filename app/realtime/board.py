"""One board in memory: the map of cards at the head, and what the last revisions touched.

The one value that every connection of a portfolio is served from. A connection is only a position:
what it has missed is the keys touched after that position, each at its latest card. So conflation
needs no queue per connection, and everyone at the same position shares one encoded frame.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import orjson

from app.domain.board import CardChange, Head, Revision, StoredCard
from app.realtime import checksum, frames
from app.realtime.scopes import ALL, Scope, members, parent_of, scopes_of

RING: Final = 20_000
"""Keys remembered over all revisions of the ring."""
RING_STEPS: Final = 3_000
"""Revisions remembered: minutes, at about 1 KB each; further back there is the change table."""
PENDING_KEYS: Final = 5_000
PENDING_BYTES: Final = 4 * 1024 * 1024
"""More than this is not worth patching: a snapshot is as short."""
TRANSITIONS: Final = 100
"""Transitions in one patch; of more, the latest, and how many are not listed."""


class _Transition(NamedTuple):
    item: str
    document: bytes


@dataclass(frozen=True, slots=True)
class _Step:
    """A revision as the ring remembers it."""

    revision: int
    hash: str
    changed: tuple[str, ...]
    touched: Mapping[str, frozenset[Scope]]
    """Each key with the scopes that it was in, before or after: also cards that only moved along."""
    transitions: tuple[_Transition, ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """What a connection has to be told: keys in the order of their last change, and transitions."""

    keys: Mapping[str, int]
    """Each with the revision that touched it last."""
    transitions: tuple[bytes, ...] = ()


class Board:
    """The map of one portfolio, moved from revision to revision. Owns no clock and does no I/O."""

    def __init__(self, head: Head, cards: Iterable[StoredCard]) -> None:
        self.head = head
        self.cards = {card.key: card for card in cards}
        self._parents: dict[str, str] = {}
        self._children: dict[str, set[str]] = {}
        for card in self.cards.values():
            self._hang(card.key, parent_of(card.key, card.document))
        self._sum = checksum.add(0, *(checksum.term(card.key, card.rev) for card in self.cards.values()))
        self._ring: deque[_Step] = deque()
        self._remembered = 0
        self._start_hash = head.hash
        self._frames: dict[tuple[object, ...], str] = {}
        self._missed: dict[tuple[Scope, int], Missed | None] = {}
        self._bodies: dict[Scope, bytes] = {}
        self._parts: dict[Scope, list[str]] = {}

    def become(self, other: "Board") -> None:
        """Start again from another whole map: nothing before it can be resumed from."""
        vars(self).update(vars(other))

    def apply(self, revision: Revision) -> bool:
        """Move to the next revision; False, and nothing happens, if it is not the next of this epoch."""
        if revision.head.epoch != self.head.epoch or revision.head.revision != self.head.revision + 1:
            return False
        touched: dict[str, frozenset[Scope]] = {}
        for change in revision.changes:
            self._change(change, revision.head.revision, touched)
        self._remember(revision, touched)
        self.head = revision.head
        for cache in (self._frames, self._missed, self._bodies, self._parts):
            cache.clear()
        return True

    # What can be resumed from

    def covers(self, revision: int) -> bool:
        """Is every step after this revision in the ring?"""
        return self.head.revision - len(self._ring) <= revision <= self.head.revision

    def hash_at(self, revision: int) -> str | None:
        """The hash of a revision that the ring covers."""
        if not self.covers(revision):
            return None
        steps = self.head.revision - revision
        return self._start_hash if steps == len(self._ring) else self._ring[-1 - steps].hash

    def missed(self, scope: Scope, after: int) -> Missed | None:
        """What a covered revision does not have yet; None: so much that a snapshot is shorter."""
        asked = (scope, after)
        if asked not in self._missed:
            self._missed[asked] = self._gather(scope, after)
        return self._missed[asked]

    # Frames, each encoded once however many connections are sent it

    def snapshot(self, scope: Scope) -> bytes:
        """The whole view in one frame."""
        body = self._bodies.get(scope)
        if body is None:
            body = self._bodies[scope] = frames.snapshot(self.head, self.view(scope))
        return body

    def snapshot_parts(self, scope: Scope) -> list[str]:
        """The whole view in one frame, or in numbered ones."""
        parts = self._parts.get(scope)
        if parts is None:
            made = frames.snapshot_parts(self.head, self.view(scope))
            parts = self._parts[scope] = [part.decode() for part in made]
        return parts

    def patch(self, scope: Scope, prev: int, after: int) -> str | None:
        """The step from `prev`, which has everything up to `after`, to the head; None: too much for one."""
        asked = ("patch", scope, prev, after)
        if asked not in self._frames:
            missed = self.missed(scope, after)
            text = None if missed is None else self.patch_of(scope, prev, missed)
            if text is None:
                return None
            self._frames[asked] = text
        return self._frames[asked]

    def patch_of(self, scope: Scope, prev: int, missed: Missed) -> str | None:
        """The step from `prev` to the head for what was missed; None: too much for one."""
        changes = [self._entry(scope, key, rev) for key, rev in missed.keys.items()]
        if len(changes) > PENDING_KEYS or sum(map(len, changes)) > PENDING_BYTES:
            return None
        shown = missed.transitions[-TRANSITIONS:]
        more = len(missed.transitions) - len(shown)
        return frames.patch(self.head, prev, changes, shown, more).decode()

    def heartbeat(self, lag_ms: int) -> str:
        """For a connection that has everything."""
        asked = ("heartbeat", lag_ms)
        if asked not in self._frames:
            number = self.head.revision
            self._frames[asked] = frames.heartbeat(number, number, self.head.as_of, lag_ms).decode()
        return self._frames[asked]

    def checksum(self, scope: Scope) -> str:
        """For a connection that has everything."""
        asked = ("checksum", scope)
        if asked not in self._frames:
            count, total = self.total(scope)
            self._frames[asked] = frames.checksum(self.head.revision, count, checksum.halves(total)).decode()
        return self._frames[asked]

    # The view of a scope

    def view(self, scope: Scope) -> Iterator[StoredCard]:
        """The cards of this scope."""
        if scope == ALL:
            yield from self.cards.values()
            return
        for key in members(scope, self._children):
            if (card := self.cards.get(key)) is not None:
                yield card

    def total(self, scope: Scope) -> tuple[int, int]:
        """How many cards this view has, and their sum; of the whole board it is kept as it changes."""
        if scope == ALL:
            return len(self.cards), self._sum
        terms = [checksum.term(card.key, card.rev) for card in self.view(scope)]
        return len(terms), checksum.add(0, *terms)

    # How the map moves

    def _change(self, change: CardChange, rev: int, touched: dict[str, frozenset[Scope]]) -> None:
        key, document = change.key, change.document
        parent = None if document is None else parent_of(key, document)
        along = self._children.get(key, ()) if parent != self._parents.get(key) else ()
        moved = [key, *along]
        self._touch(moved, touched)
        if (before := self.cards.pop(key, None)) is not None:
            self._sum = checksum.add(self._sum, -checksum.term(key, before.rev))
        self._hang(key, parent)
        if document is not None:
            self.cards[key] = StoredCard(key, rev, document)
            self._sum = checksum.add(self._sum, checksum.term(key, rev))
        self._touch(moved, touched)

    def _touch(self, keys: Collection[str], touched: dict[str, frozenset[Scope]]) -> None:
        for key in keys:
            touched[key] = touched.get(key, frozenset()) | scopes_of(key, self._parents)

    def _hang(self, key: str, parent: str | None) -> None:
        before = self._parents.pop(key, None)
        if before is not None and before != parent:
            siblings = self._children[before]
            siblings.discard(key)
            if not siblings:
                del self._children[before]
        if parent is not None:
            self._parents[key] = parent
            self._children.setdefault(parent, set()).add(key)

    def _remember(self, revision: Revision, touched: Mapping[str, frozenset[Scope]]) -> None:
        told = tuple(
            _Transition(orjson.loads(document).get("item", ""), document) for document in revision.transitions
        )
        changed = tuple(change.key for change in revision.changes)
        self._ring.append(_Step(revision.head.revision, revision.head.hash, changed, touched, told))
        self._remembered += len(touched)
        while len(self._ring) > 1 and (self._remembered > RING or len(self._ring) > RING_STEPS):
            oldest = self._ring.popleft()
            self._start_hash = oldest.hash
            self._remembered -= len(oldest.touched)

    def _gather(self, scope: Scope, after: int) -> Missed | None:
        keys: dict[str, int] = {}
        told: list[bytes] = []
        for step in self._steps(after):
            for key in step.changed if scope == ALL else step.touched:
                if scope == ALL or scope in step.touched[key]:
                    keys[key] = step.revision
            told.extend(t.document for t in step.transitions if self._concerns(t.item, scope))
            if len(keys) > PENDING_KEYS:
                return None
        return Missed(keys, tuple(told))

    def _steps(self, after: int) -> list[_Step]:
        count = self.head.revision - after
        return [self._ring[place] for place in range(-count, 0)]

    def _concerns(self, item: str, scope: Scope) -> bool:
        return scope == ALL or scope in scopes_of(item, self._parents)

    def _entry(self, scope: Scope, key: str, touched: int) -> bytes:
        card = self.cards.get(key)
        if card is None or not (scope == ALL or scope in scopes_of(key, self._parents)):
            return frames.entry(key, touched, None)
        return frames.entry(key, card.rev, card.document)
