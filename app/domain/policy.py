"""The policy: every number that a PMO may decide, in one versioned document.

Formulas are code; thresholds, weights, cadences, shares and calendars are here, and every finding names
the version it was judged by. Limits are strict: a value on the line keeps the better colour.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache, cached_property
from typing import Annotated, Any, Final, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, model_validator

from app.domain.calendar import WorkingCalendar
from app.domain.rag import Dimension
from app.domain.rules_policy import HOUSE_RULES, Rules

Exact = Annotated[Decimal, PlainSerializer(str, return_type=str, when_used="json")]
"""Stored as a string, so that it comes back as it was."""
Share = Annotated[Exact, Field(ge=0, le=1)]
Limit = Annotated[Exact, Field(max_digits=24, decimal_places=12)]
Cadences = Annotated[Exact, Field(gt=0, le=1000)]
Days = Annotated[int, Field(ge=0, le=3660)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
KpiCode = Annotated[str, Field(pattern=r"^[A-Z]{2,8}-[A-Z0-9]{1,8}$")]
"""`SCH-1`."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"


class KpiPolicy(_Part):
    """How one KPI is judged."""

    name: Name
    dimension: Dimension
    unit: Annotated[str, Field(max_length=40)]
    direction: Direction
    amber: Limit
    red: Limit
    enabled: bool = True
    required: bool = False
    """It applies to every item, whether or not its evidence was ever seen."""
    weight: Annotated[Exact, Field(ge=0, le=1000)] = Decimal(1)
    """Its part in coverage."""
    red_if: str | None = None
    """The red limit counts only where the reading says that this condition holds, such as `at_gate`."""


class AgePolicy(_Part):
    """When evidence is too old, in reporting cadences of the item."""

    stale_after: Cadences = Decimal("1.5")
    unknown_after: Cadences = Decimal(3)
    cadence_days: int = Field(default=30, ge=1, le=366)
    """The cadence of an item that declares none."""


class RollUpPolicy(_Part):
    """When a parent takes the colour of its children."""

    red_share: Share = Decimal("0.25")
    amber_share: Share = Decimal("0.25")
    known_share: Share = Decimal("0.90")
    decisive_tier: int = 1
    """A red child of this tier or above (a smaller number) makes its parents red."""


class CalendarPolicy(_Part):
    """A named working calendar."""

    weekdays: Annotated[tuple[Annotated[int, Field(ge=0, le=6)], ...], Field(min_length=1)]
    """Days that are worked: Monday 0 … Sunday 6."""
    holidays: Annotated[tuple[date, ...], Field(max_length=5000)] = ()


class AlertPolicy(_Part):
    """Which conditions raise an alert, and for how long they must hold."""

    red: bool = True
    divergence: bool = True
    silence: bool = True
    source_silence: bool = True
    divergence_at_once: Exact = Decimal(2)
    """Steps that raise it at once."""
    divergence_held: Exact = Decimal(1)
    """Steps that raise it when they have held for one cadence."""
    reopen_days: Days = 7
    """The same condition within so many days is the same alert, one occurrence more."""


class SourcePolicy(_Part):
    """When a source of events counts as silent."""

    cadence_seconds: int = Field(default=86_400, ge=1, le=31_622_400)
    """The cadence of a source that declares none."""
    silent_after: Cadences = Decimal(3)
    """In cadences."""


