"""The policy: every number that a PMO may decide, in one versioned document.

Formulas are code; thresholds, weights, cadences, shares and calendars are here, and every finding names
the version it was judged by. Limits are strict: a value on the line keeps the better colour.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from app.domain.calendar import WorkingCalendar
from app.domain.rag import Dimension

Exact = Annotated[Decimal, PlainSerializer(str, return_type=str, when_used="json")]
"""Stored as a string, so that it comes back as it was."""
Share = Annotated[Exact, Field(ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"


class KpiPolicy(_Part):
    """How one KPI is judged."""

    name: str
    dimension: Dimension
    unit: str
    direction: Direction
    amber: Exact
    red: Exact
    enabled: bool = True
    required: bool = False
    """It applies to every item, whether or not its evidence was ever seen."""
    weight: Exact = Decimal(1)
    """Its part in coverage."""


class AgePolicy(_Part):
    """When evidence is too old, in reporting cadences of the item."""

    stale_after: Exact = Decimal("1.5")
    unknown_after: Exact = Decimal(3)
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

    weekdays: tuple[Annotated[int, Field(ge=0, le=6)], ...]
    """Days that are worked: Monday 0 … Sunday 6."""
    holidays: tuple[date, ...] = ()


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
    reopen_days: int = 7
    """The same condition within so many days is the same alert, one occurrence more."""


class SourcePolicy(_Part):
    """When a source of events counts as silent."""

    cadence_seconds: int = Field(default=86_400, ge=1)
    """The cadence of a source that declares none."""
    silent_after: Exact = Decimal(3)
    """In cadences."""


class Policy(_Part):
    """All of it. `version` counts what was published in one portfolio; 0 is the house default."""

    version: int = 0
    name: str = "House default"
    kpis: dict[str, KpiPolicy]
    ages: AgePolicy = AgePolicy()
    roll_up: RollUpPolicy = RollUpPolicy()
    alerts: AlertPolicy = AlertPolicy()
    sources: SourcePolicy = SourcePolicy()
    calendars: dict[str, CalendarPolicy]
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
    horizon_days: int = 90
    """Milestones looked at: due, or achieved, within so many days."""
    milestone_days: int = 60
    """A milestone due within so many days has a card of its own."""

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A draft; its calendars are made anew."""
        copied = super().model_copy(update=update, deep=deep)
        copied.__dict__.pop("_calendars", None)
        return copied

    @cached_property
    def _calendars(self) -> dict[str, WorkingCalendar]:
        return {
            name: WorkingCalendar(frozenset(each.weekdays), each.holidays)
            for name, each in self.calendars.items()
        }

    @property
    def needed(self) -> frozenset[Dimension]:
        """The dimensions without which nothing is green."""
        of_kpis = {kpi.dimension for kpi in self.kpis.values() if kpi.required and kpi.enabled}
        return frozenset({*self.required, *of_kpis} - {Dimension.TRUST})

    def working_calendar(self, name: str | None) -> WorkingCalendar:
        """The calendar an item declares, else the policy's own."""
        found = self._calendars.get(name) if name is not None else None
        return found if found is not None else self._calendars[self.calendar]


def _kpi(  # noqa: PLR0913 - a table row
    name: str, dimension: Dimension, unit: str, direction: Direction, amber: str, red: str
) -> KpiPolicy:
    return KpiPolicy(
        name=name,
        dimension=dimension,
        unit=unit,
        direction=direction,
        amber=Decimal(amber),
        red=Decimal(red),
    )


_SCHEDULE, _COST, _TRUST = Dimension.SCHEDULE, Dimension.COST, Dimension.TRUST
_QUALITY = Dimension.QUALITY
_UP, _DOWN = Direction.UP, Direction.DOWN

HOUSE_DEFAULT: Final = Policy(
    kpis={
        "SCH-1": _kpi("SPI(t)", _SCHEDULE, "ratio", _UP, "0.95", "0.90"),
        "SCH-2": _kpi("Forecast finish slip", _SCHEDULE, "%", _DOWN, "5", "10"),
        "SCH-5": _kpi("Milestone forecast drift", _SCHEDULE, "days", _DOWN, "5", "10"),
        "SCH-6": _kpi("Average milestone lateness", _SCHEDULE, "days", _DOWN, "30", "90"),
        "CST-1": _kpi("CPI", _COST, "ratio", _UP, "0.95", "0.90"),
        "CST-3": _kpi("Variance at completion", _COST, "%", _UP, "-5", "-10"),
        "CST-6": _kpi("Spend ahead of work", _COST, "pp", _DOWN, "5", "10"),
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
"""Ships with the product. TRU-2 counts half steps, so "more than 0.5" is "one step or more"."""
