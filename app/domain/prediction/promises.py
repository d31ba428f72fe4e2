"""Promises: every date that was forecast for a milestone, and what became of it, from a walk along the log.

A promise *slipped* if its forecast was later moved past its date (or to a target without one), or if its
item was stopped or put on hold before it was held. It *held* if the milestone was achieved, or if the item
was heard of on the date or after and the forecast stood: a later move makes it slipped after all. Before
that its outcome is unknown, and stays so if nobody says more. Brought forward, it is no promise any more.

What was known of a promise is looked at every fortnight of the fourteen weeks before its date, so that the
experience of a portfolio grows quickly; a promise counts once for each condition that it was ever seen in.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from typing import Final, NamedTuple

from app.domain.events.catalogue import AnyEvent
from app.domain.events.items import AliasAdded, ItemStateChanged
from app.domain.events.reporting import ClockReached
from app.domain.facts import ItemFacts, Milestone, PortfolioFacts
from app.domain.fold import Recorded, fold
from app.domain.prediction.experience import Cell, Experience, cells_of
from app.domain.prediction.situation import Situation, is_open, situation
from app.domain.subject import Key

HORIZONS: Final = (98, 84, 70, 56, 42, 28, 14)
"""Days before a promised date at which its situation is looked at."""
BROKEN: Final = frozenset({"stopped", "on_hold"})


@dataclass(slots=True)
class Promise:
    """A forecast date of a milestone. `slipped` is None until its outcome is known."""

    subject: Key
    milestone: str
    date: date
    slipped: bool | None = None
    cells: set[Cell] = field(default_factory=set)
    """The conditions that it was seen in before its date."""
    counted: bool | None = None
    """The outcome as it was counted."""

    @property
    def due(self) -> datetime:
        """When its date begins."""
        return datetime.combine(self.date, time(), UTC)


class Seen(NamedTuple):
    """A promise in its situation, so many days before its date."""

    promise: Promise
    days: int
    situation: Situation
    at: datetime


@dataclass(slots=True)
class Walk:
    """A walk along a log in the order in which it was recorded. Nothing ahead is known at any step."""

    facts: PortfolioFacts = field(default_factory=PortfolioFacts)
    watch: Callable[[Seen, Experience], None] | None = None
    """Told of every promise looked at before its date, with the experience of that moment."""
    experience: Experience = field(default_factory=Experience)
    _promises: dict[Key, dict[str, Promise]] = field(default_factory=dict)
    """The standing promise of each milestone, by item."""
    _ahead: list[tuple[datetime, int, int, Promise]] = field(default_factory=list)
    """When to look at a promise next: instant, order, days before its date (0: it is due)."""
    _awaited: dict[Key, set[str]] = field(default_factory=dict)
    """Milestones that are due, and of whose item nothing was heard since."""
    _order: int = 0

    def take(self, recorded: Recorded) -> None:
        """The next event: first what was due before it, then what it says."""
        self.reach(self._moment(recorded))
        self.facts.changed.clear()
        subject = fold(self.facts, recorded)
        if subject is not None and self.facts.now is not None:
            codes = self._concerned(subject, recorded.event)
            if codes:
                self._settle(subject, codes, self.facts.now)

    def reach(self, now: datetime) -> None:
        """Time goes on to `now`, which lies before whatever comes next."""
        while self._ahead and self._ahead[0][0] <= now:
            at, _, days, promise = heappop(self._ahead)
            if days:
                self._look(promise, days, at)
            else:
                self._count(promise)

    def _moment(self, recorded: Recorded) -> datetime:
        """Portfolio time once this event is recorded, as the fold has it."""
        now = self.facts.now
        if self.facts.clock == "live":
            moment = recorded.recorded_at
        elif isinstance(recorded.event, ClockReached):
            moment = recorded.event.data.at
        else:
            moment = recorded.event.time if now is None else now
        return moment if now is None else max(moment, now)

    def _look(self, promise: Promise, days: int, at: datetime) -> None:
        item = self.facts.whole(self.facts.resolve(promise.subject))
        milestone = item.milestones.get(promise.milestone)
        if promise.slipped is not None or milestone is None or not is_open(item, milestone):
            return
        seen = situation(item, milestone, at)
        if self.watch is not None:
            self.watch(Seen(promise, days, seen, at), self.experience)
        promise.cells |= cells_of(seen)

    def _concerned(self, subject: Key, event: AnyEvent) -> set[str]:
        """The milestones of which this event may say something: named, awaited, or all of the item."""
        codes = {place[2] for place in self.facts.changed if place[0] == "milestone"}
        codes |= self._awaited.pop(subject, set())
        if isinstance(event, ItemStateChanged | AliasAdded):
            codes |= self.facts.whole(subject).milestones.keys()
        return codes

    def _settle(self, subject: Key, codes: Iterable[str], now: datetime) -> None:
        """What an event about this item means for these of its promises."""
        item = self.facts.whole(subject)
        standing = self._promises.setdefault(subject, {})
        for code in codes:
            milestone = item.milestones.get(code)
            expected, promise = _expected(milestone), standing.get(code)
            if promise is not None:
                promise.slipped = _outcome(promise, item, milestone, now)
                if now >= promise.due:
                    self._count(promise)
                if expected == promise.date:
                    continue
                del standing[code]
            if expected is not None:
                standing[code] = self._promised(Promise(subject, code, expected), now)

    def _promised(self, promise: Promise, now: datetime) -> Promise:
        for days in (*HORIZONS, 0):
            at = promise.due - timedelta(days=days)
            if at >= now:
                self._order += 1
                heappush(self._ahead, (at, self._order, days, promise))
        return promise

    def _count(self, promise: Promise) -> None:
        """Count the outcome of a promise whose date has come, once; again if it slipped after all."""
        if promise.slipped is None:
            self._awaited.setdefault(promise.subject, set()).add(promise.milestone)
        if promise.slipped is None or promise.counted == promise.slipped or not promise.cells:
            return
        self.experience.learn(
            promise.cells, slipped=promise.slipped, cases=1 if promise.counted is None else 0
        )
        promise.counted = promise.slipped


def _expected(milestone: Milestone | None) -> date | None:
    forecast = None if milestone is None else milestone.get("forecast")
    found: date | None = None if forecast is None else forecast[0]
    return found


def _outcome(promise: Promise, item: ItemFacts, milestone: Milestone | None, now: datetime) -> bool | None:
    """Whether the promise has slipped, as far as is known now."""
    if promise.slipped or milestone is None:
        return promise.slipped
    if milestone.get("achieved") is not None:
        return False
    expected = _expected(milestone)
    if expected is None or expected > promise.date:
        return True
    if promise.slipped is None and item.get("state") in BROKEN:
        return True
    return False if expected == promise.date and now >= promise.due else promise.slipped
