"""Cards and details as they are stored and sent: plain JSON, without validation on the hot path.

A card is the contract of app/domain/cards.py (a test holds that each validates); a detail says why:
readings with their inputs, findings with their events. Details are stored beside cards, not pushed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import Any, Final

import orjson

from app.domain import declared
from app.domain.alerts import AlertState, label
from app.domain.colours import AT_REST
from app.domain.facts import ItemFacts
from app.domain.findings import Finding
from app.domain.item import Assessment, spark_of
from app.domain.kpis.trust import declared_since, declared_word
from app.domain.outlook import Milestones, Outlook
from app.domain.rag import Dimension, Rag
from app.domain.standing import milestone_key
from app.domain.subject import code_of

LONGEST_NAME: Final = 48
"""Characters of a name on a card; the whole name is on the page."""
LONGEST_MILESTONE: Final = 24
SPARK: Final = 12
SHORTEST_SPARK: Final = 2
PROJECT_BYTES: Final = 600
"""What a project card may weigh; a spark gives way first, its oldest points before the others, then the name
of the next milestone, then the mildest warnings, which the detail has all."""
DEFAULTS: Final[dict[str, Any]] = {
    "tier": 3,
    "state": "delivering",
    "stale": False,
    "dimensions": {},
    "warnings": (),
    "records": {},
    "told": 0,
    "spark": [],
    "unit": "",
    "late_days": 0,
    "critical": False,
    "inferred": False,
    "overdue": False,
    "impacts": (),
    "policy": 0,
}
"""What app.domain.cards takes for granted, and so is not sent."""


def encode(document: Mapping[str, Any]) -> bytes:
    """UTF-8 JSON; instants in UTC, exact numbers as text. A copy: what orjson makes takes 4 KiB at least."""
    return b"".join((orjson.dumps(document, default=str, option=orjson.OPT_UTC_Z), b""))


def number(value: Decimal | None) -> float | None:
    """For people's eyes: rounded to four places, as app.domain.cards.Number."""
    return None if value is None else float(round(value, 4))


def brief(text: str, longest: int = LONGEST_NAME) -> str:
    """A name that fits on a card."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _known(document: dict[str, Any]) -> dict[str, Any]:
    """Without nulls and without defaults that say nothing."""
    return {
        name: value
        for name, value in document.items()
        if value is not None and (name not in DEFAULTS or value != DEFAULTS[name])
    }


def encode_project(card: dict[str, Any]) -> bytes:
    """A project card; its spark, the name of its milestone and its warnings as there is room for them."""
    document = encode(card)
    spark, warnings = card.get("spark", ()), card.get("warnings", ())
    if len(document) > PROJECT_BYTES and len(spark) > SHORTEST_SPARK:
        spark = spark[_to_drop(spark, len(document) - PROJECT_BYTES) :]
        document = encode({**card, "spark": spark})
    if len(document) > PROJECT_BYTES and "milestone" in card:
        milestone = card["milestone"]
        card = {**card, "milestone": {**milestone, "name": milestone["code"]}}
        document = encode({**card, "spark": spark})
    if len(document) > PROJECT_BYTES and warnings:
        bare = {name: value for name, value in card.items() if name != "spark"}
        document = encode(bare)
        while len(document) > PROJECT_BYTES and len(warnings) > 1:
            warnings = warnings[:-1]
            document = encode({**bare, "warnings": warnings})
    return document


def _to_drop(spark: Sequence[float], excess: int) -> int:
    """How many of its oldest points a spark loses to save so many bytes, or to be the shortest."""
    saved = accumulate(len(repr(each)) + 1 for each in spark[:-SHORTEST_SPARK])
    return next((n for n, each in enumerate(saved, 1) if each >= excess), len(spark) - SHORTEST_SPARK)


def project_card(  # noqa: PLR0913 - what a card says beside its assessment
    assessment: Assessment,
    since: datetime,
    previous: Rag | None,
    warnings: tuple[str, ...],
    alerts: Mapping[str, int],
    policy: int,
) -> dict[str, Any]:
    """A ProjectCard."""
    facts, evidence, verdict = assessment.evidence.facts, assessment.evidence, assessment.verdict
    resting = verdict.rag is Rag.NONE
    judged = [each for each in assessment.aspects if each.rag is not Rag.NONE]
    baseline = None if evidence.plan is None else evidence.plan.baseline
    return _known(
        {
            "kind": "project",
            **_header(facts),
            "rag": verdict.rag,
            "since": since,
            "previous": previous,
            "declared": declared_part(facts),
            "dimensions": {} if resting else {each.dimension.value: each.rag for each in judged},
            "cause": None if verdict.rag in (Rag.GREEN, Rag.NONE) else cause(verdict.cause),
            "warnings": warnings,
            "coverage": {"fresh": verdict.fresh, "of": verdict.of},
            "stale": not resting and any(each.stale for each in judged),
            "stale_at": None if resting else _next((each.stale_at for each in judged), evidence.now),
            "unknown_at": None if resting else _next((each.unknown_at for each in judged), evidence.now),
            "bac": None if baseline is None else _money(baseline.bac, baseline.currency),
            "milestone": None if resting else _upcoming(evidence.milestones),
            "alerts": dict(alerts) if alerts else None,
            "records": evidence.dossier.counts(),
            "told": evidence.dossier.told,
            "spark": spark_of(evidence, SPARK),
            "policy": policy,
        }
    )


def _header(facts: ItemFacts) -> dict[str, Any]:
    code = code_of(facts.subject)
    tier = facts.get("tier")
    return {
        "code": code,
        "name": brief(facts.get("name")),
        "short": facts.get("short") or code[:24],
        "programme": facts.get("parent"),
        "tier": 3 if tier is None else tier,
        "stage": None if facts.get("stage") is None else facts.get("stage")[:32],
        "state": facts.get("state"),
    }


def degraded_card(facts: ItemFacts, since: datetime, previous: Rag | None, policy: int) -> dict[str, Any]:
    """A ProjectCard that says: this item's data could not be assessed."""
    return _known(
        {
            "kind": "project",
            **_header(facts),
            "rag": Rag.UNKNOWN,
            "since": since,
            "previous": previous,
            "cause": {
                "rule": "degraded",
                "dimension": Dimension.TRUST,
                "rag": Rag.UNKNOWN,
                "unit": "",
                "reason": "degraded",
            },
            "coverage": {"fresh": 0, "of": 0},
            "degraded": True,
            "policy": policy,
        }
    )


