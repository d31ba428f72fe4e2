"""Experience: how often milestones in such a situation slipped, as counts that shrink towards what is known.

Each rate is shrunk towards its parent by a prior weight: with few cases it says what the parent says, with
many what they say. The conditions, in the order in which they are told:

    any milestone              base rate, shrunk towards one half
      plan fields (dis)agree   the strongest sign
        at this milestone      its stage in the method
    and beside them, each as a ratio of odds to "plan fields (dis)agree":
      a date has passed without closure, the project's word is old, the owner's history

What is not known adds nothing: the rate above it stands.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from math import exp, log
from typing import Final, NamedTuple

from app.domain.prediction.situation import Situation

PRIOR_WEIGHT: Final = 20
"""A parent's rate counts as much as so many outcomes."""
NEUTRAL: Final = 0.5
"""The rate before there was any outcome: as likely as not."""

Cell = tuple[Hashable, ...]
ANY: Final[Cell] = ("any",)


class Basis(NamedTuple):
    """A condition and its track record: `slipped` of `cases` such milestones did."""

    condition: str
    """`any`, `plan_fields`, `milestone`, `overdue`, `stale` or `owner`."""
    value: bool | str | None
    slipped: int
    cases: int


class Chance(NamedTuple):
    """A probability between 0 and 1, the base rate beside it, and the counts that it was made from."""

    probability: float
    base_rate: float
    basis: tuple[Basis, ...]


@dataclass(slots=True)
class Count:
    """Outcomes of one condition."""

    slipped: int = 0
    cases: int = 0

    def rate(self, parent: float, weight: int = PRIOR_WEIGHT) -> float:
        """Shrunk towards the parent's rate; strictly between 0 and 1 if that is."""
        return (self.slipped + weight * parent) / (self.cases + weight)


def cells_of(one: Situation) -> frozenset[Cell]:
    """The conditions under which an outcome in this situation is counted; none for what is not known."""
    return frozenset({ANY, *(cell for _, _, cell in (*_trunk(one), *_beside(one)))})


@dataclass(slots=True)
class Experience:
    """The outcomes known so far, counted by condition. One milestone is one case of each condition it met."""

    counts: defaultdict[Cell, Count] = field(default_factory=lambda: defaultdict(Count))

    def learn(self, cells: Iterable[Cell], *, slipped: bool, cases: int = 1) -> None:
        """Count an outcome. With `cases=0`, a case that was counted as held has slipped after all."""
        for cell in cells:
            count = self.counts[cell]
            count.cases += cases
            count.slipped += slipped

    @property
    def outcomes(self) -> int:
        """How many outcomes are known."""
        return self._count(ANY).cases

    def base_rate(self) -> float:
        """The share of all that slipped, shrunk towards one half."""
        return self._count(ANY).rate(NEUTRAL)

    def chance(self, one: Situation) -> Chance:
        """The probability that a milestone in this situation slips, with the counts behind it."""
        base = rate = agreed = self.base_rate()
        basis = [Basis("any", None, *self._counted(ANY))]
        for condition, value, cell in _trunk(one):
            rate = self._count(cell).rate(rate)
            agreed = rate if condition == "plan_fields" else agreed
            basis.append(Basis(condition, value, *self._counted(cell)))
        odds = _log_odds(rate)
        for condition, value, cell in _beside(one):
            odds += _log_odds(self._count(cell).rate(agreed)) - _log_odds(agreed)
            basis.append(Basis(condition, value, *self._counted(cell)))
        return Chance(1 / (1 + exp(-odds)), base, tuple(basis))

    def plain_rate(self, one: Situation) -> float:
        """The share that slipped where plan fields (dis)agreed at this milestone, nothing shrunk.

        Where there was no such case, the base rate: what prediction has to beat.
        """
        cells = [cell for condition, _, cell in _trunk(one) if condition == "milestone"]
        slipped, cases = self._counted(cells[0]) if cells else (0, 0)
        return slipped / cases if cases else self.base_rate()

    def _count(self, cell: Cell) -> Count:
        return self.counts[cell] if cell in self.counts else Count()

    def _counted(self, cell: Cell) -> tuple[int, int]:
        count = self._count(cell)
        return count.slipped, count.cases


def _trunk(one: Situation) -> Iterator[tuple[str, bool | str, Cell]]:
    """From the general to the special: name, value and cell of each condition that is known."""
    if one.disagrees is not None:
        yield "plan_fields", one.disagrees, ("plan_fields", one.disagrees)
    if one.milestone is not None:
        yield "milestone", one.milestone, ("milestone", one.disagrees, one.milestone)


def _beside(one: Situation) -> Iterator[tuple[str, bool | str, Cell]]:
    """What makes it more or less likely than other milestones whose plan fields (dis)agree."""
    for name in ("overdue", "stale", "owner"):
        value: bool | str | None = getattr(one, name)
        if value is not None:
            yield name, value, (name, one.disagrees, value)


def _log_odds(rate: float) -> float:
    return log(rate / (1 - rate))
