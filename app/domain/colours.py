"""Colours: from readings to dimensions, and from dimensions to the item.

Bad news stands on little evidence; good news does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from app.domain.findings import Finding, Reading
from app.domain.policy import Policy
from app.domain.rag import Dimension, Rag

KNOWN: Final = frozenset({Rag.RED, Rag.AMBER, Rag.GREEN})
AT_REST: Final = frozenset({"on_hold", "closed", "stopped"})
"""States in which an item has no colour."""
TWO: Final = 2
ZERO: Final = Decimal(0)


@dataclass(slots=True)
class Aspect:
    """One dimension of one item. Nobody changes it: it is kept while it `holds`."""

    dimension: Dimension
    rag: Rag
    newest_at: datetime | None
    stale_at: datetime | None
    unknown_at: datetime | None
    readings: tuple[Reading, ...]
    """Those that apply, each judged."""
    policy_version: int
    instead: Finding | None = None
    """What decides in place of the readings: nothing applies, or all is too old."""
    stale: bool = False
    coverage: "Coverage" = field(default_factory=lambda: Coverage(0, 0, ZERO, ZERO))
    spell: "Spell | None" = None
    """While what it says does not change by itself; None: it does with every moment."""
    part: dict[str, Any] | None = field(default=None, compare=False, repr=False)
    """As a detail tells of it, once it was told."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """One of each reading, or what decides instead."""
        if self.instead is not None:
            return (self.instead,)
        return tuple(_finding(each, self.dimension, self.policy_version) for each in self.readings)

    def holds(
        self, readings: tuple[Reading, ...], newest_at: datetime | None, cadence: timedelta, now: datetime
    ) -> bool:
        """Whether the same would be said of these readings, by the policy that it was made with."""
        spell = self.spell
        return (
            spell is not None
            and spell.since <= now
            and (spell.until is None or now <= spell.until)
            and newest_at == self.newest_at
            and cadence == spell.cadence
            and readings is self.readings
        )


class Spell(NamedTuple):
    """The instants between which evidence of a cadence counts the same by its age."""

    since: datetime
    until: datetime | None
    cadence: timedelta


class Coverage(NamedTuple):
    """Readings known and fresh, readings that apply, and the weights of both."""

    fresh: int
    of: int
    weight: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Verdict:
    """The item's colour, the finding that decided it, and how much of what applies is known and fresh."""

    rag: Rag
    cause: Finding
    fresh: int
    of: int
    share: Decimal | None


def assess_dimension(  # noqa: PLR0913 - what decides a colour
    dimension: Dimension,
    readings: Sequence[Reading],
    newest_at: datetime | None,
    cadence: timedelta,
    policy: Policy,
    now: datetime,
) -> Aspect:
    """The colour of one dimension from the judged readings that apply and the age of its newest evidence."""
    if not readings:
        nothing = Finding("applies", policy.version, Rag.NONE, dimension, reason="no_evidence")
        spell = Spell(now, None, cadence)
        return Aspect(dimension, Rag.NONE, newest_at, None, None, (), policy.version, nothing, spell=spell)
    stale_at, unknown_at = age_limits(newest_at, cadence, policy)
    if newest_at is not None and unknown_at is not None and now > unknown_at:
        return Aspect(
            dimension,
            Rag.UNKNOWN,
            newest_at,
            stale_at,
            unknown_at,
            tuple(map(_as_too_old, readings)),
            policy.version,
            _too_old(dimension, newest_at, cadence, policy, now),
            stale=True,
            coverage=_coverage(readings, policy, is_fresh=False),
        )
    stale = stale_at is not None and now > stale_at
    return Aspect(
        dimension,
        _worst(readings, policy),
        newest_at,
        stale_at,
        unknown_at,
        tuple(readings),
        policy.version,
        stale=stale,
        coverage=_coverage(readings, policy, is_fresh=not stale),
        spell=Spell(now, unknown_at if stale else stale_at, cadence),
    )


def _as_too_old(reading: Reading) -> Reading:
    old = reading.copy()
    old.rag, old.reason = Rag.UNKNOWN, "too_old"
    return old


def age_limits(
    newest_at: datetime | None, cadence: timedelta, policy: Policy
) -> tuple[datetime | None, datetime | None]:
    """The instants after which evidence is stale and unknown."""
    if newest_at is None:
        return None, None
    spans: tuple[timedelta, timedelta] | None = policy.known.get(cadence)
    if spans is None:
        limits = (policy.ages.stale_after, policy.ages.unknown_after)
        spans = policy.known[cadence] = (cadence * float(limits[0]), cadence * float(limits[1]))
    return newest_at + spans[0], newest_at + spans[1]