def declared_part(facts: ItemFacts) -> dict[str, Any] | None:
    """What somebody says the status is; None where nothing was declared."""
    report = facts.report()
    word = None if report is None else declared_word(report)
    if report is None or word is None:
        return None
    since = declared_since(facts, word) or report.stamp.time
    return _known({"word": word, "rank": declared.rank(word), "since": since.replace(microsecond=0)})


def cause(finding: Finding) -> dict[str, Any]:
    """The finding that decided a colour, short enough for a wall; never an age, which would grow."""
    return _known(
        {
            "rule": finding.rule,
            "dimension": finding.dimension or Dimension.TRUST,
            "rag": finding.rag,
            "observed": None if finding.reason == "too_old" else number(finding.observed),
            "limit": number(finding.limit),
            "unit": finding.unit,
            "reason": finding.reason,
        }
    )


def _money(amount: Decimal, currency: str) -> dict[str, Any]:
    rounded = round(amount, 2)
    return {"amount": int(rounded) if rounded == int(rounded) else float(rounded), "currency": currency}


def _next(moments: Iterable[datetime | None], now: datetime) -> datetime | None:
    """The first that is still to come; what has passed is in the colour and the hatch."""
    coming = [moment for moment in moments if moment is not None and moment >= now]
    return min(coming).replace(microsecond=0) if coming else None


def _upcoming(milestones: Milestones) -> dict[str, Any] | None:
    return milestones.once("upcoming", lambda: _next_milestone(milestones.outlooks))


def _next_milestone(outlooks: Iterable[Outlook]) -> dict[str, Any] | None:
    due = [
        (each.expected, each.milestone.code, each)
        for each in outlooks
        if each.achieved is None and each.expected
    ]
    if not due:
        return None
    day, code, each = min(due, key=lambda entry: entry[:2])
    name = brief(each.milestone.get("name") or code, LONGEST_MILESTONE)
    return _known({"code": code, "name": name, "date": day, "late_days": each.late_days})


def milestone_card(project: str, each: Outlook, today: date) -> dict[str, Any]:
    """A MilestoneCard."""
    milestone = each.milestone
    forecast, target = milestone.get("forecast") or (None, None)
    working = milestone.get("working") or (None, None, None)
    agreed = forecast or each.baseline
    return _known(
        {
            "kind": "milestone",
            "project": project,
            "code": milestone.code,
            "name": brief(milestone.get("name") or milestone.code),
            "critical": bool(milestone.get("critical")),
            "baseline": each.baseline,
            "inferred": each.inferred,
            "forecast": forecast,
            "target": target,
            "working": working[0],
            "working_target": working[1],
            "late_days": each.late_days,
            "overdue": agreed is not None and agreed < today,
        }
    )


def is_near(each: Outlook, state: str, today: date, days: int) -> bool:
    """Whether a milestone has a card: open, and overdue or due within so many days."""
    forecast, _target = each.milestone.get("forecast") or (None, None)
    agreed = forecast or each.baseline
    return (
        each.achieved is None
        and state not in AT_REST
        and agreed is not None
        and (agreed - today).days <= days
    )


def near_milestones(project: str, milestones: Milestones, state: str, days: int) -> dict[str, bytes]:
    """The cards of the milestones that have one."""
    return {
        milestone_key(project, each.milestone.code): encode(milestone_card(project, each, milestones.today))
        for each in milestones.outlooks
        if is_near(each, state, milestones.today, days)
    }


def alert_card(alert: AlertState, declared_now: dict[str, Any] | None) -> dict[str, Any]:
    """An AlertCard."""
    return _known(
        {
            "kind": "alert",
            "id": alert.id,
            "rule": alert.rule,
            "item": alert.item,
            "severity": alert.severity,
            "label": label(alert),
            "first_at": alert.first_at,
            "last_at": alert.last_at,
            "count": alert.count,
            "cause": None if alert.finding is None else cause(alert.finding),
            "declared": declared_now,
            "impacts": alert.impacts,
            "due": None if alert.finding is None else alert.finding.due,
            "policy": alert.policy_version,
        }
    )
