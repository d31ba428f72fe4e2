"""How good predictions were: ranking, calibration, and what a fixed budget of alerts would have found."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

BUDGET: Final = 0.2
"""The worst fifth: the share of milestones that people have time to look at."""
BANDS: Final = 5
"""Of the calibration table, equally wide."""


class Scored(NamedTuple):
    """A probability that was given, and what became of it."""

    probability: float
    happened: bool


class Band(NamedTuple):
    """A line of the calibration table: of `cases` with a probability in [low, high) so many happened."""

    low: float
    high: float
    cases: int
    predicted: float
    """The mean probability that was given."""
    happened: int


@dataclass(frozen=True, slots=True)
class Quality:
    """Measures of scores against outcomes; None where they need an outcome of each kind."""

    outcomes: int
    happened: int
    auroc: float | None
    """The chance that one that happened was ranked above one that did not; a tie is half."""
    brier: float | None
    """Mean squared error of the probabilities: 0 is perfect, 0.25 is a coin."""
    precision: float | None
    """The share of the worst fifth that happened; of equal scores at its edge, their average."""
    recall: float | None
    """The share of what happened that was in the worst fifth."""
    calibration: tuple[Band, ...]


def quality(scored: Sequence[Scored]) -> Quality:
    """All measures of these scores."""
    found = _in_budget(scored)
    happened = sum(each.happened for each in scored)
    size = budget(len(scored))
    return Quality(
        len(scored),
        happened,
        auroc(scored),
        brier(scored),
        found / size if size else None,
        found / happened if happened else None,
        calibration(scored),
    )


def budget(cases: int) -> int:
    """How many of so many cases are the worst fifth; at least one where there is any."""
    return max(1, round(cases * BUDGET)) if cases else 0


def auroc(scored: Sequence[Scored]) -> float | None:
    """Area under the receiver operating characteristic; None unless both outcomes occur."""
    happened = sum(each.happened for each in scored)
    others = len(scored) - happened
    if not happened or not others:
        return None
    pairs, below = 0.0, 0
    for _, group in groupby(sorted(scored), key=lambda each: each.probability):
        outcomes = [each.happened for each in group]
        higher, lower = sum(outcomes), len(outcomes) - sum(outcomes)
        pairs += higher * (below + lower / 2)
        below += lower
    return pairs / (happened * others)


def brier(scored: Sequence[Scored]) -> float | None:
    """Mean squared difference between probability and outcome; None without any."""
    if not scored:
        return None
    return sum((each.probability - each.happened) ** 2 for each in scored) / len(scored)


def calibration(scored: Sequence[Scored]) -> tuple[Band, ...]:
    """Predicted against observed, by bands of probability; bands without a case are left out."""
    found = []
    for place, group in groupby(
        sorted(scored), key=lambda each: min(int(each.probability * BANDS), BANDS - 1)
    ):
        band = list(group)
        mean = sum(each.probability for each in band) / len(band)
        happened = sum(each.happened for each in band)
        found.append(Band(place / BANDS, (place + 1) / BANDS, len(band), mean, happened))
    return tuple(found)


def _band(each: Scored) -> int:
    return min(int(each.probability * BANDS), BANDS - 1)


def _in_budget(scored: Sequence[Scored]) -> float:
    """How many of the worst fifth happened: of equal scores at its edge, as many as on average."""
    left, found = budget(len(scored)), 0.0
    ranked = sorted(scored, key=lambda each: -each.probability)
    for _, group in groupby(ranked, key=lambda each: each.probability):
        outcomes = [each.happened for each in group]
        taken = min(left, len(outcomes))
        found += sum(outcomes) * taken / len(outcomes)
        left -= taken
        if not left:
            break
    return found
