"""The register: risks, opportunities, issues, assumptions, decisions and actions.

One register: an entry that turns into another kind says from which it came. Changes and dependencies are
entries as well (scope.py), and so are lessons and ideas (learning.py).
"""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from app.domain.events.envelope import Code, Day, ItemSubject, Line, Money, Percent, Strict, Text
from app.domain.events.records import RecordEvent
from app.domain.records import Telling

Score = Annotated[int, Field(ge=1, le=5)]
Severity = Annotated[int, Field(ge=1, le=4)]


class Entry(Strict):
    """What every entry may say; what is left out stays as it was."""

    ref: Code
    title: Line | None = None
    text: Text | None = None
    owner: Line | None = None
    due: Day | None = None
    converted_from: Annotated[str, Field(pattern=r"^[a-z]+/[A-Za-z0-9._-]{1,64}$")] | None = None
    """Kind and reference of the entry that it was before, as `risk/R-7`."""


class Titled(Entry):
    """An entry that is new says what it is."""

    title: Line


class EntryClosed(Strict):
    ref: Code
    reason: Line | None = None


class Impact(Strict):
    """What it would do; scores from 1 to 5."""

    cost: Money | None = None
    days: Annotated[int, Field(ge=0, le=10_000)] | None = None
    quality: Score | None = None
    benefit: Score | None = None


class Residual(Strict):
    """What is left when the response has worked."""

    prob: Percent | None = None
    cost: Money | None = None


class RiskData(Entry):
    """A risk, or an opportunity: cause, event, effect."""

    cause: Line | None = None
    event: Line | None = None
    effect: Line | None = None
    prob: Percent | None = None
    impact: Impact | None = None
    response: Line | None = None
    response_due: Day | None = None
    residual: Residual | None = None
    proximity: Day | None = None
    """When it would happen."""
    priority: Severity | None = None


class RiskRaisedData(RiskData):
    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if self.title is None and self.event is None:
            raise ValueError("needs title or event")
        return self


class Entered(RecordEvent):
    """An event of the register."""

    subject: ItemSubject


class RiskRaised(Entered):
    """Something uncertain may do harm."""

    title: ClassVar[str] = "Risk raised"
    telling: ClassVar[Telling] = Telling("risk", "open", opens=True)
    type: Literal["nerve.risk.raised.v1"]
    data: RiskRaisedData


class RiskUpdated(Entered):
    """A risk is seen otherwise now."""

    title: ClassVar[str] = "Risk updated"
    telling: ClassVar[Telling] = Telling("risk")
    type: Literal["nerve.risk.updated.v1"]
    data: RiskData


class RiskClosed(Entered):
    """A risk can no longer happen, or is accepted."""

    title: ClassVar[str] = "Risk closed"
    telling: ClassVar[Telling] = Telling("risk", "closed")
    type: Literal["nerve.risk.closed.v1"]
    data: EntryClosed


class RiskMaterialisedData(EntryClosed):
    issue_ref: Code | None = None
    """The issue that it has become."""


class RiskMaterialised(Entered):
    """A risk has happened."""

    title: ClassVar[str] = "Risk materialised"
    telling: ClassVar[Telling] = Telling("risk", "materialised")
    type: Literal["nerve.risk.materialised.v1"]
    data: RiskMaterialisedData


class OpportunityRaised(Entered):
    """Something uncertain may do good."""

    title: ClassVar[str] = "Opportunity raised"
    telling: ClassVar[Telling] = Telling("opportunity", "open", opens=True)
    type: Literal["nerve.opportunity.raised.v1"]
    data: RiskRaisedData


class OpportunityUpdated(Entered):
    """An opportunity is seen otherwise now."""

    title: ClassVar[str] = "Opportunity updated"
    telling: ClassVar[Telling] = Telling("opportunity")
    type: Literal["nerve.opportunity.updated.v1"]
    data: RiskData


class OpportunityClosed(Entered):
    """An opportunity was taken or has passed."""

    title: ClassVar[str] = "Opportunity closed"
    telling: ClassVar[Telling] = Telling("opportunity", "closed")
    type: Literal["nerve.opportunity.closed.v1"]
    data: EntryClosed


class IssueData(Entry):
    severity: Severity | None = None
    """1 is the worst."""
    priority: Severity | None = None


class IssueRaisedData(IssueData):
    title: Line
    severity: Severity


class IssueRaised(Entered):
    """Something stands in the way now."""

    title: ClassVar[str] = "Issue raised"
    telling: ClassVar[Telling] = Telling("issue", "open", opens=True)
    type: Literal["nerve.issue.raised.v1"]
    data: IssueRaisedData


class IssueUpdated(Entered):
    """An issue is seen otherwise now."""

    title: ClassVar[str] = "Issue updated"
    telling: ClassVar[Telling] = Telling("issue")
    type: Literal["nerve.issue.updated.v1"]
    data: IssueData


class IssueResolved(Entered):
    """An issue no longer stands in the way."""

    title: ClassVar[str] = "Issue resolved"
    telling: ClassVar[Telling] = Telling("issue", "closed")
    type: Literal["nerve.issue.resolved.v1"]
    data: EntryClosed


class AssumptionRecorded(Entered):
    """Something is taken as true without being known; `due` is when it has to be known."""

    title: ClassVar[str] = "Assumption recorded"
    telling: ClassVar[Telling] = Telling("assumption", "open", opens=True)
    type: Literal["nerve.assumption.recorded.v1"]
    data: Titled


class AssumptionInvalidated(Entered):
    """What was taken as true is not."""

    title: ClassVar[str] = "Assumption invalidated"
    telling: ClassVar[Telling] = Telling("assumption", "invalidated")
    type: Literal["nerve.assumption.invalidated.v1"]
    data: EntryClosed


class DecisionMade(Entered):
    """Somebody decided something."""

    title: ClassVar[str] = "Decision made"
    telling: ClassVar[Telling] = Telling("decision", "made", opens=True)
    type: Literal["nerve.decision.made.v1"]
    data: Titled


class ActionAssigned(Entered):
    """Somebody has something to do."""

    title: ClassVar[str] = "Action assigned"
    telling: ClassVar[Telling] = Telling("action", "open", opens=True)
    type: Literal["nerve.action.assigned.v1"]
    data: Titled


class ActionDone(Entered):
    """It is done."""

    title: ClassVar[str] = "Action done"
    telling: ClassVar[Telling] = Telling("action", "closed")
    type: Literal["nerve.action.done.v1"]
    data: EntryClosed
