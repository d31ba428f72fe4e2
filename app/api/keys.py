"""API keys of integrations: issued by administrators, shown once."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field

from app.domain.access import Scope
from app.operations import keys
from app.operations.keys import Grant
from app.store.keys import KeyRow
from app.web.access import TheAccess
from app.web.fields import Form, Line
from app.web.identity import Admin, Now

router = APIRouter(prefix="/keys", tags=["keys"])


class NewKey(Form):
    name: Line
    """The connection that the key is for; one connection has at most two live keys."""
    scopes: Annotated[list[Annotated[Scope, Field(strict=False)]], Field(min_length=1, max_length=2)]
    portfolios: Annotated[list[Line], Field(min_length=1, max_length=1000)] | None = None
    """What it is granted; left out, every portfolio."""
    expires_at: Annotated[AwareDatetime | None, Field(strict=False)] = None


class KeyAnswer(BaseModel):
    """A live key. Its secret is not kept; the hint is how it begins."""

    id: str
    name: str
    connection: str
    hint: str
    scopes: list[Scope]
    portfolios: list[str] | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class Keys(BaseModel):
    keys: list[KeyAnswer]


class IssuedKey(BaseModel):
    """A new key, shown this once."""

    id: str
    name: str
    connection: str
    key: str


@router.get("")
async def list_keys(_: Admin, access: TheAccess) -> Keys:
    """The live keys, newest first."""
    await access.keyring.flush()
    return Keys(keys=[_answer(row) for row in await keys.list_live(access.db)])


@router.post("", status_code=201)
async def issue_key(form: NewKey, _: Admin, access: TheAccess, now: Now) -> IssuedKey:
    """Issue a key for a connection, which is created if need be."""
    grant = Grant(form.scopes, form.portfolios, form.expires_at)
    issued = await keys.issue(access.db, form.name, grant, now=now)
    await access.keyring.refresh()
    key = issued.key
    return IssuedKey(id=key.key_id, name=key.name, connection=key.connection_id, key=issued.secret)


@router.delete("/{key}", status_code=204)
async def revoke_key(key: str, _: Admin, access: TheAccess, now: Now) -> None:
    """The key stops working at once, on other nodes within a second."""
    await keys.revoke(access.db, key, now=now)
    await access.keyring.refresh()


def _answer(row: KeyRow) -> KeyAnswer:
    key = row.key
    return KeyAnswer(
        id=key.key_id,
        name=key.name,
        connection=key.connection_id,
        hint=row.hint,
        scopes=sorted(key.scopes),
        portfolios=None if key.portfolios is None else sorted(key.portfolios),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )
