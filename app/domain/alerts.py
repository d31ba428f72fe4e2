"""Alerts: raised where somebody must do something, and cleared by the condition that raised them.

Five axes (condition, ack, suppression, closure, severity), each stored; the label on screen is
derived from them by one function. An alert's identity never holds a severity, a value or a time, so
the same condition is the same alert.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Final, Literal, NamedTuple

import orjson
from pydantic import TypeAdapter

from app.domain.findings import Finding
from app.domain.policy import AlertPolicy

Rule = Literal["red", "divergence", "silence", "source_silence", "ESC1", "ESC2"]
Severity = Literal["critical", "high", "medium", "low"]
AT_ONCE: Final = timedelta(0)
WORSE_FIRST: Final[tuple[Severity, ...]] = ("critical", "high", "medium", "low")


class Presence(StrEnum):
    """What an assessment says about the condition of a rule."""

    HOLDS = "holds"
    STALE = "stale"
    """Cannot be told any more: the evidence is unknown. Neither raises nor clears."""
    ABSENT = "absent"


class Signal(NamedTuple):
    """What a rule says about an item now. `delay`: how long it must hold before it is an alert."""

    rule: Rule
    item: str
    presence: Presence
    severity: Severity = "high"
    delay: timedelta = AT_ONCE
    finding: Finding | None = None
    gone: str = "auto"
    """Why it closes when the condition is absent: `auto`, or the item's state (`on_hold`, `closed`, …)."""


