"""The demo's register: what might go wrong, what does, what is asked to change, and the gates ahead.

What is bad by itself, as a high risk that nobody answers, is told of projects that are red or amber anyway.
What has a day is done by that day, so that a demo that runs on for weeks does not decay.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from random import Random
from typing import Any, Final, NamedTuple

from app.cli.posting import Event
from app.cli.simulator import wording
from app.cli.simulator.cast import PEOPLE, Mood, Project
from app.cli.simulator.measures import plan
from app.cli.simulator.wording import about, event, moment, money, named

KEPT: Final = timedelta(days=30)
"""For so long before the story begins the register is looked at with every report."""
_RISKS: Final = {
    "ATLAS": (
        ("Master data is not clean by cutover", "Two cleansing rounds before the rehearsal"),
        ("Tax rules change before go-live", "Keep the rates in tables, not in code"),
        ("Key users are tied up in the year-end close", "Agree the test days with finance leads"),
        ("The interface partner delivers late", "Stub the interface and test against it"),
        ("Old reports are still needed after go-live", "Archive read-only for a year"),
        ("Acceptance test finds more than planned", "Start with the riskiest processes"),
    ),
    "BOREAL": (
        ("Permits take longer than the season", "Ask for the permits in two lots"),
        ("Cable prices rise before the order", "Order the long lots at today's price"),
        ("Frost stops the ground work", "Bring the trenching forward"),
        ("The outage window is refused", "Book a second window"),
        ("A crew is called to a storm", "Framework contract with a second crew"),
        ("Landowners object to the route", "Meet them before the plans are filed"),
    ),
    "CORVUS": (
        ("Customer data may not leave the country", "Host in region, review with the privacy officer"),
        ("Peak load is higher than tested", "Load test at twice the forecast"),
        ("The vendor drops the old interface", "Move to the new one in this release"),
        ("Call volumes rise at launch", "Open by customer group"),
        ("Security findings block the release", "Test a sprint ahead of the release"),
        ("Licence costs grow with use", "Agree a ceiling with the vendor"),
    ),
}  # fmt: skip
_LIKELY: Final = (10, 15, 25, 35, 45, 55)
_SHARE_WITH: Final = 0.68
_ENOUGH_LEFT: Final = 0.15
"""Of a project of which less is left, no cost of a risk is told."""


class High(NamedTuple):
    """A high risk, and what is missing of the answer to it; `late`: days its answer is overdue."""

    title: str
    prob: int
    before: int
    """Its likelihood until a month ago."""
    owner: bool = True
    response: str | None = None
    late: int | None = None


HIGH: Final = {
    "MERIDIAN": High("The clearing bank may refuse the message format", 75, 45),
    "GINGER": High("The points liability may have to be restated", 70, 70, owner=False, response="Audit"),
    "SALTMARSH": High("The cable ship may not be free in the window", 85, 55, response="Option", late=9),
    "KESTREL": High("The transformer may fail its factory test", 65, 85, response="Witness the test"),
    "HARBOUR": High("The supplier may claim for the second rollout", 70, 50, response="Mediation in March"),
    "AURORA": High("The old control room may fail before the move", 65, 65, response="Spares on site"),
}
ISSUES: Final = {
    "MERIDIAN": (1, 12, "Payment runs fail in the rehearsal"),
    "KESTREL": (1, 8, "Foundation of bay 4 has to be rebuilt"),
    "CARGO": (2, 20, "Scanners lose the network in hall 3"),
    "SEXTANT": (2, 15, "Two source systems disagree on revenue"),
    "COBALT": (3, 11, "Test data lack closed accounts"),
    "BIRCH": (3, 17, "A batch of meters has old firmware"),
    "JASPER": (2, 9, "The store asks for another review"),
}
"""Severity, days ago, what."""
ACTIONS: Final = {
    "CARGO": (
        ("Agree the rollout order with the sites", -6),
        ("Order spare scanners", 40),
        ("Map hall 3", 52),
    ),
    "SALTMARSH": (("Sign the ship's option", -4),),
    "GINGER": (("Present the liability to the board", -11),),
    "EMBER": (("Renew the contractor rates", 38),),
    "OPAL": (("Walk the auditors through the postings", 35),),
    "INDIGO": (("Name an owner for each data set", 44),),
    "PLOVER": (("Confirm the second outage window", 33),),
    "FALCON": (("Retire the old tokens", 47),),
}
"""What, and in how many days it is due; a negative one has passed."""
CHANGES: Final = {
    "HARBOUR": ("Third warehouse in scope", 0.011, 18, None),
    "AURORA": ("Second operator desk", 0.008, 0, "approved"),
    "COBALT": ("Consent centre", 0.012, 10, "approved"),
    "EMBER": ("Chat beside voice", 0.015, 15, None),
    "BIRCH": ("Gateway for flats", 0.009, 0, "rejected"),
    "NECTAR": ("Keep two years of invoices online", 0.006, 5, None),
    "JUNIPER": ("Offline maps", 0.010, 12, "deferred"),
    "CAIRN": ("Bird diverters on the north span", 0.007, 0, "approved"),
    "TALLOW": ("Cash pooling in a third currency", 0.014, 8, None),
}
"""What, its share of the budget, its days, what was decided."""
_GATES: Final = {
    "ORBIT": 0, "JASPER": 0, "ISLET": 0, "MERIDIAN": 12, "SEXTANT": 20, "HARBOUR": 26, "FROST": 17,
    "KEYSTONE": 33, "FALCON": 41, "BIRCH": 38, "COBALT": 47, "PLOVER": 58, "RAVEN": 64, "AURORA": 72,
}  # fmt: skip
"""In how many days a gate is held; 0: this morning."""
_CRITERIA: Final = (
    ("C-1", "Acceptance test is signed"),
    ("C-2", "Operations can run it"),
    ("C-3", "Costs to complete are confirmed"),
)
_UNMET: Final = {"MERIDIAN": {"C-1": "major_nc", "C-2": "minor_nc"}, "SEXTANT": {"C-3": "minor_nc"}}


def register(project: Project, since: date, days: list[date]) -> Iterator[Event]:
    """What this project's register says, looked at again on `days`."""
    if project.mood in {Mood.UNPLANNED, Mood.PAUSED}:
        return
    yield from _risks(project, since, days)
    yield from _issues(project, since)
    yield from _actions(project, since)
    yield from _changes(project, since)
    if project.code in _GATES:
        yield from _gate(project, since, days, since + timedelta(days=_GATES[project.code]))


