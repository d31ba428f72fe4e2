"""Records: what events tell of piece by piece, and what of it counts."""

from decimal import Decimal
from typing import Any

import pytest

from app.domain.dossier import filed
from app.domain.facts import PortfolioFacts
from app.domain.fold import Recorded, fold
from app.domain.records import Record, Records, missing
from app.domain.standing import Waiting
from app.domain.subject import Key
from tests import builders as b

HASH = "a" * 64
RISK = {"ref": "R-1", "title": "The supplier is late", "prob": "40", "impact": {"cost": b.eur(50_000)}}


def told(*events: tuple[str, dict[str, Any]]) -> PortfolioFacts:
    """The facts after these events, an hour apart."""
    facts = PortfolioFacts()
    fold(facts, Recorded(1, b.NOW, b.registered()))
    for n, (kind, data) in enumerate(events, 2):
        moment = b.NOW.replace(hour=n)
        fold(facts, Recorded(n, b.NOW, b.an_event(kind, data, time=moment)))
    return facts


def one(facts: PortfolioFacts, kind: str, ref: str) -> Record:
    return facts.items[b.APOLLO].records[kind, ref]


def waiting(facts: PortfolioFacts) -> list[tuple[int, str]]:
    return filed(facts.items[b.APOLLO]).waiting


def gates(records: Records) -> list[Record]:
    """Those that count."""
    return [each for each in records.values() if each.kind == "gate" and missing(records, each) is None]


def test_what_is_said_later_is_added_to_what_was_said_before() -> None:
    facts = told(("risk.raised", RISK), ("risk.updated", {"ref": "R-1", "owner": "ada", "prob": "60"}))

    risk = one(facts, "risk", "R-1")

    assert (risk.get("title"), risk.get("owner"), risk.number("prob")) == (
        "The supplier is late",
        "ada",
        Decimal(60),
    )
    assert risk.get("impact")["cost"] == {"amount": "50000", "currency": "EUR"}
    assert risk.events == [2, 3]


def test_what_is_said_earlier_but_heard_later_changes_nothing_newer() -> None:
    facts = told(("risk.raised", RISK), ("risk.closed", {"ref": "R-1"}))
    late = b.an_event("risk.updated", {"ref": "R-1", "prob": "10", "due": "2026-04-01"}, time=b.at(b.START))

    fold(facts, Recorded(9, b.NOW, late))

    risk = one(facts, "risk", "R-1")
    assert (risk.state, risk.number("prob"), risk.get("due")) == ("closed", Decimal(40), "2026-04-01")
    assert risk.events == [2, 3, 9]


def test_a_gate_that_nobody_scheduled_waits_and_counts_once_it_is_scheduled() -> None:
    decided = ("gate.decided", {"gate": "G3", "held_at": "2026-03-01", "decision": "proceed"})
    facts = told(decided)
    records = facts.items[b.APOLLO].records

    before = (waiting(facts), gates(records))
    scheduled = b.an_event("gate.scheduled", {"gate": "G3", "date": "2026-03-01"}, time=b.at(b.START))
    fold(facts, Recorded(3, b.NOW, scheduled))

    assert before == ([(2, "unknown_gate")], [])
    assert waiting(facts) == []
    assert [gate.state for gate in gates(records)] == ["decided"]


def test_evidence_for_an_unknown_criterion_waits_for_the_criterion() -> None:
    evidence = {"ref": "E-1", "criterion_ref": "C-1", "uri": "https://example.org/1", "sha256": HASH}
    defined = {"ref": "C-1", "text": "It restores", "owner_kind": "handover"}
    facts = told(("evidence.attached", evidence))

    before = waiting(facts)
    facts.changed.clear()
    fold(facts, Recorded(3, b.NOW, b.an_event("criterion.defined", defined)))

    assert before == [(2, "unknown_criterion")]
    assert waiting(facts) == []
    assert ("record", b.APOLLO, "evidence", "E-1") in facts.changed


