"""Items of the tree: registered, changed, moved, closed."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from app.domain.events.envelope import (
    Amount,
    CloudEvent,
    Code,
    Currency,
    ItemSubject,
    Line,
    ProjectSubject,
    Strict,
)
from app.domain.policy import KpiCode

State = Literal["pipeline", "initiating", "delivering", "transition", "closed", "stopped", "on_hold"]
Tier = Annotated[int, Field(ge=1, le=4)]
CadenceDays = Annotated[int, Field(ge=1, le=1100)]


class Roles(Strict):
    """Who answers for the item; references, never addresses."""

    sro: Line | None = None
    manager: Line | None = None
    sponsor: Line | None = None


class Tolerance(Strict):
    """The limits of one KPI that were agreed for this item, in the KPI's unit."""

    amber: Amount
    red: Amount


class ItemAttributes(Strict):
    """What may be said of an item; each attribute keeps its newest value."""

    short: Annotated[str, Field(min_length=1, max_length=24)] | None = None
    """A name for walls."""
    tier: Tier | None = None
    """1 is the most important; a red tier-1 project turns its programme red."""
    stage: Line | None = None
    currency: Currency | None = None
    calendar: Code | None = None
    """A working calendar that the policy names: `mon-fri`, `sun-thu`, `every-day`."""
    report_cadence_days: CadenceDays | None = None
    roles: Roles | None = None
    tolerances: Annotated[dict[KpiCode, Tolerance], Field(max_length=100)] | None = None
    """Limits of its own, by KPI; all others are the policy's. An empty object takes them back."""


class ItemRegisteredData(ItemAttributes):
    name: Line
    parent: Code | None = None
    """The code of the programme it belongs to; none: it stands directly under the portfolio."""
    state: State | None = None


class ItemRegistered(CloudEvent):
    """A project or programme enters the portfolio."""

    title: ClassVar[str] = "Item registered"
    type: Literal["nerve.item.registered.v1"]
    subject: ItemSubject
    data: ItemRegisteredData


class ItemChangedData(ItemAttributes):
    name: Line | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("names nothing that changed")
        return self


class ItemChanged(CloudEvent):
    """Attributes of an item have new values; those that are left out keep theirs."""

    title: ClassVar[str] = "Item changed"
    type: Literal["nerve.item.changed.v1"]
    subject: ItemSubject
    data: ItemChangedData


class ItemMovedData(Strict):
    parent: Code | None


class ItemMoved(CloudEvent):
    """A project now belongs to another programme."""

    title: ClassVar[str] = "Item moved"
    type: Literal["nerve.item.moved.v1"]
    subject: ProjectSubject
    data: ItemMovedData


class StateChangedData(Strict):
    to: State
    was: State | None = None
    reason: Line | None = None


class ItemStateChanged(CloudEvent):
    """The item was started, put on hold, resumed, stopped or closed."""

    title: ClassVar[str] = "State changed"
    type: Literal["nerve.item.state_changed.v1"]
    subject: ItemSubject
    data: StateChangedData


class StageChangedData(Strict):
    to: Line
    was: Line | None = None


class ItemStageChanged(CloudEvent):
    """The item entered another stage of its method."""

    title: ClassVar[str] = "Stage changed"
    type: Literal["nerve.item.stage_changed.v1"]
    subject: ItemSubject
    data: StageChangedData


class ItemClosedData(Strict):
    reason: Line | None = None


class ItemClosed(CloudEvent):
    """The item has ended and its results are handed over."""

    title: ClassVar[str] = "Item closed"
    type: Literal["nerve.item.closed.v1"]
    subject: ItemSubject
    data: ItemClosedData


class ItemTouchedData(Strict):
    ref: Line | None = None


class ItemTouched(CloudEvent):
    """A sign of life: somebody worked on the item's records without changing any of these facts."""

    title: ClassVar[str] = "Sign of life"
    type: Literal["nerve.item.touched.v1"]
    subject: ItemSubject
    data: ItemTouchedData


class AliasAddedData(Strict):
    reference: Code
    """What another system calls this item; events for it are from now on this item's."""


class AliasAdded(CloudEvent):
    """Another system's reference is mapped to this item; what waited for it folds in."""

    title: ClassVar[str] = "Alias added"
    type: Literal["nerve.alias.added.v1"]
    subject: ItemSubject
    data: AliasAddedData
