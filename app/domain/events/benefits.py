"""Goals and benefits: what the work is for, and whether it comes."""

from typing import ClassVar, Literal

from app.domain.events.envelope import Amount, Code, Day, Happened, ItemSubject, Line, Strict
from app.domain.events.records import RecordEvent
from app.domain.records import Telling


class ObjectiveUpdatedData(Strict):
    ref: Code
    name: Line | None = None
    parent: Code | None = None
    measure: Line | None = None
    unit: Line | None = None
    target: Amount | None = None
    by_date: Day | None = None
    owner: Line | None = None
    active: bool = True


class ObjectiveUpdated(RecordEvent):
    """The organisation has a goal, or has changed it."""

    title: ClassVar[str] = "Objective updated"
    telling: ClassVar[Telling] = Telling("objective", "set", opens=True)
    type: Literal["nerve.objective.updated.v1"]
    subject: Literal["portfolio"]
    data: ObjectiveUpdatedData


class ObjectiveLinkedData(Strict):
    objective_ref: Code
    linked: bool = True
    """False: no longer."""
    contribution: Line | None = None


class ObjectiveLinked(RecordEvent):
    """An item serves a goal."""

    title: ClassVar[str] = "Objective linked"
    telling: ClassVar[Telling] = Telling("link", "set", opens=True)
    type: Literal["nerve.objective.linked.v1"]
    subject: ItemSubject
    data: ObjectiveLinkedData

    @property
    def ref(self) -> str:
        """The goal."""
        return self.data.objective_ref


class BenefitPlannedData(Strict):
    ref: Code
    name: Line
    kind: Literal["financial", "non_financial", "disbenefit"] = "financial"
    unit: Line
    """A currency, or what is counted."""
    objective_ref: Code | None = None
    baseline_value: Amount | None = None
    target: Amount
    by_date: Day
    owner: Line | None = None


class BenefitPlanned(RecordEvent):
    """Something good is promised, in numbers and by a day."""

    title: ClassVar[str] = "Benefit planned"
    telling: ClassVar[Telling] = Telling("benefit", "planned", opens=True)
    type: Literal["nerve.benefit.planned.v1"]
    subject: ItemSubject
    data: BenefitPlannedData


class BenefitMeasuredData(Strict):
    ref: Code
    actual: Amount
    unit: Line
    as_of: Day


class BenefitMeasured(Happened, RecordEvent):
    """How much of it has come by a day."""

    title: ClassVar[str] = "Benefit measured"
    on: ClassVar[str] = "as_of"
    telling: ClassVar[Telling] = Telling("benefit", "measured")
    type: Literal["nerve.benefit.measured.v1"]
    subject: ItemSubject
    data: BenefitMeasuredData


class BenefitForecastData(Strict):
    ref: Code
    forecast: Amount
    unit: Line
    as_of: Day
    reason: Line | None = None


class BenefitForecastChanged(Happened, RecordEvent):
    """How much of it is expected now."""

    title: ClassVar[str] = "Benefit forecast changed"
    on: ClassVar[str] = "as_of"
    telling: ClassVar[Telling] = Telling("benefit")
    type: Literal["nerve.benefit.forecast_changed.v1"]
    subject: ItemSubject
    data: BenefitForecastData
