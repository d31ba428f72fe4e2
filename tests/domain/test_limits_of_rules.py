"""Every limit of every early-warning rule: a story on the line, one just beyond, no limit moves unnoticed."""

from datetime import date, datetime
from typing import Any, Final

import pytest

from app.domain.events.catalogue import AnyEvent
from app.domain.policy import Policy
from tests import builders as b
from tests.policies import Path, Probe, by_the_house, numbers, unnoticed

NOW, TODAY, DUE = b.NOW, b.NOW.date(), date(2026, 8, 3)
REPORTED = (date(2026, 1, 16), date(2026, 1, 30), date(2026, 2, 13), b.STATUS_DAY)
"""Working days 10, 20, 30 and 40 of the plan."""
HALF_DONE = (b.progress("40"), b.cost("40000"))
HIGH: Final[dict[str, Any]] = {"ref": "R", "title": "x", "prob": "50", "impact": {"quality": 5}}
RULES: Final = [path for path in numbers() if path[0] == "rules"]


def told(kind: str, ago: float = 1, /, **data: Any) -> AnyEvent:
    return b.an_event(kind, data, time=NOW - b.days(ago))


def on(count: int) -> str:
    return (TODAY + b.days(count)).isoformat()


def said(rule: str, *events: AnyEvent, now: datetime = NOW, since: datetime | None = None) -> Probe:
    """Whether, why, how urgently and until when a rule warns of a project to which this happened."""

    def ask(policy: Policy) -> tuple[Any, ...] | None:
        found = b.warned(rule, *events, now=now, since=since, policy=policy)
        return None if found is None else (found.reason, found.severity, found.horizon)

    return ask


def shares(*done: str) -> list[AnyEvent]:
    return [b.progress(share, on=day) for share, day in zip(done, REPORTED, strict=True)]


def booked(*amounts: str) -> list[AnyEvent]:
    return [b.cost(amount, on=day) for amount, day in zip(amounts, REPORTED, strict=True)]


def estimate(amount: int) -> AnyEvent:
    return told("cost.eac_reported", as_of=b.STATUS_DAY.isoformat(), eac=b.eur(amount))


def plan(version: int, contingency: int) -> AnyEvent:
    said = {"version": version, "bac": b.eur(100_000), "contingency": b.eur(contingency)}
    dates = {"start": b.START.isoformat(), "finish": "2026-05-22"}
    return b.an_event("baseline.approved", {**said, **dates}, time=b.at(b.START, 10 + version))


def frozen(share: str, reports: int) -> list[AnyEvent]:
    first = REPORTED[0]
    words = [b.status("Green", on=first + b.days(7 * n)) for n in range(reports)]
    return [b.progress("10", on=first), b.progress(share), *words]


def slipped(*slips: int) -> list[AnyEvent]:
    """Forecasts so many days after the agreed date, one a fortnight."""
    moves = [
        b.forecast("M", DUE + b.days(slip), time=b.at(b.START, 11) + b.days(14 * n))
        for n, slip in enumerate(slips, 1)
    ]
    return [b.planned("M", DUE), *moves]


def surprised(by: int, on: date = date(2026, 7, 21)) -> Probe:
    move = b.forecast("M", DUE + b.days(by), time=b.at(on))
    return said("EW9", b.planned("M", DUE), move, now=b.at(on, 13))


def wave(reached: int, due: int, *, ago: int = 10, ahead: int = 60) -> Probe:
    done = [b.achieved(f"A{n}", TODAY - b.days(ago)) for n in range(reached)]
    return said("EW10", *done, *(b.planned(f"M{n}", TODAY + b.days(ahead)) for n in range(due)))


def request(needed: int) -> AnyEvent:
    return told("resource.requested", ref="D", role="x", pct="100", needed_by=on(needed), key_role=True)


def left(ago: int, role: str = "pm") -> AnyEvent:
    return told("role.changed", ago, role=role, old_ref="bob", new_ref="ada", effective=on(-ago))


def gate(ahead: int) -> AnyEvent:
    return told("gate.scheduled", gate="G", date=on(ahead))


def unready(ahead: int) -> Probe:
    criterion = told("criterion.defined", ref="C", text="x", owner_kind="gate", owner_ref="G")
    return said("EW20", gate(ahead), criterion)


def assigned(pct: str, start: int = 0, length: int = 21) -> Probe:
    both = {"person_ref": "ada", "start": on(start), "end": on(start + length - 1)}
    one = told("resource.assigned", ref="A", pct="50", **both)
    return said("EW18", one, told("resource.assigned", ref="B", pct=pct, **both))


