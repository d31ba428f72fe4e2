"""The dimensions of a project: its readings, judged, each kept for as long as what it rests on is the same.

So one report of progress is no reason to judge the milestones or the register again.
"""

from dataclasses import dataclass, field
from datetime import datetime
from operator import is_
from typing import Any, Final, get_args

from app.domain.colours import Aspect, assess_dimension
from app.domain.evidence import Ages, Evidence
from app.domain.facts import ItemFacts
from app.domain.findings import Reading
from app.domain.kpis import KPIS, RESTS_ON, Basis
from app.domain.policy import Policy
from app.domain.rag import Dimension
from app.domain.thresholds import judge
from app.domain.tolerances import agreed

Readings = dict[str, Reading]
"""KPI → its reading, judged, where it applies."""


@dataclass(slots=True)
class Judged:
    """What was judged of an item by a policy and the item's own limits."""

    policy: Policy
    tolerances: Any
    codes: dict[Dimension, list[str]]
    """The KPIs of each dimension that the policy has, in the order of `KPIS`."""
    readings: dict[Basis, tuple[tuple[object, ...], Readings]] = field(default_factory=dict)
    """What they rest on, and those that rest on it."""
    aspects: dict[Dimension, Aspect] = field(default_factory=dict)


def aspects_of(evidence: Evidence, policy: Policy) -> tuple[Aspect, ...]:
    """Every dimension that has a KPI in the policy."""
    judged = _judged(evidence.facts, policy)
    found = _judge(evidence, policy, "evidence")
    for basis, rests_on in RESTS_ON.items():
        found |= _kept(judged, basis, rests_on(evidence), evidence)
    return tuple(
        _aspect(judged, dimension, [found[code] for code in codes if code in found], evidence)
        for dimension, codes in judged.codes.items()
    )


def _judged(facts: ItemFacts, policy: Policy) -> Judged:
    held: Judged | None = facts.derived.get("judged")
    tolerances = facts.get("tolerances")
    if held is None or held.policy is not policy or held.tolerances is not tolerances:
        codes: dict[Dimension, list[str]] = {}
        for code in KPIS:
            kpi = policy.kpis.get(code)
            if kpi is not None and kpi.enabled:
                codes.setdefault(kpi.dimension, []).append(code)
        held = facts.derived["judged"] = Judged(policy, tolerances, codes)
    return held


def _kept(judged: Judged, basis: Basis, rests_on: tuple[object, ...], evidence: Evidence) -> Readings:
    held = judged.readings.get(basis)
    if held is None or not all(map(is_, held[0], rests_on)):
        held = judged.readings[basis] = (rests_on, _judge(evidence, judged.policy, basis))
    return held[1]


def _judge(evidence: Evidence, policy: Policy, basis: Basis) -> Readings:
    found = {}
    for code, compute in _COMPUTED[basis]:
        kpi = policy.kpis.get(code)
        if kpi is None or not kpi.enabled:
            continue
        reading = compute(evidence)
        reading.applies = reading.applies or kpi.required
        if not reading.applies:
            continue
        if reading.value is not None:
            limits, reading.own_limit = agreed(code, kpi, evidence.facts)
            reading.rag, reading.limit = judge(
                reading.value, reading.previous, limits, policy.margin, reading.conditions
            )
        found[code] = reading
    return found


def _aspect(judged: Judged, dimension: Dimension, readings: list[Reading], evidence: Evidence) -> Aspect:
    newest_at, cadence = _newest(evidence.ages, dimension), evidence.cadence
    held = judged.aspects.get(dimension)
    if held is None or not held.holds(readings, newest_at, cadence, evidence.now):
        held = judged.aspects[dimension] = assess_dimension(
            dimension, readings, newest_at, cadence, judged.policy, evidence.now
        )
    return held


def _newest(ages: Ages, dimension: Dimension) -> datetime | None:
    match dimension:
        case Dimension.SCHEDULE:
            return ages.schedule
        case Dimension.COST:
            return ages.cost
        case Dimension.SCOPE:
            more = ages.scope
        case Dimension.QUALITY:
            more = ages.deployments
        case _:
            more = None
    found = ages.records.get(dimension)
    if more is None or found is None:
        return found if more is None else more
    return max(more, found)


_COMPUTED: Final = {
    basis: [(code, kpi.compute) for code, kpi in KPIS.items() if kpi.rests_on == basis]
    for basis in get_args(Basis)
}
