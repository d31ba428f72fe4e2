"""Signing in and out, and who this browser is."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.domain.access import Role, Screen
from app.operations import accounts, screens
from app.web.access import TheAccess
from app.web.cookies import Cookies
from app.web.fields import Email, Form, Secret
from app.web.identity import SCREEN_COOKIE, SESSION_COOKIE, Caller, Identity, Now
from app.web.kinds import NOT_SIGNED_IN
from app.web.origin import address_of
from app.web.problems import Problem

router = APIRouter(prefix="/session", tags=["session"])


class SignIn(Form):
    email: Email
    password: Secret = Field(repr=False)


class PersonAnswer(BaseModel):
    """Who is signed in."""

    name: str
    email: str
    role: Role


class ScreenAnswer(BaseModel):
    """Which paired screen this browser is, and what it shows."""

    id: str
    name: str
    place: str | None
    portfolio: str | None
    profile: dict[str, Any]
    standing: dict[str, Any]
    server_time: datetime
    """So that screens agree on the time, whatever their own clocks say."""


class SessionAnswer(BaseModel):
    """Who this browser is: a person, a paired screen, or both."""

    user: PersonAnswer | None
    screen: ScreenAnswer | None


@router.post("")
async def sign_in(
    form: SignIn, request: Request, response: Response, access: TheAccess, now: Now
) -> SessionAnswer:
    """Start a session: sets the cookie `nerve_session`."""
    async with access.trying_to_sign_in(address_of(request), accounts.normal(form.email)):
        signed_in = await accounts.sign_in(access.db, form.email, form.password, now=now)
    await access.keyring.refresh()
    Cookies(access, request, response).give(nerve_session=signed_in.secret)
    return session_answer(Identity(person=signed_in.person), now=now)


@router.get("")
async def who_am_i(
    request: Request, response: Response, caller: Caller, access: TheAccess, now: Now
) -> SessionAnswer:
    """Who this browser is. A screen's cookie is renewed, and its token exchanged now and then."""
    if caller.key is not None:
        raise Problem(NOT_SIGNED_IN, "A key is not a session.")
    if caller.screen is None:
        return session_answer(caller, now=now)
    token = request.cookies[SCREEN_COOKIE]
    renewed = await screens.renew(access.db, token, now=now)
    if renewed is None:
        return session_answer(replace(caller, screen=None), now=now)
    Cookies(access, request, response).give(nerve_screen=renewed.token or token)
    return session_answer(replace(caller, screen=renewed.screen), now=now)


@router.delete("", status_code=204)
async def sign_out(request: Request, response: Response, caller: Caller, access: TheAccess, now: Now) -> None:
    """End the session; a browser that is a screen stays one."""
    if caller.person is not None:
        await accounts.sign_out(access.db, request.cookies[SESSION_COOKIE], now=now)
        await access.keyring.refresh()
    Cookies(access, request, response).take(SESSION_COOKIE)


def session_answer(caller: Identity, *, now: datetime) -> SessionAnswer:
    """Who this is, as pages read it."""
    person, screen = caller.person, caller.screen
    return SessionAnswer(
        user=PersonAnswer(name=person.name, email=person.email, role=person.role) if person else None,
        screen=_screen(screen, now) if screen else None,
    )


def _screen(screen: Screen, now: datetime) -> ScreenAnswer:
    return ScreenAnswer(
        id=screen.screen_id,
        name=screen.name,
        place=screen.place,
        portfolio=screen.portfolio,
        profile=dict(screen.profile),
        standing=dict(screen.standing),
        server_time=now,
    )
