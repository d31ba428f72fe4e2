"""The catalogue of event types, and the canonical bytes by which two events are the same."""

from typing import Annotated, Any, Final, get_args

import orjson
from pydantic import Field, TypeAdapter

from app.domain.events.benefits import (
    BenefitForecastChanged,
    BenefitMeasured,
    BenefitPlanned,
    ObjectiveLinked,
    ObjectiveUpdated,
)
from app.domain.events.cdevents import MARK, SIGNALS, AnySignal, marked, read_signal
from app.domain.events.delivery import (
    BaselineApproved,
    CostBooked,
    EacReported,
    ForecastChanged,
    MilestoneAchieved,
    MilestonePlanned,
    ProgressReported,
    WorkingDateReported,
)
from app.domain.events.envelope import RECORDED, CloudEvent
from app.domain.events.gates import (
    CriterionAssessed,
    ElsExited,
    GateDecided,
    GateScheduled,
    ServiceAccepted,
)
from app.domain.events.governance import PolicyPublished
from app.domain.events.items import (
    AliasAdded,
    ItemChanged,
    ItemClosed,
    ItemMoved,
    ItemRegistered,
    ItemStageChanged,
    ItemStateChanged,
    ItemTouched,
)
from app.domain.events.learning import (
    IdeaSubmitted,
    LessonAdopted,
    LessonRecorded,
    StakeholderPulse,
)
from app.domain.events.people import (
    PersonRegistered,
    PoolStateChanged,
    ResourceAssigned,
    ResourceReleased,
    ResourceRequested,
    ResourceStarted,
    ResourceUnavailable,
    RoleChanged,
    SkillClaimed,
)
from app.domain.events.quality import (
    CheckResult,
    ControlResult,
    CriterionDefined,
    DeliverableAccepted,
    DeliverableRejected,
    DeliverableSubmitted,
    EvidenceAttached,
    EvidenceExpired,
    SecurityFinding,
)
from app.domain.events.records import RecordEvent
from app.domain.events.register import (
    ActionAssigned,
    ActionDone,
    AssumptionInvalidated,
    AssumptionRecorded,
    DecisionMade,
    IssueRaised,
    IssueResolved,
    IssueUpdated,
    OpportunityClosed,
    OpportunityRaised,
    OpportunityUpdated,
    RiskClosed,
    RiskMaterialised,
    RiskRaised,
    RiskUpdated,
)
from app.domain.events.reporting import ClockReached, RateSet, SourceHeartbeat, StatusDeclared
from app.domain.events.scope import (
    ChangeDecided,
    ChangeRequested,
    DependencyAtRisk,
    DependencyDeclared,
    DependencyMet,
)

OwnEvent = (
    ItemRegistered
    | ItemChanged
    | ItemMoved
    | ItemStateChanged
    | ItemStageChanged
    | ItemClosed
    | ItemTouched
    | AliasAdded
    | BaselineApproved
    | ProgressReported
    | CostBooked
    | EacReported
    | MilestonePlanned
    | ForecastChanged
    | MilestoneAchieved
    | WorkingDateReported
    | StatusDeclared
    | SourceHeartbeat
    | RateSet
    | PolicyPublished
    | ClockReached
    | RiskRaised
    | RiskUpdated
    | RiskClosed
    | RiskMaterialised
    | OpportunityRaised
    | OpportunityUpdated
    | OpportunityClosed
    | IssueRaised
    | IssueUpdated
    | IssueResolved
    | AssumptionRecorded
    | AssumptionInvalidated
    | DecisionMade
    | ActionAssigned
    | ActionDone
    | ChangeRequested
    | ChangeDecided
    | DependencyDeclared
    | DependencyAtRisk
    | DependencyMet
    | LessonRecorded
    | LessonAdopted
    | IdeaSubmitted
    | StakeholderPulse
    | ResourceRequested
    | ResourceAssigned
    | ResourceStarted
    | ResourceReleased
    | ResourceUnavailable
    | RoleChanged
    | PersonRegistered
    | PoolStateChanged
    | SkillClaimed
    | DeliverableSubmitted
    | DeliverableAccepted
    | DeliverableRejected
    | CriterionDefined
    | CheckResult
    | EvidenceAttached
    | EvidenceExpired
    | ControlResult
    | SecurityFinding
    | GateScheduled
    | GateDecided
    | CriterionAssessed
    | ServiceAccepted
    | ElsExited
    | ObjectiveUpdated
    | ObjectiveLinked
    | BenefitPlanned
    | BenefitMeasured
    | BenefitForecastChanged
)
AnyEvent = CloudEvent
"""One of them, or a signal. Not the union: of that a type checker tries all ninety at every use."""
Event = Annotated[OwnEvent, Field(discriminator="type")]
Posted = Event | AnySignal
"""Everything that can be posted, for its description."""

ONE: Final[TypeAdapter[OwnEvent]] = TypeAdapter(Event)
"""Our own; `parse` knows those of others too."""
MANY: Final[TypeAdapter[list[OwnEvent]]] = TypeAdapter(list[Event])
_TRAVEL: Final = {"datacontenttype", "portfolio", "traceparent", "tracestate"}
OWN_TYPES: Final[dict[str, type[OwnEvent]]] = {
    get_args(kind.model_fields["type"].annotation)[0]: kind for kind in get_args(OwnEvent)
}
TYPES: Final[dict[str, type[AnyEvent]]] = {
    **OWN_TYPES,
    **{f"{MARK}{name}.0.x": kind for name, kind in SIGNALS.items()},
}
"""Everything that can be posted; `0.x` stands for any such version."""
RECORD_KINDS: Final = tuple(
    sorted({kind.telling.kind for kind in TYPES.values() if issubclass(kind, RecordEvent)})
)
"""`action`, `risk`, …: the kinds of record that events tell of."""


def canonical(event: AnyEvent) -> bytes:
    """The bytes that are stored and compared: sorted keys, no spaces, exact numbers as text, UTC.

    Defaults are left out, so that a field added later does not change what was accepted before.
    """
    return orjson.dumps(event.model_dump(mode="json", exclude_defaults=True), option=orjson.OPT_SORT_KEYS)


def same(stored: str | None, posted: str) -> bool:
    """Whether two canonical texts have the same content; what was erased equals nothing.

    How an event travelled is not its content: a retry has another trace, and may come in another mode.
    """
    if stored is None or stored == posted:
        return stored is not None
    here, there = (orjson.loads(text) for text in (stored, posted))
    return all(
        here.get(name) == there.get(name) for name in here.keys() | there.keys() if name not in _TRAVEL
    )


def parse(document: str | bytes, *, recorded: bool = False) -> AnyEvent:
    """An event from its JSON; one that is `recorded` was accepted once. Raises ValidationError."""
    signal = read_signal(document) if marked(document) else None
    if signal is not None:
        return signal
    return ONE.validate_json(document, context=RECORDED if recorded else None)


def describe() -> list[dict[str, Any]]:
    """Name, title and JSON Schema of every type, for integrators."""
    return [
        {"type": name, "title": kind.title, "about": kind.__doc__, "schema": kind.model_json_schema()}
        for name, kind in sorted(TYPES.items())
    ]
