"""Key performance indicators, one pure function each: from an item's evidence to a reading.

`KPIS` is the list, by dimension. To add one: write the function beside its kin, put it in the list
and give it a row in the policy (app/domain/policy.py).
"""

from collections.abc import Callable
from typing import Final

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

Kpi = Callable[[Evidence], Reading]

KPIS: Final[dict[str, Kpi]] = {
    "SCH-1": schedule_performance,
    "SCH-2": finish_slip,
    "SCH-3": hit_rate,
    "SCH-4": execution_index,
    "SCH-5": milestone_drift,
    "SCH-6": milestone_lateness,
    "CST-1": cost_performance,
    "CST-2": recent_cost_performance,
    "CST-3": variance_at_completion,
    "CST-4": estimate_credibility,
    "CST-5": pace_to_complete,
    "CST-6": spend_ahead_of_work,
    "SCP-2": rebaselines,
    "CST-7": contingency_cover,
    "SCP-1": scope_growth,
    "RSK-1": risk_exposure,
    "RSK-2": overdue_responses,
    "RSK-3": oldest_critical_issue,
    "RSK-4": untreated_risks,
    "RES-1": key_role_fill,
    "RES-2": overload,
    "RES-5": leadership_turnover,
    "QUA-1": gate_readiness,
    "QUA-2": evidence_currency,
    "BEN-1": benefit_forecast,
    "QUA-3": change_failure_rate,
}