def _worst(readings: Sequence[Reading], policy: Policy) -> Rag:
    found = [each.rag for each in readings]
    if Rag.RED in found:
        return Rag.RED
    if Rag.AMBER in found:
        return Rag.AMBER
    if Rag.GREEN not in found:
        return Rag.UNKNOWN
    unknown = [each.kpi for each in readings if each.rag is Rag.UNKNOWN]
    return Rag.UNKNOWN if any(policy.kpis[kpi].required for kpi in unknown) else Rag.GREEN


def _finding(reading: Reading, dimension: Dimension, policy_version: int) -> Finding:
    return Finding(
        reading.kpi,
        policy_version,
        reading.rag,
        dimension,
        reading.value,
        reading.limit,
        reading.unit,
        reading.reason,
        reading.as_of,
        reading.events,
        own_limit=reading.own_limit,
    )


def _too_old(
    dimension: Dimension, newest_at: datetime, cadence: timedelta, policy: Policy, now: datetime
) -> Finding:
    return Finding(
        "TRU-1",
        policy.version,
        Rag.UNKNOWN,
        dimension,
        Decimal((now - newest_at).total_seconds()) / Decimal(cadence.total_seconds()),
        policy.ages.unknown_after,
        "cadences",
        "too_old",
        newest_at,
    )


def assess_colour(state: str, aspects: Sequence[Aspect], policy: Policy) -> Verdict:
    """The item's colour: the rules in order of priority, the first that holds decides."""
    fresh, of, share = _covered(aspects)
    if state in AT_REST:
        return Verdict(Rag.NONE, Finding("state", policy.version, Rag.NONE, reason=state), fresh, of, share)
    rag = _bad_news(aspects, policy)
    if rag is not None:
        return Verdict(rag, _decider(aspects, policy), fresh, of, share)
    needed = policy.needed
    missing = sorted(needed - {each.dimension for each in aspects if each.rag in KNOWN}) if needed else []
    enough = share is not None and share >= policy.coverage
    if enough and not missing:
        within = Finding("all_within", policy.version, Rag.GREEN, None, share, policy.coverage, "share")
        return Verdict(Rag.GREEN, within, fresh, of, share)
    return Verdict(Rag.UNKNOWN, _lacking(aspects, missing, share, policy), fresh, of, share)


def _bad_news(aspects: Sequence[Aspect], policy: Policy) -> Rag | None:
    found = [each.rag for each in aspects]
    if Rag.RED not in found:
        return Rag.AMBER if Rag.AMBER in found else None
    reds = [each.dimension for each in aspects if each.rag is Rag.RED]
    is_red = len(reds) >= TWO or any(dimension in policy.decisive for dimension in reds)
    return Rag.RED if is_red else Rag.AMBER


def _decider(aspects: Sequence[Aspect], policy: Policy) -> Finding:
    """The worst finding, of a decisive dimension first, in the order of the policy."""
    worst = Rag.RED if any(each.rag is Rag.RED for each in aspects) else Rag.AMBER
    bad = [each for each in aspects if each.rag is worst]
    aspect = next((each for each in bad if each.dimension in policy.decisive), bad[0])
    reading = next(each for each in aspect.readings if each.rag is worst)
    return _finding(reading, aspect.dimension, policy.version)


def _lacking(
    aspects: Sequence[Aspect], missing: Sequence[Dimension], share: Decimal | None, policy: Policy
) -> Finding:
    """What is missing for a colour: the first unknown finding, of a required dimension first."""
    for aspect in sorted(aspects, key=lambda each: each.dimension not in missing):
        for finding in aspect.findings:
            if finding.rag is Rag.UNKNOWN:
                return finding
    for dimension in missing:
        return Finding("required", policy.version, Rag.UNKNOWN, dimension, reason="no_evidence")
    reason = "no_evidence" if share is None else "stale"
    return Finding("coverage", policy.version, Rag.UNKNOWN, None, share, policy.coverage, "share", reason)


def _coverage(readings: Sequence[Reading], policy: Policy, *, is_fresh: bool) -> Coverage:
    """How much of one dimension is known and fresh."""
    fresh, weight, total = 0, ZERO, ZERO
    for reading in readings:
        part = policy.kpis[reading.kpi].weight
        total += part
        if is_fresh and reading.rag in KNOWN:
            fresh += 1
            weight += part
    return Coverage(fresh, len(readings), weight, total)


def _covered(aspects: Sequence[Aspect]) -> tuple[int, int, Decimal | None]:
    """Readings known and fresh, readings that apply, and their share by weight (None: none applies)."""
    fresh = of = 0
    weight = total = ZERO
    for aspect in aspects:
        part = aspect.coverage
        if part.of:
            fresh, of = fresh + part.fresh, of + part.of
            weight, total = weight + part.weight, total + part.total
    return fresh, of, weight / total if total else None
