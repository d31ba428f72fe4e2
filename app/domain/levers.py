"""Levers: what would turn a bad reading, and a bad item, into a better colour.

Nothing is estimated by a formula of its own. A move changes the evidence (app/domain/leverage.py), the
KPI's own function reads what would be, the limits in force judge it. What is told is the least amount of
six digits that was found to be enough, so it is rounded to the safe side; what cannot be enough is not
told.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from functools import partial
from typing import Any, Final, NamedTuple, TypeVar

from app.domain.evidence import Evidence
from app.domain.findings import Reading
from app.domain.item import Assessment
from app.domain.kpis import KPIS
from app.domain.leverage import Kind, Move, brought_forward, budget, earn, estimate, forward
from app.domain.plan import ZERO
from app.domain.policy import KpiPolicy, Policy
from app.domain.rag import RANK, Dimension, Rag
from app.domain.settling import SETTLED, answered
from app.domain.thresholds import colour
from app.domain.tolerances import agreed
from app.domain.tree import Node, walk

BETTER: Final[dict[Rag, tuple[Rag, ...]]] = {Rag.RED: (Rag.AMBER, Rag.GREEN), Rag.AMBER: (Rag.GREEN,)}
DIGITS: Final = 6
KNOWN: Final = frozenset(RANK)
T = TypeVar("T")
Steps = Generator[None, None, T]
BY_AGREEMENT: Final[frozenset[Kind]] = frozenset({"budget", "dates"})


class Step(NamedTuple):
    """One thing to do. `hold` (report as good again) and `dates` (agree other dates) have no amount."""

    kind: Kind
    amount: Decimal | None = None
    """Enough once it has held for two reports."""
    at_once: Decimal | None = None
    """Enough for the very next report to count; None: no amount is."""
    unit: str = ""
    milestones: tuple[tuple[str, int], ...] = ()
    """Of `forward`: which, and each by how many days."""
    records: tuple[str, ...] = ()
    """Of what is answered record by record: `kind/reference` of each. `amount` is how many."""


class Way(NamedTuple):
    """Steps that together give this colour or a better one; for one reading, the limit that is reached."""

    to: Rag
    steps: tuple[Step, ...]
    limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Levers:
    """Of each bad reading the ways to a better colour (none: there is no lever), and those of the item."""

    readings: dict[str, tuple[Way, ...]]
    item: tuple[Way, ...]
    without: tuple[str, ...]
    """Bad readings because of which the item has no way."""


def levers_of(assessment: Assessment, policy: Policy) -> Steps[Levers]:
    """What would change the colour of an item, as of its newest reports. Gives way after every try."""
    bad = [each for aspect in assessment.aspects for each in aspect.readings if each.rag in BETTER]
    readings: dict[str, tuple[Way, ...]] = {}
    for each in bad:
        readings[each.kpi] = yield from _ways(each, assessment.evidence, policy)
    whole = [_whole(assessment, policy, bad, readings, to) for to in BETTER.get(assessment.rag, ())]
    stuck = [each.kpi for each in bad if not any(_done(way) for way in readings[each.kpi])]
    return Levers(readings, tuple(way for way in whole if way is not None), tuple(stuck))


@dataclass(frozen=True, slots=True)
class _Search:
    """One reading of one item, and whether it would be judged well enough."""

    reading: Reading
    kpi: KpiPolicy
    margin: Decimal
    evidence: Evidence
    to: Rag

    def passes(self, value: Decimal | None, before: Decimal | None) -> bool:
        """Whether this value gives the colour, or a better one, after that one."""
        return value is not None and RANK[colour(value, before, self.kpi, self.margin)] <= RANK[self.to]

    @property
    def limit(self) -> Decimal:
        return self.kpi.red if self.to is Rag.AMBER else self.kpi.amber

    def way(self, *moves: Move | None) -> Steps[list[Way]]:
        """These moves, each by the least amount with which all of them are enough; empty: they are not."""
        possible = [move for move in moves if move is not None]
        if len(possible) < len(moves):
            return []
        held = yield from self._least(possible, None)
        if held is None:
            return []
        soon = yield from self._least(possible, self.reading.value)
        steps = (
            _step(move, amount, None if soon is None else soon[place], self.evidence)
            for place, (move, amount) in enumerate(zip(possible, held, strict=True))
        )
        return [Way(self.to, tuple(step for step in steps if step.amount or step.at_once), self.limit)]

    def _least(self, moves: Sequence[Move], before: Decimal | None) -> Steps[list[Decimal] | None]:
        """The least amounts that are enough, at most all but the finest unit where all of it is too much.

        Of work that is complete some indices, such as TCPI, say nothing any more.
        """
        found = yield from self._within(moves, before)
        if found is None:
            short = [replace(move, most=max(move.most - move.finest, ZERO)) for move in moves]
            found = yield from self._within(short, before)
        return found

    def _within(self, moves: Sequence[Move], before: Decimal | None) -> Steps[list[Decimal] | None]:
        amounts = [move.most for move in moves]

        def enough() -> bool:
            would_be = self.evidence
            for move, amount in zip(moves, amounts, strict=True):
                would_be = move.apply(would_be, amount)
            return self.passes(KPIS[self.reading.kpi].compute(would_be).value, before)

        if not enough():
            return None
        for place, move in enumerate(moves):
            yield from _lower(amounts, place, move, enough)
        return amounts


def _lower(amounts: list[Decimal], place: int, move: Move, enough: Callable[[], bool]) -> Steps[None]:
    """Bring one amount down as far as it is still enough: half of the rest at a time, on a grid."""
    step = max(move.finest, Decimal(1).scaleb(move.most.adjusted() - DIGITS + 1))
    low, high = -1, int((move.most / step).to_integral_value(ROUND_CEILING))
    while high - low > 1:
        middle = (low + high) // 2
        amounts[place] = min(middle * step, move.most)
        low, high = (low, middle) if enough() else (middle, high)
        yield
    amounts[place] = min(high * step, move.most)


def _step(move: Move, amount: Decimal, at_once: Decimal | None, evidence: Evidence) -> Step:
    named = brought_forward(evidence, move.codes, amount) if move.kind == "forward" else ()
    return Step(move.kind, amount, at_once, move.unit, named)


def _ways(reading: Reading, evidence: Evidence, policy: Policy) -> Steps[tuple[Way, ...]]:
    kpi, _own = agreed(reading.kpi, policy.kpis[reading.kpi], evidence.facts)
    found: list[Way] = []
    for to in BETTER[reading.rag]:
        if to is Rag.AMBER and kpi.amber == kpi.red:
            continue
        search = _Search(reading, kpi, policy.margin, evidence, to)
        if search.passes(reading.value, None):
            found.append(Way(to, (Step("hold"),), search.limit))
            continue
        found += yield from _by_moving(search)
        found += yield from _by_agreement(search, kpi.dimension)
    return tuple(found)


def _by_moving(search: _Search) -> Steps[list[Way]]:
    """One move where one is enough, else two together; records that stand in the way one by one.

    Of milestones those that the reading names, else all: there is no point in hurrying another one.
    """
    evidence, work = search.evidence, earn(search.evidence)
    every = frozenset(each.milestone.code for each in evidence.outlooks)
    named = every & {each.name for each in search.reading.inputs}
    dates = [forward(evidence, codes) for codes in dict.fromkeys((named, every))]
    found: list[Way] = yield from _by_settling(search)
    for move in (work, estimate(evidence)):
        found += yield from search.way(move)
    found += yield from _first(search.way(move) for move in dates)
    if not found:
        found += yield from search.way(work, estimate(evidence))
        found += yield from _first(search.way(work, move) for move in dates)
    return found


def _first(tries: Iterable[Steps[list[Way]]]) -> Steps[list[Way]]:
    """What the first of these finds that finds anything."""
    for each in tries:
        if found := (yield from each):
            return found
    return []


def _by_settling(search: _Search) -> Steps[list[Way]]:
    """Answer what stands in the way, one after the other, until that is enough."""
    kpi, enough = search.reading.kpi, partial(search.passes, before=None)
    if kpi not in SETTLED:
        return []
    records = yield from answered(search.evidence, search.reading, KPIS[kpi].compute, enough)
    step = Step(SETTLED[kpi].answer, Decimal(len(records)), unit="records", records=records)
    return [Way(search.to, (step,), search.limit)] if records else []


def _by_agreement(search: _Search, dimension: Dimension) -> Steps[list[Way]]:
    """A larger budget where that is enough; other dates, by how much is for those who agree on them."""
    if dimension is Dimension.COST:
        return (yield from search.way(budget(search.evidence)))
    planned = search.evidence.plan is not None or any(each.baseline for each in search.evidence.outlooks)
    if dimension is Dimension.SCHEDULE and planned:
        return [Way(search.to, (Step("dates"),), search.limit)]
    return []


def _done(way: Way) -> bool:
    """Whether it is by doing, and not by agreeing on another plan."""
    return not any(step.kind in BY_AGREEMENT for step in way.steps)


def _whole(
    assessment: Assessment,
    policy: Policy,
    bad: Sequence[Reading],
    readings: dict[str, tuple[Way, ...]],
    to: Rag,
) -> Way | None:
    """What is enough for the whole item: the first way of every reading that is worse than `to`."""
    if to is Rag.GREEN and not _may_be_green(assessment, policy):
        return None
    steps: list[Step] = []
    for each in (reading for reading in bad if RANK[reading.rag] > RANK[to]):
        ways = (way for way in readings[each.kpi] if RANK[way.to] <= RANK[to] and _done(way))
        first = next(ways, None)
        if first is None:
            return None
        steps += first.steps
    return Way(to, tuple(_merged(steps)))


def _may_be_green(assessment: Assessment, policy: Policy) -> bool:
    """Whether enough is known for green; without that it would be unknown."""
    known = {each.dimension for each in assessment.aspects if each.rag in KNOWN}
    share = assessment.verdict.share
    return share is not None and share >= policy.coverage and not policy.needed - known


def _merged(steps: Iterable[Step]) -> Iterable[Step]:
    """One step of each kind: the greatest serves all."""
    greatest: dict[Kind, Step] = {}
    for step in steps:
        held = greatest.setdefault(step.kind, step)
        more = step if _size(step) > _size(held) else held
        soon = [each.at_once for each in (held, step) if each.at_once is not None]
        days = dict(held.milestones)
        days.update((code, max(count, days.get(code, 0))) for code, count in step.milestones)
        records = tuple(dict.fromkeys((*held.records, *step.records)))
        greatest[step.kind] = more._replace(
            amount=Decimal(len(records)) if records else more.amount,
            at_once=max(soon) if len(soon) > 1 else None,
            milestones=tuple(sorted(days.items())),
            records=records,
        )
    return greatest.values()


def _size(step: Step) -> Decimal:
    return Decimal(-1) if step.amount is None else step.amount


def with_levers(tree: Node, levers: Levers) -> Node:
    """The tree that explains an item, with its levers at the root and at each KPI that has been looked at."""
    tree["levers"], tree["without_lever"] = [_told(way) for way in levers.item], list(levers.without)
    for node in walk(tree):
        ways = levers.readings.get(node["id"].rpartition(".")[2]) if node["kind"] == "kpi" else None
        if ways is not None:
            node["levers"] = [_told(way) for way in ways]
    return tree


def _told(way: Way) -> dict[str, Any]:
    steps = [
        {
            "kind": step.kind,
            "amount": _text(step.amount),
            "at_once": _text(step.at_once),
            "unit": step.unit,
            "milestones": [{"code": code, "days": days} for code, days in step.milestones],
            "records": list(step.records),
        }
        for step in way.steps
    ]
    return {"to": way.to.value, "limit": _text(way.limit), "steps": steps}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
