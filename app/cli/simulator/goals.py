"""What the demo's work is for: goals, who serves them, and the benefits that are promised."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from app.cli.posting import Event
from app.cli.simulator import wording
from app.cli.simulator.cast import Project
from app.cli.simulator.wording import about, event, moment, named


class Goal(NamedTuple):
    """A goal: by when, in days, and what serves it beside the projects that promise a benefit."""

    ref: str
    name: str
    owner: str
    ahead: int
    served_by: tuple[str, ...]


GOALS: Final = (
    Goal("O-1", "Close the books in five days", "H. Lindqvist", 400, ("programme/ATLAS",)),
    Goal("O-2", "Halve outages in the north", "M. Okafor", 700, ("programme/BOREAL",)),
    Goal("O-3", "Serve customers online first", "S. Haddad", 320, ("project/COBALT", "project/PALM")),
    Goal("O-4", "Leave the old data centre", "S. Haddad", 210, ("project/ORBIT", "project/INDIGO")),
)


class Benefit(NamedTuple):
    """What a project promises: to which goal, in thousands of euros a year, and what share is expected."""

    goal: str
    name: str
    target: int
    share: float


_BENEFITS: Final = {
    "OPAL": Benefit("O-1", "Fewer manual postings", 2_400, 1.0),
    "KEYSTONE": Benefit("O-1", "One chart, one consolidation", 900, 1.04),
    "APOLLO": Benefit("O-1", "Invoices leave a day earlier", 1_700, 0.98),
    "AURORA": Benefit("O-2", "Faults found by the control room", 3_100, 1.0),
    "PLOVER": Benefit("O-2", "Fewer penalties for outages", 1_200, 1.02),
    "COBALT": Benefit("O-3", "Fewer calls", 2_800, 0.97),
    "GINGER": Benefit("O-3", "Customers who come back", 1_500, 0.78),
    "ORBIT": Benefit("O-4", "Hosting contracts end", 1_900, 1.0),
    "NECTAR": Benefit("O-4", "Licences of the old billing end", 1_100, 1.0),
}


def goals(since: date) -> Iterator[Event]:
    """What the portfolio wants, and which programmes and projects serve it."""
    at = datetime.combine(since - timedelta(days=170), time(9), UTC)
    for goal in GOALS:
        by = (since + timedelta(days=goal.ahead)).isoformat()
        data = {"ref": goal.ref, "name": goal.name, "owner": goal.owner, "by_date": by}
        id_ = f"{since}.{goal.ref}"
        yield event("objective.updated", "portfolio", at, wording.REGISTER, id_, data)
        for item in goal.served_by:
            link = {"objective_ref": goal.ref}
            yield event("objective.linked", item, at, wording.REGISTER, f"{id_}.{item}", link)


def benefits(project: Project, since: date, days: list[date]) -> Iterator[Event]:
    """What this project promises, and what it expects on each of `days`."""
    if project.code not in _BENEFITS:
        return
    promised = _BENEFITS[project.code]
    goal = next(each for each in GOALS if each.ref == promised.goal)
    target, by = promised.target * 1000, since + timedelta(days=goal.ahead)
    data = {
        "ref": "B-1",
        "name": promised.name,
        "unit": "EUR",
        "objective_ref": goal.ref,
        "target": str(target),
        "by_date": by.isoformat(),
        "owner": goal.owner,
    }
    first = since - timedelta(days=80)
    yield _told(project, since, "benefit.planned", first, "B-1", data)
    for day in days:
        data = {"ref": "B-1", "forecast": f"{target * promised.share:.0f}", "unit": "EUR", "as_of": str(day)}
        yield _told(project, since, "benefit.forecast_changed", day, f"B-1.{day}", data)


def _told(project: Project, since: date, kind: str, day: date, what: str, data: dict[str, Any]) -> Event:
    at = moment(day, project, 14)
    return event(kind, about(project), at, wording.REGISTER, named(project, since, what), data)
