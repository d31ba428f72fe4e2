"""People: key roles that are empty, leaders who change, and who has too much to do."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from app.domain.calendar import ONE_DAY
from app.domain.dossier import filed
from app.domain.events.envelope import LATEST
from app.domain.findings import Input
from app.domain.kpis.resource import changes_of_leaders
from app.domain.plan import ZERO
from app.domain.records import Record
from app.domain.sharing import Lead, Load, leads_of, loads_of, shared_of
from app.domain.warnings.watch import EarlyWarning, Limits, Watch, told_by, worst


def key_role_gap(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW16: a key role is still open shortly before it is needed, or a leader is only acting, or missing.

    Source: Williams 2012.
    """
    notice = timedelta(days=int(limits["notice_days"]))
    found = []
    for demand in watch.records("allocation"):
        needed = demand.day("needed_by")
        if demand.state != "open" or not demand.get("key_role") or needed is None:
            continue
        if watch.begun(needed - notice):
            figures = (Decimal((needed - watch.today).days), limits["notice_days"], "days", "unfilled")
            inputs = (told_by(demand, "role"),)
            found.append(EarlyWarning("high", *figures, f"allocation/{demand.ref}", None, needed, inputs))
    for role in _held(watch):
        lacking = "vacant" if role.get("new_ref") is None else "acting" if role.get("acting") else None
        if lacking is not None:
            who, inputs = role.get("new_ref"), (told_by(role, "role"),)
            since = role.newest()
            found.append(
                EarlyWarning("high", who, None, "person", lacking, f"role/{role.ref}", since, None, inputs)
            )
    return worst(found)


def _held(watch: Watch) -> list[Record]:
    """The newest change of each role that is in effect."""
    newest: dict[str, Record] = {}
    for change in _changes(watch):
        effective = change.day("effective")
        if effective is not None and watch.begun(effective):
            newest[change.get("role")] = change
    return list(newest.values())


def _changes(watch: Watch) -> list[Record]:
    """Every change of a role, by its day."""
    return watch.once("role_changes", lambda: sorted(watch.records("role"), key=_effective))


def leadership_churn(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW17: a leader changed shortly before the next gate, or leaders change often.

    The first appointment to a role is no change. Source: OMB.
    """
    window, recent = timedelta(days=int(limits["window_days"])), timedelta(days=int(limits["recent_days"]))
    changes = [each for each in _turnover(watch) if not watch.begun(_effective(each) + window)]
    if not changes:
        return None
    inputs = tuple(told_by(each, "role") for each in changes)
    since = changes[-1].newest()
    if len(changes) >= limits["changes"]:
        count = Decimal(len(changes))
        return EarlyWarning("medium", count, limits["changes"], "changes", "often", None, since, None, inputs)
    gate = _next_gate(watch, timedelta(days=int(limits["gate_days"])))
    if gate is None or watch.begun(_effective(changes[-1]) + recent):
        return None
    ahead = Decimal((gate[1] - watch.today).days)
    figures = (ahead, limits["gate_days"], "days", "before_gate", f"gate/{gate[0].ref}")
    return EarlyWarning("medium", *figures, since, gate[1], (*inputs, told_by(gate[0])))


def _turnover(watch: Watch) -> list[Record]:
    """As RES-5 counts it, by its day."""
    found = sorted(changes_of_leaders(watch.evidence.dossier), key=lambda each: each[1])
    return [change for change, on in found if watch.begun(on)]


def _effective(change: Record) -> date:
    return date.fromisoformat(change.get("effective"))


def _next_gate(watch: Watch, within: timedelta) -> tuple[Record, date] | None:
    for gate in watch.records("gate"):
        held = gate.day("forecast") or gate.day("date")
        if (
            gate.state == "scheduled"
            and held is not None
            and not watch.past(held)
            and watch.begun(held - within)
        ):
            return gate, held
    return None


class Run(NamedTuple):
    """A run of days, both included, on which somebody has more than they can do."""

    start: date
    end: date
    pct: Decimal


def overload(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW18: somebody is assigned more than all of their time for three weeks, or manages too many projects.

    Whatever they are assigned in the portfolio counts, as soon as some of it is here. Source: LibrePlan;
    Williams 2012.
    """
    return worst([*_overworked(watch, limits), *_stretched(watch, limits["projects"])])


def _overworked(watch: Watch, limits: Limits) -> Iterator[EarlyWarning]:
    ahead = timedelta(days=int(limits["ahead_days"]))
    for person, loads in watch.once("assigned", lambda: _by_person(watch)).items():
        own = [each for each in loads if each.project == watch.facts.subject]
        for run in _overloads(loads, limits["load"]):
            days = (run.end - run.start).days + 1
            here = any(each.start <= run.end and each.end >= run.start for each in own)
            short = days < limits["run_days"] or not here
            if short or watch.past(run.end) or not watch.begun(run.start - ahead):
                continue
            shown = (*(_assignment(each) for each in loads), Input("days", Decimal(days), "days"))
            figures = (run.pct, limits["load"], "%", None, f"person/{person}")
            yield EarlyWarning("medium", *figures, None, run.start, shown)
            break


def _by_person(watch: Watch) -> dict[str, list[Load]]:
    """Everybody who is assigned here, with all that they are assigned in the portfolio."""
    found: dict[str, list[Load]] = {}
    for each in loads_of(watch.facts.subject, filed(watch.facts)):
        found.setdefault(each.person, []).append(each)
    for each in shared_of(watch.facts).loads:
        found.setdefault(each.person, []).append(each)
    return found


def _assignment(load: Load) -> Input:
    return Input(f"{load.project}/{load.ref}", load.pct, "%", load.start, load.events)


def _overloads(loads: list[Load], most: Decimal) -> Iterator[Run]:
    """Runs of days on which the shares add up to more than `most`, each with its highest sum."""
    days = sorted({day for each in loads for day in (each.start, each.end + ONE_DAY)})
    run: Run | None = None
    for day, after in zip(days, [*days[1:], LATEST], strict=True):
        total = sum((each.pct for each in loads if each.start <= day <= each.end), ZERO)
        if total > most:
            end = after - ONE_DAY
            run = Run(day, end, total) if run is None else Run(run.start, end, max(run.pct, total))
        elif run is not None:
            yield run
            run = None
    if run is not None:
        yield run


def _stretched(watch: Watch, most: Decimal) -> Iterator[EarlyWarning]:
    """Who manages this project now, if they manage too many at once."""
    own = watch.once("leads", lambda: tuple(leads_of(watch.facts, filed(watch.facts))))
    for lead in (each for each in own if _is_on(watch, each)):
        others = [
            each
            for each in shared_of(watch.facts).leads
            if each.person == lead.person and _is_on(watch, each)
        ]
        if len(others) + 1 > most:
            inputs = tuple(_management(each) for each in (lead, *others))
            figures = (Decimal(len(others) + 1), most, "projects", "projects", f"person/{lead.person}")
            yield EarlyWarning("medium", *figures, None, None, inputs)


def _is_on(watch: Watch, lead: Lead) -> bool:
    return watch.begun(lead.start) and not watch.past(lead.end)


def _management(lead: Lead) -> Input:
    return Input(lead.project, lead.person, "manager", events=lead.events)