def _risks(project: Project, since: date, days: list[date]) -> Iterator[Event]:
    chance = Random(project.code)  # noqa: S311 - a story, not a secret
    high = HIGH.get(project.code)
    others = (ISSUES, ACTIONS)
    if chance.random() > _SHARE_WITH and not high and not any(project.code in o for o in others):
        return
    raised = since - timedelta(days=chance.randint(33, 55))
    known = chance.sample(_RISKS[project.programme], chance.randint(1, 3))
    for place, (title, response) in enumerate(known, start=1):
        left = project.length - project.age
        due = since + timedelta(days=round(left * chance.uniform(0.5, 0.75)))
        said = _ordinary(project, since, chance, place)
        said |= {"title": title, "response": response, "response_due": due.isoformat()}
        yield from _risk(project, since, f"R-{place}", raised, {"owner": chance.choice(PEOPLE), **said}, due)
    if high is not None:
        yield from _high_risk(project, since, raised, high, chance.choice(PEOPLE))
    now = chance.choice(_LIKELY)
    for day in days:
        data = {"ref": "R-1", "prob": str(now)}
        yield told(project, since, "risk.updated", day, f"R-1.{day}", data)


def _ordinary(project: Project, since: date, chance: Random, place: int) -> dict[str, Any]:
    """Likelihood and impact of a risk that is not high: small against what is left to do."""
    agreed = plan(project, since)
    left = agreed.bac - agreed.value(project.age)
    impact: dict[str, Any] = {"days": chance.randint(3, 15), "quality": chance.randint(1, 4)}
    cost = round(left * chance.choice((0.01, 0.02, 0.04, 0.05)) / min(place, 2), -3)
    if left > agreed.bac * _ENOUGH_LEFT:
        impact["cost"] = money(cost, project.currency)
    return {"prob": str(chance.choice(_LIKELY)), "impact": impact}


def _risk(
    project: Project, since: date, ref: str, raised: date, said: dict[str, Any], due: date | None
) -> Iterator[Event]:
    yield told(project, since, "risk.raised", raised, ref, {"ref": ref, **said})
    if due is not None and due > since:
        data = {"ref": ref, "reason": "The response has worked"}
        yield told(project, since, "risk.closed", due - timedelta(days=2), f"{ref}.closed", data)


