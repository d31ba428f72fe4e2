"""What projects share: the people that several of them ask for, and the milestones that others wait for.

Each project adds its share, kept until its records change. A round looks at the shares of what it touched
and learns whom a change concerns, so that nobody looks through all projects for one.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, NamedTuple

from app.domain.calendar import ONE_DAY
from app.domain.colours import AT_REST
from app.domain.dossier import OPEN, Dossier, filed, said_by
from app.domain.events.envelope import EARLIEST, LATEST
from app.domain.facts import ItemFacts, PortfolioFacts
from app.domain.records import STATE, Record
from app.domain.subject import PORTFOLIO, Key

AT_WORK: Final = frozenset({"confirmed", "active"})
SHARED: Final = "shared"
"""Where a project finds what others share with it, among what is derived from its facts."""


class Load(NamedTuple):
    """Somebody is assigned to a project, in per cent of a full time; both days included."""

    project: Key
    ref: str
    person: str
    start: date
    end: date
    pct: Decimal
    events: tuple[int, ...]


class Lead(NamedTuple):
    """Somebody manages a project; both days included."""

    project: Key
    person: str
    start: date
    end: date
    events: tuple[int, ...]


class Wait(NamedTuple):
    """A dependency on a milestone of another item, by the subject that it was told of."""

    ref: str
    upstream: Key
    milestone: str


class Delivery(NamedTuple):
    """When a milestone that somebody waits for is expected."""

    upstream: Key
    milestone: str
    expected: date
    events: tuple[int, ...]


class Share(NamedTuple):
    """What one project has to do with others."""

    loads: tuple[Load, ...] = ()
    leads: tuple[Lead, ...] = ()
    waits: tuple[Wait, ...] = ()

    @property
    def people(self) -> set[str]:
        """Everybody who works on it or manages it."""
        return {each.person for each in self.loads} | {each.person for each in self.leads}


class Shared(NamedTuple):
    """What others have to do with one project."""

    loads: tuple[Load, ...] = ()
    """Their assignments of those who work on it."""
    leads: tuple[Lead, ...] = ()
    """What those who manage it manage beside it."""
    deliveries: tuple[tuple[str, Delivery], ...] = ()
    """The milestones that it waits for, by the reference of the dependency."""


NO_SHARE: Final = Share()
NOTHING_SHARED: Final = Shared()


def shared_of(facts: ItemFacts) -> Shared:
    """What others share with this item."""
    found: Shared = facts.derived.get(SHARED, NOTHING_SHARED)
    return found


@dataclass(slots=True)
class Sharing:
    """The shares of all projects."""

    shares: dict[Key, Share] = field(default_factory=dict)
    seen: dict[Key, tuple[Any, ...]] = field(default_factory=dict)
    """What each share was made from."""
    people: dict[str, set[Key]] = field(default_factory=dict)
    waiting: dict[Key, set[Key]] = field(default_factory=dict)
    """Subject → the projects that wait for a milestone of it."""

    def take(self, facts: PortfolioFacts, keys: Collection[Key]) -> set[Key]:
        """Look again at these items; the projects to which something else is shared now."""
        concerned: set[Key] = set()
        for key in keys:
            for subject in (key, *facts.references.get(key, ())):
                concerned |= self.waiting.get(subject, set())
                if subject != key:
                    concerned |= self._put(subject, NO_SHARE)
            concerned |= self._put(key, self._share(facts, key))
        return {key for key in concerned if self._tell(facts, key)}

    def _share(self, facts: PortfolioFacts, key: Key) -> Share:
        item = facts.items.get(key)
        if item is None or key in facts.aliases or not item.registered or key == PORTFOLIO:
            return NO_SHARE
        whole = facts.whole(key)
        dossier, rests = filed(whole), whole.get("state") in AT_REST
        basis = (dossier, rests, whole.attributes.get("roles"))
        seen = self.seen.get(key)
        if seen is not None and all(each is other for each, other in zip(basis, seen, strict=True)):
            return self.shares.get(key, NO_SHARE)
        self.seen[key] = basis
        return NO_SHARE if rests else share_of(whole, dossier)

    def _put(self, key: Key, after: Share) -> set[Key]:
        """Keep this share; whom the change concerns, the project itself among them."""
        before = self.shares.get(key, NO_SHARE)
        if after == before:
            return set()
        concerned = {key}
        for person in before.people | after.people:
            there = self.people.setdefault(person, set())
            (there.add if person in after.people else there.discard)(key)
            concerned |= there
        for wait in before.waits:
            self.waiting[wait.upstream].discard(key)
        for wait in after.waits:
            self.waiting.setdefault(wait.upstream, set()).add(key)
        self.shares[key] = after
        return concerned

    def _tell(self, facts: PortfolioFacts, key: Key) -> bool:
        """Let a project know what others share with it; whether that is something else."""
        item = facts.item(key)
        after = self._shared(facts, key, self.shares.get(key, NO_SHARE))
        if shared_of(item) == after:
            return False
        item.derived[SHARED] = after
        item.derived.pop("record_warnings", None)
        return True

    def _shared(self, facts: PortfolioFacts, key: Key, own: Share) -> Shared:
        others = {person: sorted(self.people[person] - {key}) for person in sorted(own.people)}
        working, leading = {each.person for each in own.loads}, {each.person for each in own.leads}
        met = [(person, self.shares[other]) for person, keys in others.items() for other in keys]
        awaited = ((wait.ref, delivery(facts, wait)) for wait in own.waits)
        return Shared(
            tuple(e for who, share in met if who in working for e in share.loads if e.person == who),
            tuple(e for who, share in met if who in leading for e in share.leads if e.person == who),
            tuple((ref, found) for ref, found in awaited if found is not None),
        )


def sharing_of(facts: PortfolioFacts) -> Sharing:
    """The shares by these facts: made once of all items, and kept."""
    held: Sharing | None = facts.derived.get("sharing")
    if held is None:
        held = facts.derived["sharing"] = Sharing()
        held.take(facts, list(facts.items))
    return held


def concerned_by(facts: PortfolioFacts, touched: Collection[Key]) -> set[Key]:
    """The projects to which something else is shared since these items have changed."""
    return sharing_of(facts).take(facts, touched)


def share_of(item: ItemFacts, dossier: Dossier) -> Share:
    """What a project with these records has to do with others."""
    return Share(
        tuple(loads_of(item.subject, dossier)),
        tuple(leads_of(item, dossier)),
        tuple(
            Wait(each.ref, Key(each.get("from_item")), each.get("milestone"))
            for each in dossier.of("dependency")
            if each.state in OPEN and each.get("from_item") is not None and each.get("milestone") is not None
        ),
    )


def loads_of(project: Key, dossier: Dossier) -> Iterator[Load]:
    """Everybody who is assigned, as far as it is known who, from when and how much."""
    for each in dossier.of("allocation"):
        person, pct, start = each.get("person_ref"), each.number("pct"), begins(each)
        if each.state in AT_WORK and person is not None and pct is not None and start is not None:
            end, events = each.day("end"), said_by(each, "person_ref", "pct", "start", "end", STATE)
            yield Load(project, each.ref, person, start, LATEST if end is None else end, pct, events)


def begins(allocation: Record) -> date | None:
    """The day on which somebody started, or is to."""
    return allocation.day("started") or allocation.day("start") or allocation.day("needed_by")


def _led(dossier: Dossier) -> list[Record]:
    """The changes of the project manager that have a day, oldest first."""
    changes = [each for each in dossier.of("role") if each.get("role") == "pm" and each.get("effective")]
    return sorted(changes, key=lambda each: (each.get("effective"), each.ref))


def leads_of(item: ItemFacts, dossier: Dossier) -> Iterator[Lead]:
    """Who manages it when: by the changes of the role, else whom the item names."""
    changes = _led(dossier)
    if not changes:
        named = item.attributes.get("roles")
        manager = None if named is None or named.value is None else named.value.get("manager")
        if named is not None and manager is not None:
            yield Lead(item.subject, manager, EARLIEST, LATEST, (named.stamp.seq,))
        return
    days = [date.fromisoformat(each.get("effective")) for each in changes]
    for change, (start, after) in zip(changes, pairwise([*days, LATEST + ONE_DAY]), strict=True):
        if change.get("new_ref") is not None and start < after:
            told = said_by(change, "effective", "new_ref")
            yield Lead(item.subject, change.get("new_ref"), start, after - ONE_DAY, told)


def delivery(facts: PortfolioFacts, wait: Wait) -> Delivery | None:
    """When what it waits for is expected; None where nobody says, or it was delivered."""
    upstream = facts.resolve(wait.upstream)
    if upstream not in facts.items or not facts.items[upstream].registered:
        return None
    milestone = facts.whole(upstream).milestones.get(wait.milestone)
    if milestone is None or "achieved" in milestone.attributes:
        return None
    forecast, agreed = milestone.attributes.get("forecast"), milestone.attributes.get("baseline")
    said = agreed if forecast is None else forecast
    expected: date | None = None if said is None else said.value if said is agreed else said.value[0]
    if said is None or expected is None:
        return None
    return Delivery(upstream, wait.milestone, expected, (said.stamp.seq,))
