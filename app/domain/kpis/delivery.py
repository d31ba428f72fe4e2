"""Delivery of software: how often what is put into service has to be taken out again."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from app.domain.evidence import Evidence
from app.domain.facts import Sample
from app.domain.findings import Input, Reading, unknown
from app.domain.plan import HUNDRED, NOTHING

WINDOW: Final = timedelta(days=30)
MOST_EVENTS: Final = 100
"""Numbers of events that a reading names; a busy service has thousands."""


def change_failure_rate(evidence: Evidence) -> Reading:
    """QUA-3: failed deployments / deployments, in %, of the 30 days that end with the newest deployment.

    So silence does not move it; it gets old instead. A rollback is a deployment that failed. The period
    of this series is a day with deployments. It applies where anything was ever deployed. Source: DORA.
    """
    samples = evidence.facts.series.get("deployments", NOTHING).samples
    if not samples:
        reading = unknown("QUA-3", "%", "no_deployments")
        reading.applies = False
        return reading
    newest = samples[-1].as_of
    window = _window(samples, newest)
    failed = [sample for sample in window if sample.value]
    before = samples[: bisect_left(samples, newest, key=_day)]
    return Reading(
        "QUA-3",
        _rate(window),
        "%",
        as_of=newest,
        inputs=(
            Input("failed", Decimal(len(failed)), "", newest, _events(failed)),
            Input("deployments", Decimal(len(window)), "", newest, _events(window)),
        ),
        previous=_rate(_window(before, before[-1].as_of)) if before else None,
    )


def _window(samples: Sequence[Sample], last: date) -> Sequence[Sample]:
    """Those of the 30 days that end with this one, which is the newest."""
    return samples[bisect_left(samples, last - WINDOW + timedelta(days=1), key=_day) :]


def _rate(window: Sequence[Sample]) -> Decimal:
    return HUNDRED * sum(1 for sample in window if sample.value) / len(window)


def _events(samples: Sequence[Sample]) -> tuple[int, ...]:
    return tuple(sample.stamp.seq for sample in samples[-MOST_EVENTS:])


def _day(sample: Sample) -> date:
    return sample.as_of
