"""First contact, from a browser on the server's own machine: `/start#CODE`."""

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from app.domain.access import Role
from app.operations import starting
from app.operations.accounts import NewPerson
from app.web.access import TheAccess
from app.web.cookies import Cookies
from app.web.fields import Email, Form, Line, Password, Secret
from app.web.identity import Now
from app.web.origin import local_only

router = APIRouter(prefix="/start", tags=["start"], dependencies=[Depends(local_only)])


class StartForm(Form):
    code: Secret = Field(repr=False)


class FirstAdmin(Form):
    ticket: Secret = Field(repr=False)
    name: Line
    email: Email
    password: Password = Field(repr=False)


class StartAnswer(BaseModel):
    """Where the page goes next; on an empty installation with the ticket to create an administrator."""

    next: str
    create_admin: bool | None = None
    ticket: str | None = None


@router.post("", response_model_exclude_none=True)
async def start(
    form: StartForm, request: Request, response: Response, access: TheAccess, now: Now
) -> StartAnswer:
    """Use a start code up: in the demo this browser is then signed in and paired as a screen."""
    started = await starting.redeem(access.db, form.code, now=now)
    if started.ticket is not None:
        return StartAnswer(next="/start#admin", create_admin=True, ticket=started.ticket)
    await access.keyring.refresh()
    Cookies(access, request, response).give(nerve_session=started.session, nerve_screen=started.screen)
    return StartAnswer(next="/wall")


@router.post("/admin", response_model_exclude_none=True)
async def create_admin(
    form: FirstAdmin, request: Request, response: Response, access: TheAccess, now: Now
) -> StartAnswer:
    """Create the first administrator, and sign this browser in as them."""
    new = NewPerson(form.name, form.email, Role.ADMIN, form.password)
    started = await starting.create_admin(access.db, form.ticket, new, now=now)
    await access.keyring.refresh()
    Cookies(access, request, response).give(nerve_session=started.session)
    return StartAnswer(next="/")
