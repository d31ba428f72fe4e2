"""Who may report what: the role that a person needs for each type of event."""

from typing import Final

from app.domain.access import Role
from app.domain.events.catalogue import OWN_TYPES

ROLES: Final[dict[str, Role]] = {
    **dict.fromkeys(("item", "alias", "baseline", "gate", "role", "fx"), Role.LEAD),
    **dict.fromkeys(("progress", "cost", "milestone", "status", "scope", "dependency"), Role.ANALYST),
    **dict.fromkeys(("risk", "opportunity", "issue", "assumption", "decision", "action"), Role.ANALYST),
    **dict.fromkeys(("resource", "person", "skill"), Role.ANALYST),
    **dict.fromkeys(("deliverable", "criterion", "quality", "evidence"), Role.ANALYST),
    **dict.fromkeys(("compliance", "security", "handover"), Role.ANALYST),
    **dict.fromkeys(("objective", "benefit", "lesson", "idea", "stakeholder"), Role.ANALYST),
}
"""What an event is about, the second word of its type → the least role. What is not here nobody reports:
it is said by a source or by the clock, or has a route of its own."""


def noun_of(name: str) -> str:
    """`risk` for `nerve.risk.raised.v1`."""
    return name.split(".")[1]


REPORTABLE: Final[dict[str, Role]] = {
    name: ROLES[noun_of(name)] for name in sorted(OWN_TYPES) if noun_of(name) in ROLES
}
"""Every type that a person may report, with the least role."""
