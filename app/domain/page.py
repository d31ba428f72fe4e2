"""A project's page: readings, burn-up, milestones, declared history and plans, from its facts."""

from bisect import bisect_right
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import orjson

from app.domain.details import warning
from app.domain.documents import encode
from app.domain.evidence import Evidence
from app.domain.facts import ItemFacts
from app.domain.findings import Reading
from app.domain.forecasts.cost import cost_forecast
from app.domain.forecasts.finish import finish_forecast
from app.domain.item import Assessment, assess_item
from app.domain.money import RateBook
from app.domain.outlook import Outlook
from app.domain.plan import Plan
from app.domain.policy import KpiPolicy, Policy
from app.domain.prediction.telling import foretold
from app.domain.prediction.track_record import TrackRecord
from app.domain.tolerances import agreed
from app.domain.warnings import RULES
from app.domain.warnings.watch import EarlyWarning
from app.domain.warnings.watching import look_out

MOST_POINTS: Final = 400
"""Days of a burn-up; of a longer history every n-th is drawn."""


def project_page(  # noqa: PLR0913 - everything that a page tells of
    facts: ItemFacts,
    policy: Policy,
    rates: RateBook,
    now: datetime,
    since: datetime | None = None,
    record: TrackRecord | None = None,
) -> dict[str, Any]:
    """All of the page that is not the card. Money and indices as text, exact; dates as ISO text.

    `since`: since when the project has its colour, as its card says. `record`: the portfolio's track record
    as far as it is known; without it no warning foretells anything.
    """
    assessment = assess_item(facts, policy, rates, now)
    plan, found = assessment.evidence.plan, look_out(assessment, policy, since)
    return {
        "as_of": now.isoformat(),
        "readings": readings(assessment, policy),
        "warnings": [_warning(each, facts, record, now) for each in found.warnings],
        "burn_up": burn_up(assessment.evidence),
        "forecast": {
            "cost": cost_forecast(assessment.evidence).model_dump(mode="json"),
            "finish": finish_forecast(assessment.evidence).model_dump(mode="json"),
        },
        "currency": facts.get("currency") if plan is None else plan.baseline.currency,
        "milestones": [milestone_told(each) for each in _by_date(assessment.evidence.outlooks)],
        "declared": declared_history(facts),
        "baselines": baselines(facts),
        "roles": facts.get("roles") or {},
    }


def readings(assessment: Assessment, policy: Policy) -> list[dict[str, Any]]:
    """The table of KPIs: those of each assessed dimension, then trust."""
    found = [each for aspect in assessment.aspects for each in aspect.readings]
    trust = [each for each in (assessment.freshness, assessment.divergence) if each.kpi in policy.kpis]
    facts = assessment.evidence.facts
    return [_reading(each, *agreed(each.kpi, policy.kpis[each.kpi], facts)) for each in (*found, *trust)]


def _reading(reading: Reading, kpi: KpiPolicy, own: bool) -> dict[str, Any]:  # noqa: FBT001 - as `agreed` says it
    return {
        "kpi": reading.kpi,
        "name": kpi.name,
        "dimension": kpi.dimension.value,
        "rag": reading.rag.value,
        "value": text(reading.value),
        "unit": reading.unit,
        "amber": text(kpi.amber),
        "red": text(kpi.red),
        "limits_set_by": "item" if own else "policy",
        "direction": kpi.direction.value,
        "as_of": _iso(reading.as_of),
        "reason": reading.reason,
        "previous": text(reading.previous),
    }


def _warning(
    found: EarlyWarning, facts: ItemFacts, record: TrackRecord | None, now: datetime
) -> dict[str, Any]:
    """An early warning, whole, with the name of its rule and what it foretells."""
    told = None if record is None else foretold(facts, found.rule, found.subject, record, now)
    whole = {"name": RULES[found.rule].name, **orjson.loads(encode(warning(found)))}
    return whole if told is None else {**whole, "foretold": told}


