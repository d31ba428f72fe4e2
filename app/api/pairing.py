"""How a browser becomes a screen: a code, the approval of a lead, a cookie."""

from datetime import datetime
from io import BytesIO

import segno
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from app.api.screens import Setup
from app.domain.screens import Condition, condition
from app.operations import pairing, screens
from app.operations.pairing import State
from app.store.screens import ScreenRow
from app.web.access import TheAccess
from app.web.cookies import Cookies
from app.web.fields import Line
from app.web.identity import PAIRING_COOKIE, SCREEN_COOKIE, Lead, Now
from app.web.origin import address_of

router = APIRouter(prefix="/screens", tags=["screens"])
POLL_S = 3


class Former(BaseModel):
    """The screen that this browser was until now."""

    name: str
    condition: Condition
    ended_at: datetime | None


class PairingTicket(BaseModel):
    """What an unknown screen shows until a lead approves it."""

    code: str
    expires_at: datetime
    poll_s: int = POLL_S
    approve_url: str
    qr_svg: str
    former: Former | None


class PairingAnswer(BaseModel):
    """How the pairing stands, and where the screen goes once it is approved."""

    state: State
    next: str | None = None


class Approval(Setup):
    code: Line


class Approved(BaseModel):
    id: str
    name: str


@router.post("/pairing")
async def ask_to_pair(request: Request, response: Response, access: TheAccess, now: Now) -> PairingTicket:
    """A code to show: sets the cookie `nerve_pairing`. Needs no credentials."""
    access.pairings.spend(address_of(request), at=now.timestamp())
    asked = await pairing.ask(access.db, request.cookies.get(PAIRING_COOKIE), now=now)
    former = await screens.ended(access.db, request.cookies.get(SCREEN_COOKIE))
    Cookies(access, request, response).give(nerve_pairing=asked.secret)
    approve_url = f"/settings/screens?code={asked.code}"
    base = (access.public_url or str(request.base_url)).rstrip("/")
    return PairingTicket(
        code=pairing.shown(asked.code),
        expires_at=asked.expires_at,
        approve_url=approve_url,
        qr_svg=_qr_svg(base + approve_url),
        former=former and _former(former, now),
    )


@router.get("/pairing", response_model_exclude_none=True)
async def poll_pairing(request: Request, response: Response, access: TheAccess, now: Now) -> PairingAnswer:
    """How the pairing stands; once approved, sets the cookie `nerve_screen`. Needs no credentials."""
    polled = await pairing.poll(access.db, request.cookies.get(PAIRING_COOKIE), now=now)
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
    screen = await pairing.approve(access.db, form.code, form.placing(), lead, now=now)
    return Approved(id=screen.screen_id, name=screen.name)


def _former(row: ScreenRow, now: datetime) -> Former:
    ended_at = row.life.revoked_at or row.life.expires_at
    return Former(name=row.screen.name, condition=condition(row.life, now=now), ended_at=ended_at)


def _qr_svg(text: str) -> str:
    picture = BytesIO()
    segno.make(text, error="m", micro=False).save(
        picture, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, dark="#000", light="#fff"
    )
    return picture.getvalue().decode()
