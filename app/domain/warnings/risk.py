"""Risk: what the register says, and what it no longer says."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from app.domain.exposure import level
from app.domain.findings import Input
from app.domain.rag import Rag
from app.domain.records import OPENED, Record
from app.domain.sharing import shared_of
from app.domain.warnings.watch import EarlyWarning, Limits, Watch, told_by, worst

REGISTER: Final = (
    "risk", "opportunity", "issue", "assumption", "dependency", "decision", "action", "change",
)  # fmt: skip
FIRST: Final = 1
"""The priority of a risk that is high whatever its score."""


def risk_untreated(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW13: a high risk without owner or response, with an overdue response, or near and without response.

    High is red on the matrix of likelihood and consequence, or the first priority.
    Source: ISO 31000; GAO-16-494.
    """
    high = (risk for risk in watch.evidence.dossier.open("risk") if _is_high(watch, risk))
    found = (next(_untreated(watch, risk, limits), None) for risk in high)
    return worst([each for each in found if each is not None])


def _is_high(watch: Watch, risk: Record) -> bool:
    if risk.get("priority") == FIRST:
        return True
    return level(risk, watch.evidence.plan, watch.evidence.costs.rates) is Rag.RED


def _untreated(watch: Watch, risk: Record, limits: Limits) -> Iterator[EarlyWarning]:
    subject, raised = f"risk/{risk.ref}", risk.moment(OPENED)
    near, overdue = risk.day("proximity"), risk.day("response_due")
    grace, ahead = timedelta(days=int(limits["grace_days"])), timedelta(days=int(limits["proximity_days"]))
    if overdue is not None and watch.past(overdue):
        days = Decimal((watch.today - overdue).days)
        inputs = (told_by(risk, "response_due"),)
        yield EarlyWarning(
            "high", days, Decimal(0), "days", "response_overdue", subject, None, overdue, inputs
        )
    if near is not None and risk.get("response") is None and watch.begun(near - ahead):
        days = Decimal((near - watch.today).days)
        inputs = (told_by(risk, "proximity"),)
        yield EarlyWarning(
            "high",
            days,
            limits["proximity_days"],
            "days",
            "near_without_response",
            subject,
            None,
            near,
            inputs,
        )
    lacking = next((name for name in ("owner", "response") if risk.get(name) is None), None)
    if lacking is not None and raised is not None and watch.older(raised, grace):
        days = Decimal((watch.today - raised.date()).days)
        figures = (days, limits["grace_days"], "days", f"no_{lacking}", subject)
        yield EarlyWarning("high", *figures, raised + grace, near, (told_by(risk),))


def register_silence(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW14: a project in delivery whose register says nothing for longer than two cadences.

    A register that was never used is not silent. Source: GAO-16-494; Williams and Klakegg.
    """
    if watch.facts.get("state") != "delivering":
        return None
    newest = watch.once("register_newest", lambda: _newest(watch))
    if newest is None:
        return None
    quiet, cadence = watch.evidence.cadence * float(limits["cadences"]), watch.evidence.cadence
    if not watch.older(newest.newest(), quiet):
        return None
    age = Decimal((watch.today - newest.newest().date()).days) / Decimal(cadence.days)
    since = newest.newest() + quiet
    return EarlyWarning("low", age, limits["cadences"], "cadences", since=since, inputs=(told_by(newest),))


def _newest(watch: Watch) -> Record | None:
    entries = watch.records(*REGISTER)
    return max(entries, key=lambda each: (each.newest(), each.kind, each.ref), default=None)


def premise_expired(watch: Watch, _: Limits) -> EarlyWarning | None:
    """EW15: an assumption or dependency is past its day, or is expected after the day it is needed by.

    Expected is what was said of it, else the date of the milestone of another item that it waits for.
    """
    found = [
        *(_expired(watch, each, each.day("due")) for each in watch.records("assumption")),
        *(_expired(watch, each, each.day("needed_by")) for each in watch.records("dependency")),
    ]
    return worst([each for each in found if each is not None])


def _expired(watch: Watch, entry: Record, due: date | None) -> EarlyWarning | None:
    if due is None or entry.state not in {"open", "at_risk"}:
        return None
    subject, expected = f"{entry.kind}/{entry.ref}", entry.day("expected")
    if watch.past(due):
        figures = (Decimal((watch.today - due).days), Decimal(0), "days", "passed", subject)
        return EarlyWarning("medium", *figures, None, due, (told_by(entry),))
    if expected is not None and expected > due:
        figures_late = (expected, due, "date", "expected_late", subject)
        return EarlyWarning("medium", *figures_late, None, due, (told_by(entry),))
    for ref, delivery in shared_of(watch.facts).deliveries if entry.kind == "dependency" else ():
        if ref == entry.ref and expected is None and delivery.expected > due:
            name = f"{delivery.upstream}/{delivery.milestone}"
            upstream = Input(name, delivery.expected, "date", events=delivery.events)
            figures_late = (delivery.expected, due, "date", "upstream_late", subject)
            return EarlyWarning("medium", *figures_late, None, due, (told_by(entry), upstream))
    return None
