"""Gates and handover: what was decided at a gate, what the receiving side accepts."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from app.domain.events.envelope import Code, Day, Happened, Line, Misplaced, ProjectSubject, Strict, Text
from app.domain.events.quality import Judged
from app.domain.events.records import RecordEvent
from app.domain.events.reporting import Word
from app.domain.records import Telling


class GateScheduledData(Strict):
    gate: Code
    name: Line | None = None
    date: Day
    """When it is to be held."""
    forecast: Day | None = None
    """When it is expected, where that differs."""
    chair: Line | None = None


class GateScheduled(RecordEvent):
    """A gate has a date."""

    title: ClassVar[str] = "Gate scheduled"
    telling: ClassVar[Telling] = Telling("gate", "scheduled", opens=True)
    type: Literal["nerve.gate.scheduled.v1"]
    subject: ProjectSubject
    data: GateScheduledData

    @property
    def ref(self) -> str:
        """The gate."""
        return self.data.gate


class GateCondition(Strict):
    text: Line
    priority: Literal["critical", "essential", "recommended"]
    owner: Line | None = None
    due: Day | None = None
    closed: bool = False


class GateDecidedData(Strict):
    gate: Code
    held_at: Day
    decision: Literal["proceed", "proceed_with_conditions", "hold", "stop", "rework"]
    dca: Word | None = None
    """Delivery confidence, in the words of the reviewers."""
    conditions: Annotated[tuple[GateCondition, ...], Field(max_length=100)] = ()
    independent: bool | None = None
    narrative: Text | None = None

    @model_validator(mode="after")
    def _names_its_conditions(self) -> Self:
        if (self.decision == "proceed_with_conditions") != bool(self.conditions):
            raise Misplaced("they go with proceed_with_conditions, and with nothing else", "conditions")
        return self


class GateDecided(Happened, RecordEvent):
    """A gate was held, and this was decided."""

    title: ClassVar[str] = "Gate decided"
    on: ClassVar[str] = "held_at"
    telling: ClassVar[Telling] = Telling("gate", "decided")
    type: Literal["nerve.gate.decided.v1"]
    subject: ProjectSubject
    data: GateDecidedData

    @property
    def ref(self) -> str:
        """The gate."""
        return self.data.gate


class CriterionAssessedData(Judged):
    criterion: Code
    assessed_by: Line | None = None


class CriterionAssessed(RecordEvent):
    """Somebody judged whether a criterion of a gate, a deliverable or the handover is met."""

    title: ClassVar[str] = "Criterion assessed"
    telling: ClassVar[Telling] = Telling("criterion", "assessed")
    type: Literal["nerve.handover.criterion_assessed.v1"]
    subject: ProjectSubject
    data: CriterionAssessedData

    @property
    def ref(self) -> str:
        """The criterion."""
        return self.data.criterion


class ServiceAcceptedData(Strict):
    service: Code
    operator: Line
    date: Day


class ServiceAccepted(Happened, RecordEvent):
    """Whoever will run the service has accepted it; early-life support begins."""

    title: ClassVar[str] = "Service accepted"
    on: ClassVar[str] = "date"
    telling: ClassVar[Telling] = Telling("service", "early_life", opens=True)
    type: Literal["nerve.handover.service_accepted.v1"]
    subject: ProjectSubject
    data: ServiceAcceptedData

    @property
    def ref(self) -> str:
        """The service."""
        return self.data.service


class ElsExitedData(Strict):
    service: Code
    date: Day
    note: Line | None = None


class ElsExited(Happened, RecordEvent):
    """Early-life support has ended: the project is out of it."""

    title: ClassVar[str] = "Early-life support exited"
    on: ClassVar[str] = "date"
    telling: ClassVar[Telling] = Telling("service", "in_service")
    type: Literal["nerve.handover.els_exited.v1"]
    subject: ProjectSubject
    data: ElsExitedData

    @property
    def ref(self) -> str:
        """The service."""
        return self.data.service
