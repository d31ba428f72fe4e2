"""Screens on walls as values: scenes, commands and what of them lasts, what a screen reports, its silence."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple, Self, assert_never

from app.domain.access import DomainError

SILENT_AFTER: Final = timedelta(minutes=3)
"""Screens report every 5 s, and every node stores within a minute what it heard: this is no hiccup."""
LONGEST_TEXT: Final = 200
PLAYLIST: Final = ("scenes", "dwell_s")
"""What the screens of a group have in common."""


class Scene(StrEnum):
    """What a wall can show; each is a view of the same board."""

    PORTFOLIO = "portfolio"
    CHANGES = "changes"
    ALERTS = "alerts"
    RISKS = "risks"
    MILESTONES = "milestones"
    GOALS = "goals"
    POOL = "pool"
    PROGRAMME = "programme"
    FRESHNESS = "freshness"
    OVERVIEW = "overview"


class ScreenCommand(StrEnum):
    """What a lead can tell a screen. Pin, pause, mute and blank last until they are taken back."""

    IDENTIFY = "identify"
    SHOW = "show"
    PIN = "pin"
    PAUSE = "pause"
    RELOAD = "reload"
    MUTE = "mute"
    BLANK = "blank"
    MESSAGE = "message"
    TAKEOVER = "takeover"


class WrongArgument(DomainError):
    """The command needs another argument: `expected` says which."""

    def __init__(self, command: ScreenCommand, expected: str) -> None:
        super().__init__(command, expected)
        self.command, self.expected = command, expected


@dataclass(frozen=True, slots=True)
class Standing:
    """The commands that last, as they stand: a screen that starts again takes them up again."""

    pinned: Scene | None = None
    paused: bool = False
    muted: bool = False
    blank: bool = False

    @classmethod
    def stored(cls, values: Mapping[str, Any]) -> Self:
        """From what `as_dict` gave."""
        pinned = values.get("pinned")
        return cls(**{**values, "pinned": None if pinned is None else Scene(pinned)})

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def after(standing: Standing, command: ScreenCommand, argument: str | None) -> Standing:
    """What stands after this command. Raises WrongArgument.

    `show` takes a scene; `pin` a scene, or nothing to let go; `pause`, `mute` and `blank` take `on` or `off`;
    `message` and `takeover` take a text, or nothing to end it; `identify` and `reload` take nothing.
    """
    match command:
        case ScreenCommand.SHOW:
            _scene(command, argument)
            return standing
        case ScreenCommand.PIN:
            return replace(standing, pinned=None if argument is None else _scene(command, argument))
        case ScreenCommand.PAUSE:
            return replace(standing, paused=_switch(command, argument))
        case ScreenCommand.MUTE:
            return replace(standing, muted=_switch(command, argument))
        case ScreenCommand.BLANK:
            return replace(standing, blank=_switch(command, argument))
        case ScreenCommand.MESSAGE | ScreenCommand.TAKEOVER:
            if argument is not None and not 0 < len(argument) <= LONGEST_TEXT:
                raise WrongArgument(command, f"a text of at most {LONGEST_TEXT} characters, or nothing")
            return standing
        case ScreenCommand.IDENTIFY | ScreenCommand.RELOAD:
            if argument is not None:
                raise WrongArgument(command, "nothing")
            return standing
        case never:
            assert_never(never)


def _scene(command: ScreenCommand, argument: str | None) -> Scene:
    if argument is None or argument not in set(Scene):
        raise WrongArgument(command, "one of the scenes")
    return Scene(argument)


def _switch(command: ScreenCommand, argument: str | None) -> bool:
    if argument not in {"on", "off"}:
        raise WrongArgument(command, "on or off")
    return argument == "on"


def in_step(profile: Mapping[str, Any], leading: Mapping[str, Any]) -> dict[str, Any]:
    """A profile after another screen of its group was set up: same playlist, and as large a canvas.

    A canvas is `columns` by `rows` screens, of which this one is at `column` and `row`, from 1. A screen that
    has no place in it any more is none of its parts.
    """
    followed = {**profile, **{name: leading.get(name) for name in PLAYLIST}}
    canvas, led = profile.get("canvas"), leading.get("canvas")
    if canvas is None or led is None:
        return followed
    resized = {**canvas, "columns": led["columns"], "rows": led["rows"]}
    fits = resized["column"] <= resized["columns"] and resized["row"] <= resized["rows"]
    return {**followed, "canvas": resized if fits else None}


def same_place(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Would both profiles be the same part of the same canvas?"""
    places = [(each.get("group"), (each.get("canvas") or {})) for each in (one, other)]
    spots = {(group, canvas.get("column"), canvas.get("row")) for group, canvas in places}
    return len(spots) == 1 and all(canvas for _, canvas in places)


class Report(NamedTuple):
    """What a screen says of itself: the revision on it, its render time, and the device it is."""

    revision: int
    rendered_ms: float
    about: Mapping[str, Any] | None = None


class Life(NamedTuple):
    """The instants by which a screen is judged."""

    paired_at: datetime
    last_seen_at: datetime | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    acknowledged_at: datetime | None = None
    """When somebody said that they know of its silence."""


class Condition(StrEnum):
    """How a screen is doing."""

    WAITING = "waiting"
    """Approved; it was not heard of yet."""
    LIVE = "live"
    SILENT = "silent"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Silence(NamedTuple):
    """A screen that should be heard of and is not: an alert of severity low."""

    since: datetime
    acknowledged: bool


def condition(life: Life, *, now: datetime) -> Condition:
    """Whether the screen may be heard of, and was, within `SILENT_AFTER`."""
    if life.revoked_at is not None:
        return Condition.REVOKED
    if life.expires_at is not None and life.expires_at <= now:
        return Condition.EXPIRED
    if now - (life.last_seen_at or life.paired_at) >= SILENT_AFTER:
        return Condition.SILENT
    return Condition.WAITING if life.last_seen_at is None else Condition.LIVE


def silence(life: Life, *, now: datetime) -> Silence | None:
    """The alert that the screen is silent; it clears by itself, and so does its acknowledgement."""
    if condition(life, now=now) is not Condition.SILENT:
        return None
    heard = life.last_seen_at or life.paired_at
    known = life.acknowledged_at is not None and life.acknowledged_at > heard
    return Silence(heard + SILENT_AFTER, known)
