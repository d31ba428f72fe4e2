"""The board is a map of cards: the current state of each thing that a person can look at.

These models are the contract with every screen (they are in the OpenAPI document). A card holds
instants and never ages; the server decides colour and staleness, a client only renders. What is
None is left out of the JSON, so that a project stays within 600 bytes.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from app.domain.rag import Dimension, Rag

Number = Annotated[
    Decimal,
    PlainSerializer(lambda d: float(round(d, 4)), return_type=float, when_used="json"),
]
"""For people's eyes: rounded to four places. Exact figures are in the explanation."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Declared(_Part):
    """What somebody says the status is: the vendor's word, and its rank on our scale where it has one."""

    word: str
    rank: float | None = None
    since: datetime


class Cause(_Part):
    """The finding that decided the colour, for one line on a wall. The sentence is made on screen."""

    rule: str
    dimension: Dimension
    rag: Rag
    observed: Number | None = None
    limit: Number | None = None
    unit: str = ""
    reason: str | None = None
    """Why a value is unknown: `no_evidence`, `too_old`, `no_actual_cost`, … ; None when it is known."""


class Budget(_Part):
    amount: Number
    currency: str


class NextMilestone(_Part):
    code: str
    name: str
    date: date
    late_days: int = 0


class AlertCounts(_Part):
    critical: int = 0
    high: int = 0
    medium: int = 0
    low: int = 0


class Coverage(_Part):
    """How much of what applies is known and fresh. For parents: children known, of all."""

    fresh: int
    of: int


class ProjectCard(_Part):
    kind: Literal["project"] = "project"
    code: str
    name: str
    short: str
    programme: str | None = None
    tier: int = 3
    stage: str | None = None
    state: str = "delivering"
    rag: Rag
    since: datetime
    previous: Rag | None = None
    declared: Declared | None = None
    dimensions: dict[Dimension, Rag] = {}
    cause: Cause | None = None
    warnings: tuple[str, ...] = ()
    """Early-warning rules that fire: `EW1` … `EW25`, `ESC1` … `ESC3`. The most severe first; the detail has
    all of them, the card as many as it has room for."""
    coverage: Coverage
    stale: bool = False
    stale_at: datetime | None = None
    unknown_at: datetime | None = None
    bac: Budget | None = None
    milestone: NextMilestone | None = None
    alerts: AlertCounts | None = None
    records: dict[str, int] = {}
    """Open entries of the register by kind: `risk`, `issue`, `action`, `change`, `dependency`."""
    told: int = 0
    """Events that told of any record, open or not: an open page reads them again when it moves."""
    spark: tuple[Number, ...] = ()
    """Up to 12 periods of the headline index: CPI where cost is known, else SPI(t)."""
    degraded: bool = False
    """A rule failed on this item: its data could not be assessed."""
    policy: int = 0
    """The version of the policy that it was judged by."""


class RagCounts(_Part):
    red: int = 0
    amber: int = 0
    unknown: int = 0
    green: int = 0
    none: int = 0


class RagBudgets(_Part):
    """Budgets by colour, in the portfolio's currency, each at its dated rate; what is not there is 0."""

    red: Number = Decimal(0)
    amber: Number = Decimal(0)
    unknown: Number = Decimal(0)
    green: Number = Decimal(0)


class ChildCause(_Part):
    """The child that decided a parent's colour, and the rule that let it."""

    rule: Literal["tier_one_red", "red_share", "any_red", "amber_share", "coverage", "all_within"]
    child: str | None = None
    share: Number | None = None


class ProgrammeCard(_Part):
    kind: Literal["programme"] = "programme"
    code: str
    name: str
    rag: Rag
    since: datetime
    previous: Rag | None = None
    declared: Declared | None = None
    counts: RagCounts
    coverage: Coverage
    cause: ChildCause | None = None
    bac: Budget | None = None
    """Σ of the children's budgets in the portfolio's currency, each at its dated rate."""
    budgets: RagBudgets | None = None
    unpriced: int = 0
    """Children that count by number only: no budget, or no rate to the portfolio's currency."""
    policy: int = 0
    """The version of the policy that it was rolled up by."""


class PortfolioCard(_Part):
    kind: Literal["portfolio"] = "portfolio"
    code: str
    name: str
    clock: Literal["live", "replay"]
    attribution: str | None = None
    currency: str
    rag: Rag
    since: datetime
    previous: Rag | None = None
    counts: RagCounts
    coverage: Coverage
    cause: ChildCause | None = None
    bac: Budget | None = None
    budgets: RagBudgets | None = None
    unpriced: int = 0
    policy: int
    policy_name: str
    alerts: AlertCounts = AlertCounts()
    oldest_evidence: datetime | None = None
    waiting: int = 0
    """Events in quarantine."""


class AlertCard(_Part):
    kind: Literal["alert"] = "alert"
    id: str
    rule: Literal["red", "divergence", "silence", "source_silence", "ESC1", "ESC2"]
    item: str
    """The key of what it is about: `project/APOLLO`, `programme/ATLAS`, `source/sap`."""
    severity: Literal["critical", "high", "medium", "low"]
    label: str
    """New, Acknowledged, Cleared-unseen, Shelved, Suppressed, Stale or Closed (derived from the axes)."""
    first_at: datetime
    last_at: datetime
    count: int = 1
    cause: Cause | None = None
    declared: Declared | None = None
    impacts: tuple[str, ...] = ()
    due: date | None = None
    """The day by which a review that it calls for is due."""
    policy: int = 0
    """The version of the policy whose rule found it."""


class MilestoneCard(_Part):
    kind: Literal["milestone"] = "milestone"
    project: str
    code: str
    name: str
    critical: bool = False
    baseline: date | None = None
    inferred: bool = False
    """The baseline is the first forecast, because nobody approved another."""
    forecast: date | None = None
    target: str | None = None
    working: date | None = None
    working_target: str | None = None
    late_days: int = 0
    overdue: bool = False


class SourceCard(_Part):
    kind: Literal["source"] = "source"
    name: str
    silent: bool = False
    since: datetime
    """When it fell silent or was heard again."""
    last_at: datetime
    """To the minute."""
    silent_at: datetime
    """When it will count as silent if nothing more comes."""


Card = Annotated[
    ProjectCard | ProgrammeCard | PortfolioCard | AlertCard | MilestoneCard | SourceCard,
    Field(discriminator="kind"),
]


def encode(card: BaseModel) -> bytes:
    """The card as it is stored and sent: UTF-8 JSON without nulls and defaults that say nothing."""
    return orjson.dumps(card.model_dump(mode="json", exclude_none=True))