def _high_risk(project: Project, since: date, raised: date, high: High, owner: str) -> Iterator[Event]:
    agreed = plan(project, since)
    cost = round((agreed.bac - agreed.value(project.age)) * 0.03, -3)
    said: dict[str, Any] = {
        "title": high.title,
        "prob": str(high.before),
        "impact": {"cost": money(cost, project.currency), "days": 20, "quality": 4},
    }
    due = None
    if high.response is not None:
        due = since + timedelta(days=60 if high.late is None else -high.late)
        said |= {"response": high.response, "response_due": due.isoformat()}
    if high.owner:
        said["owner"] = owner
    yield from _risk(project, since, "R-9", raised, said, due)
    seen = {"ref": "R-9", "prob": str(high.prob)}
    yield told(project, since, "risk.updated", since - timedelta(days=5), "R-9.seen", seen)


def _issues(project: Project, since: date) -> Iterator[Event]:
    if project.code in ISSUES:
        severity, ago, title = ISSUES[project.code]
        data = {"ref": "I-1", "title": title, "severity": severity, "owner": owner_of(project)}
        yield told(project, since, "issue.raised", since - timedelta(days=ago), "I-1", data)


def _actions(project: Project, since: date) -> Iterator[Event]:
    for place, (title, ahead) in enumerate(ACTIONS.get(project.code, ()), start=1):
        ref, due = f"A-{place}", since + timedelta(days=ahead)
        data = {"ref": ref, "title": title, "owner": owner_of(project), "due": due.isoformat()}
        yield told(project, since, "action.assigned", since - timedelta(days=25), ref, data)
        if ahead > 0:
            yield told(project, since, "action.done", due - timedelta(days=1), f"{ref}.done", {"ref": ref})


def _changes(project: Project, since: date) -> Iterator[Event]:
    if project.code not in CHANGES:
        return
    title, share, days, decision = CHANGES[project.code]
    value = money(round(plan(project, since).bac * share, -3), project.currency)
    data = {"ref": "CR-1", "title": title, "value": value, "schedule_impact": days}
    asked = since - timedelta(days=34)
    yield told(project, since, "scope.change_requested", asked, "CR-1", data)
    if decision is not None:
        decided = {"ref": "CR-1", "decision": decision}
        at = since - timedelta(days=10)
        yield told(project, since, "scope.change_decided", at, "CR-1.decided", decided)


def _gate(project: Project, since: date, days: list[date], held: date) -> Iterator[Event]:
    """A gate with what is asked for at it; each criterion judged, shown, and looked at again."""
    at, unmet = since - timedelta(days=28), _UNMET.get(project.code, {})
    data = {"gate": "G3", "name": "Ready for the next stage", "date": held.isoformat(), "chair": "Board"}
    yield told(project, since, "gate.scheduled", at, "G3", data)
    for ref, text in _CRITERIA:
        data = {"ref": ref, "text": text, "owner_kind": "gate", "owner_ref": "G3"}
        yield told(project, since, "criterion.defined", at, ref, data)
        yield _judged(project, since, at, ref, unmet.get(ref, "conforms"))
        if unmet.get(ref) != "major_nc":
            yield _shown(project, since, at, ref)
    for day in days:
        if day > at:
            yield _judged(project, since, day, "C-1", unmet.get("C-1", "conforms"))
    decided: dict[str, Any] = {
        "gate": "G3",
        "held_at": held.isoformat(),
        "decision": "proceed",
        "dca": "green",
    }
    if unmet or project.code == "JASPER":
        condition = {"text": "Close what is still open", "priority": "essential"}
        decided |= {"decision": "proceed_with_conditions", "dca": "amber", "conditions": [condition]}
    yield event(
        "gate.decided", about(project), moment(held, project, 0), wording.REPORTS,
        named(project, since, "G3.decided"), decided,
    )  # fmt: skip


def _judged(project: Project, since: date, day: date, ref: str, verdict: str) -> Event:
    data = {"criterion": ref, "verdict": verdict, "assessed_by": "Quality office"}
    return told(project, since, "handover.criterion_assessed", day, f"{ref}.judged.{day}", data)


def _shown(project: Project, since: date, day: date, ref: str) -> Event:
    uri = f"https://documents.example/{project.code.lower()}/{ref.lower()}.pdf"
    data = {
        "ref": f"E-{ref}",
        "criterion_ref": ref,
        "uri": uri,
        "sha256": sha256(uri.encode()).hexdigest(),
        "valid_until": (since + timedelta(days=365)).isoformat(),
    }
    return told(project, since, "evidence.attached", day, f"{ref}.shown", data)


def owner_of(project: Project) -> str:
    """Who answers for what this project has to do."""
    return Random(f"{project.code} owner").choice(PEOPLE)  # noqa: S311 - as above


def told(project: Project, since: date, kind: str, day: date, what: str, data: dict[str, Any]) -> Event:
    """An event of this project's register."""
    at = moment(day, project, 13)
    return event(kind, about(project), at, wording.REGISTER, named(project, since, what), data)
