"""Signals of engineering: CDEvents as they are sent, of any version 0.x.

`data` is the CDEvent. It is another's format, so what we do not know of it is kept and not judged; the
envelope is ours and as strict as ever. Source: the CDEvents specification and its CloudEvents binding.
"""

import hashlib
import re
from typing import Annotated, Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from app.domain.events.envelope import CloudEvent, Instant, ProjectSubject, Reference
from app.domain.events.records import RecordEvent
from app.domain.records import Telling

VERSION: Final = r"0\.\d{1,9}(\.\d{1,9})?(-[0-9A-Za-z.-]{1,40})?"
_NO_CODE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_CODE: Final = 64
WELL: Final = frozenset({"success", "pass"})
BADLY: Final = frozenset({"failure", "fail", "error"})


def typed(name: str) -> StringConstraints:
    """A CDEvents type of any version 0.x."""
    return StringConstraints(pattern=rf"^dev\.cdevents\.{re.escape(name)}\.{VERSION}$")


def as_code(text: str) -> str:
    """A foreign reference as one of our codes: `/ci/apollo` is `ci-apollo`. What is lost is hashed."""
    code = _NO_CODE.sub("-", text).strip("-")
    if code and len(code) <= _LONGEST_CODE:
        return code
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return f"{code[:40]}-{digest}".lstrip("-")


class Foreign(BaseModel):
    """A part of a CDEvent: the fields we read are checked, the others kept."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)


class SignalContext(Foreign):
    id: Reference
    source: Reference
    type: Reference
    timestamp: Instant


class Named(Foreign):
    id: Reference


class SignalContent(Foreign):
    outcome: str | None = None
    artifactId: str | None = None  # noqa: N815 - the specification's name
    description: str | None = None
    summary: str | None = None
    service: Named | None = None
    environment: Named | None = None
    assignees: tuple[str, ...] = ()
    priority: str | None = None
    resolution: str | None = None
    uri: str | None = None
    ticketURI: str | None = None  # noqa: N815


class SignalSubject(Foreign):
    id: Reference
    content: SignalContent


class SignalData(Foreign):
    context: SignalContext
    subject: SignalSubject


class Signal(CloudEvent):
    """What a tool says of its own work. The subject is the project, or a reference mapped to it."""

    named: ClassVar[str]
    subject: ProjectSubject
    type: str
    data: SignalData

    @model_validator(mode="after")
    def _says_one_type(self) -> Any:
        if self.data.context.type != self.type:
            raise ValueError("data.context.type is not the event's type")
        return self


class Run(Signal):
    """Something was done, well or badly: one sample, 1 where it failed."""

    measure: ClassVar[str]
    unsaid: ClassVar[bool | None] = None
    """Whether it failed if it does not say; None: that is not known."""

    @property
    def failed(self) -> bool | None:
        """None where it was cancelled or is not known: then it counts as neither."""
        outcome = self.data.subject.content.outcome
        if outcome is None:
            return self.unsaid
        return False if outcome in WELL else True if outcome in BADLY else None


class BuildFinished(Run):
    """A build has ended. CDEvents has no outcome for it; one that names its artifact went well."""

    title: ClassVar[str] = "Build finished"
    named: ClassVar[str] = "build.finished"
    measure: ClassVar[str] = "builds"
    type: Annotated[str, typed(named)]

    @property
    def failed(self) -> bool | None:
        """As of any run; without an outcome, an artifact says that it went well."""
        content = self.data.subject.content
        return False if content.outcome is None and content.artifactId is not None else super().failed


class PipelineRunFinished(Run):
    """A pipeline has ended."""

    title: ClassVar[str] = "Pipeline run finished"
    named: ClassVar[str] = "pipelinerun.finished"
    measure: ClassVar[str] = "pipelines"
    type: Annotated[str, typed(named)]


class SuiteRunFinished(Run):
    """A test suite has ended."""

    title: ClassVar[str] = "Test suite run finished"
    named: ClassVar[str] = "testsuiterun.finished"
    measure: ClassVar[str] = "test_suites"
    type: Annotated[str, typed(named)]


class ArtifactPublished(Run):
    """Something that was built can be had."""

    title: ClassVar[str] = "Artifact published"
    named: ClassVar[str] = "artifact.published"
    measure: ClassVar[str] = "artifacts"
    unsaid: ClassVar[bool | None] = False
    type: Annotated[str, typed(named)]


class ChangeMerged(Run):
    """A change of the source was merged."""

    title: ClassVar[str] = "Change merged"
    named: ClassVar[str] = "change.merged"
    measure: ClassVar[str] = "merges"
    unsaid: ClassVar[bool | None] = False
    type: Annotated[str, typed(named)]


class ServiceDeployed(Run):
    """A service runs in an environment where it did not run before."""

    title: ClassVar[str] = "Service deployed"
    named: ClassVar[str] = "service.deployed"
    measure: ClassVar[str] = "deployments"
    unsaid: ClassVar[bool | None] = False
    type: Annotated[str, typed(named)]


class ServiceUpgraded(Run):
    """A service runs in a newer version."""

    title: ClassVar[str] = "Service upgraded"
    named: ClassVar[str] = "service.upgraded"
    measure: ClassVar[str] = "deployments"
    unsaid: ClassVar[bool | None] = False
    type: Annotated[str, typed(named)]


class ServiceRolledBack(Run):
    """A service runs in an older version again: a deployment that failed, however well it was undone."""

    title: ClassVar[str] = "Service rolled back"
    named: ClassVar[str] = "service.rolledback"
    measure: ClassVar[str] = "deployments"
    type: Annotated[str, typed(named)]

    @property
    def failed(self) -> bool:
        """Always."""
        return True


class Reported(Signal, RecordEvent):
    """A signal that tells of a record: an incident or a ticket."""

    @property
    def ref(self) -> str:
        """The subject's id as a code."""
        return as_code(self.data.subject.id)

    def said(self) -> dict[str, Any]:
        """What a person looks for; the whole is in the log."""
        content = self.data.subject.content
        found = {
            "foreign_id": self.data.subject.id,
            "title": content.summary or content.description,
            "owner": content.assignees[0] if content.assignees else None,
            "service": content.service.id if content.service else None,
            "environment": content.environment.id if content.environment else None,
            "priority": content.priority,
            "reason": content.resolution,
            "uri": content.ticketURI or content.uri,
        }
        return {name: value for name, value in found.items() if value is not None}