def test_what_waits_is_in_quarantine_with_its_reason_and_leaves_it_when_it_counts() -> None:
    story = b.Story()
    story.tell(b.registered(), b.an_event("issue.resolved", {"ref": "I-1"}))
    before = story.board.quarantine[b.APOLLO]

    story.tell(b.an_event("issue.raised", {"ref": "I-1", "title": "No licences", "severity": 1}))

    assert before == (Waiting(2, "unknown_issue"),)
    assert not story.board.quarantine.get(b.APOLLO)


def test_what_is_told_under_another_reference_is_the_same_record() -> None:
    facts = told(("risk.raised", RISK), ("alias.added", {"reference": "JIRA-7"}))
    updated = b.an_event("risk.updated", {"ref": "R-1", "owner": "grace"}, subject="project/JIRA-7")

    fold(facts, Recorded(9, b.NOW, updated))

    risk = facts.whole(b.APOLLO).records["risk", "R-1"]
    assert (risk.get("owner"), risk.number("prob"), risk.events) == ("grace", Decimal(40), [2, 9])


def test_a_check_is_a_record_and_each_result_a_sample() -> None:
    facts = told(
        ("quality.check_result", {"check": "e2e", "verdict": "pass"}),
        ("quality.check_result", {"check": "e2e", "verdict": "fail", "score": "0.4"}),
    )

    samples = facts.items[b.APOLLO].series["check/e2e"].samples

    assert one(facts, "check", "e2e").get("verdict") == "fail"
    assert [str(sample.value) for sample in samples] == ["1", "0.4"]


def test_a_person_who_is_registered_is_known() -> None:
    facts = PortfolioFacts(clock="live")
    person = b.an_event("person.registered", {"name": "Ada", "notice_days": 5}, subject="person/ada")
    ready = b.an_event("person.pool_state_changed", {"to": "warm"}, subject="person/ada")
    fold(facts, Recorded(1, b.NOW, ready))
    fold(facts, Recorded(2, b.NOW, person))

    ada = facts.items[Key("person/ada")]

    assert ada.registered
    assert ada.records["person", "ada"].get("to") == "warm"


@pytest.mark.parametrize(
    ("kind", "data", "flaw"),
    [
        ("resource.assigned", {"ref": "A", "person_ref": "ada", "pct": "120"}, "pct"),
        ("evidence.attached", {"ref": "E", "criterion_ref": "C", "uri": "x"}, "sha256"),
        ("risk.raised", {"ref": "R", "title": "x", "impact": {"cost": b.eur(1, "XXZ")}}, "currency"),
        ("risk.raised", {"ref": "R", "prob": "40"}, "needs title or event"),
        (
            "deliverable.accepted",
            {"ref": "D", "criteria_met": 3, "criteria_total": 2},
            "it is more than criteria_total",
        ),
        ("gate.decided", {"gate": "G", "held_at": "2027-01-01", "decision": "proceed"}, "after the event"),
        (
            "gate.decided",
            {"gate": "G", "held_at": "2026-03-01", "decision": "proceed_with_conditions"},
            "conditions",
        ),
        (
            "compliance.control_result",
            {"ref": "A", "framework": "ISO", "clause": "1", "verdict": "waived"},
            "a waiver needs its reason",
        ),
        ("issue.raised", {"ref": "I", "title": "x", "severity": 5}, "severity"),
        ("stakeholder.pulse", {"score": 11}, "score"),
        ("skill.claimed", {"skill": "sap", "level": 0}, "level"),
        ("person.registered", {"name": "Ada", "profile_verified": "2027-01-01"}, "after the event"),
    ],
)
def test_what_needs_no_state_to_be_seen_to_be_wrong_is_refused(
    kind: str, data: dict[str, Any], flaw: str
) -> None:
    subject = "person/ada" if kind.startswith(("skill", "person")) else b.APOLLO

    with pytest.raises(ValueError, match=flaw):
        b.an_event(kind, data, subject=subject)
