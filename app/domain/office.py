"""What the office looks at across all items: who was asked for and started, people, lessons, objectives.

Each item adds its part, which is kept until its records change, so that a round costs what it touched.
"""

from collections.abc import Collection, Generator, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from app.domain.colours import AT_REST
from app.domain.dossier import Dossier, filed, said_by
from app.domain.facts import PortfolioFacts
from app.domain.records import OPENED, Record
from app.domain.sharing import AT_WORK, Load, loads_of
from app.domain.subject import PORTFOLIO, Key

OFFICE: Final = "office"
"""Where it is among what is derived from the facts."""
BREATH: Final = 50
"""Items looked at between two pauses."""


class Start(NamedTuple):
    """Somebody began: how many days after they were asked for."""

    ref: str
    on: date
    days: int
    events: tuple[int, ...]


class Demand(NamedTuple):
    """Somebody is asked for and not yet given; in per cent of a full time."""

    needed_by: date
    share: Decimal


class Person(NamedTuple):
    """Somebody of the pool, and whether they are ready for the next assignment."""

    warm: bool
    until: date | None
    verified: date | None
    notice_days: Decimal | None


class Lesson(NamedTuple):
    """A validated lesson, and what has changed for it."""

    ref: str
    told: date
    adopted_in: str | None
    events: tuple[int, ...]


class Objective(NamedTuple):
    ref: str
    name: str | None
    active: bool
    events: tuple[int, ...]


class Part(NamedTuple):
    """What one item adds."""

    requests: int
    starts: tuple[Start, ...]
    demand: tuple[Demand, ...]
    loads: tuple[Load, ...]
    """Who is assigned to it, and how much; of an item at rest nobody is."""
    unsized: int
    """Assignments of which nobody said how much."""
    people: tuple[Person, ...]
    lessons: tuple[Lesson, ...]
    objectives: tuple[Objective, ...]
    serves: tuple[str, ...]
    """The objectives that it serves: linked to it, or to one of its benefits."""


NOTHING = Part(0, (), (), (), 0, (), (), (), ())


@dataclass(slots=True)
class Office:
    """The parts of all items that add any."""

    parts: dict[Key, Part] = field(default_factory=dict)
    seen: dict[Key, tuple[Dossier, bool]] = field(default_factory=dict)
    """What each part was made from: the records, and whether the item is at rest."""
    known: dict[Any, Any] = field(default_factory=dict)
    """What was worked out from the parts; dropped when one of them changes."""

    def take(self, facts: PortfolioFacts, keys: Iterable[Key]) -> None:
        """Look again at what these items add."""
        for key in keys:
            for other in facts.references.get(key, ()):
                self._put(other, NOTHING)
            item = facts.items.get(key)
            if item is None or key in facts.aliases or not (item.registered or key == PORTFOLIO):
                self._put(key, NOTHING)
                continue
            whole = facts.whole(key)
            dossier, rests = filed(whole), whole.get("state") in AT_REST
            seen = self.seen.get(key)
            if seen is None or seen[0] is not dossier or seen[1] is not rests:
                self._put(key, part_of(key, dossier, rests=rests))
                self.seen[key] = dossier, rests

    def _put(self, key: Key, part: Part) -> None:
        if self.parts.get(key, NOTHING) == part:
            return
        self.known.clear()
        if part == NOTHING:
            del self.parts[key]
            self.seen.pop(key, None)
        else:
            self.parts[key] = part


def office_of(facts: PortfolioFacts, touched: Collection[Key]) -> Generator[None, None, Office]:
    """The office by these facts, of which these items may have changed since it was last asked for.

    Gives way while it looks at all of them, which it does once.
    """
    held: Office | None = facts.derived.get(OFFICE)
    if held is not None:
        held.take(facts, touched)
        return held
    made, keys = Office(), list(facts.items)
    for start in range(0, len(keys), BREATH):
        made.take(facts, keys[start : start + BREATH])
        yield
    facts.derived[OFFICE] = made
    return made


def part_of(key: Key, dossier: Dossier, *, rests: bool = False) -> Part:
    """What an item with these records adds."""
    if not dossier.by_kind:
        return NOTHING
    asked = [each for each in dossier.of("allocation") if each.day("needed_by") is not None]
    linked = [each.ref for each in dossier.of("link") if each.get("linked")]
    unsized = [each for each in dossier.of("allocation") if _is_unsized(each)]
    promised = [each.get("objective_ref") for each in dossier.of("benefit")]
    return Part(
        len(asked),
        tuple(start for each in asked if (start := _start(each)) is not None),
        tuple(demand for each in asked if (demand := _demand(each)) is not None),
        () if rests else tuple(loads_of(key, dossier)),
        0 if rests else len(unsized),
        tuple(_person(each) for each in dossier.of("person")),
        tuple(lesson for each in dossier.of("lesson") if (lesson := _lesson(each)) is not None),
        tuple(_objective(each) for each in dossier.of("objective")),
        tuple(sorted({goal for goal in (*linked, *promised) if goal is not None})),
    )


def _start(allocation: Record) -> Start | None:
    started, asked = allocation.day("started"), allocation.moment("needed_by")
    if started is None or asked is None:
        return None
    days = max((started - asked.date()).days, 0)
    return Start(allocation.ref, started, days, said_by(allocation, "needed_by", "started"))


def _demand(allocation: Record) -> Demand | None:
    needed, share = allocation.day("needed_by"), allocation.number("pct")
    if allocation.state != "open" or needed is None or share is None:
        return None
    return Demand(needed, share)


def _is_unsized(allocation: Record) -> bool:
    given = allocation.get("person_ref") is not None and allocation.state in AT_WORK
    return given and allocation.get("pct") is None


def _person(person: Record) -> Person:
    return Person(
        person.get("to") == "warm",
        person.day("until"),
        person.day("profile_verified"),
        person.number("notice_days"),
    )


def _lesson(lesson: Record) -> Lesson | None:
    told = lesson.moment(OPENED)
    if told is None or not lesson.get("validated"):
        return None
    adopted = lesson.get("adopted_in") if lesson.state == "adopted" else None
    return Lesson(lesson.ref, told.date(), adopted, said_by(lesson, OPENED, "adopted_in"))


def _objective(objective: Record) -> Objective:
    return Objective(
        objective.ref,
        objective.get("name"),
        bool(objective.get("active")),
        said_by(objective, OPENED, "active"),
    )