@dataclass(frozen=True, slots=True)
class AlertState:
    """One alert, whole, as it is stored. `n` counts the alerts of one dedup key."""

    id: str
    dedup_key: str
    n: int
    rule: Rule
    item: str
    policy_version: int
    condition: Literal["pending", "active", "cleared", "stale"]
    condition_since: datetime
    severity: Severity
    first_at: datetime
    last_at: datetime
    """When it last began, became worse or changed its cause."""
    ack: Literal["none", "acked"] = "none"
    suppression: Literal["none", "shelved", "window", "inhibited"] = "none"
    suppressed_by: str | None = None
    closure: Literal["open", "closed"] = "open"
    closed_reason: str | None = None
    closed_at: datetime | None = None
    count: int = 1
    occurrence: int = 1
    previous: str | None = None
    finding: Finding | None = None
    impacts: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is an alert now: open, and not merely waiting for its on-delay."""
        return self.closure == "open" and self.condition != "pending"


def dedup_key(rule: str, item: str, dimension: str = "overall") -> str:
    """The identity of the condition: `v1:rule:red:project:APOLLO:overall`."""
    kind, _, code = item.partition("/")
    return f"v1:rule:{rule}:{kind}:{code}:{dimension}"


def alert_id(key: str, n: int) -> str:
    """The id of the n-th alert of this key: the same on every node and in every rebuild."""
    return blake2b(f"{key}:{n}".encode(), digest_size=8).hexdigest()


def label(alert: AlertState) -> str:
    """Where several fit: Closed > Suppressed > Shelved > Stale > Cleared-unseen > Acknowledged > New."""
    if alert.closure == "closed":
        return "Closed"
    if alert.suppression in {"window", "inhibited"}:
        return "Suppressed"
    if alert.suppression == "shelved":
        return "Shelved"
    if alert.condition == "stale":
        return "Stale"
    if alert.condition == "cleared":
        return "Cleared-unseen"
    return "Acknowledged" if alert.ack == "acked" else "New"


def next_state(
    before: AlertState | None, signal: Signal, policy: AlertPolicy, policy_version: int, now: datetime
) -> AlertState | None:
    """The alert after this signal; None when there is nothing to store. The same value: nothing changed."""
    if before is None or before.closure == "closed":
        if signal.presence is not Presence.HOLDS:
            return before
        return _begin(before, signal, policy, policy_version, now)
    if before.condition == "pending":
        return _wait(before, signal, now)
    if signal.presence is Presence.ABSENT:
        return _close(before, signal.gone, now)
    if signal.presence is Presence.STALE:
        return (
            before if before.condition == "stale" else replace(before, condition="stale", condition_since=now)
        )
    return _go_on(before, signal, policy_version, now)


def due_at(alert: AlertState, signal: Signal) -> datetime | None:
    """When a pending alert becomes one by itself."""
    return alert.condition_since + signal.delay if alert.condition == "pending" else None


def _begin(
    before: AlertState | None, signal: Signal, policy: AlertPolicy, policy_version: int, now: datetime
) -> AlertState:
    alert = _fresh(before, signal, policy, policy_version, now)
    if signal.delay > AT_ONCE:
        return replace(alert, condition="pending", condition_since=now)
    return _raise(alert, now)


def _fresh(
    before: AlertState | None, signal: Signal, policy: AlertPolicy, policy_version: int, now: datetime
) -> AlertState:
    """The alert that this would be: the closed one again within the reopen window, else a new one."""
    closed_at = None if before is None else before.closed_at
    again = closed_at is not None and now - closed_at <= timedelta(days=policy.reopen_days)
    if before is not None and again:
        return replace(
            before,
            closure="open",
            severity=signal.severity,
            finding=signal.finding,
            policy_version=policy_version,
        )
    never_was = before is not None and before.closed_at is None
    n = 1 if before is None else before.n + (0 if never_was else 1)
    key = dedup_key(signal.rule, signal.item)
    return AlertState(
        id=alert_id(key, n),
        dedup_key=key,
        n=n,
        rule=signal.rule,
        item=signal.item,
        policy_version=policy_version,
        condition="pending",
        condition_since=now,
        severity=signal.severity,
        first_at=now,
        last_at=now,
        count=0,
        occurrence=0,
        previous=None if before is None or never_was else before.id,
        finding=signal.finding,
    )


def _raise(alert: AlertState, now: datetime) -> AlertState:
    """Pending no more."""
    return replace(
        alert,
        condition="active",
        condition_since=now,
        last_at=now,
        first_at=alert.first_at if alert.occurrence else now,
        count=alert.count + 1,
        occurrence=alert.occurrence + 1,
        closed_reason=None,
        closed_at=None,
        ack="none",
    )


def _wait(before: AlertState, signal: Signal, now: datetime) -> AlertState:
    if signal.presence is Presence.ABSENT:
        return replace(
            before, condition="cleared", condition_since=now, closure="closed", closed_reason="not_held"
        )
    if signal.presence is Presence.HOLDS and now - before.condition_since >= signal.delay:
        return _raise(replace(before, severity=signal.severity, finding=signal.finding), now)
    return before


def _go_on(before: AlertState, signal: Signal, policy_version: int, now: datetime) -> AlertState:
    alert = before
    if before.condition != "active":
        alert = replace(alert, condition="active", condition_since=now)
    other_cause = _cause(before.finding) != _cause(signal.finding)
    worse = WORSE_FIRST.index(signal.severity) < WORSE_FIRST.index(before.severity)
    if other_cause or worse:
        alert = replace(alert, last_at=now, count=before.count + 1, ack="none" if worse else before.ack)
    if before.finding != signal.finding or before.severity != signal.severity:
        alert = replace(
            alert, finding=signal.finding, severity=signal.severity, policy_version=policy_version
        )
    return alert


def _cause(finding: Finding | None) -> tuple[object, ...] | None:
    return None if finding is None else (finding.rule, finding.dimension)


def _close(before: AlertState, reason: str, now: datetime) -> AlertState:
    return replace(
        before,
        condition="cleared",
        condition_since=now,
        closure="closed",
        closed_reason=reason,
        closed_at=now,
        suppression="none",
        suppressed_by=None,
    )


_STATE: Final = TypeAdapter(AlertState)


def encode_alert(alert: AlertState) -> bytes:
    """The document that is stored."""
    return orjson.dumps(alert, default=_plain)


def decode_alert(document: str | bytes) -> AlertState:
    """An alert from its document."""
    return _STATE.validate_json(document)


def _plain(value: Any) -> str:
    return str(value)
