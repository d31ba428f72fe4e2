"""People: key roles that are empty, leaders who change, and who has too much to do."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from app.domain.calendar import ONE_DAY
from app.domain.events.envelope import LATEST
from app.domain.findings import Input
from app.domain.plan import ZERO
from app.domain.records import Record
from app.domain.warnings.watch import EarlyWarning, Limits, Watch, told_by, worst

LEADERS: Final = frozenset({"sro", "pm"})
AT_WORK: Final = frozenset({"confirmed", "active"})


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


def _turnover(watch: Watch) -> Iterator[Record]:
    seen: set[str] = set()
    for change in _changes(watch):
        role = change.get("role")
        if role not in LEADERS or not watch.begun(_effective(change)):
            continue
        if role in seen or change.get("old_ref") is not None:
            yield change
        seen.add(role)


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


class Load(NamedTuple):
    """A run of days, both included, on which somebody has more than they can do."""

    start: date
    end: date
    pct: Decimal


def overload(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW18: the project has assigned somebody more than all of their time for three weeks or longer.

    Source: LibrePlan; Williams 2012.
    """
    by_person = watch.once("assigned", lambda: _by_person(watch.records("allocation")))
    ahead = timedelta(days=int(limits["ahead_days"]))
    found = []
    for person, assigned in by_person.items():
        for run in _overloads(assigned, limits["load"]):
            days = (run.end - run.start).days + 1
            if days < limits["run_days"] or watch.past(run.end) or not watch.begun(run.start - ahead):
                continue
            inputs = tuple(told_by(each, "pct") for each in assigned)
            shown = (*inputs, Input("days", Decimal(days), "days"))
            found.append(
                EarlyWarning(
                    "medium", run.pct, limits["load"], "%", None, f"person/{person}", None, run.start, shown
                )
            )
            break
    return worst(found)


def _by_person(allocations: Iterable[Record]) -> dict[str, list[Record]]:
    """Who has at least two assignments of which the share is known."""
    found: dict[str, list[Record]] = {}
    for each in allocations:
        person = each.get("person_ref")
        if person is not None and each.state in AT_WORK and each.get("pct") is not None:
            found.setdefault(person, []).append(each)
    return found


def _overloads(assigned: list[Record], most: Decimal) -> Iterator[Load]:
    """Runs of days on which the shares add up to more than `most`, each with its highest sum."""
    spans = [
        (start, _end(each), pct)
        for each in assigned
        if (start := _start(each)) is not None and (pct := each.number("pct")) is not None
    ]
    days = sorted({day for start, end, _ in spans for day in (start, end + ONE_DAY)})
    run: Load | None = None
    for day, after in zip(days, [*days[1:], LATEST], strict=True):
        total = sum((pct for start, end, pct in spans if start <= day <= end), ZERO)
        if total > most:
            end = after - ONE_DAY
            run = Load(day, end, total) if run is None else Load(run.start, end, max(run.pct, total))
        elif run is not None:
            yield run
            run = None
    if run is not None:
        yield run


def _start(each: Record) -> date | None:
    return each.day("started") or each.day("start") or each.day("needed_by")


def _end(each: Record) -> date:
    return each.day("end") or LATEST - ONE_DAY
