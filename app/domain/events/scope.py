"""Scope: what is asked to change of it, and what it depends on. Entries of the register."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from app.domain.events.envelope import Amount, Day, Line, Money, Percent
from app.domain.events.register import Entered, Entry, EntryClosed, Titled
from app.domain.records import Telling


class ChangeRequestedData(Titled):
    value: Money | None = None
    """What it adds to the budget; nothing said: it is not known."""
    schedule_impact: Annotated[int, Field(ge=-10_000, le=10_000)] | None = None
    """In days."""


class ChangeRequested(Entered):
    """Somebody asks for another scope."""

    title: ClassVar[str] = "Scope change requested"
    telling: ClassVar[Telling] = Telling("change", "open", opens=True)
    type: Literal["nerve.scope.change_requested.v1"]
    data: ChangeRequestedData


class ChangeDecidedData(EntryClosed):
    decision: Literal["approved", "rejected", "deferred"]
    approved_value: Amount | None = None
    """In the currency of the request, where it differs from what was asked for."""


class ChangeDecided(Entered):
    """The change of scope was approved, rejected or put off."""

    title: ClassVar[str] = "Scope change decided"
    telling: ClassVar[Telling] = Telling("change", "decided")
    type: Literal["nerve.scope.change_decided.v1"]
    data: ChangeDecidedData


class DependencyDeclaredData(Titled):
    from_item: Line | None = None
    """Who has to deliver: the subject of an item here, or somebody else."""
    to_item: Line | None = None
    """Who needs it; left out, the item itself."""
    needed_by: Day
    milestone: Line | None = None
    """The milestone of `from_item` that delivers it."""
    confidence: Percent | None = None


class DependencyDeclared(Entered):
    """Somebody needs something of somebody else by a day."""

    title: ClassVar[str] = "Dependency declared"
    telling: ClassVar[Telling] = Telling("dependency", "open", opens=True)
    type: Literal["nerve.dependency.declared.v1"]
    data: DependencyDeclaredData


class DependencyAtRiskData(Entry):
    confidence: Percent | None = None
    expected: Day | None = None
    """When it is expected now."""


class DependencyAtRisk(Entered):
    """It may come late, or not at all."""

    title: ClassVar[str] = "Dependency at risk"
    telling: ClassVar[Telling] = Telling("dependency", "at_risk")
    type: Literal["nerve.dependency.at_risk.v1"]
    data: DependencyAtRiskData


class DependencyMet(Entered):
    """It was delivered."""

    title: ClassVar[str] = "Dependency met"
    telling: ClassVar[Telling] = Telling("dependency", "closed")
    type: Literal["nerve.dependency.met.v1"]
    data: EntryClosed
