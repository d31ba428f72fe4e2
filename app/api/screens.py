"""The inventory of screens: what they are set up to be, how they are doing, what they are told, their end."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field, model_validator

from app.domain.screens import Condition, Scene, ScreenCommand, condition
from app.operations import commanding, screens
from app.operations.commanding import Told
from app.operations.screens import Placing
from app.store.screen_acts import Act
from app.store.screens import ScreenRow
from app.web.access import TheAccess
from app.web.fields import Form, Line
from app.web.identity import Analyst, Lead, Now

router = APIRouter(prefix="/screens", tags=["screens"])

TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
AScene = Annotated[Scene, Field(strict=False)]
Scenes = Annotated[list[AScene], Field(min_length=1, max_length=len(Scene))]


Beside = Annotated[int, Field(ge=1, le=8)]


Outcome = Literal["done", "refused", "unanswered"]


class Night(Form):
    """When the screen is dimmed, by its own clock; from 20:00 to 07:00 is over midnight."""

    begins: TimeOfDay
    ends: TimeOfDay
    dim_pct: Annotated[int, Field(ge=10, le=90)] = 60
    """How much of the light is taken away."""


class Canvas(Form):
    """The screens of a group as one picture: how they hang, and which of them this one is."""

    columns: Beside
    rows: Beside
    column: Beside
    """From 1, from the left."""
    row: Beside
    """From 1, from above."""

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if self.column > self.columns or self.row > self.rows:
            msg = "the place is outside of the canvas"
            raise ValueError(msg)
        return self


class Profile(Form):
    """What a screen is and may show."""

    theme: Literal["dark", "light"] = "dark"
    colours: Literal["calm", "classic"] = "calm"
    diagonal_in: Annotated[float, Field(ge=5, le=300)] = 55
    distance_m: Annotated[float, Field(ge=0.3, le=50)] = 4
    """To whoever looks from furthest away: letters are drawn for them."""
    scenes: Scenes = [Scene.PORTFOLIO]  # noqa: RUF012 - pydantic copies it
    dwell_s: Annotated[int, Field(ge=30, le=120)] | None = None
    """How long a scene is shown before the next one; left out, the first one stays."""
    group: Line | None = None
    """Screens of a group have the same playlist, and show the same scene at the same time."""
    canvas: Canvas | None = None
    """Its place where the screens of its group are one picture; left out, it shows everything itself."""
    names: bool = False
    """May it show the names of people?"""
    night: Night | None = None
    sound: bool = False
    """A tone when an alert of severity critical is raised."""

    @model_validator(mode="after")
    def _hangs_with_others(self) -> Self:
        if self.canvas is not None and self.group is None:
            msg = "a canvas is that of a group"
            raise ValueError(msg)
        return self


class Setup(Form):
    """What a lead says of a screen."""

    name: Line
    place: Line | None = None
    portfolio: Line | None = None
    """The only portfolio that the screen may show; left out, it may show any."""
    expires_at: Annotated[AwareDatetime | None, Field(strict=False)] = None
    """When it goes back to its pairing code by itself."""
    profile: Profile = Profile()

    def placing(self) -> Placing:
        profile = self.profile.model_dump(mode="json", exclude_none=True)
        return Placing(self.name, self.place, self.portfolio, profile, self.expires_at)


class ScreenEntry(BaseModel):
    """A screen of the inventory."""

    id: str
    name: str
    place: str | None
    portfolio: str | None
    profile: dict[str, Any]
    standing: dict[str, Any]
    """The commands that last: what it is pinned to, whether it is paused, muted, blank."""
    condition: Condition
    paired_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_seen_at: datetime | None
    revision_shown: int | None
    rendered_ms: float | None
    """How long its last rendering took."""
    about: dict[str, Any] | None
    """The device as it says itself: scene, build, width, height, whether it is kept awake."""


class Screens(BaseModel):
    screens: list[ScreenEntry]


class ScreenAlert(BaseModel):
    """A screen that should be heard of and is not."""

    screen: str
    name: str
    place: str | None
    severity: Literal["low"] = "low"
    since: datetime
    acknowledged: bool


class ScreenAlerts(BaseModel):
    alerts: list[ScreenAlert]


class Order(Form):
    """`show` and `pin` take a scene, `pause`, `mute` and `blank` take on or off, the last two a text."""

    command: Annotated[ScreenCommand, Field(strict=False)]
    argument: Annotated[str, Field(max_length=500)] | None = None


class OrderAnswer(BaseModel):
    """What became of a command."""

    id: str
    state: Outcome
    """Unanswered: the screen is not there. What lasts it will take up when it is back."""
    problem: str | None
    last_seen_at: datetime | None


class ActAnswer(BaseModel):
    """Something that was done to a screen."""

    act: str
    argument: str | None
    by: str
    at: datetime
    sent_at: datetime | None
    done_at: datetime | None
    problem: str | None


class ScreenLog(BaseModel):
    acts: list[ActAnswer]


@router.get("")
async def list_screens(_: Lead, access: TheAccess, now: Now) -> Screens:
    """The inventory, newest first: what each screen showed last, and when."""
    await access.keyring.flush()
    return Screens(screens=[_answer(row, now) for row in await screens.list_all(access.db)])


@router.get("/alerts")
async def list_alerts(_: Analyst, access: TheAccess, now: Now) -> ScreenAlerts:
    """The screens that are silent: an alert each, of severity low, that clears by itself."""
    await access.keyring.flush()
    return as_alerts(await screens.alerts(access.db, now=now))


def as_alerts(silent: Iterable[screens.Alert]) -> ScreenAlerts:
    """As they are told."""
    return ScreenAlerts(
        alerts=[
            ScreenAlert(
                screen=each.screen.screen_id,
                name=each.screen.name,
                place=each.screen.place,
                since=each.silence.since,
                acknowledged=each.silence.acknowledged,
            )
            for each in silent
        ]
    )


@router.post("/{screen}/acknowledgement", status_code=204)
async def acknowledge(screen: str, analyst: Analyst, access: TheAccess, now: Now) -> None:
    """Its silence is known: good until it is heard of again."""
    await screens.acknowledge(access.db, screen, analyst, now=now)


@router.put("/{screen}")
async def edit(screen: str, form: Setup, lead: Lead, access: TheAccess, now: Now) -> ScreenEntry:
    """Set a screen up anew. It takes the change over at once, without a reload."""
    row = await screens.edit(access.db, screen, form.placing(), lead, now=now)
    await access.keyring.refresh()
    access.tell_screens()
    return _answer(row, now)


@router.post("/{screen}/commands")
async def command(screen: str, form: Order, lead: Lead, access: TheAccess, now: Now) -> OrderAnswer:
    """Tell a screen something; the answer is the screen's, or says that there was none."""
    tell = partial(commanding.command, access.db, deliver=access.tell_screens, now=now)
    return _outcome(await tell(screen, form.command, form.argument, lead))


