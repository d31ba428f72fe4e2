"""Quality: whether what a gate asks for is there, and whether what shows it still holds."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from app.domain.calendar import ONE_DAY
from app.domain.dossier import Dossier, inapplicable, said_by
from app.domain.evidence import Evidence
from app.domain.findings import Input, Reading
from app.domain.plan import HUNDRED
from app.domain.rag import Dimension
from app.domain.records import OPENED, STATE, Record

BEFORE_A_GATE: Final = timedelta(days=30)
"""From so long before a gate on its criteria count."""
MET: Final = frozenset({"conforms", "observation", "waived"})
"""Verdicts by which a criterion does not hold a gate up: an observation is no nonconformity."""
AT_GATE: Final = "at_gate"
"""The condition that the day of a gate has come and it is neither ready nor decided."""


def gate_readiness(evidence: Evidence) -> Reading:
    """QUA-1: mandatory criteria of open gates that conform / those that are due, in %.

    A criterion is due on its own day, else 30 days before its gate is expected; one that is not yet due has
    not failed. A gate that was decided is closed. The red limit holds only on the condition `at_gate`: before
    that day a gate that is not ready is amber. It does not apply while nothing is due. Source: PPO, Planview.
    """
    dossier, today = evidence.dossier, evidence.today
    gates = _open_gates(dossier)
    due = [each for each in _due(dossier, today) if _gate_of(each) in gates]
    if not due:
        return inapplicable("QUA-1", "%", "none_due")
    unmet = [each for each in due if each.get("verdict") not in MET]
    value = Decimal(len(due) - len(unmet)) / Decimal(len(due)) * HUNDRED
    inputs = (
        *(_gate(gates[ref]) for ref in sorted({each.get("owner_ref") for each in due})),
        Input("criteria due", Decimal(len(due)), "n"),
        *(_criterion(each) for each in unmet),
    )
    reading = Reading("QUA-1", value, "%", as_of=_newest(evidence), inputs=inputs)
    held_up = {each.get("owner_ref") for each in unmet}
    if any(day is not None and day <= today for day in (_expected(gates[ref]) for ref in held_up)):
        reading.conditions = frozenset({AT_GATE})
    return reading


def evidence_currency(evidence: Evidence) -> Reading:
    """QUA-2: mandatory criteria that are due and have valid evidence / those that are due, in %.

    Evidence is valid until its day, until it expired, or until another superseded it. A criterion that is
    waived needs none, nor one of a gate that was decided. Due as for QUA-1; a criterion of a deliverable on
    that one's day, of a framework at once, others on their own day. It does not apply while nothing is due.
    Source: ISO 9000.
    """
    dossier, today = evidence.dossier, evidence.today
    due = [each for each in _due(dossier, today) if each.get("verdict") != "waived"]
    if not due:
        return inapplicable("QUA-2", "%", "none_due")
    shown = {each.get("criterion_ref") for each in dossier.of("evidence") if _is_valid(each, today)}
    lacking = [each for each in due if each.ref not in shown]
    value = Decimal(len(due) - len(lacking)) / Decimal(len(due)) * HUNDRED
    inputs = (
        Input("criteria due", Decimal(len(due)), "n"),
        *(each for criterion in lacking for each in _shown(criterion, dossier)),
    )
    return Reading("QUA-2", value, "%", as_of=_newest(evidence), inputs=inputs)


def turning_days(dossier: Dossier) -> Iterator[date]:
    """The days on which a criterion gets due, a gate is to be held, evidence is no longer valid."""
    for criterion in _mandatory(dossier):
        day = _due_from(criterion, dossier)
        if day is not None:
            yield day
    for gate in _open_gates(dossier).values():
        day = _expected(gate)
        if day is not None:
            yield day
    for each in dossier.of("evidence"):
        day = each.day("valid_until")
        if day is not None:
            yield day + ONE_DAY


def _newest(evidence: Evidence) -> date | None:
    return evidence.dossier.newest.get(Dimension.QUALITY)


def _open_gates(dossier: Dossier) -> dict[str, Record]:
    return dossier.once(
        "open gates", lambda: {each.ref: each for each in dossier.of("gate") if each.state == "scheduled"}
    )


def _expected(gate: Record) -> date | None:
    forecast = gate.day("forecast")
    return gate.day("date") if forecast is None else forecast


def _gate_of(criterion: Record) -> str | None:
    found: str | None = criterion.get("owner_ref") if criterion.get("owner_kind") == "gate" else None
    return found


def _mandatory(dossier: Dossier) -> list[Record]:
    """The mandatory criteria, without those of gates that are decided or not scheduled."""
    return dossier.once(
        "mandatory", lambda: [each for each in dossier.of("criterion") if _holds(each, dossier)]
    )


def _holds(criterion: Record, dossier: Dossier) -> bool:
    if not criterion.get("mandatory"):
        return False
    return criterion.get("owner_kind") != "gate" or _gate_of(criterion) in _open_gates(dossier)


def _due(dossier: Dossier, today: date) -> list[Record]:
    return dossier.once(
        "due", lambda: [each for each in _mandatory(dossier) if _is_due(each, dossier, today)]
    )


def _is_due(criterion: Record, dossier: Dossier, today: date) -> bool:
    day = _due_from(criterion, dossier)
    return criterion.get("owner_kind") == "compliance" if day is None else day <= today


def _due_from(criterion: Record, dossier: Dossier) -> date | None:
    """The day from which a mandatory criterion counts; None: none is said."""
    own = criterion.day("due")
    if own is not None:
        return own
    match criterion.get("owner_kind"):
        case "gate":
            expected = _expected(_open_gates(dossier)[criterion.get("owner_ref")])
            return None if expected is None else expected - BEFORE_A_GATE
        case "deliverable":
            wanted = criterion.get("owner_ref")
            found = (each.day("due") for each in dossier.of("deliverable") if each.ref == wanted)
            return next(found, None)
        case _:
            return None


def _is_valid(each: Record, today: date) -> bool:
    until = each.day("valid_until")
    return each.state == "valid" and each.get("superseded_by") is None and (until is None or until >= today)


def _gate(gate: Record) -> Input:
    said = said_by(gate, "date", "forecast")
    return Input(f"gate {gate.ref}", _expected(gate), "date", gate.moment(STATE), said)


def _criterion(criterion: Record) -> Input:
    said = said_by(criterion, OPENED, "verdict")
    verdict = criterion.get("verdict")
    shown = "unassessed" if verdict is None else verdict
    return Input(f"criterion {criterion.ref}", shown, "", criterion.newest(), said)


def _shown(criterion: Record, dossier: Dossier) -> Iterator[Input]:
    """A criterion without valid evidence, and the evidence that it had."""
    yield Input(
        f"criterion {criterion.ref}", "no valid evidence", "", criterion.newest(), said_by(criterion, OPENED)
    )
    for each in dossier.of("evidence"):
        if each.get("criterion_ref") == criterion.ref:
            said = said_by(each, OPENED, STATE, "valid_until", "superseded_by")
            yield Input(f"evidence {each.ref}", each.day("valid_until"), "valid until", each.newest(), said)
