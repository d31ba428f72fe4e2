"""What a forecast says, as it is sent: answers by method, each with its figures or the reason for none."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, PlainSerializer

from app.domain.findings import Input

ENOUGH: Final = 2
"""Periods of progress before which there is no forecast."""

Exact = Annotated[
    Decimal, PlainSerializer(lambda number: format(number, "f"), return_type=str, when_used="json")
]
"""Exact, as text without an exponent."""


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Figure(_Said):
    """A figure that a forecast rests on, and the numbers of the events that it came from."""

    name: str
    value: date | Exact | str | None
    unit: str = ""
    as_of: date | datetime | None = None
    events: tuple[int, ...] = ()


CostMethod = Literal["bac_over_cpi", "ac_plus_remaining", "recent_cpi", "cpi_times_spi", "complete"]
FinishMethod = Literal["at_planned_pace", "at_own_pace", "complete"]


class CostEstimate(_Said):
    """The estimate at completion by one method; None with the reason why it has none."""

    method: CostMethod
    eac: Exact | None
    reason: str | None = None


class CostForecast(_Said):
    """What all of it will cost, in `currency`. The headline is one estimate, the range spans all of them."""

    currency: str | None = None
    as_of: date | None = None
    periods: int = 0
    """Reports of progress of which the cost is known: what it rests on."""
    method: CostMethod | None = None
    eac: Exact | None = None
    low: Exact | None = None
    high: Exact | None = None
    estimates: tuple[CostEstimate, ...] = ()
    reported: Figure | None = None
    """The project's own estimate."""
    reason: str | None = None
    """Why there is none."""
    inputs: tuple[Figure, ...] = ()


class FinishEstimate(_Said):
    """The day on which all is earned by one method; None: not in sight."""

    method: FinishMethod
    finish: date | None


class Band(_Said):
    """By when it will be done: of ten samples one is done by `p10`, nine by `p90`. None: not in sight."""

    p10: date | None
    p50: date | None
    p90: date | None
    samples: int
    drawn: int
    """Periods drawn for each sample."""


class FinishForecast(_Said):
    """When it will be done. The headline takes the planned pace from now on, the band the project's own."""

    as_of: date | None = None
    planned: date | None = None
    """The finish of the current baseline."""
    periods: int = 0
    """Periods between reports of progress, at most the newest 52: what it rests on."""
    method: FinishMethod | None = None
    finish: date | None = None
    band: Band | None = None
    estimates: tuple[FinishEstimate, ...] = ()
    reported: Figure | None = None
    """The last milestone as the project expects it."""
    reason: str | None = None
    """Why there is none."""
    inputs: tuple[Figure, ...] = ()


class TrendPoint(_Said):
    """For when a milestone was said to be, and when that was said."""

    reported_at: datetime
    date: date
    kind: Literal["agreed", "forecast", "achieved"]
    seq: int


class MilestoneTrend(_Said):
    """Every date that was ever said of a milestone, oldest first."""

    code: str
    name: str
    baseline: date | None
    inferred: bool
    achieved: date | None
    points: tuple[TrendPoint, ...]


class ProjectForecast(_Said):
    """All that is foreseen of a project at `as_of`, in portfolio time."""

    as_of: datetime
    cost: CostForecast
    finish: FinishForecast
    milestones: tuple[MilestoneTrend, ...]


def figure(found: Input) -> Figure:
    """An input of readings, as a forecast shows it."""
    return Figure(name=found.name, value=found.value, unit=found.unit, as_of=found.as_of, events=found.events)
