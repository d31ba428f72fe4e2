"""Trust: how old the evidence is, and how far what is said lies from what is computed.

It stands beside the colour and is never in it.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from app.domain import declared
from app.domain.evidence import Evidence, instant
from app.domain.facts import ItemFacts, Report
from app.domain.findings import Input, Reading, unknown
from app.domain.plan import ZERO
from app.domain.rag import RANK, Rag


def data_freshness(evidence: Evidence) -> Reading:
    """TRU-1: age of the newest evidence of any kind ÷ reporting cadence, in cadences, at `now`."""
    newest = evidence.ages.any
    if newest is None:
        return unknown("TRU-1", "cadences", "no_evidence")
    seconds, cadence = _cadence(evidence.cadence)
    value = max(Decimal((evidence.now - newest).total_seconds()) / seconds, ZERO)
    inputs = (Input("newest evidence", None, as_of=newest), cadence)
    return Reading("TRU-1", value, "cadences", as_of=newest, inputs=inputs)


@lru_cache
def _cadence(cadence: timedelta) -> tuple[Decimal, Input]:
    """In seconds, and as an input: the same for all items that report as often."""
    shown = Input("reporting cadence", Decimal(cadence.days), "days")
    return Decimal(cadence.total_seconds()), shown


def status_divergence(facts: ItemFacts, computed: Rag) -> Reading:
    """TRU-2: rank(computed) - rank(declared), in steps; only where both exist."""
    report = facts.report()
    said = None if report is None else declared_word(report)
    rank = None if said is None else declared.rank(said)
    if report is None or said is None or rank is None:
        return unknown("TRU-2", "steps", "no_declaration")
    inputs = (
        Input("declared", said, as_of=report.period, events=(report.stamp.seq,)),
        Input("computed", computed.value),
    )
    if computed not in RANK:
        return unknown("TRU-2", "steps", "not_computed", inputs)
    value = Decimal(RANK[computed]) - Decimal(rank)
    return Reading("TRU-2", value, "steps", as_of=report.period, inputs=inputs)


def declared_word(report: Report) -> str | None:
    """What the report says overall; without that, the worst of what it says. None: it says nothing."""
    overall = report.words.get("overall")
    if overall is not None:
        return overall
    ranked = [(rank, word) for word in report.words.values() if (rank := declared.rank(word)) is not None]
    return max(ranked)[1] if ranked else None


def declared_since(facts: ItemFacts, word: str) -> datetime | None:
    """Since when the reports have said this word without a break."""
    since = None
    for report in sorted(
        facts.reports.values(), key=lambda each: (each.period, each.stamp[:4]), reverse=True
    ):
        if declared_word(report) != word:
            break
        since = instant(report.period, report.stamp.time)
    return since
