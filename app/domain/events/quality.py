"""Quality and compliance: deliverables, criteria, checks and evidence."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from app.domain.events.envelope import (
    Code,
    Day,
    ItemSubject,
    Line,
    Misplaced,
    NotNegative,
    ProjectSubject,
    Reference,
    Strict,
    Text,
)
from app.domain.events.records import RecordEvent
from app.domain.records import Telling

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Verdict = Literal["unassessed", "conforms", "observation", "minor_nc", "major_nc", "waived"]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Part = Annotated[NotNegative, Field(le=1)]


class DeliverableData(Strict):
    ref: Code
    title: Line | None = None
    version: Line | None = None
    due: Day | None = None
    owner: Line | None = None
    criteria_met: Count | None = None
    criteria_total: Count | None = None
    by: Line | None = None
    reason: Line | None = None

    @model_validator(mode="after")
    def _meets_no_more_than_there_are(self) -> Self:
        met, total = self.criteria_met, self.criteria_total
        if met is not None and total is not None and met > total:
            raise Misplaced("it is more than criteria_total", "criteria_met")
        return self


class DeliverableSubmitted(RecordEvent):
    """A result is offered for acceptance."""

    title: ClassVar[str] = "Deliverable submitted"
    telling: ClassVar[Telling] = Telling("deliverable", "submitted", opens=True)
    type: Literal["nerve.deliverable.submitted.v1"]
    subject: ProjectSubject
    data: DeliverableData


class DeliverableAccepted(RecordEvent):
    """A result is what was agreed."""

    title: ClassVar[str] = "Deliverable accepted"
    telling: ClassVar[Telling] = Telling("deliverable", "accepted")
    type: Literal["nerve.deliverable.accepted.v1"]
    subject: ProjectSubject
    data: DeliverableData


class DeliverableRejected(RecordEvent):
    """A result is not what was agreed."""

    title: ClassVar[str] = "Deliverable rejected"
    telling: ClassVar[Telling] = Telling("deliverable", "rejected")
    type: Literal["nerve.deliverable.rejected.v1"]
    subject: ProjectSubject
    data: DeliverableData


class CriterionDefinedData(Strict):
    ref: Code
    text: Line
    owner_kind: Literal["gate", "deliverable", "handover", "compliance"]
    owner_ref: Code | None = None
    """The gate or deliverable that it belongs to."""
    mandatory: bool = True
    framework: Line | None = None
    clause: Line | None = None
    due: Day | None = None
    """From when on it counts; a criterion of a gate is due with the gate."""


class CriterionDefined(RecordEvent):
    """Something has to be so, and has to be shown to be so."""

    title: ClassVar[str] = "Criterion defined"
    telling: ClassVar[Telling] = Telling("criterion", "unassessed", opens=True)
    type: Literal["nerve.criterion.defined.v1"]
    subject: ItemSubject
    data: CriterionDefinedData


class CheckResultData(Strict):
    check: Code
    criterion_ref: Code | None = None
    verdict: Literal["pass", "fail"]
    score: Part | None = None
    sample_size: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    tool: Line | None = None


class CheckResult(RecordEvent):
    """A check of quality was run. The record is the check; each result is a sample of its own."""

    title: ClassVar[str] = "Quality check result"
    telling: ClassVar[Telling] = Telling("check", "run", opens=True)
    type: Literal["nerve.quality.check_result.v1"]
    subject: ItemSubject
    data: CheckResultData

    @property
    def ref(self) -> str:
        """The check."""
        return self.data.check


class EvidenceAttachedData(Strict):
    ref: Code
    criterion_ref: Code
    uri: Reference
    sha256: Sha256
    """Of what the address led to when it was taken."""
    title: Line | None = None
    captured_by: Line | None = None
    valid_until: Day | None = None
    superseded_by: Code | None = None


class EvidenceAttached(RecordEvent):
    """A record shows that a criterion is met."""

    title: ClassVar[str] = "Evidence attached"
    telling: ClassVar[Telling] = Telling("evidence", "valid", opens=True)
    type: Literal["nerve.evidence.attached.v1"]
    subject: ItemSubject
    data: EvidenceAttachedData


class EvidenceExpiredData(Strict):
    ref: Code
    reason: Line | None = None


class EvidenceExpired(RecordEvent):
    """What was shown is no longer shown."""

    title: ClassVar[str] = "Evidence expired"
    telling: ClassVar[Telling] = Telling("evidence", "expired")
    type: Literal["nerve.evidence.expired.v1"]
    subject: ItemSubject
    data: EvidenceExpiredData


class Judged(Strict):
    """Whether something is met; who waives it says why."""

    verdict: Verdict
    waiver_reason: Line | None = None

    @model_validator(mode="after")
    def _says_why_it_is_waived(self) -> Self:
        if self.verdict == "waived" and self.waiver_reason is None:
            raise Misplaced("a waiver needs its reason", "waiver_reason")
        return self


class ControlResultData(Judged):
    ref: Code
    framework: Line
    clause: Line
    text: Text | None = None


class ControlResult(RecordEvent):
    """A control of a framework was assessed."""

    title: ClassVar[str] = "Compliance control result"
    telling: ClassVar[Telling] = Telling("control", "assessed", opens=True)
    type: Literal["nerve.compliance.control_result.v1"]
    subject: ItemSubject
    data: ControlResultData


class SecurityFindingData(Strict):
    ref: Code
    title: Line
    severity: Literal["critical", "high", "medium", "low"]
    framework: Line | None = None
    clause: Line | None = None
    due: Day | None = None
    status: Literal["open", "fixed", "accepted"] = "open"


class SecurityFinding(RecordEvent):
    """Something is not secure, or is again."""

    title: ClassVar[str] = "Security finding"
    telling: ClassVar[Telling] = Telling("finding", "reported", opens=True)
    type: Literal["nerve.security.finding.v1"]
    subject: ItemSubject
    data: SecurityFindingData
