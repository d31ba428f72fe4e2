"""What an assessment says and why: readings of KPIs, their inputs, and findings. Data, never prose."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.domain.rag import Dimension, Rag

Value = Decimal | date | str | None


@dataclass(slots=True)
class Input:
    """One figure that a KPI was computed from, and the events (by seq) that it came from.

    Not frozen, as freezing is a third of an assessment's time; nobody changes what it says.
    """

    name: str
    value: Value
    unit: str = ""
    as_of: date | datetime | None = None
    events: tuple[int, ...] = ()
    part: dict[str, Any] | None = field(default=None, compare=False, repr=False)
    """As a detail tells of it, once it was told."""


@dataclass(slots=True)
class Reading:
    """One KPI of one item: a value, or the reason why it is unknown.

    `previous` is the reading one reporting period earlier. `rag` and `limit` are the judgement by
    the policy; UNKNOWN where there is no value.
    """

    kpi: str
    value: Decimal | None
    unit: str
    reason: str | None = None
    """`no_baseline`, `no_phasing`, `no_budget`, `no_progress`, `not_started`, `nothing_earned`, `complete`,
    `no_actual_cost`, `no_recent_cost`, `no_estimate`, `not_achievable`, `no_rate`, `too_few_periods`,
    `no_milestones`, `none_due`, `no_dates`, `no_history`, `no_evidence`, `no_declaration`, `no_deployments`,
    `not_computed`, `too_old`, `nothing_left`, `no_forecast`, `no_target`, `none_started`,
    `too_few_milestones`."""
    as_of: date | datetime | None = None
    inputs: tuple[Input, ...] = ()
    previous: Decimal | None = None
    rag: Rag = Rag.UNKNOWN
    limit: Decimal | None = None
    own_limit: bool = False
    """The limit was agreed for this item; else it is the policy's."""
    applies: bool = True
    """Whether there is anything to judge: required, or its evidence was ever seen and is not over."""
    conditions: frozenset[str] = frozenset()
    """Which of the named conditions hold that a limit may depend on."""
    part: dict[str, Any] | None = field(default=None, compare=False, repr=False)
    """As a detail tells of it, once it was told."""
    plain: str | None = field(default=None, compare=False, repr=False)
    """Its value as text, rounded, once it was written."""

    def copy(self) -> "Reading":
        """A reading of its own to judge."""
        return Reading(
            self.kpi, self.value, self.unit, self.reason, self.as_of, self.inputs, self.previous,
            self.rag, self.limit, self.own_limit, self.applies, self.conditions,
        )  # fmt: skip

    @property
    def events(self) -> tuple[int, ...]:
        """The events behind it, oldest number first."""
        return tuple(sorted({seq for each in self.inputs for seq in each.events}))


def unknown(kpi: str, unit: str, reason: str, inputs: tuple[Input, ...] = ()) -> Reading:
    """A reading that cannot be taken."""
    return Reading(kpi, None, unit, reason, inputs=inputs)


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason for a colour: what was observed, against which limit, by which rule and policy."""

    rule: str
    policy_version: int
    rag: Rag
    dimension: Dimension | None = None
    observed: Decimal | None = None
    limit: Decimal | None = None
    unit: str = ""
    reason: str | None = None
    as_of: date | datetime | None = None
    events: tuple[int, ...] = ()
    due: date | None = None
    """The day by which somebody has to do something about it."""
    own_limit: bool = False
    """The limit was agreed for this item; else it is the policy's."""
