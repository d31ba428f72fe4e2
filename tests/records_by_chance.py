"""What may be told of records by chance: risks, gates, benefits, assignments and the like."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from tests import builders as b

TODAY: Final = b.NOW.date()
MILESTONES: Final = ("M1", "M1", "M2", "GATE")
"""More often the first, so that it is planned, moved and reached."""


class Chance(Random):
    """Chooses what the fields of an event are."""

    def coin(self) -> bool:
        return self.random() < 0.5

    def some(self, **fields: Any) -> dict[str, Any]:
        """Each of them or not."""
        return {name: value for name, value in fields.items() if self.coin()}

    def between(self, first: date, last: date) -> date:
        return first + timedelta(days=self.randint(0, (last - first).days))

    def amount(self) -> str:
        return self.choice(["0", "0.01", "200000", f"{self.randrange(200_000)}.{self.randrange(100):02}"])

    def currency(self) -> str:
        return self.choice(["EUR", "USD", "JPY"])

    def money(self) -> dict[str, Any]:
        return b.eur(self.amount(), self.currency())

    def near(self) -> str:
        """A day that has come, or comes soon."""
        return str(self.between(TODAY - timedelta(days=20), TODAY + timedelta(days=100)))

    def coming(self) -> str:
        return str(self.between(TODAY - timedelta(days=60), TODAY + timedelta(days=150)))

    def ref(self) -> str:
        return self.choice(["X1", "X2"])

    def other(self) -> str:
        """A reference of what only warnings look at."""
        return self.choice(["A", "B"])


Kinds = dict[str, Callable[[Chance], dict[str, Any]]]

ENTERED: Final[Kinds] = {
    "risk.raised": lambda c: {
        "ref": c.ref(),
        "title": "x",
        **c.some(
            prob=c.choice(["10", "50", "90"]),
            impact=c.some(cost=c.money(), days=c.randint(0, 90)),
            owner="ada",
            response="x",
            response_due=c.near(),
        ),
    },
    "risk.closed": lambda c: {"ref": c.ref()},
    "issue.raised": lambda c: {
        "ref": c.ref(), "title": "x", "severity": c.randint(1, 2), **c.some(due=c.near()),
    },
    "issue.resolved": lambda c: {"ref": c.ref()},
    "action.assigned": lambda c: {"ref": c.ref(), "title": "x", **c.some(due=c.near())},
    "action.done": lambda c: {"ref": c.ref()},
    "scope.change_requested": lambda c: {"ref": c.ref(), "title": "x", **c.some(value=c.money())},
    "scope.change_decided": lambda c: {"ref": c.ref(), "decision": c.choice(["approved", "rejected"])},
}  # fmt: skip
AGREED: Final[Kinds] = {
    "gate.scheduled": lambda c: {"gate": c.ref(), "date": c.near(), **c.some(forecast=c.near())},
    "gate.decided": lambda c: {"gate": c.ref(), "held_at": "2026-01-01", "decision": "proceed"},
    "criterion.defined": lambda c: {
        "ref": c.ref(),
        "text": "x",
        "owner_kind": c.choice(["gate", "compliance"]),
        **c.some(owner_ref=c.ref(), due=c.near(), mandatory=c.coin()),
    },
    "handover.criterion_assessed": lambda c: {
        "criterion": c.ref(),
        "verdict": c.choice(["conforms", "minor_nc"]),
    },
    "evidence.attached": lambda c: {
        "ref": c.ref(),
        "criterion_ref": c.ref(),
        "uri": "x",
        "sha256": "a" * 64,
        **c.some(valid_until=c.near()),
    },
    "benefit.planned": lambda c: {
        "ref": c.ref(),
        "name": "x",
        "unit": c.currency(),
        "target": c.amount(),
        "by_date": c.near(),
        **c.some(objective_ref="GOAL"),
    },
    "benefit.forecast_changed": lambda c: {
        "ref": c.ref(),
        "forecast": c.amount(),
        "unit": c.currency(),
        "as_of": "2026-01-01",
    },
}
STAFFED: Final[Kinds] = {
    "resource.requested": lambda c: {
        "ref": c.ref(),
        "role": "x",
        "pct": "60",
        "needed_by": c.near(),
        **c.some(key_role=c.coin(), start="2026-03-10", end="2026-04-20"),
    },
    "resource.assigned": lambda c: {
        "ref": c.ref(),
        "person_ref": "ada",
        **c.some(pct=c.choice(["60", "90"])),
    },
    "resource.released": lambda c: {"ref": c.ref(), "released": "2026-01-01"},
    "role.changed": lambda c: {
        "role": c.choice(["sro", "pm"]),
        "effective": c.near(),
        **c.some(old_ref=c.choice(["ada", "bob"]), new_ref=c.choice(["ada", "bob"])),
    },
}
TOLD: Final[Kinds] = {**ENTERED, **AGREED, **STAFFED}
WARNED: Final[Kinds] = {
    "risk.raised": lambda c: {"ref": c.other(), "title": "Late", "priority": 1, "proximity": c.coming()},
    "risk.updated": lambda c: {
        "ref": c.other(),
        "owner": "ada",
        "response": "Buy",
        "response_due": c.coming(),
    },
    "issue.raised": lambda c: {
        "ref": c.other(),
        "title": "Down",
        "severity": 2,
        **c.some(converted_from="risk/A"),
    },
    "issue.resolved": lambda c: {"ref": c.other()},
    "assumption.recorded": lambda c: {"ref": c.other(), "title": "Ready", "due": c.coming()},
    "dependency.declared": lambda c: {
        "ref": c.other(),
        "title": "Data",
        "needed_by": c.coming(),
        "milestone": c.choice(MILESTONES),
        **c.some(from_item=c.choice(["project/P2", "project/P3", "programme/ATLAS", "The harbour"])),
    },
    "dependency.at_risk": lambda c: {"ref": c.other(), "expected": c.coming()},
    "resource.requested": lambda c: {
        "ref": c.other(),
        "role": "pm",
        "pct": "80",
        "needed_by": c.coming(),
        "key_role": True,
    },
    "resource.assigned": lambda c: {
        "ref": c.other(),
        "person_ref": "ada",
        "pct": "80",
        "start": c.coming(),
    },
    "role.changed": lambda c: {
        "role": "pm",
        "old_ref": "x",
        "new_ref": c.other(),
        "effective": c.coming(),
    },
    "gate.scheduled": lambda c: {"gate": c.other(), "date": c.coming()},
    "criterion.defined": lambda c: {
        "ref": c.other(),
        "text": "It restores",
        "owner_kind": "gate",
        "owner_ref": c.other(),
    },
    "scope.change_requested": lambda c: {"ref": c.other(), "title": "More", "value": b.eur(20_000)},
    "milestone.working_date_reported": lambda c: {
        "milestone": c.choice(MILESTONES),
        "working_date": c.coming(),
    },
    "benefit.planned": lambda c: {
        "ref": c.other(),
        "name": "Less",
        "unit": "EUR",
        "target": c.amount(),
        "by_date": c.coming(),
    },
    "quality.check_result": lambda c: {"check": "e2e", "verdict": c.choice(["pass", "fail"])},
}
"""Of records or of working dates: what early warnings look at."""
