"""Key performance indicators, one pure function each: from an item's evidence to a reading.

`KPIS` is the list, by dimension. To add one: write the function beside its kin, put it in the list
and give it a row in the policy (app/domain/policy.py).
"""

from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from app.domain.evidence import Evidence
from app.domain.findings import Reading
from app.domain.kpis.benefit import benefit_forecast
from app.domain.kpis.changes import scope_growth
from app.domain.kpis.completion import estimate_credibility, pace_to_complete, variance_at_completion
from app.domain.kpis.cost import cost_performance, recent_cost_performance, spend_ahead_of_work
from app.domain.kpis.delivery import change_failure_rate
from app.domain.kpis.milestones import execution_index, hit_rate, milestone_drift, milestone_lateness
from app.domain.kpis.quality import evidence_currency, gate_readiness
from app.domain.kpis.resource import key_role_fill, leadership_turnover, overload
from app.domain.kpis.risk import (
    contingency_cover,
    oldest_critical_issue,
    overdue_responses,
    risk_exposure,
    untreated_risks,
)
from app.domain.kpis.schedule import finish_slip, schedule_performance
from app.domain.kpis.scope import rebaselines

Basis = Literal["evidence", "plan", "work", "finish", "milestones", "records", "exposure"]


class Kpi(NamedTuple):
    """An indicator; its limits are the policy's."""

    compute: Callable[[Evidence], Reading]
    rests_on: Basis = "evidence"
    """On a part of the evidence alone (`what_they_rest_on`): the reading is kept while that is the same."""


KPIS: Final[dict[str, Kpi]] = {
    "SCH-1": Kpi(schedule_performance, "work"),
    "SCH-2": Kpi(finish_slip, "finish"),
    "SCH-3": Kpi(hit_rate, "milestones"),
    "SCH-4": Kpi(execution_index, "milestones"),
    "SCH-5": Kpi(milestone_drift, "milestones"),
    "SCH-6": Kpi(milestone_lateness, "milestones"),
    "CST-1": Kpi(cost_performance, "work"),
    "CST-2": Kpi(recent_cost_performance, "work"),
    "CST-3": Kpi(variance_at_completion, "work"),
    "CST-4": Kpi(estimate_credibility, "work"),
    "CST-5": Kpi(pace_to_complete, "work"),
    "CST-6": Kpi(spend_ahead_of_work, "work"),
    "SCP-2": Kpi(rebaselines, "plan"),
    "CST-7": Kpi(contingency_cover, "exposure"),
    "SCP-1": Kpi(scope_growth, "exposure"),
    "RSK-1": Kpi(risk_exposure, "exposure"),
    "RSK-2": Kpi(overdue_responses, "records"),
    "RSK-3": Kpi(oldest_critical_issue, "records"),
    "RSK-4": Kpi(untreated_risks, "records"),
    "RES-1": Kpi(key_role_fill, "records"),
    "RES-2": Kpi(overload, "records"),
    "RES-5": Kpi(leadership_turnover, "records"),
    "QUA-1": Kpi(gate_readiness, "records"),
    "QUA-2": Kpi(evidence_currency, "records"),
    "BEN-1": Kpi(benefit_forecast, "records"),
    "QUA-3": Kpi(change_failure_rate),
}


def work_of(evidence: Evidence) -> tuple[object, ...]:
    """What was earned and spent, against which plan."""
    return (
        evidence.plan,
        evidence.begun,
        evidence.points,
        evidence.costs,
        evidence.eac,
        evidence.completed_on,
    )


def what_they_rest_on(evidence: Evidence) -> dict[Basis, tuple[object, ...]]:
    """What the indicators of each basis are worked out from.

    Each of these is another object when it says something else; milestones and the basis of the records are
    others every day, and evidence as a whole every time. A plan that was replaced goes by the moment, as only
    a year of that counts; where nothing is recorded, exposure is a matter of the plan alone.
    """
    plan, dossier, work = evidence.plan, evidence.dossier, work_of(evidence)
    replaced_by = evidence.now if len(evidence.facts.baselines) > 1 else None
    return {
        "evidence": (object(),),
        "plan": (plan, evidence.begun, bool(evidence.points), replaced_by),
        "work": work,
        "finish": (*work, evidence.milestones),
        "milestones": (evidence.milestones,),
        "records": (dossier.basis,),
        "exposure": (*work, dossier) if dossier.by_kind else (dossier, plan),
    }
