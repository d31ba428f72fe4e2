"""Key performance indicators, one pure function each: from an item's evidence to a reading.

`KPIS` is the list, by dimension. To add one: write the function beside its kin, put it in the list
and give it a row in the policy (app/domain/policy.py).
"""

from collections.abc import Callable
from typing import Final

from app.domain.evidence import Evidence
from app.domain.findings import Reading
from app.domain.kpis.cost import cost_performance, spend_ahead_of_work, variance_at_completion
from app.domain.kpis.delivery import change_failure_rate
from app.domain.kpis.schedule import (
    finish_slip,
    milestone_drift,
    milestone_lateness,
    schedule_performance,
)

Kpi = Callable[[Evidence], Reading]

KPIS: Final[dict[str, Kpi]] = {
    "SCH-1": schedule_performance,
    "SCH-2": finish_slip,
    "SCH-5": milestone_drift,
    "SCH-6": milestone_lateness,
    "CST-1": cost_performance,
    "CST-3": variance_at_completion,
    "CST-6": spend_ahead_of_work,
    "QUA-3": change_failure_rate,
}
