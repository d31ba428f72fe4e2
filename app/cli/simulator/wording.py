"""The demo's events as they go over the wire, and who sends them."""

from datetime import UTC, date, datetime, time
from typing import Any, Final

from app.cli.posting import Event
from app.cli.simulator.cast import PROJECTS, Project

EDITION: Final = "s2"
"""Part of every id: another edition of the story is another set of events."""

ERP: Final = "sap-fico"
PLANNING: Final = "primavera"
TRACKER: Final = "jira"
REPORTS: Final = "pmo-reports"
RATES: Final = "treasury-rates"
REGISTER: Final = "pmo-register"
SOURCES: Final = (ERP, PLANNING, TRACKER, REPORTS, RATES, REGISTER)
EXPECTED_EVERY_S: Final = 300


def event(kind: str, subject: str, at: datetime, source: str, name: str, data: dict[str, Any]) -> Event:
    """One event; `name` makes its id."""
    return {
        "specversion": "1.0",
        "id": f"{EDITION}.{name}",
        "source": source,
        "type": f"nerve.{kind}.v1",
        "subject": subject,
        "time": at.astimezone(UTC).isoformat(),
        "data": data,
    }


def about(project: Project) -> str:
    """The subject of this project's events."""
    return f"project/{project.code}"


def moment(day: date, project: Project, hour: int) -> datetime:
    """A time of that day; not all projects at once."""
    return datetime.combine(day, time(hour, PROJECTS.index(project) % 55), UTC)


def named(project: Project, since: date, what: str) -> str:
    """The name of one event of a project's history."""
    return f"{since}.{project.code}.{what}"


def money(amount: float, currency: str) -> dict[str, str]:
    """An amount, exact."""
    return {"amount": f"{amount:.2f}", "currency": currency}


def progress(project: Project, day: date, pct: float, at: datetime, name: str) -> Event:
    """How much is done, as of a day."""
    data = {"as_of": day.isoformat(), "pct_complete": f"{pct:.2f}", "basis": "physical"}
    return event("progress.reported", about(project), at, TRACKER, name, data)


def cost(project: Project, day: date, total: float, at: datetime, name: str) -> Event:
    """What was spent by a day, cumulative."""
    data = {"period_end": day.isoformat(), "amount": money(total, project.currency), "mode": "cumulative"}
    return event("cost.booked", about(project), at, ERP, name, data)


def forecast(project: Project, milestone: str, expected: date, at: datetime, name: str) -> Event:
    """When a milestone is expected now."""
    data = {"milestone": milestone, "new_forecast": expected.isoformat()}
    return event("milestone.forecast_changed", about(project), at, PLANNING, name, data)


def declared(
    project: Project, day: date, words: dict[str, str], narrative: str, at: datetime, name: str
) -> Event:
    """A highlight report."""
    data = {"period": day.isoformat(), "rag": words, "narrative": narrative, "scale": "three_point"}
    return event("status.declared", about(project), at, REPORTS, name, data)


def heartbeat(source: str, at: datetime) -> Event:
    """A source is alive."""
    data = {"lag_s": "2", "backlog": 0, "expected_every_s": EXPECTED_EVERY_S}
    return event(
        "source.heartbeat", f"source/{source}", at, source, f"beat.{source}.{at:%Y%m%dT%H%M%S}", data
    )
