"""Track records and outlooks as JSON documents: what is claimed, and what is not, with the reason."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from app.domain.facts import ItemFacts, Milestone
from app.domain.policy import Policy
from app.domain.prediction.experience import Basis
from app.domain.prediction.next_report import NextReportQuality
from app.domain.prediction.quality import BUDGET
from app.domain.prediction.signs import Moment, signs_of
from app.domain.prediction.situation import is_open, situation
from app.domain.prediction.track_record import LEAST_OUTCOMES, Horizon, TrackRecord


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
    reason = _reason(record, due, moment.now.date())
    chance = record.experience.chance(situation(facts, milestone, moment.now))
    enough = record.experience.outcomes >= LEAST_OUTCOMES
    return {
        "milestone": milestone.code,
        "name": milestone.get("name") or milestone.code,
        "forecast": None if due is None else due.isoformat(),
        "target": target,
        "warnings": [sign._asdict() for sign in signs_of(facts, milestone, moment)],
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
