"""What may be told of records, of any kind and in any order, for the laws."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from app.domain.events.catalogue import AnyEvent
from tests import builders as b

PROJECTS = ("project/P1", "project/P2", "project/P3")

days_ = st.dates(b.START - timedelta(days=40), b.NOW.date() + timedelta(days=1))
moments = st.integers(0, 60 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
subjects = st.sampled_from(PROJECTS)
amounts = st.decimals(0, 200_000, places=2).map(str)
currencies = st.sampled_from(["EUR", "USD", "JPY"])

day_texts = st.dates(b.NOW.date() - timedelta(days=20), b.NOW.date() + timedelta(days=100)).map(str)
refs = st.sampled_from(["X1", "X2"])
ENTERED: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "risk.raised": st.fixed_dictionaries(
        {"ref": refs, "title": st.just("x")},
        optional={
            "prob": st.sampled_from(["10", "50", "90"]),
            "impact": st.fixed_dictionaries(
                {}, optional={"cost": st.builds(b.eur, amounts, currencies), "days": st.integers(0, 90)}
            ),
            "owner": st.just("ada"),
            "response": st.just("x"),
            "response_due": day_texts,
        },
    ),
    "risk.closed": st.fixed_dictionaries({"ref": refs}),
    "issue.raised": st.fixed_dictionaries(
        {"ref": refs, "title": st.just("x"), "severity": st.integers(1, 2)}, optional={"due": day_texts}
    ),
    "issue.resolved": st.fixed_dictionaries({"ref": refs}),
    "action.assigned": st.fixed_dictionaries(
        {"ref": refs, "title": st.just("x")}, optional={"due": day_texts}
    ),
    "action.done": st.fixed_dictionaries({"ref": refs}),
    "scope.change_requested": st.fixed_dictionaries(
        {"ref": refs, "title": st.just("x")}, optional={"value": st.builds(b.eur, amounts, currencies)}
    ),
    "scope.change_decided": st.fixed_dictionaries(
        {"ref": refs, "decision": st.sampled_from(["approved", "rejected"])}
    ),
}
AGREED: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "gate.scheduled": st.fixed_dictionaries(
        {"gate": refs, "date": day_texts}, optional={"forecast": day_texts}
    ),
    "gate.decided": st.fixed_dictionaries(
        {"gate": refs, "held_at": st.just("2026-01-01"), "decision": st.just("proceed")}
    ),
    "criterion.defined": st.fixed_dictionaries(
        {"ref": refs, "text": st.just("x"), "owner_kind": st.sampled_from(["gate", "compliance"])},
        optional={"owner_ref": refs, "due": day_texts, "mandatory": st.booleans()},
    ),
    "handover.criterion_assessed": st.fixed_dictionaries(
        {"criterion": refs, "verdict": st.sampled_from(["conforms", "minor_nc"])}
    ),
    "evidence.attached": st.fixed_dictionaries(
        {"ref": refs, "criterion_ref": refs, "uri": st.just("x"), "sha256": st.just("a" * 64)},
        optional={"valid_until": day_texts},
    ),
    "benefit.planned": st.fixed_dictionaries(
        {"ref": refs, "name": st.just("x"), "unit": currencies, "target": amounts, "by_date": day_texts}
    ),
    "benefit.forecast_changed": st.fixed_dictionaries(
        {"ref": refs, "forecast": amounts, "unit": currencies, "as_of": st.just("2026-01-01")}
    ),
}
STAFFED: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "resource.requested": st.fixed_dictionaries(
        {"ref": refs, "role": st.just("x"), "pct": st.just("60"), "needed_by": day_texts},
        optional={"key_role": st.booleans(), "start": st.just("2026-03-10"), "end": st.just("2026-04-20")},
    ),
    "resource.assigned": st.fixed_dictionaries(
        {"ref": refs, "person_ref": st.just("ada")}, optional={"pct": st.sampled_from(["60", "90"])}
    ),
    "resource.released": st.fixed_dictionaries({"ref": refs, "released": st.just("2026-03-01")}),
    "role.changed": st.fixed_dictionaries(
        {"role": st.sampled_from(["sro", "pm"]), "effective": day_texts},
        optional={"old_ref": st.sampled_from(["ada", "bob"]), "new_ref": st.sampled_from(["ada", "bob"])},
    ),
}
TOLD = {**ENTERED, **AGREED, **STAFFED}


FAMILIES = tuple(tuple(sorted(each)) for each in (ENTERED, AGREED, STAFFED))


@st.composite
def a_record(draw: st.DrawFn, told: tuple[str, ...] = tuple(sorted(TOLD)), of: str | None = None) -> AnyEvent:
    """Something that is told of a risk, an issue, a gate, an assignment, a benefit, …"""
    kind = draw(st.sampled_from(told))
    return b.an_event(
        kind, draw(TOLD[kind]), subject=draw(subjects) if of is None else of, time=draw(moments)
    )
