"""People and their time: who leads, who is asked for, who is assigned, who is away, who can do what.

People and what they are able to do belong to the portfolio `pool`; demand and assignments to the project.
References are codes, never addresses.
"""

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from app.domain.events.envelope import (
    Code,
    Day,
    Happened,
    ItemSubject,
    Line,
    Misplaced,
    Percent,
    PersonSubject,
    ProjectSubject,
    Strict,
)
from app.domain.events.records import RecordEvent
from app.domain.records import Telling
from app.domain.subject import code_of

Allocation = Annotated[Percent, Field(gt=0)]
"""Per cent of a full time."""
PoolState = Literal["not_in_pool", "warm", "reserved", "deployed", "resting", "inactive"]
Skills = Annotated[tuple[Line, ...], Field(max_length=50)]


class Span(Strict):
    """From one day to another, both included."""

    start: Day | None = None
    end: Day | None = None

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.start is not None and self.end is not None and self.end < self.start:
            raise Misplaced("it lies before start", "end")
        return self


class ResourceRequestedData(Span):
    ref: Code
    role: Line
    skills: Skills = ()
    pct: Allocation
    needed_by: Day
    key_role: bool = False
    """Without it the project cannot go on."""
    person_ref: Code | None = None


class ResourceRequested(RecordEvent):
    """The project needs somebody."""

    title: ClassVar[str] = "Resource requested"
    telling: ClassVar[Telling] = Telling("allocation", "open", opens=True)
    type: Literal["nerve.resource.requested.v1"]
    subject: ProjectSubject
    data: ResourceRequestedData

    def said(self) -> dict[str, Any]:
        """What is required stays beside what is assigned later, which may be less."""
        found = super().said()
        return {**found, "required_pct": found["pct"]}


class ResourceAssignedData(Span):
    ref: Code
    person_ref: Code
    role: Line | None = None
    pct: Allocation | None = None


class ResourceAssigned(RecordEvent):
    """Somebody will do it: the answer to a request, or an assignment without one."""

    title: ClassVar[str] = "Resource assigned"
    telling: ClassVar[Telling] = Telling("allocation", "confirmed", opens=True)
    type: Literal["nerve.resource.assigned.v1"]
    subject: ProjectSubject
    data: ResourceAssignedData


class ResourceStartedData(Strict):
    ref: Code
    started: Day


class ResourceStarted(Happened, RecordEvent):
    """Whoever was assigned has begun."""

    title: ClassVar[str] = "Resource started"
    on: ClassVar[str] = "started"
    telling: ClassVar[Telling] = Telling("allocation", "active")
    type: Literal["nerve.resource.started.v1"]
    subject: ProjectSubject
    data: ResourceStartedData


class ResourceReleasedData(Strict):
    ref: Code
    released: Day
    reason: Line | None = None


class ResourceReleased(Happened, RecordEvent):
    """An assignment has ended, or a request is withdrawn."""

    title: ClassVar[str] = "Resource released"
    on: ClassVar[str] = "released"
    telling: ClassVar[Telling] = Telling("allocation", "ended")
    type: Literal["nerve.resource.released.v1"]
    subject: ProjectSubject
    data: ResourceReleasedData


class UnavailableData(Strict):
    ref: Code
    start: Day
    end: Day
    pct: Allocation = Decimal(100)
    reason: Literal["leave", "sick", "training", "other"] = "other"

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.end < self.start:
            raise Misplaced("it lies before start", "end")
        return self


class ResourceUnavailable(RecordEvent):
    """Somebody is away."""

    title: ClassVar[str] = "Resource unavailable"
    telling: ClassVar[Telling] = Telling("absence", "confirmed", opens=True)
    type: Literal["nerve.resource.unavailable.v1"]
    subject: PersonSubject
    data: UnavailableData


class RoleChangedData(Strict):
    role: Literal["sro", "pm", "sponsor"]
    old_ref: Code | None = None
    new_ref: Code | None = None
    """None: nobody holds it now."""
    effective: Day
    acting: bool = False


class RoleChanged(RecordEvent):
    """Somebody else leads. Each change is kept: how often it happens is an indicator."""

    title: ClassVar[str] = "Role changed"
    telling: ClassVar[Telling] = Telling("role", "changed", opens=True)
    type: Literal["nerve.role.changed.v1"]
    subject: ItemSubject
    data: RoleChangedData

    @property
    def ref(self) -> str:
        """The role and since when."""
        return f"{self.data.role}-{self.data.effective}"


class PersonRegisteredData(Strict):
    name: Line
    grade: Line | None = None
    home_tz: Line | None = None
    location: Line | None = None
    languages: Skills = ()
    clearance: Line | None = None
    notice_days: Annotated[int, Field(ge=0, le=365)] | None = None
    profile_verified: Day | None = None


class PersonRegistered(Happened, RecordEvent):
    """Somebody is known to the office, or their profile has changed."""

    title: ClassVar[str] = "Person registered"
    on: ClassVar[str] = "profile_verified"
    telling: ClassVar[Telling] = Telling("person", opens=True)
    type: Literal["nerve.person.registered.v1"]
    subject: PersonSubject
    data: PersonRegisteredData

    @property
    def ref(self) -> str:
        """The person."""
        return code_of(self.subject)


class PoolStateChangedData(Strict):
    to: PoolState
    until: Day | None = None
    reason: Line | None = None


class PoolStateChanged(RecordEvent):
    """Somebody has become ready for the next assignment, reserved, deployed, or is resting."""

    title: ClassVar[str] = "Pool state changed"
    telling: ClassVar[Telling] = Telling("person")
    type: Literal["nerve.person.pool_state_changed.v1"]
    subject: PersonSubject
    data: PoolStateChangedData

    @property
    def ref(self) -> str:
        """The person."""
        return code_of(self.subject)


class SkillClaimedData(Strict):
    skill: Code
    level: Annotated[int, Field(ge=1, le=5)]
    domain: Line | None = None
    evidence_uri: Line | None = None
    verified_by: Line | None = None
    valid_until: Day | None = None


class SkillClaimed(RecordEvent):
    """Somebody is able to do something, and perhaps somebody else has checked it."""

    title: ClassVar[str] = "Skill claimed"
    telling: ClassVar[Telling] = Telling("skill", "claimed", opens=True)
    type: Literal["nerve.skill.claimed.v1"]
    subject: PersonSubject
    data: SkillClaimedData

    @property
    def ref(self) -> str:
        """The skill."""
        return self.data.skill
