"""Declared status, signs of life of sources, exchange rates and the portfolio's clock."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from app.domain.declared import word_known
from app.domain.events.envelope import (
    CloudEvent,
    Currency,
    Day,
    Instant,
    ItemSubject,
    Line,
    NotNegative,
    SourceSubject,
    Strict,
    Text,
)


def _known(word: str) -> str:
    if not word_known(word):
        raise ValueError("is not a status word we know")
    return word


Word = Annotated[str, Field(max_length=40), AfterValidator(_known)]


class DeclaredRag(Strict):
    """The vendor's own words, one per dimension."""

    overall: Word | None = None
    schedule: Word | None = None
    cost: Word | None = None
    scope: Word | None = None
    risk: Word | None = None
    resource: Word | None = None
    quality: Word | None = None
    benefit: Word | None = None


class PathToGreen(Strict):
    action: Line
    owner: Line | None = None
    due: Day | None = None


class StatusDeclaredData(Strict):
    period: Day
    """The day the report is of."""
    rag: DeclaredRag
    scale: Literal["three_point", "five_point"] | None = None
    dca: Word | None = None
    narrative: Text | None = None
    go_to_green: Annotated[tuple[PathToGreen, ...], Field(max_length=50)] = ()
    author: Line | None = None


class StatusDeclared(CloudEvent):
    """What the people responsible say the status is. It never changes what is computed."""

    title: ClassVar[str] = "Status declared"
    type: Literal["nerve.status.declared.v1"]
    subject: ItemSubject
    data: StatusDeclaredData


class SourceHeartbeatData(Strict):
    lag_s: NotNegative | None = None
    backlog: Annotated[int, Field(ge=0)] | None = None
    version: Line | None = None
    expected_every_s: Annotated[int, Field(ge=1, le=31_622_400)] | None = None
    """How often this source means to be heard; three times that is silence."""


class SourceHeartbeat(CloudEvent):
    """An integration is alive. It refreshes the source, not its projects."""

    title: ClassVar[str] = "Source heartbeat"
    type: Literal["nerve.source.heartbeat.v1"]
    subject: SourceSubject
    data: SourceHeartbeatData


class RateSetData(Strict):
    base: Currency
    quote: Currency
    rate: Annotated[Decimal, Field(gt=0, max_digits=24, decimal_places=12, allow_inf_nan=False)]
    """One `base` is worth `rate` `quote`."""
    as_of: Day


class RateSet(CloudEvent):
    """An exchange rate of a day."""

    title: ClassVar[str] = "Exchange rate set"
    type: Literal["nerve.fx.rate_set.v1"]
    subject: Literal["portfolio"]
    data: RateSetData


class ClockReachedData(Strict):
    at: Instant


class ClockReached(CloudEvent):
    """Time has passed. It moves a replay's clock; a live portfolio gets it from its own ticker."""

    title: ClassVar[str] = "Clock reached"
    type: Literal["nerve.clock.reached.v1"]
    subject: Literal["portfolio"]
    data: ClockReachedData
