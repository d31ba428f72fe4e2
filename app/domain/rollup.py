"""Roll-up: the colour of a programme or portfolio from the projects below it.

Projects are counted, never the programmes between, so no budget counts twice. Shares are by budget in
the portfolio's currency; children without a budget or a rate count by number only, and then the shares
by number must hold as well. On hold and closed items are left out.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from app.domain.policy import RollUpPolicy
from app.domain.rag import Rag

Rule = Literal["tier_one_red", "red_share", "any_red", "amber_share", "coverage", "all_within"]
ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
KNOWN: Final = frozenset({Rag.RED, Rag.AMBER, Rag.GREEN})


class Child(NamedTuple):
    """A project below a parent: `bac` in the portfolio's currency, None where it counts by number only."""

    key: str
    tier: int
    rag: Rag
    bac: Decimal | None


@dataclass(frozen=True, slots=True)
class RolledUp:
    """A parent's colour, the rule and share that decided it, and the child to show for it."""

    rag: Rag
    rule: Rule | None
    share: Decimal | None
    limit: Decimal | None
    child: str | None
    """The child that decided it, or the largest of those that did."""
    others: int
    """How many more children had a part in it."""
    alone: bool
    """One child by itself was enough: the alert is raised on that child, not here."""
    counts: dict[Rag, int]
    known: int
    of: int
    bac: Decimal | None
    unpriced: int
    budgets: dict[Rag, Decimal] | None
    """Budget by colour of those that have a colour or could have one; None where none has a budget."""

    @property
    def own_rule(self) -> bool:
        """Whether it is red by a rule of its own and not because of one child."""
        return self.rag is Rag.RED and not self.alone


@dataclass(frozen=True, slots=True)
class _Shares:
    """Shares of one measure (budget or number) by colour."""

    total: Decimal
    by_rag: dict[Rag, Decimal]

    @property
    def known(self) -> Decimal:
        return sum((each for rag, each in self.by_rag.items() if rag in KNOWN), ZERO)

    def of_known(self, rag: Rag) -> Decimal:
        known = self.known
        return self.by_rag[rag] / known if known else ZERO

    def of_total(self, weight: Decimal) -> Decimal:
        return weight / self.total if self.total else ZERO


def _shares(children: Iterable[Child], weight: Callable[[Child], Decimal]) -> _Shares:
    by_rag = dict.fromkeys(Rag, ZERO)
    for child in children:
        by_rag[child.rag] += weight(child)
    return _Shares(sum(by_rag.values(), ZERO), by_rag)


def _budget(child: Child) -> Decimal:
    return ZERO if child.bac is None else child.bac


def _number(_child: Child) -> Decimal:
    return ONE


def roll_up(children: Sequence[Child], policy: RollUpPolicy) -> RolledUp:
    """The colour of a parent of these projects. NONE when none of them is assessed."""
    active = [child for child in children if child.rag is not Rag.NONE]
    priced = sum(1 for child in active if child.bac)
    measures: list[tuple[_Shares, Callable[[Child], Decimal]]] = []
    if priced:
        measures.append((_shares(active, _budget), _budget))
    if priced < len(active):
        measures.append((_shares(active, _number), _number))
    verdict = _verdict(active, measures, policy)
    counts = dict.fromkeys(Rag, 0)
    for child in children:
        counts[child.rag] += 1
    return RolledUp(
        *verdict,
        counts=counts,
        known=sum(counts[rag] for rag in KNOWN),
        of=len(active),
        bac=measures[0][0].total if priced else None,
        unpriced=len(active) - priced,
        budgets=measures[0][0].by_rag if priced else None,
    )


_Verdict = tuple[Rag, Rule | None, Decimal | None, Decimal | None, str | None, int, bool]
_Measures = list[tuple[_Shares, Callable[[Child], Decimal]]]


def _verdict(active: list[Child], measures: _Measures, policy: RollUpPolicy) -> _Verdict:
    """The rules in priority order; the first that holds decides."""
    if not active:
        return (Rag.NONE, None, None, None, None, 0, False)
    reds = _of(active, Rag.RED)
    decisive = [child for child in reds if child.tier <= policy.decisive_tier]
    if decisive:
        return (Rag.RED, "tier_one_red", None, None, decisive[0].key, len(reds) - 1, True)
    share = max(shares.of_known(Rag.RED) for shares, _ in measures)
    if reds and share >= policy.red_share:
        alone = any(_alone(reds, measure, policy.red_share) for measure in measures)
        return (Rag.RED, "red_share", share, policy.red_share, reds[0].key, len(reds) - 1, alone)
    if reds:
        return (Rag.AMBER, "any_red", share, policy.red_share, reds[0].key, len(reds) - 1, False)
    ambers = _of(active, Rag.AMBER)
    share = max(shares.of_total(shares.by_rag[Rag.AMBER]) for shares, _ in measures)
    if ambers and share >= policy.amber_share:
        return (Rag.AMBER, "amber_share", share, policy.amber_share, ambers[0].key, len(ambers) - 1, False)
    known = min(shares.of_total(shares.known) for shares, _ in measures)
    if known >= policy.known_share:
        return (Rag.GREEN, "all_within", known, policy.known_share, None, 0, False)
    unknowns = _of(active, Rag.UNKNOWN)
    first = unknowns[0].key if unknowns else None
    return (Rag.UNKNOWN, "coverage", known, policy.known_share, first, max(len(unknowns) - 1, 0), False)


def _of(children: list[Child], rag: Rag) -> list[Child]:
    """Those of one colour: the highest tier first, then the largest budget, then by name."""
    found = [child for child in children if child.rag is rag]
    return sorted(found, key=lambda child: (child.tier, -_budget(child), child.key))


def _alone(reds: list[Child], measure: tuple[_Shares, Callable[[Child], Decimal]], limit: Decimal) -> bool:
    shares, weight = measure
    known = shares.known
    return bool(known) and max(weight(child) for child in reds) / known >= limit
