"""Early warnings of risks, people, scope, quality and benefits: each fires just beyond its limit."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.domain.colours import Aspect
from app.domain.events.catalogue import AnyEvent
from app.domain.findings import Reading
from app.domain.policy import HOUSE_DEFAULT
from app.domain.rag import Dimension, Rag
from app.domain.warnings.watch import EarlyWarning
from app.domain.warnings.watching import look_out
from tests.builders import NOW, a_signal, an_event, assessed, days, eur, state, warned

HIGH: dict[str, Any] = {"ref": "R-1", "title": "The supplier fails", "prob": "50", "impact": {"quality": 5}}
TREATED: dict[str, Any] = {**HIGH, "owner": "ada", "response": "Find another"}
TODAY = NOW.date()


def _in(count: int) -> str:
    return (TODAY + days(count)).isoformat()


def _told(kind: str, ago: float = 1, /, **data: Any) -> AnyEvent:
    return an_event(kind, data, time=NOW - days(ago))


def _reason(warning: EarlyWarning | None) -> str | None:
    return None if warning is None else warning.reason


def _with(kpi: str, value: str) -> Any:
    """An assessment in which this KPI has this value."""
    found = assessed()
    reading = Reading(kpi, Decimal(value), "%")
    found.aspects = (Aspect(Dimension.QUALITY, Rag.RED, None, None, None, (reading,), 0),)
    return found


# ── risk ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("risk", "ago", "reason"),
    [
        (HIGH, 5, None),
        (HIGH, 5.001, "no_owner"),
        ({**HIGH, "owner": "ada"}, 5.001, "no_response"),
        ({**HIGH, "prob": "40"}, 6, None),
        ({**HIGH, "prob": "1", "priority": 1}, 6, "no_owner"),
        (TREATED, 60, None),
        ({**TREATED, "response_due": _in(0)}, 60, None),
        ({**TREATED, "response_due": _in(-1)}, 60, "response_overdue"),
        ({**HIGH, "owner": "ada", "proximity": _in(31)}, 1, None),
        ({**HIGH, "owner": "ada", "proximity": _in(30)}, 1, "near_without_response"),
        ({**TREATED, "proximity": _in(30)}, 1, None),
    ],
)
def test_ew13_a_high_risk_is_not_treated(risk: dict[str, Any], ago: float, reason: str | None) -> None:
    assert _reason(warned("EW13", _told("risk.raised", ago, **risk))) == reason


def test_ew13_a_closed_risk_needs_no_treatment() -> None:
    assert warned("EW13", _told("risk.raised", 9, **HIGH), _told("risk.closed", ref="R-1")) is None


@pytest.mark.parametrize(("ago", "fires"), [(60, False), (60.001, True)])
def test_ew14_a_register_in_use_has_gone_silent(ago: float, fires: bool) -> None:
    quiet = _told("issue.raised", ago, ref="I-1", title="Down", severity=3)

    assert (warned("EW14", quiet) is not None) is fires
    assert warned("EW14", quiet, state("initiating")) is None


def test_ew14_a_register_that_was_never_used_is_not_silent() -> None:
    assert warned("EW14", now=NOW + days(300)) is None


@pytest.mark.parametrize(
    ("kind", "due", "more", "reason"),
    [
        ("assumption.recorded", {"due": _in(0)}, (), None),
        ("assumption.recorded", {"due": _in(-1)}, (), "passed"),
        ("dependency.declared", {"needed_by": _in(-1)}, (), "passed"),
        ("dependency.declared", {"needed_by": _in(9)}, (9,), None),
        ("dependency.declared", {"needed_by": _in(9)}, (10,), "expected_late"),
    ],
)
def test_ew15_an_assumption_or_dependency_has_expired(
    kind: str, due: dict[str, str], more: tuple[int, ...], reason: str | None
) -> None:
    late = [_told("dependency.at_risk", 0.5, ref="X", expected=_in(day)) for day in more]

    assert _reason(warned("EW15", _told(kind, ref="X", title="Data", **due), *late)) == reason


# ── people ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("needed", "key_role", "fires"), [(31, True, False), (30, True, True), (30, False, False)]
)
def test_ew16_a_key_role_is_open_shortly_before_it_is_needed(
    needed: int, key_role: bool, fires: bool
) -> None:
    demand = _told(
        "resource.requested", ref="D", role="architect", pct="100", needed_by=_in(needed), key_role=key_role
    )
    filled = _told("resource.assigned", 0.5, ref="D", person_ref="ada")

    assert (warned("EW16", demand) is not None) is fires
    assert warned("EW16", demand, filled) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"new_ref": "ada"}, None),
        ({"new_ref": "ada", "acting": True}, "acting"),
        ({"old_ref": "ada"}, "vacant"),
    ],
)
def test_ew16_a_leader_is_only_acting_or_nobody_leads(change: dict[str, Any], reason: str | None) -> None:
    assert _reason(warned("EW16", _told("role.changed", role="pm", effective=_in(0), **change))) == reason


def _change(role: str, ago: int) -> AnyEvent:
    return _told("role.changed", ago, role=role, old_ref="bob", new_ref="ada", effective=_in(-ago))


@pytest.mark.parametrize(
    ("ago", "gate_in", "reason"),
    [
        ((89,), 90, "before_gate"),
        ((89,), 91, None),
        ((90,), 90, None),
        ((10, 364), None, "often"),
        ((10, 365), None, None),
    ],
)
def test_ew17_leaders_change_often_or_before_a_gate(
    ago: tuple[int, ...], gate_in: int | None, reason: str | None
) -> None:
    changes = [_change(role, days_ago) for role, days_ago in zip(("pm", "sro"), ago, strict=False)]
    gate = [] if gate_in is None else [_told("gate.scheduled", gate="G3", date=_in(gate_in))]

    assert _reason(warned("EW17", *changes, *gate)) == reason


def test_ew17_who_leaves_is_counted_once_as_by_the_indicator() -> None:
    left = _told("role.changed", 40, role="pm", old_ref="ada", effective=_in(-40))
    filled = _told("role.changed", 5, role="pm", new_ref="bob", effective=_in(-5))

    assert warned("EW17", left, filled) is None


def test_ew17_a_first_appointment_is_no_change() -> None:
    first = _told("role.changed", 5, role="pm", new_ref="ada", effective=_in(-5))

    assert warned("EW17", first, _told("gate.scheduled", gate="G3", date=_in(9))) is None


@pytest.mark.parametrize(
    ("second", "length", "fires"), [("50", 21, False), ("51", 21, True), ("51", 20, False)]
)
def test_ew18_somebody_has_more_than_all_their_time_for_three_weeks(
    second: str, length: int, fires: bool
) -> None:
    one = _told("resource.assigned", ref="A", person_ref="ada", pct="50", start=_in(-5))
    two = _told("resource.assigned", ref="B", person_ref="ada", pct=second, start=_in(0), end=_in(length - 1))

    overloaded = warned("EW18", one, two)

    assert (overloaded is not None) is fires


# ── scope, quality, benefits ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "ago", "decision", "fires"),
    [
        (10_000, 1, None, False),
        (10_001, 1, None, True),
        (10_001, 1, "approved", True),
        (10_001, 1, "rejected", False),
        (10_001, 90, None, True),
        (10_001, 90.001, None, False),
    ],
)
def test_ew19_scope_churns(value: int, ago: float, decision: str | None, fires: bool) -> None:
    asked = _told("scope.change_requested", ago, ref="C", title="More", value=eur(value))
    decided = [] if decision is None else [_told("scope.change_decided", 0.5, ref="C", decision=decision)]

    assert (warned("EW19", asked, *decided) is not None) is fires


def _gate(date_in: int, verdict: str | None = None, **criterion: Any) -> list[AnyEvent]:
    said = {"ref": "C", "text": "Tested", "owner_kind": "gate", "owner_ref": "G3", **criterion}
    judged = (
        [] if verdict is None else [_told("handover.criterion_assessed", 0.5, criterion="C", verdict=verdict)]
    )
    return [
        _told("gate.scheduled", gate="G3", date=_in(date_in)),
        _told("criterion.defined", **said),
        *judged,
    ]


@pytest.mark.parametrize(
    ("date_in", "severity"),
    [(31, None), (30, "low"), (15, "low"), (14, "medium"), (8, "medium"), (7, "high")],
)
def test_ew20_a_gate_is_not_ready_and_the_nearer_the_worse(date_in: int, severity: str | None) -> None:
    unready = warned("EW20", *_gate(date_in))

    assert (None if unready is None else unready.severity) == severity


@pytest.mark.parametrize(
    ("verdict", "mandatory", "fires"),
    [
        ("conforms", True, False),
        ("observation", True, False),
        ("minor_nc", True, True),
        ("minor_nc", False, False),
    ],
)
def test_ew20_only_mandatory_criteria_that_are_not_met_hold_a_gate_up(
    verdict: str, mandatory: bool, fires: bool
) -> None:
    assert (warned("EW20", *_gate(7, verdict, mandatory=mandatory)) is not None) is fires


def _check(*scores: str) -> list[AnyEvent]:
    return [
        _told("quality.check_result", 10 - n, check="e2e", verdict="pass", score=score)
        for n, score in enumerate(scores)
    ]


@pytest.mark.parametrize(
    ("scores", "fires"),
    [
        (("0.9", "0.8", "0.7", "0.6"), True),
        (("0.9", "0.8", "0.8", "0.6"), False),
        (("0.8", "0.7", "0.6"), False),
    ],
)
def test_ew21_a_check_gets_worse_three_times_in_a_row(scores: tuple[str, ...], fires: bool) -> None:
    assert (_reason(warned("EW21", *_check(*scores))) == "check_falls") is fires


def _issue(ref: str, ago: float, severity: int = 3) -> AnyEvent:
    return _told("issue.raised", ago, ref=ref, title="Down", severity=severity)


@pytest.mark.parametrize(("resolved", "reason"), [((), "arrivals"), ((65,), None)])
def test_ew21_issues_come_faster_than_they_go_for_three_periods(
    resolved: tuple[float, ...], reason: str | None
) -> None:
    raised = [_issue("A", 1), _issue("B", 35), _issue("C", 66)]
    closed = [_told("issue.resolved", ago, ref="C") for ago in resolved]

    assert _reason(warned("EW21", *raised, *closed)) == reason


def test_ew21_counts_no_further_back_than_its_periods() -> None:
    older = _issue("D", 100)

    assert _reason(warned("EW21", _issue("A", 1), _issue("B", 35), _issue("C", 66), older)) == "arrivals"


@pytest.mark.parametrize(("count", "reason"), [(5, None), (6, "early_life")])
def test_ew21_support_is_called_too_often_in_early_life(count: int, reason: str | None) -> None:
    accepted = _told("handover.service_accepted", 9, service="S", operator="Ops", date=_in(-9))

    assert _reason(warned("EW21", accepted, *[_issue(f"I{n}", 1) for n in range(count)])) == reason


def _accepted(service: str = "S") -> AnyEvent:
    return _told("handover.service_accepted", 9, service=service, operator="Ops", date=_in(-9))


def _incidents(count: int, ago: float = 1, **content: Any) -> list[AnyEvent]:
    return [
        a_signal("incident.detected", of=f"inc-{n}", time=NOW - days(ago), **content) for n in range(count)
    ]


@pytest.mark.parametrize(
    ("incidents", "issues", "reason"), [(5, 0, None), (6, 0, "early_life"), (5, 1, "early_life")]
)
def test_ew21_counts_the_incidents_that_monitors_signal(
    incidents: int, issues: int, reason: str | None
) -> None:
    raised = [_issue(f"I{n}", 1) for n in range(issues)]

    assert _reason(warned("EW21", _accepted(), *_incidents(incidents), *raised)) == reason


def test_ew21_an_incident_before_the_service_was_accepted_is_not_of_its_early_life() -> None:
    assert warned("EW21", _accepted(), *_incidents(6, ago=9.01)) is None
    assert warned("EW21", _accepted(), *_incidents(6, ago=9)) is not None


def test_ew21_an_incident_that_is_over_was_one_all_the_same() -> None:
    over = a_signal("incident.resolved", of="inc-0", time=NOW - days(0.5))

    assert warned("EW21", _accepted(), *_incidents(6), over) is not None


@pytest.mark.parametrize(("named", "fires"), [("S", True), ("T", False), ("of-nobody", True)])
def test_ew21_an_incident_of_another_service_is_that_ones(named: str, fires: bool) -> None:
    left = _told("handover.els_exited", 1, service="T", date=_in(-1))
    incidents = _incidents(6, ago=2, service={"id": named})

    found = warned("EW21", _accepted(), _accepted("T"), left, *incidents)

    assert (found is not None) is fires


@pytest.mark.parametrize(("rate", "fires"), [("15", False), ("15.1", True)])
def test_ew21_too_many_releases_fail(rate: str, fires: bool) -> None:
    assert (look_out(_with("QUA-3", rate), HOUSE_DEFAULT).of("EW21") is not None) is fires


def _benefit(kind: str = "financial", **more: Any) -> AnyEvent:
    said = {"ref": "B", "name": "Less", "unit": "EUR", "target": "100", "by_date": "2027-01-01", "kind": kind}
    return _told("benefit.planned", 2, **said, **more)


@pytest.mark.parametrize(
    ("kind", "expected", "reason"),
    [
        ("financial", "90", None),
        ("financial", "89", "fall"),
        ("disbenefit", "110", None),
        ("disbenefit", "111", "fall"),
    ],
)
def test_ew22_a_benefit_is_expected_to_fall_short(kind: str, expected: str, reason: str | None) -> None:
    changed = _told("benefit.forecast_changed", ref="B", forecast=expected, unit="EUR", as_of="2026-03-01")

    assert _reason(warned("EW22", _benefit(kind, owner="ada"), changed)) == reason


def test_ew22_a_benefit_has_no_owner() -> None:
    ownerless = warned("EW22", _benefit())

    assert (_reason(ownerless), None if ownerless is None else ownerless.horizon) == (
        "no_owner",
        date(2027, 1, 1),
    )