def managing(count: int) -> Probe:
    """Whether a manager of so many projects is warned of."""

    def ask(policy: Policy) -> bool:
        story, keys = b.Story(policy), [b.APOLLO, *(f"project/P{n}" for n in range(1, count))]
        given = {"role": "pm", "effective": TODAY.isoformat(), "new_ref": "grace"}
        story.tell(
            *map(b.registered, keys), *(b.an_event("role.changed", given, subject=key) for key in keys)
        )
        return "EW18" in story.card(b.APOLLO).get("warnings", [])

    return ask


def asked(value: int, ago: float = 1) -> Probe:
    return said("EW19", told("scope.change_requested", ago, ref="C", title="x", value=b.eur(value)))


def checked(*scores: str) -> Probe:
    runs = [
        told("quality.check_result", 10 - n, check="e2e", verdict="pass", score=score)
        for n, score in enumerate(scores)
    ]
    return said("EW21", *runs)


def raised(*ago: float) -> list[AnyEvent]:
    return [told("issue.raised", each, ref=f"I{n}", title="x", severity=3) for n, each in enumerate(ago)]


def deployed(failed: int, of: int) -> Probe:
    outcomes = ["failure"] * failed + ["success"] * (of - failed)
    return said(
        "EW21",
        *(
            b.a_signal("service.deployed", of=f"d-{n}", time=NOW - b.days(1), outcome=each)
            for n, each in enumerate(outcomes)
        ),
    )


def in_early_life(issues: int) -> Probe:
    accepted = told("handover.service_accepted", 9, service="S", operator="Ops", date=on(-9))
    return said("EW21", accepted, *raised(*[1] * issues))


def expected(value: str) -> Probe:
    benefit = {"ref": "B", "name": "x", "unit": "EUR", "target": "100", "by_date": on(300), "owner": "ada"}
    changed = told("benefit.forecast_changed", ref="B", forecast=value, unit="EUR", as_of=on(-1))
    return said("EW22", told("benefit.planned", 2, **benefit), changed)


def quiet(near: int, silent: float) -> Probe:
    return said("EW25", b.planned("M", TODAY + b.days(near), time=NOW - b.days(silent)))


def covered(contingency: int) -> Probe:
    risk = told("risk.raised", ref="R", title="x", prob="50", impact={"cost": b.eur("20000")})
    return said("EW12", plan(2, contingency), *HALF_DONE, risk)


def passed(now: date) -> Probe:
    return said("EW23", b.forecast("M", date(2026, 2, 27), time=b.at(b.START)), now=b.at(now, 0))


def red_since(days: int) -> Probe:
    return said("ESC1", b.progress("32"), since=NOW - b.days(days))


def replanned(age: float) -> Probe:
    return said("ESC3", b.baseline(version=2, bac="120000", time=NOW), now=NOW + b.days(age))


def risk(ago: float, **more: Any) -> Probe:
    return said("EW13", told("risk.raised", ago, **HIGH, **more))


