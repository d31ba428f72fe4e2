"""The demo's pool: people with what they can do, who is assigned where, and who is asked for."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from app.cli.posting import Event
from app.cli.simulator import wording
from app.cli.simulator.cast import Project
from app.cli.simulator.wording import about, event, moment, named

_POOL: Final = """
I. Vance    |Lisbon   |cutover test-lead
O. Brandt   |Lisbon   |erp-finance
U. Sato     |Lisbon   |data-migration
V. Costa    |Lisbon   |change-management
W. Haugen   |Stockholm|site-management
X. Berg     |Stockholm|grid-protection
Y. Dahl     |Stockholm|site-management permits
Z. Holm     |Stockholm|planning
M. Iversen  |Oslo     |permits planning
Q. Strand   |Oslo     |site-management
H. Farouk   |Dubai    |cloud-platform
I. Qasim    |Dubai    |test-lead cutover
O. Mansour  |Dubai    |cyber-security
U. Pillai   |Bengaluru|cloud-platform data-migration
V. Rao      |Bengaluru|test-lead
W. Menon    |Bengaluru|cyber-security
"""
"""Who, where, what they can do."""


class Place(NamedTuple):
    """Somebody on a project: who by their place in the pool, in per cent, from and until in days."""

    person: int
    role: str
    pct: int
    start: int
    end: int


_PLACES: Final = {
    "OPAL": Place(2, "Finance lead", 80, -60, 120),
    "APOLLO": Place(3, "Migration lead", 100, -55, 10),
    "AURORA": Place(6, "Protection engineer", 100, -70, 160),
    "PLOVER": Place(5, "Site manager", 100, -50, 24),
    "CAIRN": Place(9, "Permit manager", 60, -45, 90),
    "COBALT": Place(11, "Platform architect", 100, -65, 75),
    "INDIGO": Place(14, "Migration lead", 80, -48, 12),
    "FALCON": Place(13, "Security lead", 50, -40, 60),
    "KESTREL": Place(10, "Site manager", 100, -58, 80),
    "JASPER": Place(15, "Test lead", 100, -42, 26),
}
"""Key roles, all of them filled."""
ASKED: Final = {
    "SALTMARSH": ("Cable engineer", 100, -5, True),
    "MERIDIAN": ("Test lead", 100, 4, True),
    "CARGO": ("Rollout coordinator", 60, 9, False),
    "BIRCH": ("Logistics planner", 50, 16, False),
    "NECTAR": ("Billing analyst", 100, 21, False),
    "GLACIER": ("Geologist", 40, 33, False),
    "ZEPHYR": ("Conversation designer", 80, 45, False),
}
"""Role, per cent, in how many days somebody is needed, whether it cannot go on without."""


def pool(since: date) -> Iterator[Event]:
    """Who is known to the office, and what they can do."""
    for number, line in enumerate(_POOL.strip().splitlines(), start=1):
        called, place, skills = (part.strip() for part in line.split("|"))
        code = f"P-{number:02}"
        chance = Random(code)  # noqa: S311 - a story, not a secret
        deployed = any(each.person == number for each in _PLACES.values())
        state = {"to": "deployed" if deployed else "warm"}
        yield _of_person(since, "person.registered", code, "known", {"name": called, "location": place})
        yield _of_person(since, "person.pool_state_changed", code, "state", state)
        for skill in skills.split():
            data = {"skill": skill, "level": chance.randint(3, 5)}
            yield _of_person(since, "skill.claimed", code, skill, data)


def staffing(project: Project, since: date, days: list[date]) -> Iterator[Event]:
    """Who works on this project and who is asked for; confirmed on `days`."""
    if project.code in _PLACES:
        yield from _placed(project, since, days, _PLACES[project.code])
    if project.code in ASKED:
        role, pct, ahead, key = ASKED[project.code]
        needed = (since + timedelta(days=ahead)).isoformat()
        data = {"ref": "D-2", "role": role, "pct": str(pct), "needed_by": needed, "key_role": key}
        yield _told(project, since, "resource.requested", since - timedelta(days=6), "D-2", data)


def _placed(project: Project, since: date, days: list[date], place: Place) -> Iterator[Event]:
    began, end = since + timedelta(days=place.start), since + timedelta(days=place.end)
    span = {"start": began.isoformat(), "end": end.isoformat()}
    asked = began - timedelta(days=Random(place.role).randint(9, 24))  # noqa: S311 - as above
    said = {"ref": "D-1", "role": place.role, "pct": str(place.pct), **span}
    data = {**said, "needed_by": began.isoformat(), "key_role": True}
    yield _told(project, since, "resource.requested", asked, "D-1", data)
    data = {**said, "person_ref": f"P-{place.person:02}"}
    yield _told(project, since, "resource.assigned", asked + timedelta(days=4), "D-1.given", data)
    for day in (began, *(day for day in days if began < day <= end)):
        data = {"ref": "D-1", "started": began.isoformat()}
        yield _told(project, since, "resource.started", day, f"D-1.{day}", data)
    data = {"ref": "D-1", "released": end.isoformat()}
    yield _told(project, since, "resource.released", end, "D-1.released", data)


def _told(project: Project, since: date, kind: str, day: date, what: str, data: dict[str, Any]) -> Event:
    at = moment(day, project, 10)
    return event(kind, about(project), at, wording.REGISTER, named(project, since, what), data)


def _of_person(since: date, kind: str, code: str, what: str, data: dict[str, Any]) -> Event:
    at = datetime.combine(since - timedelta(days=90), time(8), UTC)
    return event(kind, f"person/{code}", at, wording.REGISTER, f"{since}.{code}.{what}", data)
