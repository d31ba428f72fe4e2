"""What was reported until now: registrations, baselines, and half a year of reports. Always the same."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final, NamedTuple

from app.cli.posting import Event
from app.cli.simulator import wording
from app.cli.simulator.aftermath import aftermath
from app.cli.simulator.cast import PEOPLE, PROGRAMMES, PROJECTS, RATES, Mood, Project
from app.cli.simulator.goals import benefits, goals
from app.cli.simulator.measures import Plan, measure, plan
from app.cli.simulator.people import pool, staffing
from app.cli.simulator.register import KEPT, register
from app.cli.simulator.wording import about, event, moment, money, named

LOOKBACK: Final = timedelta(days=182)
FRIDAY: Final = 4
THURSDAY: Final = 3
_STEPS: Final = {7: 7, 14: 14, 30: 28}
"""Days between the reports of a project with this cadence."""
_SILENT_FOR: Final = 4
"""Cadences since the last word of a project that has gone silent."""


class Stage(NamedTuple):
    """A milestone of every project: when in its plan, as a share of it."""

    code: str
    name: str
    kind: str
    share: float


STAGES: Final = (
    Stage("M1", "Mandate signed", "gate", 0.08),
    Stage("M2", "Design agreed", "gate", 0.28),
    Stage("M3", "Build complete", "milestone", 0.58),
    Stage("M4", "Acceptance passed", "gate", 0.82),
    Stage("M5", "Go-live", "milestone", 1.0),
)
_SLIP: Final = {Mood.SLIPPED: 52, Mood.FAILING: 38, Mood.LATE: 16}
"""Days by which milestones that are still open have moved."""
_LATE_FINISH: Final = 0.065
"""By how much of its length a project whose milestones slipped will end later."""
_MOVES: Final = ((140, 0.4), (96, 0.75), (50, 1.0), (12, 1.0))
"""So many days ago the forecasts had moved by this share of their slip."""
_WORDS: Final = {
    Mood.LATE: ("amber", "Two work packages started late; the team is catching up."),
    Mood.DEAR: ("amber", "Contractor rates are above plan; cost to complete is under review."),
    Mood.SLIPPED: ("amber", "Dates moved after the supplier's re-plan."),
    Mood.FAILING: ("red", "Behind plan; a recovery plan is with the board."),
    Mood.OVERSPENT: ("green", "Good progress on site this period."),
    Mood.MELON: ("green", "On track for the next milestone."),
    Mood.UNPLANNED: ("amber", "Business case is being written; no baseline yet."),
}
_CALM: Final = ("green", "Within tolerance.")


def history(since: date, until: datetime) -> Iterator[list[Event]]:
    """Everything reported before `until`, in a story that begins on `since`.

    First what others refer to, then the calm projects, so that no programme looks worse on the way than
    it is in the end. A longer story only adds to a shorter one: an event keeps its id and its content.
    """
    yield [*_rates(since, until), *_programmes(since), *goals(since), *pool(since)]
    for project in sorted(PROJECTS, key=lambda each: list(Mood).index(each.mood)):
        yield [event for event in of_project(project, since, until) if _at(event) <= until]


def of_project(project: Project, since: date, until: datetime) -> Iterator[Event]:
    """One project's history."""
    started = moment(plan(project, since).start, project, 9)
    yield _registered(project, since, started)
    if project.mood is not Mood.UNPLANNED:
        yield _baseline(project, since, started)
        yield from _milestones(project, since)
    days = list(report_days(project, since, until.date()))
    for day in days:
        yield from _reports(project, since, day)
    kept = [day for day in days if day >= since - KEPT]
    yield from register(project, since, kept)
    yield from staffing(project, since, kept)
    yield from benefits(project, since, kept)
    yield from aftermath(project, since, until.date())
    if project.mood is Mood.PAUSED:
        data = {"to": "on_hold", "was": "delivering", "reason": "Waiting for the funding decision"}
        at = moment(since - timedelta(days=40), project, 11)
        yield event(
            "item.state_changed", about(project), at, wording.REPORTS, named(project, since, "hold"), data
        )


