"""The dimensions of a project: its readings, judged, each kept for as long as what it rests on is the same.

So one report of progress is no reason to judge the milestones or the register again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from operator import is_
from typing import Any, NamedTuple, get_args

from app.domain.colours import Aspect, assess_dimension
from app.domain.evidence import Ages, Evidence
from app.domain.facts import ItemFacts
from app.domain.findings import Reading
from app.domain.kpis import KPIS, Basis, what_they_rest_on
from app.domain.policy import KpiPolicy, Policy
from app.domain.rag import Dimension
from app.domain.thresholds import judge
from app.domain.tolerances import agreed

Readings = dict[str, Reading]
"""KPI → its reading, judged, where it applies."""


class Asked(NamedTuple):
    """A KPI that the policy has, and by which limits it is judged."""

    code: str
    compute: Callable[[Evidence], Reading]
    is_required: bool
    limits: KpiPolicy
    own: bool
    """Whether the limits were agreed for this item."""


class Of(NamedTuple):
    """The KPIs of a dimension that the policy has, in the order of `KPIS`."""

    codes: list[tuple[str, Basis]]
    rest_on: set[Basis]


@dataclass(slots=True)
class Judged:
    """What was judged of an item by a policy and the item's own limits."""

    policy: Policy
    tolerances: Any
    asked: dict[Basis, list[Asked]]
    dimensions: dict[Dimension, Of]
    found: dict[Basis, tuple[tuple[object, ...], Readings]] = field(default_factory=dict)
    """What they rest on, and those that rest on it."""
    readings: dict[Dimension, tuple[Reading, ...]] = field(default_factory=dict)
    aspects: dict[Dimension, Aspect] = field(default_factory=dict)


def aspects_of(evidence: Evidence, policy: Policy) -> tuple[Aspect, ...]:
    """Every dimension that has a KPI in the policy."""
    judged = _judged(evidence.facts, policy)
    bases = what_they_rest_on(evidence).items()
    fresh = {basis for basis, rests_on in bases if _renewed(judged, basis, rests_on, evidence)}
    newest = _newest(evidence.ages)
    aspects = []
    for dimension, of in judged.dimensions.items():
        readings = _readings(judged, dimension, of, fresh)
        aspects.append(_aspect(judged, dimension, readings, newest.get(dimension), evidence))
    return tuple(aspects)


def _judged(facts: ItemFacts, policy: Policy) -> Judged:
    held: Judged | None = facts.derived.get("judged")
    tolerances = facts.get("tolerances")
    if held is None or held.policy is not policy or held.tolerances is not tolerances:
        asked, dimensions = _kpis_of(policy)
        if tolerances:
            asked = _asked(policy, facts)
        held = facts.derived["judged"] = Judged(policy, tolerances, asked, dimensions)
    return held


def _kpis_of(policy: Policy) -> tuple[dict[Basis, list[Asked]], dict[Dimension, Of]]:
    """Those that it has, by what they rest on and by dimension; kept with the policy."""
    if "kpis" not in policy.known:
        dimensions: dict[Dimension, Of] = {}
        for code, kpi in KPIS.items():
            said = policy.kpis.get(code)
            if said is not None and said.enabled:
                of = dimensions.setdefault(said.dimension, Of([], set()))
                of.codes.append((code, kpi.rests_on))
                of.rest_on.add(kpi.rests_on)
        policy.known["kpis"] = (_asked(policy), dimensions)
    found: tuple[dict[Basis, list[Asked]], dict[Dimension, Of]] = policy.known["kpis"]
    return found


def _asked(policy: Policy, facts: ItemFacts | None = None) -> dict[Basis, list[Asked]]:
    """The KPIs of a policy, judged by its limits or by an item's own."""
    found: dict[Basis, list[Asked]] = {basis: [] for basis in get_args(Basis)}
    for code, (compute, rests_on) in KPIS.items():
        kpi = policy.kpis.get(code)
        if kpi is not None and kpi.enabled:
            limits, own = (kpi, False) if facts is None else agreed(code, kpi, facts)
            found[rests_on].append(Asked(code, compute, kpi.required, limits, own))
    return found


def _renewed(judged: Judged, basis: Basis, rests_on: tuple[object, ...], evidence: Evidence) -> bool:
    """Judge again what rests on something else than it did; whether there is or was any that applies."""
    held = judged.found.get(basis)
    if held is not None and all(map(is_, held[0], rests_on)):
        return False
    found = _judge(evidence, judged.asked[basis], judged.policy)
    judged.found[basis] = (rests_on, found)
    return held is None or bool(found or held[1])


def _judge(evidence: Evidence, asked: list[Asked], policy: Policy) -> Readings:
    found = {}
    for each in asked:
        reading = each.compute(evidence)
        if not (reading.applies or each.is_required):
            continue
        reading.applies = True
        if reading.value is not None:
            reading.own_limit = each.own
            reading.rag, reading.limit = judge(
                reading.value, reading.previous, each.limits, policy.margin, reading.conditions
            )
        found[each.code] = reading
    return found


def _readings(judged: Judged, dimension: Dimension, of: Of, fresh: set[Basis]) -> tuple[Reading, ...]:
    """Those of a dimension that apply: the same ones while nothing was judged again that is among them."""
    held = judged.readings.get(dimension)
    if held is None or not fresh.isdisjoint(of.rest_on):
        found = (judged.found[basis][1].get(code) for code, basis in of.codes)
        held = judged.readings[dimension] = tuple(each for each in found if each is not None)
    return held


def _aspect(
    judged: Judged,
    dimension: Dimension,
    readings: tuple[Reading, ...],
    newest_at: datetime | None,
    evidence: Evidence,
) -> Aspect:
    held, cadence = judged.aspects.get(dimension), evidence.cadence
    if held is None or not held.holds(readings, newest_at, cadence, evidence.now):
        held = judged.aspects[dimension] = assess_dimension(
            dimension, readings, newest_at, cadence, judged.policy, evidence.now
        )
    return held


def _newest(ages: Ages) -> dict[Dimension, datetime | None]:
    """The newest word on each dimension."""
    records = ages.records.get
    return {
        **ages.records,
        Dimension.SCHEDULE: ages.schedule,
        Dimension.COST: ages.cost,
        Dimension.SCOPE: _later(ages.scope, records(Dimension.SCOPE)),
        Dimension.QUALITY: _later(ages.deployments, records(Dimension.QUALITY)),
    }


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)