class Policy(_Part):
    """All of it. `version` counts what was published in one portfolio; 0 is the house default."""

    version: int = 0
    """Given when it is published; what a draft says of it does not count."""
    name: Name = "House default"
    kpis: Annotated[dict[KpiCode, KpiPolicy], Field(max_length=200)]
    rules: Rules = HOUSE_RULES
    ages: AgePolicy = AgePolicy()
    roll_up: RollUpPolicy = RollUpPolicy()
    alerts: AlertPolicy = AlertPolicy()
    sources: SourcePolicy = SourcePolicy()
    calendars: Annotated[dict[Name, CalendarPolicy], Field(min_length=1, max_length=100)]
    calendar: str = "mon-fri"
    """The calendar of an item that declares none, or one that is not here."""
    coverage: Share = Decimal("0.60")
    """Green needs this share of what applies, by weight, known and fresh."""
    margin: Share = Decimal("0.10")
    """An improvement counts at once when it clears the limit by this share of |red - amber|."""
    decisive: tuple[Dimension, ...] = (
        Dimension.SCHEDULE,
        Dimension.COST,
        Dimension.QUALITY,
        Dimension.BENEFIT,
    )
    """A red in one of these makes the item red; of the others it takes two."""
    required: tuple[Dimension, ...] = ()
    """Green needs each of these known, as each in which a KPI is required."""
    milestone_days: Days = 60
    """A milestone due within so many days has a card of its own."""

    @model_validator(mode="before")
    @classmethod
    def _leave_out(cls, said: Any) -> Any:
        """A number of earlier documents by which nothing was ever judged."""
        if not isinstance(said, Mapping):
            return said
        return {name: value for name, value in said.items() if name != "horizon_days"}

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A draft; what follows from it is worked out anew."""
        copied = super().model_copy(update=update, deep=deep)
        copied.__dict__.pop("_calendars", None)
        copied.__dict__.pop("needed", None)
        copied.__dict__.pop("known", None)
        return copied

    @cached_property
    def _calendars(self) -> dict[str, WorkingCalendar]:
        return {
            name: _working(frozenset(each.weekdays), each.holidays) for name, each in self.calendars.items()
        }

    @cached_property
    def known(self) -> dict[Any, Any]:
        """Room for what follows from this policy alone."""
        return {}

    @cached_property
    def needed(self) -> frozenset[Dimension]:
        """The dimensions without which nothing is green."""
        of_kpis = {kpi.dimension for kpi in self.kpis.values() if kpi.required and kpi.enabled}
        return frozenset({*self.required, *of_kpis} - {Dimension.TRUST, Dimension.OFFICE})

    def working_calendar(self, name: str | None) -> WorkingCalendar:
        """The calendar an item declares, else the policy's own."""
        found = self._calendars.get(name) if name is not None else None
        return found if found is not None else self._calendars[self.calendar]


@cache
def _working(weekdays: frozenset[int], holidays: tuple[date, ...]) -> WorkingCalendar:
    """The same for the same days, so that what was worked out by a calendar outlives a new policy."""
    return WorkingCalendar(weekdays, holidays)


def _kpi(  # noqa: PLR0913 - a table row
    name: str, dimension: Dimension, unit: str, direction: Direction, amber: str, red: str, **more: Any
) -> KpiPolicy:
    return KpiPolicy(
        name=name,
        dimension=dimension,
        unit=unit,
        direction=direction,
        amber=Decimal(amber),
        red=Decimal(red),
        **more,
    )


_AT_TIMES: Final = Decimal(0)
"""The weight in coverage of what applies only while something is due: that it begins to is no news."""


_SCHEDULE, _COST, _TRUST = Dimension.SCHEDULE, Dimension.COST, Dimension.TRUST
_SCOPE, _RISK, _RESOURCE = Dimension.SCOPE, Dimension.RISK, Dimension.RESOURCE
_QUALITY, _BENEFIT = Dimension.QUALITY, Dimension.BENEFIT
_UP, _DOWN = Direction.UP, Direction.DOWN

