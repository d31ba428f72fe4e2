"""Baselines, progress, cost and milestones: the evidence from which delivery is judged."""

from itertools import pairwise
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from app.domain.events.envelope import (
    CloudEvent,
    Code,
    Day,
    Happened,
    Line,
    Misplaced,
    Money,
    NotNegative,
    Percent,
    ProjectSubject,
    Strict,
)


class BaselinePeriod(Strict):
    end: Day
    pv_cum: NotNegative
    """Planned value by the end of the period, cumulative, in the baseline's currency."""


class BaselineApprovedData(Strict):
    version: Annotated[int, Field(ge=1, le=10_000)]
    bac: Money
    """Budget at completion: the sum of the performance measurement baseline, without reserves."""
    contingency: Money | None = None
    start: Day
    finish: Day
    periods: Annotated[tuple[BaselinePeriod, ...], Field(max_length=600)] = ()
    """The planned value curve; left out, it is a straight line from start to finish."""
    reason: Line | None = None
    approver: Line | None = None
    change_ref: Line | None = None

    @model_validator(mode="after")
    def _is_a_curve(self) -> Self:
        if self.finish <= self.start:
            raise Misplaced("must come after start", "finish")
        for place, (before, after) in enumerate(pairwise(self.periods), 1):
            if after.end <= before.end or after.pv_cum < before.pv_cum:
                sentence = "periods must follow each other and their planned value must not fall"
                raise Misplaced(sentence, "periods", place)
        last = len(self.periods) - 1
        if self.periods and self.periods[-1].pv_cum != self.bac.amount:
            raise Misplaced("the planned value of the last period must equal bac", "periods", last, "pv_cum")
        if self.periods and not (self.start <= self.periods[0].end and self.periods[-1].end <= self.finish):
            raise Misplaced("periods must lie between start and finish", "periods")
        return self


class BaselineApproved(CloudEvent):
    """A plan to be measured against was approved."""

    title: ClassVar[str] = "Baseline approved"
    type: Literal["nerve.baseline.approved.v1"]
    subject: ProjectSubject
    data: BaselineApprovedData


class ProgressReportedData(Strict):
    as_of: Day
    pct_complete: Percent | None = None
    """0 to 100, cumulative."""
    basis: Literal["physical", "effort", "milestone", "points"] | None = None
    ev: Money | None = None
    """Earned value, cumulative; left out, it is pct_complete of the baseline's budget."""
    remaining_effort_h: NotNegative | None = None

    @model_validator(mode="after")
    def _says_how_far(self) -> Self:
        if self.pct_complete is None and self.ev is None:
            raise ValueError("needs pct_complete or ev")
        return self


class ProgressReported(Happened):
    """How much of the work is done, as of a day."""

    title: ClassVar[str] = "Progress reported"
    on: ClassVar[str] = "as_of"
    type: Literal["nerve.progress.reported.v1"]
    subject: ProjectSubject
    data: ProgressReportedData


class CostBookedData(Strict):
    period_end: Day
    amount: Money
    mode: Literal["increment", "cumulative"]
    """Whether the amount is this period's or the total so far: adding up the wrong one doubles a cost."""
    category: Line | None = None
    expenditure: Literal["capex", "opex"] | None = None


class CostBooked(CloudEvent):
    """Actual cost of a period."""

    title: ClassVar[str] = "Cost booked"
    type: Literal["nerve.cost.booked.v1"]
    subject: ProjectSubject
    data: CostBookedData


class EacReportedData(Strict):
    as_of: Day
    eac: Money
    method: Literal["bottom_up", "cpi", "other"] | None = None


class EacReported(Happened):
    """The project's own estimate at completion."""

    title: ClassVar[str] = "Estimate at completion reported"
    on: ClassVar[str] = "as_of"
    type: Literal["nerve.cost.eac_reported.v1"]
    subject: ProjectSubject
    data: EacReportedData


class MilestonePlannedData(Strict):
    milestone: Code
    name: Line | None = None
    kind: Literal["milestone", "gate", "deliverable", "benefit"] | None = None
    critical: bool | None = None
    baseline_date: Day


class MilestonePlanned(CloudEvent):
    """A milestone has an agreed date."""

    title: ClassVar[str] = "Milestone planned"
    type: Literal["nerve.milestone.planned.v1"]
    subject: ProjectSubject
    data: MilestonePlannedData


class ForecastChangedData(Strict):
    milestone: Code
    name: Line | None = None
    new_forecast: Day | None = None
    new_target: Line | None = None
    """The target in the words of the plan (a release, a quarter), with or without a date."""
    old_forecast: Day | None = None
    old_target: Line | None = None
    reason_code: Line | None = None

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if self.new_forecast is None and self.new_target is None:
            raise ValueError("needs new_forecast or new_target")
        return self


class ForecastChanged(CloudEvent):
    """A milestone is now expected at another date, or at a date for the first time."""

    title: ClassVar[str] = "Milestone forecast changed"
    type: Literal["nerve.milestone.forecast_changed.v1"]
    subject: ProjectSubject
    data: ForecastChangedData


class MilestoneAchievedData(Strict):
    milestone: Code
    actual_date: Day


class MilestoneAchieved(Happened):
    """A milestone was reached."""

    title: ClassVar[str] = "Milestone achieved"
    on: ClassVar[str] = "actual_date"
    type: Literal["nerve.milestone.achieved.v1"]
    subject: ProjectSubject
    data: MilestoneAchievedData


class WorkingDateData(Strict):
    milestone: Code
    working_date: Day | None = None
    working_target: Line | None = None
    field: Line | None = None
    """Where it was read."""

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if self.working_date is None and self.working_target is None:
            raise ValueError("needs working_date or working_target")
        return self


class WorkingDateReported(CloudEvent):
    """The date or target that the team says it works towards, which may differ from the plan's."""

    title: ClassVar[str] = "Working date reported"
    type: Literal["nerve.milestone.working_date_reported.v1"]
    subject: ProjectSubject
    data: WorkingDateData
