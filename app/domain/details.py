"""Why a project has its colour, as it is stored beside its card: readings, their inputs, findings.

What is null or empty is left out. A finding of a reading says its rule and colour; the rest is in the
reading of that name. Long numbers are rounded to 12 significant digits: the facts keep them exact.
"""

from decimal import Context, Decimal
from typing import Any, Final

from app.domain.colours import Aspect
from app.domain.findings import Finding, Input, Reading, Value
from app.domain.item import Assessment
from app.domain.warnings.watch import EarlyWarning
from app.domain.warnings.watching import NOTHING, Watched

LONGEST: Final = 16
"""Characters of a number that is told as it is: what is longer came out of a division."""
_ROUNDED: Final = Context(prec=12)


def detail(assessment: Assessment, policy_version: int, watched: Watched = NOTHING) -> dict[str, Any]:
    """Why a project has its colour; app.domain.explain reads it."""
    evidence, verdict = assessment.evidence, assessment.verdict
    return {
        "v": 1,
        "policy": policy_version,
        "now": evidence.now,
        "cadence_days": evidence.cadence.days,
        "state": evidence.facts.get("state"),
        "rag": verdict.rag,
        "cause": _finding(verdict.cause),
        "coverage": {"fresh": verdict.fresh, "of": verdict.of, **_said({"share": _text(verdict.share)})},
        "dimensions": [each.part or _aspect(each) for each in assessment.aspects],
        "trust": [reading_part(assessment.freshness), reading_part(assessment.divergence)],
        **_said({"warnings": [warning(each) for each in watched.warnings], "failed": list(watched.failures)}),
    }


def said_today(assessment: Assessment) -> dict[str, Any]:
    """What each KPI that applies says: its value as text, or `{"unknown": reason}`; kept for the day.

    A value has 12 digits at most and no zeros at its end, which a database may have added.
    """
    found = [each for aspect in assessment.aspects for each in aspect.readings]
    return {
        each.kpi: {"unknown": each.reason} if each.value is None else _plain(each, each.value)
        for each in (*found, assessment.freshness, assessment.divergence)
    }


def warning(found: EarlyWarning) -> dict[str, Any]:
    """An early warning, whole."""
    return _said(
        {
            "rule": found.rule,
            "kind": found.kind,
            "severity": found.severity,
            "reason": found.reason,
            "subject": found.subject,
            "observed": _text(found.observed),
            "limit": _text(found.limit),
            "unit": found.unit,
            "since": found.since,
            "horizon": found.horizon,
            "count": found.count,
            "inputs": [each.part or _input(each) for each in found.inputs],
        }
    )


def _said(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value}


def _text(value: Value) -> Any:
    if not isinstance(value, Decimal):
        return value
    exact = str(value)
    if "E" in exact:  # 2E+5, as a division of exact numbers may come out
        exact = format(value, "f")
    return exact if len(exact) <= LONGEST else format(_ROUNDED.plus(value), "f")


def _plain(reading: Reading, value: Decimal) -> str:
    """Made once for a reading that is kept."""
    if reading.plain is None:
        reading.plain = format(_ROUNDED.normalize(value), "f")
    return reading.plain


def _finding(finding: Finding) -> dict[str, Any]:
    return _said(
        {
            "rule": finding.rule,
            "rag": finding.rag,
            "dimension": finding.dimension,
            "observed": _text(finding.observed),
            "limit": _text(finding.limit),
            "unit": finding.unit,
            "reason": finding.reason,
            "as_of": finding.as_of,
            "events": finding.events,
            "own_limit": finding.own_limit,
        }
    )


def _aspect(aspect: Aspect) -> dict[str, Any]:
    """Made once for an aspect that is kept."""
    instead = aspect.instead
    said = {
        "dimension": aspect.dimension,
        "rag": aspect.rag,
        "newest_at": aspect.newest_at,
        "stale_at": aspect.stale_at,
        "unknown_at": aspect.unknown_at,
        "findings": [{"rule": each.kpi, "rag": each.rag} for each in aspect.readings]
        if instead is None
        else [_finding(instead)],
        "readings": [each.part or reading_part(each) for each in aspect.readings],
        "stale": aspect.stale,
    }
    aspect.part = _said(said)
    return aspect.part


def reading_part(reading: Reading) -> dict[str, Any]:
    """One reading as a detail tells of it; made once for one that is kept."""
    if reading.part is None:
        part: dict[str, Any] = {"kpi": reading.kpi, "rag": reading.rag}
        if reading.value is not None:
            part["value"] = _text(reading.value)
        if reading.unit:
            part["unit"] = reading.unit
        if reading.reason is not None:
            part["reason"] = reading.reason
        if reading.as_of is not None:
            part["as_of"] = reading.as_of
        if reading.inputs:
            part["inputs"] = [each.part or _input(each) for each in reading.inputs]
        if reading.previous is not None:
            part["previous"] = _text(reading.previous)
        if reading.limit is not None:
            part["limit"] = _text(reading.limit)
        if reading.own_limit:
            part["own_limit"] = True
        reading.part = part
    return reading.part


def _input(each: Input) -> dict[str, Any]:
    """Made once: most inputs are the same in several readings, and in the next assessment."""
    part: dict[str, Any] = {"name": each.name}
    if each.value is not None:
        part["value"] = _text(each.value)
    if each.unit:
        part["unit"] = each.unit
    if each.as_of is not None:
        part["as_of"] = each.as_of
    if each.events:
        part["events"] = each.events
    each.part = part
    return part