HOUSE_DEFAULT: Final = Policy(
    kpis={
        "SCH-1": _kpi("SPI(t)", _SCHEDULE, "ratio", _UP, "0.95", "0.90"),
        "SCH-2": _kpi("Forecast finish slip", _SCHEDULE, "%", _DOWN, "5", "10"),
        "SCH-3": _kpi("Milestone hit rate, 90 days", _SCHEDULE, "%", _UP, "90", "75"),
        "SCH-4": _kpi("Baseline execution index", _SCHEDULE, "ratio", _UP, "0.95", "0.90"),
        "SCH-5": _kpi("Milestone forecast drift", _SCHEDULE, "days", _DOWN, "5", "10"),
        "SCH-6": _kpi("Average milestone lateness", _SCHEDULE, "days", _DOWN, "30", "90"),
        "CST-1": _kpi("CPI", _COST, "ratio", _UP, "0.95", "0.90"),
        "CST-2": _kpi("CPI, last 3 periods", _COST, "ratio", _UP, "0.95", "0.90"),
        "CST-3": _kpi("Variance at completion", _COST, "%", _UP, "-5", "-10"),
        "CST-4": _kpi("Estimate credibility", _COST, "ratio", _DOWN, "0.05", "0.10"),
        "CST-5": _kpi("TCPI(BAC)", _COST, "ratio", _DOWN, "1.10", "1.20"),
        "CST-6": _kpi("Spend ahead of work", _COST, "pp", _DOWN, "5", "10"),
        "SCP-2": _kpi("Re-baselines, 12 months", Dimension.SCOPE, "n", _DOWN, "0.5", "1.5"),
        "CST-7": _kpi("Contingency cover", _COST, "ratio", _UP, "1.2", "1.0"),
        "SCP-1": _kpi("Scope growth since the original baseline", _SCOPE, "%", _DOWN, "5", "10"),
        "RSK-1": _kpi("Risk exposure", _RISK, "%", _DOWN, "10", "20"),
        "RSK-2": _kpi("Overdue responses", _RISK, "%", _DOWN, "10", "25"),
        "RSK-3": _kpi("Oldest critical issue", _RISK, "days", _DOWN, "5", "10"),
        "RSK-4": _kpi("High risks without owner or response", _RISK, "n", _DOWN, "0.5", "0.5"),
        "RES-1": _kpi("Key-role fill, 30 days", _RESOURCE, "%", _UP, "95", "70", weight=_AT_TIMES),
        "RES-2": _kpi("Overload", _RESOURCE, "ratio", _DOWN, "0", "0.10"),
        "RES-5": _kpi("Leadership turnover, 12 months", _RESOURCE, "n", _DOWN, "0.5", "1.5"),
        "QUA-1": _kpi("Gate readiness", _QUALITY, "%", _UP, "100", "100", weight=_AT_TIMES, red_if="at_gate"),
        "QUA-2": _kpi("Evidence currency", _QUALITY, "%", _UP, "95", "85", weight=_AT_TIMES),
        "BEN-1": _kpi("Benefit forecast", _BENEFIT, "%", _UP, "95", "85"),
        "RES-3": _kpi("Time to mobilise", _RESOURCE, "days", _DOWN, "10", "15"),
        "RES-4": _kpi("Pool readiness", _RESOURCE, "ratio", _UP, "1.2", "1.0"),
        "BEN-2": _kpi("Spend aligned to an objective", _BENEFIT, "%", _UP, "95", "85"),
        "IMP-1": _kpi("Lesson adoption, 12 months", Dimension.OFFICE, "%", _UP, "50", "25"),
        "QUA-3": _kpi("Change failure rate", _QUALITY, "%", _DOWN, "10", "15"),
        "TRU-1": _kpi("Data freshness", _TRUST, "cadences", _DOWN, "1.5", "3"),
        "TRU-2": _kpi("Status divergence", _TRUST, "steps", _DOWN, "0.5", "1.5"),
    },
    calendars={
        "mon-fri": CalendarPolicy(weekdays=(0, 1, 2, 3, 4)),
        "sun-thu": CalendarPolicy(weekdays=(6, 0, 1, 2, 3)),
        "every-day": CalendarPolicy(weekdays=(0, 1, 2, 3, 4, 5, 6)),
    },
)
"""Ships with the product. "More than 0.5" is "one or more" of what is counted in whole numbers, as SCP-2, or
in half steps, as TRU-2."""


class Published(NamedTuple):
    """A policy of a portfolio: since when, why, and by which event (None: it came with the portfolio)."""

    policy: Policy
    at: datetime | None = None
    reason: str | None = None
    stamp: tuple[datetime, int, str, str, int] | None = None
