"""The track record of a portfolio: what prediction would have said all along, and what became of it.

No prediction without its track record: at each horizon a probability is claimed only where enough outcomes
are known and the probabilities ranked and erred better than the base rate that was known at the same moments.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Final, NamedTuple

from app.domain.facts import PortfolioFacts
from app.domain.prediction import next_report
from app.domain.prediction.experience import Experience
from app.domain.prediction.next_report import NextReportQuality
from app.domain.prediction.promises import HORIZONS, Promise, Seen, Walk
from app.domain.prediction.quality import Quality, Scored, brier, budget, quality

LEAST_OUTCOMES: Final = 50
"""With fewer nothing is claimed."""
MEASURED: Final = (70, 28)
"""Days before the date at which the record is measured, the farthest first."""
_COIN: Final = 0.5


class Said(NamedTuple):
    """What was, or would have been, said of a promise so many days before its date."""

    promise: Promise
    days: int
    probability: float
    base_rate: float


@dataclass(frozen=True, slots=True)
class Horizon:
    """The record at one distance from the date."""

    days: int
    quality: Quality
    base_brier: float | None

    @property
    def reason(self) -> str | None:
        """Why nothing is claimed: `too_few_outcomes`, `no_better_than_base_rate`; None: it is."""
        if self.quality.outcomes < LEAST_OUTCOMES:
            return "too_few_outcomes"
        if self.quality.auroc is None or self.quality.brier is None or self.base_brier is None:
            return "no_better_than_base_rate"
        better = self.quality.auroc > _COIN and self.quality.brier < self.base_brier
        return None if better else "no_better_than_base_rate"


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """All of it, with the experience that present milestones are judged by."""

    experience: Experience
    horizons: tuple[Horizon, ...]
    lead_days: float | None
    """The median of the days before its date at which a slip was first among the worst fifth."""
    declared: NextReportQuality

    def horizon(self, days_ahead: int) -> Horizon | None:
        """The record for a date so many days ahead: the nearest that is no nearer; None: too far, or past."""
        if not 0 <= days_ahead <= HORIZONS[0]:
            return None
        ahead = (each for each in reversed(self.horizons) if each.days >= days_ahead)
        return next(ahead, self.horizons[0])


@dataclass(slots=True)
class Witness:
    """Writes down what is said along a walk."""

    said: list[Said] = field(default_factory=list)

    def __call__(self, seen: Seen, experience: Experience) -> None:
        chance = experience.chance(seen.situation)
        self.said.append(Said(seen.promise, seen.days, chance.probability, chance.base_rate))


def begin(facts: PortfolioFacts) -> tuple[Walk, Witness]:
    """A walk from the first event on, and who writes down what is said along it."""
    witness = Witness()
    return Walk(facts, witness), witness


def record(walk: Walk, witness: Witness) -> TrackRecord:
    """What the walk has shown so far."""
    settled = [each for each in witness.said if each.promise.counted is not None]
    declared = next_report.quality_of(next_report.foretell(next_report.steps_of(walk.facts)))
    horizons = tuple(_horizon(days, settled) for days in MEASURED)
    return TrackRecord(walk.experience, horizons, _lead_days(settled), declared)


def _horizon(days: int, settled: Iterable[Said]) -> Horizon:
    there = [each for each in settled if each.days == days]
    base = brier([Scored(each.base_rate, bool(each.promise.counted)) for each in there])
    return Horizon(days, quality(_scored(there)), base)


def _scored(said: Iterable[Said]) -> list[Scored]:
    return [Scored(each.probability, bool(each.promise.counted)) for each in said]


def _lead_days(settled: Iterable[Said]) -> float | None:
    """At each horizon the worst fifth is found; a slip counts from the first at which it was there."""
    by_days: dict[int, list[Said]] = {}
    for each in settled:
        by_days.setdefault(each.days, []).append(each)
    first: dict[int, int] = {}
    for days in sorted(by_days, reverse=True):
        ranked = sorted(by_days[days], key=lambda each: -each.probability)
        for each in ranked[: budget(len(ranked))]:
            if each.promise.counted:
                first.setdefault(id(each.promise), days)
    return median(first.values()) if first else None