def report_days(project: Project, since: date, until: date) -> Iterator[date]:
    """The days on which this project reports, oldest first."""
    step = timedelta(days=_STEPS[project.cadence])
    weekday = THURSDAY if project.calendar == "sun-thu" else FRIDAY
    last = since - timedelta(days=(since.weekday() - weekday - 1) % 7 + 1)
    last -= timedelta(days=7 * (PROJECTS.index(project) % (_STEPS[project.cadence] // 7)))
    if project.mood is Mood.SILENT:
        until = min(until, since - timedelta(days=_SILENT_FOR * project.cadence))
    if project.mood is Mood.PAUSED:
        until = min(until, since - timedelta(days=40))
    if project.mood is Mood.CALM:
        until = min(until, plan(project, since).finish)
    first = max(since - LOOKBACK, plan(project, since).start + step)
    day = last - step * max((last - first).days // step.days, 0)
    while day <= until:
        yield day
        day += step


def milestone_dates(project: Project, since: date) -> Iterator[tuple[Stage, date]]:
    """The agreed date of each milestone."""
    baseline = plan(project, since)
    length = (baseline.finish - baseline.start).days
    for stage in STAGES:
        yield stage, baseline.start + timedelta(days=round(length * stage.share))


def words(project: Project) -> tuple[str, str]:
    """What the project says of itself."""
    return _WORDS.get(project.mood, _CALM)


def _registered(project: Project, since: date, at: datetime) -> Event:
    chance = Random(project.code)  # noqa: S311 - a story, not a secret
    manager = PEOPLE[PROJECTS.index(project) % len(PEOPLE)]
    sro = chance.choice([person for person in PEOPLE if person != manager])
    data = {
        "name": project.name,
        "short": project.name.partition(" ")[0],
        "parent": project.programme,
        "tier": project.tier,
        "stage": project.stage,
        "currency": project.currency,
        "calendar": project.calendar,
        "report_cadence_days": project.cadence,
        "state": "initiating" if project.mood is Mood.UNPLANNED else "delivering",
        "roles": {"manager": manager, "sro": sro},
    }
    return event("item.registered", about(project), at, wording.PLANNING, named(project, since, "item"), data)


def _baseline(project: Project, since: date, at: datetime) -> Event:
    agreed: Plan = plan(project, since)
    data = {
        "version": 1,
        "bac": money(agreed.bac, project.currency),
        "contingency": money(agreed.bac * 0.08, project.currency),
        "start": agreed.start.isoformat(),
        "finish": agreed.finish.isoformat(),
        "periods": [{"end": end.isoformat(), "pv_cum": str(value)} for end, value in agreed.periods],
        "approver": "Investment board",
    }
    at += timedelta(hours=1)
    return event(
        "baseline.approved", about(project), at, wording.PLANNING, named(project, since, "baseline"), data
    )


def _milestones(project: Project, since: date) -> Iterator[Event]:
    chance = Random(f"{project.code} milestones")  # noqa: S311 - as above
    started = moment(plan(project, since).start, project, 12)
    slip = _SLIP.get(project.mood, 0)
    for stage, agreed in milestone_dates(project, since):
        early = chance.randint(0, 5)
        name = named(project, since, stage.code)
        data = {
            "milestone": stage.code,
            "name": stage.name,
            "kind": stage.kind,
            "critical": stage.share == 1.0,
            "baseline_date": agreed.isoformat(),
        }
        yield event("milestone.planned", about(project), started, wording.PLANNING, f"{name}.planned", data)
        done = agreed - timedelta(days=early)
        if slip and agreed >= since - timedelta(days=slip if project.mood is Mood.FAILING else 0):
            yield from _slips(project, since, stage, agreed)
        elif _speaks(project, since, done):
            yield _achieved(project, since, stage, done)


def _achieved(project: Project, since: date, stage: Stage, done: date) -> Event:
    data = {"milestone": stage.code, "actual_date": done.isoformat()}
    at, name = moment(done, project, 15), named(project, since, f"{stage.code}.achieved")
    return event("milestone.achieved", about(project), at, wording.PLANNING, name, data)


def _speaks(project: Project, since: date, day: date) -> bool:
    """Whether the project still spoke then."""
    silence = {Mood.SILENT: _SILENT_FOR * project.cadence, Mood.PAUSED: 40}.get(project.mood)
    return silence is None or day < since - timedelta(days=silence)


def _slips(project: Project, since: date, stage: Stage, agreed: date) -> Iterator[Event]:
    """Forecasts that moved away in three steps, were confirmed since, and hold."""
    days = _SLIP[project.mood]
    if project.mood is Mood.SLIPPED and stage is STAGES[-1]:
        days = round(project.length * _LATE_FINISH)
    for step, (ago, share) in enumerate(_MOVES, start=1):
        at = moment(since - timedelta(days=ago), project, 14)
        expected = agreed + timedelta(days=round(days * share))
        yield wording.forecast(
            project, stage.code, expected, at, named(project, since, f"{stage.code}.slip{step}")
        )
    yield _achieved(project, since, stage, agreed + timedelta(days=days))


def _reports(project: Project, since: date, day: date) -> Iterator[Event]:
    at = moment(day, project, 16)
    name = named(project, since, day.isoformat())
    if project.mood is not Mood.UNPLANNED:
        measured = measure(project, since, day)
        yield wording.progress(project, day, min(measured.pct, 100.0), at, f"{name}.progress")
        yield wording.cost(project, day, measured.ac, at, f"{name}.cost")
    overall, narrative = words(project)
    said = {"overall": overall}
    yield wording.declared(project, day, said, narrative, at + timedelta(minutes=20), f"{name}.status")


def _rates(since: date, until: datetime) -> Iterator[Event]:
    """A rate for every month, and one from long before the first baseline."""
    day = (since - timedelta(days=1100)).replace(day=1)
    months = 0
    while datetime.combine(day, time(6), UTC) <= until:
        if months == 0 or day >= since - LOOKBACK:
            for currency, rate in RATES.items():
                chance = Random(f"{currency} {day}")  # noqa: S311 - as above
                data = {
                    "base": currency,
                    "quote": "EUR",
                    "rate": f"{rate * (1 + chance.uniform(-0.012, 0.012)):.6f}",
                    "as_of": day.isoformat(),
                }
                at = datetime.combine(day, time(6), UTC)
                yield event(
                    "fx.rate_set", "portfolio", at, wording.RATES, f"{since}.fx.{currency}.{day}", data
                )
        day = (day + timedelta(days=32)).replace(day=1)
        months += 1


def _programmes(since: date) -> Iterator[Event]:
    at = datetime.combine(since - timedelta(days=1000), time(9), UTC)
    for programme in PROGRAMMES:
        data = {"name": programme.name, "short": programme.code.title(), "roles": {"sro": programme.sro}}
        subject = f"programme/{programme.code}"
        yield event("item.registered", subject, at, wording.PLANNING, f"{since}.{programme.code}", data)


def _at(event: Event) -> datetime:
    return datetime.fromisoformat(event["time"])
