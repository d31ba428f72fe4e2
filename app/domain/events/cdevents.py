"""Which CDEvent a document is, and which project it is of."""

import json
import re
from typing import Any, Final, get_args

from app.domain.events.signals import (
    VERSION,
    ArtifactPublished,
    BuildFinished,
    ChangeMerged,
    IncidentDetected,
    IncidentReported,
    IncidentResolved,
    PipelineRunFinished,
    ServiceDeployed,
    ServiceRolledBack,
    ServiceUpgraded,
    SuiteRunFinished,
    TicketClosed,
    TicketCreated,
    TicketUpdated,
    as_code,
)
from app.domain.subject import Kind, key

AnySignal = (
    BuildFinished
    | PipelineRunFinished
    | SuiteRunFinished
    | ArtifactPublished
    | ChangeMerged
    | ServiceDeployed
    | ServiceUpgraded
    | ServiceRolledBack
    | IncidentDetected
    | IncidentReported
    | IncidentResolved
    | TicketCreated
    | TicketUpdated
    | TicketClosed
)
SIGNALS: Final[dict[str, type[AnySignal]]] = {kind.named: kind for kind in get_args(AnySignal)}
MARK: Final = "dev.cdevents."
"""No document without these characters is a CDEvent, so that ours are not looked at twice."""
_MARK: Final = MARK.encode()
_TYPE: Final = re.compile(rf"dev\.cdevents\.([a-z]+\.[a-z]+)\.{VERSION}")
_EXACT_DIGITS: Final = 18
"""Of a whole number that 64 bits are sure to hold."""


def marked(document: str | bytes) -> bool:
    """Whether it may be, or contain, a CDEvent."""
    return _MARK in document if isinstance(document, bytes) else MARK in document


def read_signal(document: str | bytes) -> AnySignal | None:
    """The CDEvent in a document; None: it is none that we know. Raises ValidationError.

    A subject that names no project gives way to the source: what that is mapped to is the project. (In
    the CloudEvents binding the attribute only repeats `data.subject.id`.)
    """
    found = _decoded(document)
    named = _TYPE.fullmatch(str(found.get("type"))) if isinstance(found, dict) else None
    kind = SIGNALS.get(named[1]) if named is not None else None
    if kind is None:
        return None
    subject, source = found.get("subject"), found.get("source")
    named_here = isinstance(subject, str) and subject.startswith(f"{Kind.PROJECT}/")
    if not named_here and isinstance(source, str):
        found["subject"] = key(Kind.PROJECT, as_code(source))
    return kind.model_validate_json(json.dumps(found))


def _decoded(document: str | bytes) -> Any:
    """The JSON, with those numbers made approximate that not every reader of JSON can hold; else None."""
    try:
        return json.loads(document, parse_int=_number, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _EXACT_DIGITS else float(digits)
