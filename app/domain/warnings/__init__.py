"""Early warnings: one pure function per rule, from an assessed item to a warning or None.

`RULES` is the list. To add one: write the function beside its kin, put it in the list and give it its
limits in app/domain/rules_policy.py. A rule compares with the time by asking its watch, never by itself.
"""

from typing import Final

from app.domain.policy import Direction
from app.domain.warnings import (
    benefits,
    cost,
    escalation,
    milestones,
    people,
    quality,
    risk,
    schedule,
    scope,
    trust,
)
from app.domain.warnings.watch import Rule

_UP, _DOWN = Direction.UP, Direction.DOWN

RULES: Final[dict[str, Rule]] = {
    "EW1": Rule(trust.watermelon, "Watermelon", "reactive", _DOWN),
    "EW2": Rule(trust.stale_green, "Stale green", "proactive", _DOWN),
    "EW3": Rule(trust.frozen_status, "Frozen status", "reactive", _DOWN),
    "EW4": Rule(schedule.pace_falling, "SPI(t) falling", "reactive", _UP, "work"),
    "EW5": Rule(cost.recent_cost_falling, "CPI falling", "reactive", _UP, "work"),
    "EW6": Rule(cost.estimate_not_credible, "EAC not credible", "reactive", _DOWN, "work"),
    "EW7": Rule(cost.pace_to_complete_runaway, "TCPI runaway", "reactive", _DOWN, "work"),
    "EW8": Rule(milestones.milestone_creep, "Milestone creep", "reactive", _DOWN, "milestones"),
    "EW9": Rule(milestones.late_surprise, "Late surprise", "reactive", _DOWN, "milestones"),
    "EW10": Rule(milestones.bow_wave, "Bow wave", "reactive", _DOWN, "milestones"),
    "EW11": Rule(cost.spend_ahead_of_work, "Spend ahead of work", "reactive", _DOWN, "work"),
    "EW12": Rule(cost.contingency_burn, "Contingency burn", "reactive", _DOWN),
    "EW13": Rule(risk.risk_untreated, "Risk not treated", "proactive", None, "records"),
    "EW14": Rule(risk.register_silence, "Risk silence", "proactive", _DOWN, "records"),
    "EW15": Rule(risk.premise_expired, "Assumption or dependency expired", "proactive", _DOWN, "records"),
    "EW16": Rule(people.key_role_gap, "Key role gap", "proactive", None, "records"),
    "EW17": Rule(people.leadership_churn, "Leadership churn", "reactive", None, "records"),
    "EW18": Rule(people.overload, "Overload", "reactive", _DOWN, "records"),
    "EW19": Rule(scope.scope_churn, "Scope churn", "reactive", _DOWN, "records"),
    "EW20": Rule(quality.gate_not_ready, "Gate not ready", "proactive", _DOWN, "records"),
    "EW21": Rule(quality.quality_erosion, "Quality erosion", "reactive", None),
    "EW22": Rule(benefits.benefit_decay, "Benefit decay", "reactive", _DOWN, "records"),
    "EW23": Rule(milestones.date_passed, "Date passed without closure", "proactive", _DOWN, "milestones"),
    "EW24": Rule(milestones.plan_fields_disagree, "Plan fields disagree", "reactive", None, "milestones"),
    "EW25": Rule(milestones.update_overdue, "Update overdue before a date", "proactive", _DOWN),
    "ESC1": Rule(escalation.red_for_long, "Escalate", "reactive", _DOWN),
    "ESC2": Rule(escalation.forecast_exception, "Forecast exception", "reactive", None),
    "ESC3": Rule(escalation.rebaseline_watch, "Re-baseline watch", "reactive", None),
}
