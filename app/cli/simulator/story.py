"""What happens while somebody looks: things go wrong one at a time, say why, and are put right again.

A story without an end: first a few scenes that are always the same, then scenes drawn by chance, at
first every half minute or so, later calmer. Between them the tools of the company just work, and as days
pass everybody reports, closes and decides what is due (the diary).
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Final, Literal, NamedTuple

from app.cli.posting import Event
from app.cli.simulator import wording
from app.cli.simulator.cast import BY_CODE, PROJECTS, Mood, Project
from app.cli.simulator.diary import Diary
from app.cli.simulator.history import milestone_dates, words
from app.cli.simulator.measures import measure, plan

Kind = Literal["cost", "progress", "milestone"]
Make = Callable[[datetime], list[Event]]


class Scene(NamedTuple):
    """Something that happens so many seconds after the scene before."""

    after_s: float
    events: Make


class Trouble(NamedTuple):
    """One thing that goes wrong: how badly, and the words for it and for its end."""

    code: str
    kind: Kind
    measure: float
    word: str
    trouble: str
    relief: str


OPENING: Final = (
    Trouble(
        "HARBOUR", "cost", 0.83, "green", "On track for the next milestone.", "Supplier claim was rejected."
    ),
    Trouble("ORBIT", "progress", 0.92, "amber", "Two landing zones failed re-test.", "Re-test passed."),
    Trouble("FROST", "cost", 0.87, "amber", "Licences were invoiced early.", "Invoice moved to its period."),
)
_TROUBLES: Final[tuple[tuple[Kind, float, str, str, str], ...]] = (
    (
        "cost",
        0.93,
        "amber",
        "Overtime was booked this week.",
        "Overtime was re-charged to the right project.",
    ),
    ("cost", 0.86, "green", "Within tolerance.", "A double booking was reversed."),
    ("progress", 0.93, "amber", "Some completed work was not accepted.", "The rework was accepted."),
    ("progress", 0.86, "red", "A migration rehearsal failed.", "The second rehearsal passed."),
    (
        "milestone",
        8,
        "amber",
        "The supplier asks for eight more days.",
        "The supplier holds the agreed date.",
    ),
    ("milestone", 15, "amber", "Test environment is late.", "A second environment was found."),
)
_REPORTS: Final = frozenset({"progress", "cost", "status"})
_MOST_AT_ONCE: Final = 3
_BRISK_S: Final = 480
"""For how long things happen every half minute or so."""
_BEAT_S: Final = 19.0
_SOON: Final = timedelta(days=85)
_LAST_DAYS: Final = timedelta(days=3)
"""Before it is closed a project is left alone."""


@dataclass(slots=True)
class Story:
    """The story of one run; `began` makes its ids unlike those of any other run."""

    since: date
    began: datetime
    _chance: Random = field(init=False)
    _diary: Diary = field(init=False)
    _open: deque[tuple[Trouble, date]] = field(default_factory=deque)
    _told: int = 0
    _count: int = 0

    def __post_init__(self) -> None:
        self._chance = Random(f"{self.since} {self.began}")  # noqa: S311 - a story, not a secret
        self._diary = Diary(self.since, self.began)

    def scenes(self) -> Iterator[Scene]:
        """One after the other, for ever."""
        yield Scene(4, self._heartbeats)
        yield Scene(8, self._begins(OPENING[0]))
        yield from self._quiet(34)
        yield Scene(0, self._begins(OPENING[1]))
        yield from self._quiet(40)
        yield Scene(0, self._begins(OPENING[2]))
        elapsed = 90.0
        while True:
            pause = self._chance.uniform(32, 58) if elapsed < _BRISK_S else self._chance.uniform(90, 200)
            yield from self._quiet(pause)
            elapsed += pause
            yield Scene(0, self._next())

    def _next(self) -> Make:
        """Put the oldest trouble right if there are enough of them, else begin another."""
        if len(self._open) >= _MOST_AT_ONCE or (self._open and self._chance.random() < 0.35):  # noqa: PLR2004
            return self._ends
        return lambda now: self._begins(self._drawn(now.date()))(now)

    def _drawn(self, day: date) -> Trouble:
        project = self._chance.choice(self._calm(day))
        kind, by, word, trouble, relief = self._chance.choice(_TROUBLES)
        if kind == "milestone" and _next_milestone(project, self.since, day) is None:
            kind, by = "cost", 0.93
        return Trouble(project.code, kind, by, word, trouble, relief)

    def _calm(self, day: date) -> list[Project]:
        """Projects that go well, are at work on that day, and are not in trouble just now."""
        return [
            each
            for each in PROJECTS
            if each.mood is Mood.CALM
            and each.code not in self._busy()
            and plan(each, self.since).finish > day + _LAST_DAYS
        ]

    def _busy(self) -> set[str]:
        """Projects in trouble, and the one that the README's own event is for."""
        return {"APOLLO", *(trouble.code for trouble, _ in self._open)}

    def _begins(self, trouble: Trouble) -> Make:
        def begin(now: datetime) -> list[Event]:
            self._open.append((trouble, now.date()))
            said = (trouble.word, trouble.trouble)
            return self._reported(trouble, now, begun=now.date(), by=trouble.measure, said=said)

        return begin

    def _ends(self, now: datetime) -> list[Event]:
        """The oldest trouble is over; figures of an earlier day are corrected as well."""
        trouble, day = self._open.popleft()
        project = BY_CODE[trouble.code]
        said = (words(project)[0], trouble.relief)
        events = self._reported(trouble, now, begun=day, by=None, said=said)
        if day != now.date():
            measured = measure(project, self.since, day)
            events.insert(0, wording.cost(project, day, measured.ac, now, self._name(project, "corrected")))
        return events

    def _reported(
        self, trouble: Trouble, now: datetime, *, begun: date, by: float | None, said: tuple[str, str]
    ) -> list[Event]:
        """What the tools say of a project in or after its trouble, which began on that day."""
        project, day = BY_CODE[trouble.code], now.date()
        if trouble.kind == "milestone":
            found = _next_milestone(project, self.since, begun)
            code, agreed = found or ("M5", day)
            expected = agreed + timedelta(days=round(by or 0))
            events = [wording.forecast(project, code, expected, now, self._name(project, "forecast"))]
        else:
            events = self._figures(project, day, now, trouble.kind, by)
        narrative = said[1]
        report = wording.declared(
            project, day, {"overall": said[0]}, narrative, now, self._name(project, "status")
        )
        return [*events, report]

    def _figures(
        self, project: Project, day: date, now: datetime, kind: Kind | None, by: float | None
    ) -> list[Event]:
        usual = measure(project, self.since, day)
        done, spent = usual.pct, usual.ac
        if by is not None and kind == "cost":
            spent = round(usual.ev / by)
        elif by is not None:
            done = measure(project, self.since, day, pace=by).pct
        return [
            wording.progress(project, day, min(done, 100.0), now, self._name(project, "progress")),
            wording.cost(project, day, spent, now, self._name(project, "cost")),
        ]

    def _quiet(self, seconds: float) -> Iterator[Scene]:
        """Sources are alive, and now and then a project reports that all is well."""
        left = seconds
        while left > _BEAT_S:
            left -= _BEAT_S
            self._told += 1
            yield Scene(_BEAT_S, self._heartbeat if self._told % 2 else self._routine)
        yield Scene(left, self._heartbeat)

    def _heartbeats(self, now: datetime) -> list[Event]:
        return [wording.heartbeat(source, now) for source in wording.SOURCES]

    def _heartbeat(self, now: datetime) -> list[Event]:
        self._count += 1
        beat = wording.heartbeat(wording.SOURCES[self._count % len(wording.SOURCES)], now)
        return [beat, *(each for each in self._diary.due(now) if not self._is_in_trouble(each))]

    def _is_in_trouble(self, event: Event) -> bool:
        """Whether it is a report of a project of which something else is told just now."""
        kind, subject = event["type"].split(".")[1], event["subject"]
        return kind in _REPORTS and any(subject == f"project/{each.code}" for each, _ in self._open)

    def _routine(self, now: datetime) -> list[Event]:
        return self._figures(self._chance.choice(self._calm(now.date())), now.date(), now, None, None)

    def _name(self, project: Project, what: str) -> str:
        self._count += 1
        return f"live.{self.began:%Y%m%dT%H%M%S}.{self._count}.{project.code}.{what}"


def _next_milestone(project: Project, since: date, day: date) -> tuple[str, date] | None:
    """The next milestone, if it is near enough that moving it is noticed."""
    ahead = [
        (stage.code, agreed)
        for stage, agreed in milestone_dates(project, since)
        if agreed > day + timedelta(days=8)
    ]
    return ahead[0] if ahead and ahead[0][1] < day + _SOON else None