def burn_up(evidence: Evidence) -> list[dict[str, Any]]:
    """Planned value, earned value and actual cost by day, cumulative, in the baseline's currency.

    EV and AC stop at their newest report: nothing is drawn where nothing is known.
    """
    plan = evidence.plan
    if plan is None:
        return []
    earned = _earned(evidence, plan)
    days = sorted({*_plan_days(plan), *earned, *evidence.costs.days})
    step = -(-len(days) // MOST_POINTS)
    return [_point(day, evidence, plan, earned) for day in days[::step]]


def _plan_days(plan: Plan) -> list[date]:
    baseline = plan.baseline
    return [baseline.start, *(period.end for period in baseline.periods), baseline.finish]


def _earned(evidence: Evidence, plan: Plan) -> dict[date, Decimal]:
    """Earned value at every report; the newest reports as they were assessed."""
    series = evidence.facts.series.get("pct_complete")
    earned = {} if series is None else {s.as_of: plan.baseline.bac * s.value / 100 for s in series.samples}
    told = evidence.facts.series.get("ev")
    earned.update(
        {s.as_of: s.value for s in (() if told is None else told.samples) if s.unit == plan.baseline.currency}
    )
    earned.update({point.as_of: point.ev for point in evidence.points if point.ev is not None})
    return earned


def _point(day: date, evidence: Evidence, plan: Plan, earned: dict[date, Decimal]) -> dict[str, Any]:
    costs = evidence.costs
    booked = bisect_right(costs.days, day) - 1
    known = booked >= 0 and day <= costs.days[-1]
    return {
        "date": day.isoformat(),
        "pv": None if plan.curve is None else text(plan.curve.at(max(plan.day(day), 0))),
        "ev": text(earned.get(day)),
        "ac": text(costs.totals[booked]) if known else None,
    }


def _by_date(outlooks: list[Outlook]) -> list[Outlook]:
    return sorted(outlooks, key=lambda each: (_date_of(each), each.milestone.code))


def _date_of(each: Outlook) -> date:
    found = each.expected if each.expected is not None else each.baseline
    return date.max if found is None else found


def milestone_told(each: Outlook) -> dict[str, Any]:
    """A milestone as a person reads it, with every date that it was given."""
    milestone = each.milestone
    forecast, target = milestone.get("forecast") or (None, None)
    working, working_target, _field = milestone.get("working") or (None, None, None)
    return {
        "code": milestone.code,
        "name": milestone.get("name") or milestone.code,
        "kind": milestone.get("kind"),
        "critical": milestone.get("critical"),
        "baseline": _iso(each.baseline),
        "inferred": each.inferred,
        "forecast": _iso(forecast),
        "target": target,
        "working": _iso(working),
        "working_target": working_target,
        "achieved": _iso(each.achieved),
        "late_days": each.late_days,
        "history": [
            {
                "reported_at": said.stamp.time.isoformat(),
                "forecast": _iso(said.date),
                "target": said.target,
                "seq": said.stamp.seq,
            }
            for said in milestone.history
        ],
    }


def declared_history(facts: ItemFacts) -> list[dict[str, Any]]:
    """What was said, newest first."""
    reports = sorted(facts.reports.values(), key=lambda each: (each.period, each.stamp[:4]), reverse=True)
    return [
        {
            "at": each.stamp.time.isoformat(),
            "period": each.period.isoformat(),
            "words": each.words,
            "narrative": each.narrative,
            "dca": each.dca,
            "go_to_green": list(each.go_to_green),
            "author": each.author,
            "seq": each.stamp.seq,
        }
        for each in reports
    ]


def baselines(facts: ItemFacts) -> list[dict[str, Any]]:
    """Every approved plan, newest first."""
    found = sorted(facts.baselines.values(), key=lambda each: each.stamp[:4], reverse=True)
    return [
        {
            "version": each.version,
            "bac": text(each.bac),
            "currency": each.currency,
            "start": each.start.isoformat(),
            "finish": each.finish.isoformat(),
            "contingency": text(each.contingency),
            "periods": [{"end": p.end.isoformat(), "pv_cum": text(p.pv_cum)} for p in each.periods],
            "reason": each.reason,
            "approver": each.approver,
            "approved_at": each.stamp.time.isoformat(),
            "seq": each.stamp.seq,
        }
        for each in found
    ]


def text(value: Decimal | None) -> str | None:
    """An exact number as text, without an exponent."""
    return None if value is None else format(value, "f")


def _iso(moment: date | None) -> str | None:
    return None if moment is None else moment.isoformat()