@router.get("/{screen}/log")
async def read_log(screen: str, _: Lead, access: TheAccess) -> ScreenLog:
    """Who did what to a screen, newest first, and what came of it."""
    acts = await screens.log(access.db, screen)
    return ScreenLog(acts=[ActAnswer(by=by, at=act.asked_at, **_kept(act)) for act, by in acts])


@router.delete("/{screen}", status_code=204)
async def revoke(screen: str, lead: Lead, access: TheAccess, now: Now) -> None:
    """The screen goes back to its pairing code within seconds."""
    await screens.revoke(access.db, screen, lead, now=now)
    await access.keyring.refresh()


def _answer(row: ScreenRow, now: datetime) -> ScreenEntry:
    screen, life, report = row
    return ScreenEntry(
        id=screen.screen_id,
        name=screen.name,
        place=screen.place,
        portfolio=screen.portfolio,
        profile=dict(screen.profile),
        standing=dict(screen.standing),
        condition=condition(life, now=now),
        paired_at=life.paired_at,
        expires_at=life.expires_at,
        revoked_at=life.revoked_at,
        last_seen_at=life.last_seen_at,
        revision_shown=report.revision if report else None,
        rendered_ms=report.rendered_ms if report else None,
        about=dict(report.about) if report and report.about else None,
    )


def _kept(act: Act) -> dict[str, Any]:
    return {name: value for name, value in act._asdict().items() if name in ActAnswer.model_fields}


def _outcome(told: Told) -> OrderAnswer:
    act = told.act
    answered: Outcome = "refused" if act.problem else "done"
    return OrderAnswer(
        id=act.act_id,
        state="unanswered" if act.done_at is None else answered,
        problem=act.problem,
        last_seen_at=told.last_seen_at,
    )
