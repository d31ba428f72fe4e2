"""What becomes, as weeks pass, of what stood open when the story began, and what comes up instead.

So a demo that is left alone for a month looks like an office at work: responses that were overdue are
given, issues resolved, changes decided, people found, and each week somebody raises something new.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from app.cli.posting import Event
from app.cli.simulator.cast import PROJECTS, Mood, Project
from app.cli.simulator.measures import plan
from app.cli.simulator.people import ASKED
from app.cli.simulator.register import ACTIONS, CHANGES, HIGH, ISSUES, owner_of, told

_ANSWERED: Final = {"SALTMARSH": 6, "GINGER": 10, "MERIDIAN": 13}
"""Days after which a high risk has what it lacked."""
_GIVEN: Final = timedelta(days=90)
"""For how long an answer holds, until it is due again."""
_RESOLVED: Final = {1: 9, 2: 15, 3: 22}
"""Days after which an issue of this severity is."""
_DECIDED: Final = {"EMBER": "rejected", "NECTAR": "approved", "TALLOW": "deferred", "HARBOUR": "approved"}
_DECIDES_FROM: Final = 8
_DECIDES_EVERY: Final = 5
_FREE: Final = (8, 12, 1, 16, 4, 7)
"""Places in the pool of people who are assigned nowhere at first."""
_TOPICS: Final = (
    ("Access for the new testers is missing", "Order the accounts"),
    ("A weekly report was sent with last month's figures", "Check the report before it goes out"),
    ("Two teams want the test system on the same day", "Agree a booking calendar"),
    ("A supplier changed its contact", "Confirm the new contact in writing"),
    ("Training rooms are taken in the rollout week", "Book the rooms of the second site"),
    ("Minutes of the last board are not signed", "Have the minutes signed"),
)
_WEEK: Final = timedelta(days=7)


def aftermath(project: Project, since: date, until: date) -> Iterator[Event]:
    """What is told of one project after its story began. A longer one only adds to a shorter one."""
    yield from _answered(project, since)
    yield from _done(project, since)
    yield from _found(project, since)
    if project.mood is Mood.CALM:
        yield from _weekly(project, since, until)
        yield from _closed(project, since)


def _answered(project: Project, since: date) -> Iterator[Event]:
    """The high risk gets the owner, or the response, that it lacked."""
    if project.code not in _ANSWERED:
        return
    high, day = HIGH[project.code], since + timedelta(days=_ANSWERED[project.code])
    due = (day + _GIVEN).isoformat()
    response = high.response or "A second bank is prepared"
    data = {"ref": "R-9", "owner": owner_of(project), "response": response, "response_due": due}
    yield told(project, since, "risk.updated", day, "R-9.answered", data)


def _done(project: Project, since: date) -> Iterator[Event]:
    """Overdue actions are done, issues resolved, and changes decided."""
    for place, (_, ahead) in enumerate(ACTIONS.get(project.code, ()), start=1):
        if ahead < 0:
            ref, day = f"A-{place}", since + timedelta(days=5 - ahead)
            yield told(project, since, "action.done", day, f"{ref}.done", {"ref": ref})
    if project.code in ISSUES:
        day = since + timedelta(days=_RESOLVED[ISSUES[project.code][0]])
        data = {"ref": "I-1", "reason": "Mended and tested"}
        yield told(project, since, "issue.resolved", day, "I-1.resolved", data)
    if project.code in _DECIDED:
        ahead = _DECIDES_FROM + _DECIDES_EVERY * list(CHANGES).index(project.code)
        data = {"ref": "CR-1", "decision": _DECIDED[project.code]}
        day = since + timedelta(days=ahead)
        yield told(project, since, "scope.change_decided", day, "CR-1.decided", data)


def _found(project: Project, since: date) -> Iterator[Event]:
    """Somebody of the pool takes the place that is asked for, a few days after they were needed."""
    place = list(ASKED).index(project.code) if project.code in ASKED else len(_FREE)
    if place >= len(_FREE):
        return
    role, pct, ahead, _ = ASKED[project.code]
    day = since + timedelta(days=max(ahead, 0) + 4)
    span = {"start": day.isoformat(), "end": (day + _GIVEN).isoformat()}
    data: dict[str, Any] = {"ref": "D-2", "person_ref": f"P-{_FREE[place]:02}", "role": role, "pct": str(pct)}
    yield told(project, since, "resource.assigned", day, "D-2.given", {**data, **span})
    started = {"ref": "D-2", "started": day.isoformat()}
    yield told(project, since, "resource.started", day + timedelta(days=1), "D-2.started", started)
    released = {"ref": "D-2", "released": span["end"]}
    yield told(project, since, "resource.released", day + _GIVEN, "D-2.released", released)


def _weekly(project: Project, since: date, until: date) -> Iterator[Event]:
    """Week by week another project raises an issue with an action, and has both behind it in nine days."""
    calm = [each for each in PROJECTS if each.mood is Mood.CALM]
    for week in range((until - since) // _WEEK + 1):
        if calm[week * 5 % len(calm)] is not project:
            continue
        raised, ref = since + week * _WEEK + timedelta(days=2), f"{week + 1:03}"
        title, response = _TOPICS[week % len(_TOPICS)]
        issue = {"ref": f"I-{ref}", "title": title, "severity": 3, "owner": owner_of(project)}
        due = (raised + timedelta(days=9)).isoformat()
        action = {"ref": f"A-{ref}", "title": response, "owner": owner_of(project), "due": due}
        after = raised + timedelta(days=8)
        yield told(project, since, "issue.raised", raised, f"I-{ref}", issue)
        yield told(project, since, "action.assigned", raised, f"A-{ref}", action)
        yield told(project, since, "action.done", after, f"A-{ref}.done", {"ref": f"A-{ref}"})
        resolved = {"ref": f"I-{ref}", "reason": "Done"}
        yield told(project, since, "issue.resolved", after, f"I-{ref}.resolved", resolved)


def _closed(project: Project, since: date) -> Iterator[Event]:
    """A project that has reached its finish is closed."""
    data = {"reason": "Handed over; the benefits are with the line"}
    yield told(project, since, "item.closed", plan(project, since).finish, "closed", data)