CASES: Final[dict[str, tuple[Probe, Probe]]] = {
    "EW3 periods": (said("EW3", *frozen("32", 5)), said("EW3", *frozen("32", 6))),
    "EW3 moved": (said("EW3", *frozen("36", 6)), said("EW3", *frozen("35.9", 6))),
    "EW4 declines": (
        said("EW4", *shares("10", "20", "29.9", "39.7")),
        said("EW4", *shares("10", "19.9", "29.7", "39.4")),
    ),
    "EW4 slope": (
        said("EW4", *shares("10", "20", "30", "37.6")),
        said("EW4", *shares("10", "20", "30", "37.5")),
    ),
    "EW4 projected": (
        said("EW4", *shares("9.75", "19.5", "29.25", "37.2")),
        said("EW4", *shares("9.75", "19.5", "29.25", "37.19")),
    ),
    "EW4 periods": (
        said("EW4", *shares("9.75", "19.5", "29.25", "37.2")),
        said("EW4", *shares("9.75", "19.5", "29.25", "37.19")),
    ),
    "EW5 complete": (
        said("EW5", *shares("3", "6", "9", "15"), *booked("1000", "1000", "1000", "30000")),
        said("EW5", *shares("3", "6", "9", "15.1"), *booked("1000", "1000", "1000", "30000")),
    ),
    "EW5 periods": (
        said("EW5", *shares("10", "20", "30", "40"), *booked("10000", "12000", "30000", "42000")),
        said("EW5", *shares("10", "20", "30", "40"), *booked("9999", "20000", "30000", "50000")),
    ),
    "EW5 below": (
        said("EW5", *shares("10", "20", "30", "40"), *booked("10000", "20000", "30000", "50000")),
        said("EW5", *shares("10", "20", "30", "40"), *booked("9999", "20000", "30000", "50000")),
    ),
    "EW6 gap": (
        said("EW6", b.progress("40"), b.cost("80000"), estimate(180_000)),
        said("EW6", b.progress("40"), b.cost("80000"), estimate(179_999)),
    ),
    "EW6 below_pace": (
        said("EW6", b.progress("40"), b.cost("100000"), estimate(225_000)),
        said("EW6", b.progress("40"), b.cost("100000"), estimate(224_999)),
    ),
    "EW7 tcpi": (
        said("EW7", b.progress("40"), b.cost("50000")),
        said("EW7", b.progress("40"), b.cost("50001")),
    ),
    "EW8 slips": (said("EW8", *slipped(1, 1, 1, 3)), said("EW8", *slipped(1, 1, 2, 3))),
    "EW8 reports": (said("EW8", *slipped(1, 1, 1, 2, 3)), said("EW8", *slipped(1, 1, 2, 3))),
    "EW8 chase_slips": (said("EW8", *slipped(29)), said("EW8", *slipped(10, 29))),
    "EW9 slip_days": (surprised(10), surprised(11)),
    "EW9 notice_days": (surprised(11, date(2026, 7, 20)), surprised(11)),
    "EW10 ratio": (wave(20, 15), wave(20, 16)),
    "EW10 window_days": (wave(20, 16, ahead=91), wave(20, 16, ahead=90)),
    "EW10 history_days": (wave(20, 16, ago=180), wave(20, 16, ago=179)),
    "EW10 fewest": (wave(1, 2), wave(2, 2)),
    "EW11 gap": (
        said("EW11", b.progress("40"), b.cost("50000")),
        said("EW11", b.progress("40"), b.cost("50001")),
    ),
    "EW12 ahead": (
        said("EW12", plan(1, 10_000), plan(2, 5_000), b.progress("35")),
        said("EW12", plan(1, 10_000), plan(2, 5_000), b.progress("34.9")),
    ),
    "EW12 cover": (covered(10_000), covered(9_999)),
    "EW13 grace_days": (risk(5), risk(5.001)),
    "EW13 proximity_days": (
        risk(1, owner="ada", proximity=on(31)),
        risk(1, owner="ada", proximity=on(30)),
    ),
    "EW14 cadences": (said("EW14", *raised(60)), said("EW14", *raised(60.001))),
    "EW16 notice_days": (said("EW16", request(31)), said("EW16", request(30))),
    "EW17 recent_days": (said("EW17", left(90), gate(9)), said("EW17", left(89), gate(9))),
    "EW17 gate_days": (said("EW17", left(9), gate(91)), said("EW17", left(9), gate(90))),
    "EW17 changes": (said("EW17", left(9)), said("EW17", left(9), left(10, "sro"))),
    "EW17 window_days": (
        said("EW17", left(9), left(365, "sro")),
        said("EW17", left(9), left(364, "sro")),
    ),
    "EW18 load": (assigned("50"), assigned("51")),
    "EW18 run_days": (assigned("51", length=20), assigned("51")),
    "EW18 ahead_days": (assigned("51", start=91), assigned("51", start=90)),
    "EW18 projects": (managing(3), managing(4)),
    "EW19 share": (asked(10_000), asked(10_001)),
    "EW19 window_days": (asked(10_001, 90.001), asked(10_001, 90)),
    "EW20 first_days": (unready(31), unready(30)),
    "EW20 second_days": (unready(15), unready(14)),
    "EW20 last_days": (unready(8), unready(7)),
    "EW21 runs": (checked("0.8", "0.7", "0.6"), checked("0.9", "0.8", "0.7", "0.6")),
    "EW21 periods": (said("EW21", *raised(1, 35)), said("EW21", *raised(1, 35, 66))),
    "EW21 failures": (deployed(3, 20), deployed(2, 13)),
    "EW21 incidents": (in_early_life(5), in_early_life(6)),
    "EW22 fall": (expected("90"), expected("89")),
    "EW23 grace_days": (passed(date(2026, 3, 2)), passed(date(2026, 3, 3))),
    "EW25 horizon_days": (quiet(70, 31), quiet(69, 31)),
    "EW25 cadences": (quiet(20, 30), quiet(20, 30.001)),
    "ESC1 periods": (red_since(59), red_since(60)),
    "ESC1 review_days": (red_since(59), red_since(60)),
    "ESC1 viability_days": (red_since(364), red_since(365)),
    "ESC3 days": (replanned(183.001), replanned(183)),
}
"""Rule and limit → a story of which it warns less, and one just beyond of which it warns more."""


def stories(path: Path) -> tuple[Probe, Probe]:
    return CASES[f"{path[1]} {path[3]}"]


@pytest.mark.parametrize("path", RULES, ids=" ".join)
def test_a_rule_warns_of_what_lies_beyond_its_limit_otherwise_than_of_what_lies_on_it(path: Path) -> None:
    less, more = stories(path)

    assert by_the_house(less) != by_the_house(more)


@pytest.mark.parametrize("path", RULES, ids=" ".join)
def test_no_limit_of_a_rule_can_move_unnoticed(path: Path) -> None:
    assert unnoticed(path, stories(path)) == []
