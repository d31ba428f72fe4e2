"""The office's own indicators: of all projects together, or of the people in the pool. In no colour."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Final

from app.domain.findings import Input, Reading, unknown
from app.domain.office import Objective, Office, Person, Start
from app.domain.plan import HUNDRED, ZERO
from app.domain.policy import Policy
from app.domain.rag import Rag
from app.domain.rollup import Child
from app.domain.sharing import Load
from app.domain.standing import Standing
from app.domain.subject import Key
from app.domain.thresholds import judge

YEAR: Final = timedelta(days=365)
AHEAD: Final = timedelta(days=90)
VERIFIED_WITHIN: Final = timedelta(days=180)
MOBILISED_WITHIN: Final = Decimal(10)
"""Days within which somebody should start, where the policy does not say so by the amber limit of RES-3."""
MOST_INPUTS: Final = 20
Standings = Mapping[Key, Standing]


def office_readings(  # noqa: PLR0913 - everything that the office looks at
    office: Office,
    policy: Policy,
    today: date,
    budgets: Decimal | None,
    children: Iterable[Child],
    standings: Standings,
) -> tuple[Reading, ...]:
    """RES-2 to RES-4, IMP-1 and BEN-2, judged; one for which nothing was ever seen is left out.

    All but the last are worked out once for a day and a policy, until any part changes.
    """
    known = office.known
    if known.get("day") != today or known.get("policy") is not policy:
        agreed = policy.kpis.get("RES-3")
        within = MOBILISED_WITHIN if agreed is None else agreed.amber
        found = (
            overload(office, today),
            time_to_mobilise(office, today),
            pool_readiness(office, today, within),
            lesson_adoption(office, today),
        )
        known.update(day=today, policy=policy, readings=tuple(_judged(found, policy)))
    aligned = aligned_spend(office, budgets, children, standings)
    return (*known["readings"], *_judged((aligned,), policy))


def _judged(found: Iterable[Reading | None], policy: Policy) -> Iterator[Reading]:
    for reading in found:
        kpi = None if reading is None else policy.kpis.get(reading.kpi)
        if reading is None or kpi is None or not kpi.enabled:
            continue
        if reading.value is not None:
            reading.rag, reading.limit = judge(reading.value, None, kpi, policy.margin)
        yield reading


def overload(office: Office, today: date) -> Reading | None:
    """RES-2: what people are assigned beyond their full time / all that they are assigned, today, anywhere.

    Unknown where nobody said how much somebody is assigned, unless somebody has too much as it is.
    A project's own RES-2 is of what that project asks for. Source: LibrePlan.
    """
    assigned = [each for part in office.parts.values() for each in part.loads]
    unsized = sum(part.unsized for part in office.parts.values())
    if not assigned and not unsized:
        return None
    running = [each for each in assigned if each.start <= today <= each.end]
    loads: dict[str, Decimal] = {}
    for each in running:
        loads[each.person] = loads.get(each.person, ZERO) + each.pct
    total = sum(loads.values(), ZERO)
    excess = sum((load - HUNDRED for load in loads.values() if load > HUNDRED), ZERO)
    if unsized and not excess:
        return unknown("RES-2", "ratio", "no_estimate", (Input("without a share", Decimal(unsized), "n"),))
    over = [each for each in running if loads[each.person] > HUNDRED]
    over.sort(key=lambda each: (-loads[each.person], each.person, each.project, each.ref))
    inputs = (Input("assigned", total / HUNDRED, "FTE"), *map(_load_input, over[:MOST_INPUTS]))
    return Reading("RES-2", excess / total if total else ZERO, "ratio", as_of=today, inputs=inputs)


def _load_input(load: Load) -> Input:
    return Input(f"{load.person}, {load.project}", load.pct / HUNDRED, "FTE", load.start, load.events)


def time_to_mobilise(office: Office, today: date) -> Reading | None:
    """RES-3: median of the days from a request to the start, of those who started in the last 12 months."""
    asked = sum(part.requests for part in office.parts.values())
    if not asked:
        return None
    starts = [each for part in office.parts.values() for each in part.starts if _recent(each.on, today)]
    if not starts:
        return unknown("RES-3", "days", "none_started", (Input("requests", Decimal(asked), "n"),))
    slowest = sorted(starts, key=lambda each: (-each.days, each.on, each.ref, each.events))[:MOST_INPUTS]
    inputs = (Input("started", Decimal(len(starts)), "n"), *(_start_input(each) for each in slowest))
    value = median(Decimal(each.days) for each in starts)
    return Reading("RES-3", value, "days", as_of=today, inputs=inputs)


def _recent(day: date, today: date) -> bool:
    return today - YEAR <= day <= today


def _start_input(start: Start) -> Input:
    return Input(start.ref, Decimal(start.days), "days", start.on, start.events)


def pool_readiness(office: Office, today: date, within: Decimal) -> Reading | None:
    """RES-4: people who could start in time / full times that are asked for within 90 days and not given.

    In time are those who are warm, whose profile was verified in the last 180 days, and whose notice is
    within the days agreed for mobilising. It applies where there are people.
    """
    people = [each for part in office.parts.values() for each in part.people]
    if not people:
        return None
    ready = Decimal(sum(1 for each in people if _is_ready(each, today, within)))
    demand = [each for part in office.parts.values() for each in part.demand]
    asked = sum((each.share for each in demand if each.needed_by <= today + AHEAD), ZERO) / HUNDRED
    inputs = (Input("ready", ready, "n"), Input("asked for within 90 days", asked, "FTE"))
    if not asked:
        return unknown("RES-4", "ratio", "none_due", inputs)
    return Reading("RES-4", ready / asked, "ratio", as_of=today, inputs=inputs)


def _is_ready(person: Person, today: date, within: Decimal) -> bool:
    return (
        person.warm
        and (person.until is None or person.until >= today)
        and person.verified is not None
        and person.verified >= today - VERIFIED_WITHIN
        and person.notice_days is not None
        and person.notice_days <= within
    )


def aligned_spend(
    office: Office, budgets: Decimal | None, children: Iterable[Child], standings: Standings
) -> Reading | None:
    """BEN-2: budgets of projects that serve an active objective / all budgets, in %.

    A project serves one that it, its programme or one of its benefits is linked to. What has no budget in the
    portfolio's currency, or is at rest, counts on neither side. It applies once there is an objective.
    """
    if "objectives" not in office.known:
        office.known["objectives"] = [each for part in office.parts.values() for each in part.objectives]
        office.known["serving"] = _serving(office, office.known["objectives"])
    objectives, serving = office.known["objectives"], office.known["serving"]
    if not objectives:
        return None
    linked = ZERO
    for child in children if serving else ():
        if child.key in serving or standings[Key(child.key)].programme in serving:
            linked += child.bac if child.bac is not None and child.rag is not Rag.NONE else ZERO
    inputs = (
        Input("linked", linked),
        Input("budgets", budgets),
        *(Input(f"objective {each.ref}", each.name, events=each.events) for each in objectives[:MOST_INPUTS]),
    )
    if not budgets:
        return unknown("BEN-2", "%", "no_budget", inputs)
    return Reading("BEN-2", linked / budgets * HUNDRED, "%", inputs=inputs)


def _serving(office: Office, objectives: Iterable[Objective]) -> set[Key]:
    active = {each.ref for each in objectives if each.active}
    return {key for key, part in office.parts.items() if not active.isdisjoint(part.serves)}


def lesson_adoption(office: Office, today: date) -> Reading | None:
    """IMP-1: lessons of the last 12 months that changed a template or a rule / those validated, in %."""
    lessons = [each for part in office.parts.values() for each in part.lessons]
    if not lessons:
        return None
    recent = [each for each in lessons if _recent(each.told, today)]
    if not recent:
        return unknown("IMP-1", "%", "none_due", (Input("validated", Decimal(len(lessons)), "n"),))
    adopted = [each for each in recent if each.adopted_in is not None]
    shown = sorted(adopted, key=lambda each: (each.told, each.ref, each.events))[-MOST_INPUTS:]
    inputs = (
        Input("validated", Decimal(len(recent)), "n"),
        *(Input(f"lesson {each.ref}", each.adopted_in, "", each.told, each.events) for each in shown),
    )
    value = Decimal(len(adopted)) / Decimal(len(recent)) * HUNDRED
    return Reading("IMP-1", value, "%", as_of=today, inputs=inputs)
