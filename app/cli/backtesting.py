"""`nerve backtest`: what would have been predicted at moments of a recorded history, and how good it was.

The history is folded once, in order of time. At each moment a score comes from what was recorded before
it: the facts of then, and the outcomes known by then. Scores go to standard output, measures to standard
error.
"""

import csv
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

import orjson
from pydantic import ValidationError

from app.adapters.mapping import Mapper
from app.cli.history import mapped, mapping_for, records_of
from app.cli.refusal import Refusal
from app.cli.task_rows import Row, is_target, rows_of
from app.domain.events.catalogue import AnyEvent, parse
from app.domain.facts import PortfolioFacts
from app.domain.fold import Recorded, fold
from app.domain.prediction import next_report
from app.domain.prediction.next_report import Foretold
from app.domain.prediction.promises import Walk
from app.domain.prediction.quality import Quality, Scored, quality
from app.domain.prediction.situation import NOTHING_KNOWN, Situation, situation
from app.domain.subject import Key, Kind, code_of, key, kind_of

_DIGITS: Final = 6


class Score(NamedTuple):
    """A row's probability, beside the plain rate and the base rate of that moment."""

    row: Row
    probability: float
    plain_rate: float
    base_rate: float
    found: bool
    """Whether the history has this milestone with this target at that moment."""


def backtest(file: Path, *, task: Path | None, mapping: str | None) -> None:
    """Score the rows of a task, or without one the declared status at each next report."""
    events = list(valid_events(file, mapping))
    if task is None:
        _tell_next_reports(events)
    else:
        _tell_scores(list(score(events, rows_of(task))))


def score(events: Sequence[AnyEvent], rows: Sequence[Row]) -> Iterator[Score]:
    """The score of each row, in the order of the rows; the events are in order of time."""
    walk, found = Walk(), {}
    projects = _projects(events)
    ahead = iter(enumerate(events, start=1))
    held = next(ahead, None)
    for place, row in sorted(enumerate(rows), key=lambda each: each[1].at):
        while held is not None and held[1].time < row.at:
            walk.take(Recorded(held[0], held[1].time, held[1]))
            held = next(ahead, None)
        walk.reach(row.at)
        found[place] = _score(walk, row, projects.get(row.project))
    return (found[place] for place in range(len(rows)))


def _score(walk: Walk, row: Row, subject: Key | None) -> Score:
    item = None if subject is None else walk.facts.whole(walk.facts.resolve(subject))
    milestone = None if item is None else item.milestones.get(row.milestone)
    seen: Situation = NOTHING_KNOWN
    if item is not None and milestone is not None:
        seen = situation(item, milestone, row.at)
    chance = walk.experience.chance(seen)
    there = milestone is not None and is_target(milestone, row.target)
    return Score(row, chance.probability, walk.experience.plain_rate(seen), chance.base_rate, there)


def _projects(events: Iterable[AnyEvent]) -> dict[str, Key]:
    """Every project by its code, and by its end where no other ends so: `19` is `KEP-19`."""
    codes = {code_of(event.subject) for event in events if kind_of(event.subject) == Kind.PROJECT}
    by_end: dict[str, set[str]] = {}
    for code in codes:
        by_end.setdefault(code.rpartition("-")[2], set()).add(code)
    short = {end: key(Kind.PROJECT, *several) for end, several in by_end.items() if len(several) == 1}
    return short | {code: key(Kind.PROJECT, code) for code in codes}


def valid_events(file: Path, mapping: str | None) -> Iterator[AnyEvent]:
    """The file's records as events of ours, in order of time; what is not one is counted and left out."""
    records = list(records_of(file))
    if not records:
        raise Refusal(f"{file} holds no records")
    document = mapping_for(mapping, records[0])
    refused = 0
    for event in chain.from_iterable(each.events for each in mapped(Mapper(document, "backtest"), records)):
        try:
            yield parse(orjson.dumps(event))
        except ValidationError:
            refused += 1
    if refused:
        _say(f"{refused} events are not valid and were left out")


def _tell_scores(scores: Sequence[Score]) -> None:
    lines = csv.writer(sys.stdout, lineterminator="\n")
    lines.writerow(("project", "milestone", "target", "as_of", "score"))
    for each in scores:
        row = each.row
        said = round(each.probability, _DIGITS)
        lines.writerow((row.project, row.milestone, row.target, row.as_of, said))
    unknown = sum(not each.found for each in scores)
    if unknown:
        _say(f"{unknown} of {len(scores)} rows name a milestone or target that the history did not have then")
    if any(each.row.slipped is not None for each in scores):
        _tell_measures(scores)


def scores_of(scores: Iterable[Score]) -> tuple[Quality, Quality, Quality]:
    """How good the predictions were, the plain rate and the base rate, where the outcome is said."""
    known = [(each, each.row.slipped) for each in scores if each.row.slipped is not None]
    return (
        quality([Scored(each.probability, slipped) for each, slipped in known]),
        quality([Scored(each.plain_rate, slipped) for each, slipped in known]),
        quality([Scored(each.base_rate, slipped) for each, slipped in known]),
    )


def _tell_measures(scores: Iterable[Score]) -> None:
    told, plain, base = scores_of(scores)
    _say(f"{told.outcomes} outcomes, {told.happened} slipped ({told.happened / told.outcomes:.1%})")
    _say_measures("prediction", told)
    _say_measures("plan fields disagree x stage, plain", plain)
    _say_measures("base rate", base)
    _say_calibration(told)


def next_reports(events: Iterable[AnyEvent]) -> list[Foretold]:
    """Every declared status that a next one follows, foretold by what was known on its day."""
    facts = PortfolioFacts()
    for seq, event in enumerate(events, start=1):
        fold(facts, Recorded(seq, event.time, event))
    return next_report.foretell(next_report.steps_of(facts))


def _tell_next_reports(events: Iterable[AnyEvent]) -> None:
    told = next_reports(events)
    lines = csv.writer(sys.stdout, lineterminator="\n")
    lines.writerow(("project", "as_of", "score", "poor_next"))
    for each in told:
        said = round(each.chance, _DIGITS)
        lines.writerow((code_of(each.step.subject), each.step.period, said, int(each.step.poor_next)))
    found = next_report.quality_of(told)
    _say(f"{found.outcomes} reports with a next one: Amber/Red or Red there?")
    _say(f"AUROC {_figure(found.auroc)}, persistence {_figure(found.persistence_auroc)}")
    _say(f"Brier {_figure(found.brier)}, base rate {_figure(found.base_brier)}")
    _say("supported" if found.supported else "not supported: the base rate is shown only")
    _say_calibration(quality([Scored(each.chance, each.step.poor_next) for each in told]))


def _say_measures(name: str, found: Quality) -> None:
    _say(
        f"{name:36} AUROC {_figure(found.auroc)}  precision in the worst fifth {_figure(found.precision)}"
        f"  recall {_figure(found.recall)}  Brier {_figure(found.brier)}"
    )


def _say_calibration(found: Quality) -> None:
    for band in found.calibration:
        observed = band.happened / band.cases
        _say(
            f"said {band.low:.1f} to {band.high:.1f}: {band.cases:4} cases, "
            f"mean {band.predicted:.3f}, happened {observed:.3f}"
        )


def _figure(value: float | None) -> str:
    return "  -  " if value is None else f"{value:.4f}"


def _say(line: str) -> None:
    print(line, file=sys.stderr)
