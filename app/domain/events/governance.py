"""Governance: the rules by which a portfolio is judged."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import PlainSerializer, model_validator

from app.domain.events.envelope import CloudEvent, Line, Misplaced, Strict
from app.domain.policy import Direction, Policy


def _whole(policy: Policy) -> dict[str, Any]:
    return policy.model_dump(mode="json")


Document = Annotated[Policy, PlainSerializer(_whole, when_used="json")]
"""Stored whole, its defaults as well: a later default changes nothing that was published before."""


class PolicyDraft(Strict):
    """A policy that somebody thinks of publishing."""

    policy: Document
    reason: Line | None = None
    """Why it is published."""

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        policy = self.policy
        if policy.calendar not in policy.calendars:
            raise Misplaced("it is not among the calendars", "policy", "calendar")
        if policy.ages.unknown_after < policy.ages.stale_after:
            raise Misplaced("evidence would be unknown before it is stale", "policy", "ages", "unknown_after")
        for code, kpi in policy.kpis.items():
            milder = kpi.red > kpi.amber if kpi.direction is Direction.UP else kpi.red < kpi.amber
            if milder:
                raise Misplaced("it is milder than the amber limit", "policy", "kpis", code, "red")
        return self


class PolicyPublishedData(PolicyDraft):
    reason: Line


class PolicyPublished(CloudEvent):
    """New rules are in force: the next version of the portfolio's policy. Its cards follow one by one."""

    title: ClassVar[str] = "Policy published"
    type: Literal["nerve.policy.published.v1"]
    subject: Literal["portfolio"]
    data: PolicyPublishedData
