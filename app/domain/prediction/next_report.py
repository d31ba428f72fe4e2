"""The next declared status: how often a project was Amber/Red or worse one report later, by today's word.

A declared colour mostly stays. So before there is any experience the chance lies halfway between the word
itself (green 0, red 1) and the base rate, and experience of the same word moves it from there. It is shown
only where it ranks nearly as well as persistence and errs no more than the base rate.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from app.domain.declared import rank
from app.domain.facts import PortfolioFacts
from app.domain.prediction.experience import Count
from app.domain.prediction.quality import Scored, auroc, brier
from app.domain.subject import Key

POOR: Final = 1.5
"""The rank of Amber/Red."""
WORST: Final = 2.0
"""The rank of red."""
WORD_WEIGHT: Final = 40
"""That a word stays as it is counts as much as so many outcomes."""
MARGIN: Final = 0.02
"""How much worse than persistence it may rank."""


class Step(NamedTuple):
    """Two consecutive reports of a project that both say a colour, by their ranks."""

    subject: Key
    period: date
    next_period: date
    word: float
    next_word: float

    @property
    def poor_next(self) -> bool:
        """Whether the next report was Amber/Red or worse."""
        return self.next_word >= POOR


class Foretold(NamedTuple):
    """A step with what was said about it at its first report, and what simpler rules say."""

    step: Step
    chance: float
    base_rate: float


@dataclass(slots=True)
class _Followed:
    """What followed each word, as known so far."""

    any: Count = field(default_factory=Count)
    by_word: defaultdict[float, Count] = field(default_factory=lambda: defaultdict(Count))

    def learn(self, step: Step) -> None:
        for count in (self.any, self.by_word[step.word]):
            count.cases += 1
            count.slipped += step.poor_next

    def foretell(self, step: Step, poor_today: float) -> Foretold:
        base = self.any.rate(poor_today)
        stays = (step.word / WORST + base) / 2
        return Foretold(step, self.by_word[step.word].rate(stays, WORD_WEIGHT), base)


def steps_of(facts: PortfolioFacts) -> list[Step]:
    """Every report that a next one follows, where both say a colour; in order of period."""
    found = []
    for item in facts.items.values():
        said = [(period, item.reports[period].words.get("overall", "")) for period in sorted(item.reports)]
        for (period, word), (next_period, next_word) in pairwise(said):
            before, after = rank(word), rank(next_word)
            if before is not None and after is not None:
                found.append(Step(item.subject, period, next_period, before, after))
    return sorted(found, key=lambda step: (step.period, step.subject))


def foretell(steps: Iterable[Step]) -> list[Foretold]:
    """Each step, foretold by what was known on its first day: that day's words, and steps ended by then.

    Before any step has ended, the base rate is the share that is poor on that day.
    """
    ordered = sorted(steps, key=lambda step: (step.period, step.subject))
    ended = sorted(ordered, key=lambda step: step.next_period)
    followed, place, found = _Followed(), 0, []
    for period, group in groupby(ordered, key=lambda step: step.period):
        while place < len(ended) and ended[place].next_period <= period:
            followed.learn(ended[place])
            place += 1
        now = list(group)
        poor_today = sum(step.word >= POOR for step in now) / len(now)
        found += [followed.foretell(step, poor_today) for step in now]
    return found


class NextReportQuality(NamedTuple):
    """How well the next declared status was foretold, beside persistence and the base rate."""

    outcomes: int
    auroc: float | None
    persistence_auroc: float | None
    brier: float | None
    base_brier: float | None

    @property
    def supported(self) -> bool:
        """Whether it may be shown: it ranks nearly as persistence, and errs no more than the base rate."""
        if self.auroc is None or self.persistence_auroc is None:
            return False
        if self.brier is None or self.base_brier is None:
            return False
        return self.auroc >= self.persistence_auroc - MARGIN and self.brier <= self.base_brier


def quality_of(foretold: Iterable[Foretold]) -> NextReportQuality:
    """All measures of what was foretold."""
    told = list(foretold)
    scored = [Scored(each.chance, each.step.poor_next) for each in told]
    return NextReportQuality(
        len(told),
        auroc(scored),
        auroc([Scored(each.step.word, each.step.poor_next) for each in told]),
        brier(scored),
        brier([Scored(each.base_rate, each.step.poor_next) for each in told]),
    )