class IncidentDetected(Reported):
    """Something runs as it should not."""

    title: ClassVar[str] = "Incident detected"
    named: ClassVar[str] = "incident.detected"
    telling: ClassVar[Telling] = Telling("incident", "open", opens=True)
    type: Annotated[str, typed(named)]


class IncidentReported(Reported):
    """An incident was written down."""

    title: ClassVar[str] = "Incident reported"
    named: ClassVar[str] = "incident.reported"
    telling: ClassVar[Telling] = Telling("incident", "open", opens=True)
    type: Annotated[str, typed(named)]


class IncidentResolved(Reported):
    """It runs as it should again."""

    title: ClassVar[str] = "Incident resolved"
    named: ClassVar[str] = "incident.resolved"
    telling: ClassVar[Telling] = Telling("incident", "closed")
    type: Annotated[str, typed(named)]


class TicketCreated(Reported):
    """Somebody wrote a ticket."""

    title: ClassVar[str] = "Ticket created"
    named: ClassVar[str] = "ticket.created"
    telling: ClassVar[Telling] = Telling("ticket", "open", opens=True)
    type: Annotated[str, typed(named)]


class TicketUpdated(Reported):
    """A ticket has changed."""

    title: ClassVar[str] = "Ticket updated"
    named: ClassVar[str] = "ticket.updated"
    telling: ClassVar[Telling] = Telling("ticket")
    type: Annotated[str, typed(named)]


class TicketClosed(Reported):
    """A ticket needs nothing more."""

    title: ClassVar[str] = "Ticket closed"
    named: ClassVar[str] = "ticket.closed"
    telling: ClassVar[Telling] = Telling("ticket", "closed")
    type: Annotated[str, typed(named)]
