"""Trust: what is said, what is computed, and how old that is."""

from datetime import date
from decimal import Decimal

from app.domain import declared
from app.domain.colours import age_limits
from app.domain.evidence import Evidence
from app.domain.findings import Input
from app.domain.item import INSTANT
from app.domain.kpis.cost import cpi_series
from app.domain.kpis.schedule import spi_t_series
from app.domain.kpis.trust import declared_word
from app.domain.plan import HUNDRED, RECENT
from app.domain.rag import Rag
from app.domain.warnings.watch import EarlyWarning, Limits, Watch

TWO = 2


def watermelon(watch: Watch, _: Limits) -> EarlyWarning | None:
    """EW1: computed is worse than declared by the steps that raise a divergence alert.

    It shows at once; the alert waits for one cadence unless they are far apart.
    Source: Snow, Keil and Wallace 2007; GAO-16-494.
    """
    reading, alerts = watch.assessment.divergence, watch.policy.alerts
    if reading.value is None or reading.value < alerts.divergence_held:
        return None
    far = reading.value >= alerts.divergence_at_once
    limit = alerts.divergence_at_once if far else alerts.divergence_held
    return EarlyWarning(
        "high" if far else "medium", reading.value, limit, reading.unit, inputs=reading.inputs
    )


def stale_green(watch: Watch, _: Limits) -> EarlyWarning | None:
    """EW2: declared or computed green while the newest measured evidence is stale.

    A report that says green is no evidence for itself: only where nothing was ever measured do reports count.
    Source: GAO-16-494.
    """
    evidence = watch.evidence
    report = watch.report
    word = None if report is None else declared_word(report)
    said_green = word is not None and declared.rank(word) == 0
    if watch.assessment.rag is not Rag.GREEN and not said_green:
        return None
    measured = [each for each in (evidence.ages.schedule, evidence.ages.cost) if each is not None]
    newest = max(measured, default=evidence.ages.any)
    stale_at, _unknown_at = age_limits(newest, evidence.cadence, watch.policy)
    if newest is None or stale_at is None or not watch.reached(stale_at + INSTANT):
        return None
    age = Decimal((watch.now - newest).total_seconds()) / Decimal(evidence.cadence.total_seconds())
    inputs = [Input("newest evidence", None, as_of=newest)]
    if report is not None and said_green:
        inputs.append(Input("declared", word, as_of=report.period, events=(report.stamp.seq,)))
    limit = watch.policy.ages.stale_after
    return EarlyWarning("medium", age, limit, "cadences", since=stale_at, inputs=tuple(inputs))


def frozen_status(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW3: the same word in so many reports in a row, while SPI(t) or CPI moved by more than so many %.

    Source: GAO-13-98.
    """
    periods = int(limits["periods"])
    if not 0 < periods <= len(watch.facts.reports):
        return None
    reports = [watch.facts.reports[period] for period in sorted(watch.facts.reports)[-periods:][::-1]]
    word = declared_word(reports[0])
    if word is None or declared.rank(word) is None:
        return None
    if any(declared_word(each) != word for each in reports):
        return None
    moved = max(_moves(watch.evidence, reports[-1].period), key=lambda each: each[1], default=None)
    if moved is None or moved[1] <= limits["moved"]:
        return None
    inputs = (
        Input("declared", word, as_of=reports[0].period, events=tuple(each.stamp.seq for each in reports)),
        Input(moved[0], moved[1], "%", events=tuple(each.seq for each in watch.evidence.points[-1:])),
    )
    since = reports[-1].stamp.time
    return EarlyWarning("medium", moved[1], limits["moved"], "%", since=since, inputs=inputs)


def _moves(evidence: Evidence, since: date) -> list[tuple[str, Decimal]]:
    """By how many % each index has moved between the report at that day and the newest."""
    points = evidence.points
    before = [place for place, point in enumerate(points) if point.as_of <= since]
    count = len(points) - (before[-1] if before else 0)
    series = {
        "SPI(t)": spi_t_series(evidence, count),
        "CPI": cpi_series(evidence, RECENT)[-count:] if count else [],
    }
    return [
        (name, abs(values[-1] / values[0] - 1) * HUNDRED)
        for name, values in series.items()
        if len(values) >= TWO and values[0] != 0
    ]
