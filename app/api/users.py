"""People with accounts, as administrators manage them."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.domain.access import Person, Role
from app.operations import accounts
from app.operations.accounts import NewPerson
from app.web.access import TheAccess
from app.web.fields import Email, Form, Line, Password
from app.web.identity import Admin, Now

router = APIRouter(prefix="/users", tags=["users"])


class NewUser(Form):
    name: Line
    email: Email
    role: Annotated[Role, Field(strict=False)]
    password: Password = Field(repr=False)


class User(BaseModel):
    id: str
    name: str
    email: str
    role: Role


class Users(BaseModel):
    users: list[User]


@router.get("")
async def list_users(_: Admin, access: TheAccess) -> Users:
    """Everybody who can sign in, by name."""
    return Users(users=[_answer(person) for person in await accounts.list_people(access.db)])


@router.post("", status_code=201)
async def add_user(form: NewUser, _: Admin, access: TheAccess, now: Now) -> User:
    """Create an account."""
    new = NewPerson(form.name, form.email, form.role, form.password)
    return _answer(await accounts.add(access.db, new, now=now))


@router.delete("/{user}", status_code=204)
async def remove_user(user: str, _: Admin, access: TheAccess, now: Now) -> None:
    """Nobody signs in with this account any more; its sessions end within seconds."""
    await accounts.remove(access.db, user, now=now)
    await access.keyring.refresh()


def _answer(person: Person) -> User:
    return User(id=person.user_id, name=person.name, email=person.email, role=person.role)
