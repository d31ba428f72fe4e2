"""Track records, outlooks and what warnings foretell, as JSON documents: what is claimed, and what is not."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from app.domain.facts import ItemFacts, Milestone
from app.domain.policy import Policy
from app.domain.prediction.experience import Basis
from app.domain.prediction.next_report import NextReportQuality
from app.domain.prediction.quality import BUDGET
from app.domain.prediction.signs import Moment, signs_of
from app.domain.prediction.situation import is_open, situation
from app.domain.prediction.track_record import LEAST_OUTCOMES, Horizon, TrackRecord
from app.domain.tree import Node

PREDICTIONS: Final = frozenset({"EW23", "EW24", "EW25"})
"""The rules of early warning that foretell a slip; the others say what is."""


def forecast_quality(record: TrackRecord) -> dict[str, Any]:
    """How good predictions were; with too few outcomes the counts only, and that they are too few."""
    enough = record.experience.outcomes >= LEAST_OUTCOMES
    return {
        "outcomes": record.experience.outcomes,
        "least_outcomes": LEAST_OUTCOMES,
        "budget": BUDGET,
        "lead_days": record.lead_days if enough else None,
        "horizons": [_horizon(each) for each in record.horizons],
        "declared": _declared(record.declared),
    }


def outlook(facts: ItemFacts, policy: Policy, record: TrackRecord, now: datetime) -> list[dict[str, Any]]:
    """Every open milestone with its warnings and, where the record supports it, its probability."""
    cadence = facts.get("cadence")
    gap = timedelta(days=policy.ages.cadence_days if cadence is None else cadence)
    moment = Moment(now, policy.working_calendar(facts.get("calendar")), gap)
    there = sorted(facts.milestones.values(), key=lambda each: each.code)
    return [_milestone(facts, each, record, moment) for each in there if is_open(facts, each)]


def foretold(
    facts: ItemFacts, rule: str, subject: str | None, record: TrackRecord, now: datetime
) -> dict[str, Any] | None:
    """What the record says of an early warning about the milestone `subject`; None: it foretells nothing.

    A milestone whose date has passed is late already: what EW23 foretells is of the one that comes next.
    """
    milestone = facts.milestones.get(subject or "") if rule in PREDICTIONS else None
    if milestone is not None and rule == "EW23":
        milestone = _next(facts, now.date()) or milestone
    if milestone is None:
        return None
    return {"milestone": milestone.code, **_prediction(facts, milestone, record, now)}


def with_predictions(tree: Node, facts: ItemFacts, record: TrackRecord, now: datetime) -> Node:
    """The tree that explains an item, its early warnings with what they foretell."""
    for node in tree["children"]:
        told = foretold(facts, node.get("rule", ""), node.get("subject"), record, now)
        if told is not None:
            node["foretold"] = told
    return tree


def _next(facts: ItemFacts, today: date) -> Milestone | None:
    """The open milestone whose date is the first from today on."""
    dated = ((each.get("forecast")[0], each) for each in facts.milestones.values() if is_open(facts, each))
    ahead = [(day, each.code, each) for day, each in dated if day is not None and day >= today]
    return min(ahead, key=lambda each: each[:2])[2] if ahead else None


def _horizon(horizon: Horizon) -> dict[str, Any]:
    found, claimed = horizon.quality, horizon.quality.outcomes >= LEAST_OUTCOMES
    measures = {
        "auroc": found.auroc,
        "brier": found.brier,
        "base_brier": horizon.base_brier,
        "precision": found.precision,
        "recall": found.recall,
    }
    return {
        "days": horizon.days,
        "outcomes": found.outcomes,
        "slipped": found.happened,
        "supported": horizon.reason is None,
        "reason": horizon.reason,
        **(measures if claimed else dict.fromkeys(measures)),
        "calibration": [band._asdict() for band in found.calibration] if claimed else [],
    }


def _declared(found: NextReportQuality) -> dict[str, Any]:
    """Whether the next declared status is foretold: only the base rate is, where that is not supported."""
    enough = found.outcomes >= LEAST_OUTCOMES
    measures = {
        "auroc": found.auroc,
        "persistence_auroc": found.persistence_auroc,
        "brier": found.brier,
        "base_brier": found.base_brier,
    }
    return {
        "outcomes": found.outcomes,
        "supported": enough and found.supported,
        **(measures if enough else dict.fromkeys(measures)),
    }


def _milestone(facts: ItemFacts, milestone: Milestone, record: TrackRecord, moment: Moment) -> dict[str, Any]:
    forecast: tuple[date | None, str | None] = milestone.get("forecast")
    due, target = forecast
    return {
        "milestone": milestone.code,
        "name": milestone.get("name") or milestone.code,
        "forecast": None if due is None else due.isoformat(),
        "target": target,
        "warnings": [sign._asdict() for sign in signs_of(facts, milestone, moment)],
        **_prediction(facts, milestone, record, moment.now),
    }


def _prediction(facts: ItemFacts, milestone: Milestone, record: TrackRecord, now: datetime) -> dict[str, Any]:
    """The probability that it slips with the counts behind it, or the reason why none is claimed."""
    forecast = milestone.get("forecast")
    reason = _reason(record, None if forecast is None else forecast[0], now.date())
    chance = record.experience.chance(situation(facts, milestone, now))
    enough = record.experience.outcomes >= LEAST_OUTCOMES
    return {
        "probability": chance.probability if reason is None else None,
        "reason": reason,
        "base_rate": chance.base_rate if enough else None,
        "basis": _counts(chance.basis if reason is None else chance.basis[:1]),
    }


def _reason(record: TrackRecord, due: date | None, today: date) -> str | None:
    """Why there is no probability: `no_date`, `date_passed`, `too_far_ahead`, or what the record lacks."""
    if due is None:
        return "no_date"
    if due < today:
        return "date_passed"
    horizon = record.horizon((due - today).days)
    return "too_far_ahead" if horizon is None else horizon.reason


def _counts(basis: Iterable[Basis]) -> list[dict[str, Any]]:
    return [each._asdict() for each in basis]
