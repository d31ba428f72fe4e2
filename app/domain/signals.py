"""Which conditions of an item or source call for somebody: from an assessment to alert signals."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from app.domain.alerts import AT_ONCE, Presence, Rule, Severity, Signal
from app.domain.facts import SourceFacts
from app.domain.findings import Finding, Reading
from app.domain.item import Assessment
from app.domain.policy import AlertPolicy, Policy, SourcePolicy
from app.domain.rag import Dimension, Rag
from app.domain.rollup import RolledUp
from app.domain.warnings.watch import EarlyWarning
from app.domain.warnings.watching import Watched

FIRST_TIER: Final = 1
ESCALATIONS: Final[tuple[Rule, ...]] = ("ESC1", "ESC2")
PROJECT_RULES: Final[tuple[Rule, ...]] = ("red", "divergence", "silence", *ESCALATIONS)


def of_project(assessment: Assessment, watched: Watched, policy: Policy) -> tuple[Signal, ...]:
    """What the rules for projects say: red, divergence, silence, and the escalations of what was watched."""
    rules, found = policy.alerts, list[Signal]()
    if rules.red:
        found.append(_red(assessment))
    if rules.divergence:
        found.append(_divergence(assessment, policy))
    if rules.silence:
        found.append(_silence(assessment, policy))
    for rule in ESCALATIONS:
        if rule not in watched.failures:
            found.append(_escalation(rule, assessment, watched, policy))
    return tuple(found)


def may_call(assessment: Assessment, watched: Watched) -> bool:
    """Whether any of these conditions may hold: without an alert that stands, the others say nothing new."""
    return (
        assessment.rag is Rag.RED
        or assessment.divergence.value is not None
        or assessment.silent
        or any(each.rule in ESCALATIONS for each in watched.warnings)
    )


def of_parent(key: str, rolled_up: RolledUp, finding: Finding) -> Signal:
    """Red by a rule of its own; a single child that turns its parent red has the alert itself."""
    if rolled_up.own_rule:
        return Signal("red", key, Presence.HOLDS, "high", finding=finding)
    return Signal("red", key, Presence.STALE if rolled_up.rag is Rag.UNKNOWN else Presence.ABSENT)


def of_source(source: SourceFacts, policy: Policy, now: datetime) -> Signal:
    """Nothing came from a source for longer than it means to be quiet: one alert, not one per project."""
    key = f"source/{source.name}"
    if not policy.alerts.source_silence or now <= silent_at(source, policy.sources):
        return Signal("source_silence", key, Presence.ABSENT)
    finding = Finding(
        "source_silence",
        policy.version,
        Rag.UNKNOWN,
        Dimension.TRUST,
        None,
        policy.sources.silent_after,
        "cadences",
        "too_old",
        source.last_at,
    )
    return Signal("source_silence", key, Presence.HOLDS, "high", finding=finding)


def silent_at(source: SourceFacts, policy: SourcePolicy) -> datetime:
    """After which instant a source counts as silent if nothing more comes."""
    return source.last_at + timedelta(seconds=_cadence(source, policy)) * float(policy.silent_after)


def _cadence(source: SourceFacts, policy: SourcePolicy) -> int:
    return policy.cadence_seconds if source.expected_every_s is None else source.expected_every_s


def all_silent(heard: Mapping[str, datetime], silent: frozenset[str]) -> bool:
    """Whether every source that ever spoke of an item is silent."""
    return bool(heard) and all(source in silent for source in heard)


def _red(assessment: Assessment) -> Signal:
    key, cause = assessment.evidence.facts.subject, assessment.verdict.cause
    if assessment.rag is Rag.RED:
        tier = assessment.evidence.facts.get("tier")
        severity: Severity = "critical" if tier == FIRST_TIER else "high"
        return Signal("red", key, Presence.HOLDS, severity, finding=cause)
    return Signal("red", key, _untold(assessment), gone=_gone(assessment))


def _escalation(rule: Rule, assessment: Assessment, watched: Watched, policy: Policy) -> Signal:
    """A review, or an exception, as the rule of that name says.

    What is forecast of a red project has its alert already: one situation is one alert.
    """
    key, found = assessment.evidence.facts.subject, watched.of(rule)
    if rule == "ESC2" and policy.alerts.red and assessment.rag in (Rag.RED, Rag.UNKNOWN):
        found = None
    if found is None:
        return Signal(rule, key, _untold(assessment), gone=_gone(assessment))
    return Signal(rule, key, Presence.HOLDS, found.severity, finding=_as_finding(found, policy))


def _as_finding(found: EarlyWarning, policy: Policy) -> Finding:
    """Of a forecast the KPI that breaks its tolerance; of a review the rule, and by when; never an age."""
    kpi = policy.kpis.get(found.reason or "")
    return Finding(
        found.rule if kpi is None or found.reason is None else found.reason,
        policy.version,
        Rag.RED,
        Dimension.TRUST if kpi is None else kpi.dimension,
        None if kpi is None or not isinstance(found.observed, Decimal) else found.observed,
        found.limit if isinstance(found.limit, Decimal) else None,
        found.unit,
        found.reason if kpi is None else None,
        found.since,
        found.events,
        found.horizon,
    )


def _untold(assessment: Assessment) -> Presence:
    """What cannot be told neither raises nor clears."""
    return Presence.STALE if assessment.rag is Rag.UNKNOWN else Presence.ABSENT


def _gone(assessment: Assessment) -> str:
    if assessment.rag is not Rag.NONE:
        return "auto"
    state: str = assessment.evidence.facts.get("state")
    return state


def _divergence(assessment: Assessment, policy: Policy) -> Signal:
    """The watermelon: worse inside than what is said; at once when far apart, else when it has held."""
    key, steps, rules = assessment.evidence.facts.subject, assessment.divergence.value, policy.alerts
    if steps is None:
        unknown = assessment.divergence.reason == "not_computed"
        presence = _untold(assessment) if unknown else Presence.ABSENT
        return Signal("divergence", key, presence, gone=_gone(assessment))
    if steps < rules.divergence_held:
        return Signal("divergence", key, Presence.ABSENT)
    at_once = steps >= rules.divergence_at_once
    return Signal(
        "divergence",
        key,
        Presence.HOLDS,
        "high" if at_once else "medium",
        AT_ONCE if at_once else assessment.evidence.cadence,
        _steps(assessment.divergence, rules, policy.version, at_once=at_once),
    )


def _steps(reading: Reading, rules: AlertPolicy, version: int, *, at_once: bool) -> Finding:
    return Finding(
        "TRU-2",
        version,
        reading.rag,
        Dimension.TRUST,
        reading.value,
        rules.divergence_at_once if at_once else rules.divergence_held,
        reading.unit,
        None,
        reading.as_of,
        reading.events,
    )


def _silence(assessment: Assessment, policy: Policy) -> Signal:
    facts, freshness = assessment.evidence.facts, assessment.freshness
    if not assessment.silent or facts.get("state") != "delivering":
        return Signal("silence", facts.subject, Presence.ABSENT, gone=_gone(assessment))
    finding = Finding(
        "TRU-1",
        policy.version,
        Rag.UNKNOWN,
        Dimension.TRUST,
        None,
        freshness.limit,
        freshness.unit,
        "too_old",
        freshness.as_of,
    )
    return Signal("silence", facts.subject, Presence.HOLDS, "medium", finding=finding)
