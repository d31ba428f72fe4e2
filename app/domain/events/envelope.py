"""The CloudEvents envelope and the vocabulary of its data: instants, dates, money, codes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from app.domain.currencies import CURRENCIES
from app.domain.subject import CODE_PATTERN

EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2199, 12, 31)
NEXT_DAY: Final = timedelta(days=1)
"""Somewhere it is tomorrow already."""
RECORDED: Final = {"recorded": True}
"""The context in which an event of the log is read: what was once accepted is not refused by a later rule."""
FAITHFUL_DIGITS: Final = 15
"""Decimal digits that survive the way through a JSON number; more would be changed silently."""


def _in_range(moment: datetime) -> datetime:
    if not EARLIEST <= moment.date() <= LATEST:
        raise ValueError("must lie between the years 1900 and 2199")
    return moment.astimezone(UTC)


def _as_utc_text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _exists(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError("is not a currency of ISO 4217")
    return code


def _exact(value: Any) -> Any:
    """A decimal as it was written; where a JSON number could not hold that, a refusal."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise PydanticCustomError("decimal_type", "is not a number")
    written = repr(value).removesuffix(".0") if isinstance(value, float) else value
    try:
        found = Decimal(written)
    except InvalidOperation:
        raise PydanticCustomError("decimal_parsing", "is not a number") from None
    if isinstance(value, float) and len(found.as_tuple().digits) > FAITHFUL_DIGITS:
        raise ValueError(f"has more than {FAITHFUL_DIGITS} digits: send it as text")
    return found


def _plain(value: Decimal) -> Decimal:
    return value + 0  # neither 1E+5 nor -0: both databases give back what was put in


_EXACT: Final = BeforeValidator(_exact)
_PLAIN: Final = AfterValidator(_plain)
Instant = Annotated[
    AwareDatetime, AfterValidator(_in_range), PlainSerializer(_as_utc_text, when_used="json", return_type=str)
]
"""A moment with its offset, kept in UTC."""

Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]
Code = Annotated[str, StringConstraints(pattern=f"^{CODE_PATTERN}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=10_000)]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Amount = Annotated[Decimal, Field(max_digits=24, decimal_places=6, allow_inf_nan=False), _EXACT, _PLAIN]
NotNegative = Annotated[
    Decimal, Field(ge=0, max_digits=24, decimal_places=6, allow_inf_nan=False), _EXACT, _PLAIN
]
Percent = Annotated[
    Decimal, Field(ge=0, le=100, max_digits=9, decimal_places=6, allow_inf_nan=False), _EXACT, _PLAIN
]
Currency = Annotated[str, AfterValidator(_exists)]
Sequence = Annotated[str, StringConstraints(pattern=r"^\d{1,18}$")]
ProjectSubject = Annotated[str, StringConstraints(pattern=f"^project/{CODE_PATTERN}$")]
ItemSubject = Annotated[str, StringConstraints(pattern=f"^(portfolio|(programme|project)/{CODE_PATTERN})$")]
PersonSubject = Annotated[str, StringConstraints(pattern=f"^person/{CODE_PATTERN}$")]
SourceSubject = Annotated[str, StringConstraints(pattern=f"^source/{CODE_PATTERN}$")]


class Misplaced(ValueError):
    """One field does not go together with the others; `at` leads to it from where they are looked at."""

    def __init__(self, sentence: str, *at: str | int) -> None:
        super().__init__(sentence)
        self.at = at


class Strict(BaseModel):
    """No unknown fields, no guessing of types, no changes afterwards."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Money(Strict):
    """An amount with its currency."""

    amount: NotNegative
    currency: Currency


class CloudEvent(Strict):
    """The attributes that every event has. `data` and `type` are those of its own class."""

    specversion: Literal["1.0"]
    id: Reference
    source: Reference
    time: Instant
    """When it happened."""
    subject: str
    datacontenttype: Literal["application/json"] | None = None
    dataschema: Reference | None = None
    portfolio: Code | None = None
    """Which portfolio's stream; may be left out where the key is granted only one."""
    sequence: Sequence | None = None
    """Order among events of the same time, as a decimal number."""
    traceparent: Reference | None = None
    tracestate: Annotated[str, StringConstraints(max_length=512)] | None = None

    title: ClassVar[str]
    data: Any
    type: str

    @property
    def order_key(self) -> tuple[datetime, int, str, str]:
        """What decides which of two events is the newer: their content only, never their arrival."""
        return (self.time, int(self.sequence or 0), self.source, self.id)


class Happened(CloudEvent):
    """An event that tells of what has been."""

    on: ClassVar[str]
    """The field of `data` whose day, where it is said, cannot lie ahead."""

    @model_validator(mode="after")
    def _has_happened(self, info: ValidationInfo) -> Self:
        day = None if info.context is RECORDED else getattr(self.data, self.on)
        if day is not None and day - self.time.date() > NEXT_DAY:
            raise Misplaced("it lies after the event's own time", "data", self.on)
        return self
