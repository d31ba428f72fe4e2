"""Escalation: red that lasts, tolerances that will be exceeded, plans that were replaced."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import takewhile
from typing import Final

from app.domain import declared
from app.domain.evidence import instant
from app.domain.facts import Baseline, Report
from app.domain.findings import Input
from app.domain.kpis.trust import declared_word
from app.domain.plan import HUNDRED, ZERO
from app.domain.rag import RANK, Rag
from app.domain.warnings.watch import EarlyWarning, Limits, Watch

FORECASTS: Final = ("SCH-2", "CST-3", "BEN-1")
"""Readings of what will be: finish, cost, benefits."""
TWO: Final = 2


def red_for_long(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """ESC1: computed or declared red in three periods in a row calls for a review, a year of it for another.

    `horizon` is the day by which the review is due. Source: OMB M-15-14.
    """
    found = [*_computed(watch, limits), *(_declared(watch, limits) if watch.facts.reports else ())]
    return min(found, key=lambda each: (each.reason != "viability", each.since), default=None)


def _computed(watch: Watch, limits: Limits) -> Iterator[EarlyWarning]:
    """Red since so many periods: on the first of them, and still so on the last."""
    since, cadence = watch.since, watch.evidence.cadence
    if watch.assessment.rag is not Rag.RED or since is None:
        return
    held = since + cadence * (int(limits["periods"]) - 1)
    if watch.reached(held):
        periods = (watch.now - since) // cadence + 1
        cause = watch.assessment.verdict.cause
        inputs = (Input("computed", "red", as_of=since, events=cause.events),)
        yield _review(watch, limits, since, held, periods, inputs)


def _declared(watch: Watch, limits: Limits) -> Iterator[EarlyWarning]:
    run, needed = _red_run(watch), int(limits["periods"])
    if len(run) >= needed:
        start, held = (instant(each.period, each.stamp.time) for each in (run[0], run[needed - 1]))
        seqs = tuple(each.stamp.seq for each in run)
        inputs = (Input("declared", declared_word(run[-1]), as_of=run[-1].period, events=seqs),)
        yield _review(watch, limits, start, held, len(run), inputs)


def _red_run(watch: Watch) -> list[Report]:
    """The newest reports that all say red, oldest first."""
    newest, reports = watch.report, watch.facts.reports
    if newest is None or not _says_red(newest):
        return []
    run = list(takewhile(_says_red, (reports[period] for period in sorted(reports, reverse=True))))
    return run[::-1]


def _says_red(report: Report) -> bool:
    word = declared_word(report)
    rank = None if word is None else declared.rank(word)
    return rank is not None and rank >= RANK[Rag.RED]


def _review(  # noqa: PLR0913 - what a review rests on
    watch: Watch, limits: Limits, start: datetime, held: datetime, periods: int, inputs: tuple[Input, ...]
) -> EarlyWarning:
    year = start + timedelta(days=int(limits["viability_days"]))
    reason, since = ("viability", year) if watch.reached(year) else ("review", held)
    due: date = since.date() + timedelta(days=int(limits["review_days"]))
    figures = (Decimal(periods), limits["periods"], "periods", reason)
    return EarlyWarning("high", *figures, None, since, due, inputs)


def forecast_exception(watch: Watch, _: Limits) -> EarlyWarning | None:
    """ESC2: the forecast of finish, cost or benefits is beyond its tolerance: the next level decides now.

    Source: PRINCE2.
    """
    for kpi in FORECASTS:
        reading = watch.reading(kpi)
        if reading is not None and reading.rag is Rag.RED:
            figures = (reading.value, reading.limit, reading.unit, kpi)
            return EarlyWarning("high", *figures, inputs=reading.inputs)
    return None


def rebaseline_watch(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """ESC3: for six months after a new baseline, what is judged by it is told against the first one too.

    Source: GAO.
    """
    if len(watch.facts.baselines) < TWO:
        return None
    baselines = sorted(watch.facts.baselines.values(), key=lambda each: each.stamp[:4])
    first, newest = baselines[0], baselines[-1]
    if watch.older(newest.stamp.time, timedelta(days=int(limits["days"]))):
        return None
    inputs = tuple(_shown(each) for each in (first, newest))
    until = newest.stamp.time.date() + timedelta(days=int(limits["days"]))
    return EarlyWarning(
        "low", _growth(first, newest), None, "%", None, None, newest.stamp.time, until, inputs
    )


def _growth(first: Baseline, newest: Baseline) -> Decimal | None:
    """By how many % the budget has grown."""
    if first.currency != newest.currency or first.bac == ZERO:
        return None
    return (newest.bac - first.bac) / first.bac * HUNDRED


def _shown(baseline: Baseline) -> Input:
    stamp = baseline.stamp
    return Input(
        f"BAC, version {baseline.version}", baseline.bac, baseline.currency, stamp.time, (stamp.seq,)
    )
