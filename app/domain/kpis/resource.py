"""Resources: whether those without whom it cannot go on are there, and whether those who lead it stay."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from app.domain.calendar import ONE_DAY
from app.domain.dossier import Dossier, inapplicable, said_by
from app.domain.evidence import Evidence
from app.domain.findings import Input, Reading, unknown
from app.domain.plan import HUNDRED, ZERO
from app.domain.rag import Dimension
from app.domain.records import OPENED, STATE, Record

SOON: Final = timedelta(days=30)
YEAR: Final = timedelta(days=365)
TAKEN: Final = frozenset({"confirmed", "active"})
LEADERS: Final = ("sro", "pm")


def key_role_fill(evidence: Evidence) -> Reading:
    """RES-1: share of what is required of key roles within 30 days that is confirmed, by full time, in %.

    Required is what was asked for and is not released or over; what is confirmed beyond that fills nobody
    else's place. It does not apply while no key role is needed. Source: PDWare.
    """
    needed = [
        (each, asked, _confirmed(each, asked))
        for each in evidence.dossier.of("allocation")
        if (asked := each.number("required_pct")) is not None and _is_needed(each, evidence.today)
    ]
    if not needed:
        return inapplicable("RES-1", "%", "none_due")
    required = sum((asked for _, asked, _ in needed), ZERO)
    confirmed = sum((given for _, _, given in needed), ZERO)
    inputs = (
        Input("required", required / HUNDRED, "FTE"),
        Input("confirmed", confirmed / HUNDRED, "FTE"),
        *(_place(each, given) for each, _, given in needed),
    )
    return Reading("RES-1", confirmed / required * HUNDRED, "%", as_of=_newest(evidence), inputs=inputs)


def overload(evidence: Evidence) -> Reading:
    """RES-2: what people are assigned beyond their full time / all that they are assigned, today.

    Overload / (load + overload), where load is what fits into the full time. Of what this project itself asks
    of them; what others ask is not among its facts. It applies once anybody was assigned; while
    nobody is, nobody is overloaded. Source: LibrePlan.
    """
    assigned = [each for each in evidence.dossier.of("allocation") if each.get("person_ref") is not None]
    if not assigned:
        return inapplicable("RES-2", "ratio", "none_assigned")
    taken = [each for each in assigned if each.state in TAKEN]
    if any(each.get("pct") is None for each in taken):
        untold = tuple(_place(each, None) for each in taken if each.get("pct") is None)
        return unknown("RES-2", "ratio", "no_estimate", untold)
    today = [each for each in taken if _runs(each, evidence.today)]
    loads = _loads(today)
    total = sum(loads.values(), ZERO)
    value = _excess(loads) / total if total else ZERO
    over = [each for each in today if loads[each.get("person_ref")] > HUNDRED]
    inputs = (
        Input("assigned", total / HUNDRED, "FTE"),
        *(_place(each, each.number("pct")) for each in over),
    )
    return Reading("RES-2", value, "ratio", as_of=_newest(evidence), inputs=inputs)


def _loads(assigned: list[Record]) -> dict[str, Decimal]:
    """Person → per cent of a full time, added up."""
    loads: dict[str, Decimal] = {}
    for each in assigned:
        person, share = each.get("person_ref"), each.number("pct")
        if share is not None:
            loads[person] = loads.get(person, ZERO) + share
    return loads


def _excess(loads: dict[str, Decimal]) -> Decimal:
    """What is beyond everybody's full time."""
    return sum((load - HUNDRED for load in loads.values() if load > HUNDRED), ZERO)


def leadership_turnover(evidence: Evidence) -> Reading:
    """RES-5: changes of the senior responsible owner and of the project manager in the last 12 months.

    The first appointment is none, nor is filling a vacancy: the change was that somebody left. It applies
    once either role was given to anybody by an event of its own. Source: OMB, low turnover.
    """
    if not _led(evidence.dossier):
        return inapplicable("RES-5", "n", "no_roles")
    today = evidence.today
    recent = [each for each, on in changes_of_leaders(evidence.dossier) if on <= today <= on + YEAR]
    inputs = tuple(
        Input(each.get("role"), each.get("new_ref"), "", each.day("effective"), said_by(each, "effective"))
        for each in recent
    )
    return Reading("RES-5", Decimal(len(recent)), "n", as_of=_newest(evidence), inputs=inputs)


def turning_days(dossier: Dossier) -> Iterator[date]:
    """When a key role is needed soon, an assignment begins or ends, a change counts or no longer does."""
    for each in dossier.of("allocation"):
        needed, begins, end = each.day("needed_by"), _begins(each), each.day("end")
        if needed is not None:
            yield needed - SOON
        if begins is not None:
            yield begins
        if end is not None:
            yield end + ONE_DAY
    for _, on in changes_of_leaders(dossier):
        yield on
        yield on + YEAR + ONE_DAY


def _newest(evidence: Evidence) -> date | None:
    return evidence.dossier.newest.get(Dimension.RESOURCE)


def _is_needed(allocation: Record, today: date) -> bool:
    needed, end = allocation.day("needed_by"), allocation.day("end")
    return (
        bool(allocation.get("key_role"))
        and allocation.state in {"open", *TAKEN}
        and needed is not None
        and needed <= today + SOON
        and (end is None or end >= today)
    )


def _confirmed(allocation: Record, required: Decimal) -> Decimal:
    """What is assigned, as far as it is required; an assignment that says no share takes all of it."""
    if allocation.state not in TAKEN:
        return ZERO
    given = allocation.number("pct")
    return required if given is None else min(given, required)


def _begins(allocation: Record) -> date | None:
    """None: it has begun."""
    if allocation.state == "active":
        return None
    start = allocation.day("start")
    return allocation.day("needed_by") if start is None else start


def _runs(allocation: Record, today: date) -> bool:
    begins, end = _begins(allocation), allocation.day("end")
    return (begins is None or begins <= today) and (end is None or end >= today)


def _place(allocation: Record, share: Decimal | None) -> Input:
    said = said_by(allocation, "required_pct", "pct", "person_ref", STATE)
    name = f"{allocation.get('role') or 'allocation'} {allocation.ref}"
    return Input(name, None if share is None else share / HUNDRED, "FTE", allocation.moment(OPENED), said)


def _led(dossier: Dossier) -> list[Record]:
    return [each for each in dossier.of("role") if each.get("role") in LEADERS]


def changes_of_leaders(dossier: Dossier) -> list[tuple[Record, date]]:
    """The changes of leadership with the day of each, oldest first in each role."""
    return dossier.once("leadership", lambda: _changes_of(_led(dossier)))


def _changes_of(led: list[Record]) -> list[tuple[Record, date]]:
    found: list[tuple[Record, date]] = []
    for role in LEADERS:
        dated = [(day, each) for each in led if each.get("role") == role and (day := each.day("effective"))]
        held = sorted(dated, key=lambda each: each[0])
        found += [(each, day) for day, each in held[:1] if _replaces(each, None)]
        found += [(each, day) for (_, before), (day, each) in pairwise(held) if _replaces(each, before)]
    return found


def _replaces(change: Record, before: Record | None) -> bool:
    """Whether somebody left by it: whom it names, else who held the role by the change before."""
    held = change.get("old_ref")
    if held is None and before is not None:
        held = before.get("new_ref")
    return held is not None and held != change.get("new_ref")
