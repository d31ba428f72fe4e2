"""Commands of whoever runs the installation: migrate, keys, people, the API's document."""

import getpass
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import TypeVar

from app.cli import installation
from app.cli.installation import in_database, now
from app.cli.refusal import Refusal
from app.db import Database
from app.domain.access import DomainError, Role, Scope
from app.operations import accounts, keys
from app.operations.accounts import LONGEST_PASSWORD, SHORTEST_PASSWORD, NewPerson
from app.operations.keys import Grant
from app.settings import Settings

Choice = TypeVar("Choice", bound=StrEnum)


def migrate() -> None:
    """Bring the database to the schema of this version."""
    installation.migrate(Settings().database_url)


def create_key(name: str, *, scopes: Sequence[str], portfolios: Sequence[str] | None) -> None:
    """Issue a key and print its secret, alone on standard output."""
    wanted = [_one_of(Scope, scope) for scope in scopes]

    async def issue(db: Database) -> str:
        return (await keys.issue(db, name, Grant(wanted, portfolios or None), now=now())).secret

    print(_granted(issue))


def create_user(email: str, *, name: str, role: str, password_from_stdin: bool) -> None:
    """Create somebody who can sign in."""
    wanted = _one_of(Role, role)
    password = sys.stdin.readline().rstrip("\r\n") if password_from_stdin else _asked()
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Refusal(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")

    async def create(db: Database) -> str:
        person = await accounts.add(db, NewPerson(name, email, wanted, password), now=now())
        return f"{person.name} can sign in as {person.email} ({person.role})"

    print(_granted(create))


def openapi() -> None:
    """Print the OpenAPI document, sorted, so that it can be compared."""
    from app.main import create_app, openapi_of  # noqa: PLC0415 - the whole product, for this command only

    print(json.dumps(openapi_of(create_app(Settings())), indent=2, sort_keys=True, ensure_ascii=False))


def _granted(work: Callable[[Database], Awaitable[str]]) -> str:
    """What to print, or a refusal in words."""
    try:
        return in_database(Settings().database_url, work)
    except keys.TooManyKeys as error:
        raise Refusal(f"{error.name} has two live keys already; revoke one first") from error
    except keys.UnknownGrant as error:
        raise Refusal(f"no such portfolio: {', '.join(error.portfolios)}") from error
    except accounts.EmailTaken as error:
        raise Refusal("somebody has this address already") from error
    except DomainError as error:
        raise Refusal(str(error) or type(error).__name__) from error


def _one_of(choices: type[Choice], word: str) -> Choice:
    try:
        return choices(word)
    except ValueError as error:
        raise Refusal(f"{word} is none of: {', '.join(choices)}") from error


def _asked() -> str:
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise Refusal("the two passwords differ")
    return password
