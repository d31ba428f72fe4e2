"""Screens on walls: pairing, approving, the inventory, revoking."""

from datetime import datetime
from io import BytesIO
from typing import Literal

import segno
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from app.operations import screens
from app.operations.screens import Placing, State
from app.store.screens import ScreenRow
from app.web.access import TheAccess
from app.web.cookies import Cookies
from app.web.fields import Form, Line
from app.web.identity import PAIRING_COOKIE, Lead, Now
from app.web.origin import address_of

router = APIRouter(prefix="/screens", tags=["screens"])
POLL_S = 3


class PairingTicket(BaseModel):
    """What an unknown screen shows until a lead approves it."""

    code: str
    expires_at: datetime
    poll_s: int = POLL_S
    approve_url: str
    qr_svg: str


class PairingAnswer(BaseModel):
    """How the pairing stands, and where the screen goes once it is approved."""

    state: State
    next: str | None = None


class Approval(Form):
    code: Line
    name: Line
    place: Line | None = None
    portfolio: Line | None = None
    """The only portfolio that the screen may show; left out, it may show any."""
    theme: Literal["dark", "light"] = "dark"


class ScreenAnswer(BaseModel):
    """A screen of the inventory."""

    id: str
    name: str
    place: str | None
    portfolio: str | None
    theme: str
    paired_at: datetime
    last_seen_at: datetime | None
    revision_shown: int | None
    revoked_at: datetime | None


class Screens(BaseModel):
    screens: list[ScreenAnswer]


class Approved(BaseModel):
    id: str
    name: str


@router.post("/pairing")
async def ask_to_pair(request: Request, response: Response, access: TheAccess, now: Now) -> PairingTicket:
    """A code to show: sets the cookie `nerve_pairing`. Needs no credentials."""
    access.pairings.spend(address_of(request), at=now.timestamp())
    asked = await screens.ask(access.db, request.cookies.get(PAIRING_COOKIE), now=now)
    Cookies(access, request, response).give(nerve_pairing=asked.secret)
    approve_url = f"/settings/screens?code={asked.code}"
    base = (access.public_url or str(request.base_url)).rstrip("/")
    return PairingTicket(
        code=screens.shown(asked.code),
        expires_at=asked.expires_at,
        approve_url=approve_url,
        qr_svg=_qr_svg(base + approve_url),
    )


@router.get("/pairing", response_model_exclude_none=True)
async def poll_pairing(request: Request, response: Response, access: TheAccess, now: Now) -> PairingAnswer:
    """How the pairing stands; once approved, sets the cookie `nerve_screen`. Needs no credentials."""
    polled = await screens.poll(access.db, request.cookies.get(PAIRING_COOKIE), now=now)
    if polled.token is None:
        return PairingAnswer(state=polled.state)
    await access.keyring.refresh()
    cookies = Cookies(access, request, response)
    cookies.give(nerve_screen=polled.token)
    cookies.take(PAIRING_COOKIE)
    return PairingAnswer(state=polled.state, next="/wall")


@router.post("/approvals", status_code=201)
async def approve(form: Approval, lead: Lead, access: TheAccess, now: Now) -> Approved:
    """The browser that shows this code becomes a screen."""
    placing = Placing(form.name, form.place, form.portfolio, {"theme": form.theme})
    screen = await screens.approve(access.db, form.code, placing, lead, now=now)
    return Approved(id=screen.screen_id, name=screen.name)


@router.get("")
async def list_screens(_: Lead, access: TheAccess) -> Screens:
    """The inventory, newest first: what each screen showed last, and when."""
    await access.keyring.flush()
    return Screens(screens=[_answer(row) for row in await screens.list_all(access.db)])


@router.delete("/{screen}", status_code=204)
async def revoke(screen: str, _: Lead, access: TheAccess, now: Now) -> None:
    """The screen goes back to its pairing code within seconds."""
    await screens.revoke(access.db, screen, now=now)
    await access.keyring.refresh()


def _answer(row: ScreenRow) -> ScreenAnswer:
    screen = row.screen
    return ScreenAnswer(
        id=screen.screen_id,
        name=screen.name,
        place=screen.place,
        portfolio=screen.portfolio,
        theme=str(screen.profile.get("theme", "dark")),
        paired_at=row.paired_at,
        last_seen_at=row.last_seen_at,
        revision_shown=row.revision_shown,
        revoked_at=row.revoked_at,
    )


def _qr_svg(text: str) -> str:
    picture = BytesIO()
    segno.make(text, error="m", micro=False).save(
        picture, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, dark="#000", light="#fff"
    )
    return picture.getvalue().decode()
