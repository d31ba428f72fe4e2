"""Access on both databases: what is stored, what is seen by other nodes, what may happen once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import pytest
from sqlalchemy.engine import Connection

from app.db import Database, open_database
from app.domain.access import Person, Role, Scope
from app.operations import accounts, keys, pairing, portfolios, screens, starting
from app.operations.accounts import EmailTaken, LastAdmin, NewPerson, WrongCredentials
from app.operations.keyring import Keyring, credentials
from app.operations.keys import Grant, TooManyKeys, UnknownGrant
from app.operations.pairing import State
from app.operations.screens import Placing
from app.operations.secrecy import new_secret
from app.operations.starting import AlreadySetUp, Purpose, StartRefused

NOW: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
PASSWORD: Final = "correct horse battery"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    found = open_database(database_url)
    for name in ("alpha", "beta"):
        create = partial(portfolios.create, portfolio_id=name, name=name, clock="live", currency="EUR")
        await found.write(create)
    yield found
    await found.close()


async def a_person(db: Database, role: Role = Role.ADMIN, password: str | None = None) -> Person:
    return await accounts.add(db, NewPerson("Ada", f"{role}@example.org", role, password), now=NOW)


async def test_a_key_comes_back_from_the_database_as_it_was_granted(db: Database) -> None:
    until = NOW + timedelta(days=1)
    grant = Grant([Scope.READ, Scope.INGEST], ["beta", "alpha"], until)
    issued = await keys.issue(db, "SAP Finance", grant, now=NOW)

    (row,) = await keys.list_live(db)

    assert row.key == issued.key
    assert row.key.connection_id == "sap-finance"
    assert (row.created_at, row.expires_at) == (NOW, until)


async def test_a_third_key_and_a_grant_of_nothing_are_refused(db: Database) -> None:
    for _ in range(2):
        await keys.issue(db, "SAP", Grant([Scope.READ]), now=NOW)

    with pytest.raises(TooManyKeys):
        await keys.issue(db, "SAP", Grant([Scope.READ]), now=NOW)
    with pytest.raises(UnknownGrant):
        await keys.issue(db, "Jira", Grant([Scope.READ], ["alpha", "gamma"]), now=NOW)


@pytest.mark.parametrize(
    ("name", "connection"),
    [("SAP", "sap"), ("Größe & Co.", "gr-e-co"), ("a" * 99, "a" * 64), ("項目", "connection-0943908e")],
)
def test_the_id_of_a_connection_can_be_read(name: str, connection: str) -> None:
    assert keys.connection_id(name) == connection


async def test_the_ring_finds_whoever_holds_a_credential_and_nobody_else(db: Database) -> None:
    issued = await keys.issue(db, "SAP", Grant([Scope.READ]), now=NOW)
    ring, presented = Keyring(db), credentials(key=issued.secret)
    assert not ring.knows(presented)

    await ring.refresh()

    assert ring.find(presented, now=NOW).key == issued.key
    assert not any(ring.find(credentials(key="nk_other"), now=NOW))
    assert not any(ring.find(credentials(session=issued.secret, screen=issued.secret), now=NOW))


async def test_a_revocation_on_one_node_is_seen_on_another(db: Database) -> None:
    issued = await keys.issue(db, "SAP", Grant([Scope.READ]), now=NOW)
    ring, presented = Keyring(db), credentials(key=issued.secret)
    await ring.refresh()

    await keys.revoke(db, issued.key.key_id, now=NOW)
    await ring.refresh()

    assert not any(ring.find(presented, now=NOW))


async def test_many_who_wait_for_the_ring_share_a_few_loads(db: Database) -> None:
    loads: list[object] = []

    class Counting:
        url = db.url

        async def read(self, work: object) -> object:
            loads.append(work)
            return await db.read(work)  # type: ignore[arg-type]

    ring = Keyring(Counting())  # type: ignore[arg-type]
    await asyncio.gather(*(ring.refresh() for _ in range(100)))

    assert len(loads) <= 2


async def test_what_was_used_is_stored_by_the_flush(db: Database) -> None:
    person, secret = await a_person(db), new_secret()
    issued = await keys.issue(db, "SAP", Grant([Scope.READ]), now=NOW)
    await db.write(partial(accounts.open_session, user_id=person.user_id, secret=secret, now=NOW))
    ring, later = Keyring(db), NOW + timedelta(hours=11)
    await ring.refresh()

    ring.used(credentials(key=issued.secret, session=secret), now=later)
    await ring.flush()
    await ring.refresh()

    assert [row.last_used_at for row in await keys.list_live(db)] == [later]
    assert ring.find(credentials(session=secret), now=later + timedelta(hours=11)).person == person


async def test_what_could_not_be_stored_is_stored_with_the_next_flush(db: Database) -> None:
    issued = await keys.issue(db, "SAP", Grant([Scope.READ]), now=NOW)
    broken = [True]

    class Failing:
        async def read(self, work: object) -> object:
            return await db.read(work)  # type: ignore[arg-type]

        async def write(self, work: object) -> object:
            if broken:
                raise TimeoutError
            return await db.write(work)  # type: ignore[arg-type]

    ring = Keyring(Failing())  # type: ignore[arg-type]
    await ring.refresh()
    ring.used(credentials(key=issued.secret), now=NOW)
    with pytest.raises(TimeoutError):
        await ring.flush()

    broken.clear()
    await ring.flush()

    assert [row.last_used_at for row in await keys.list_live(db)] == [NOW]


async def test_people_sign_in_with_their_password_only(db: Database) -> None:
    person = await a_person(db, password=PASSWORD)

    assert (await accounts.sign_in(db, "Admin@Example.org", PASSWORD, now=NOW)).person == person
    for email, password in (("admin@example.org", "other"), ("nobody@example.org", PASSWORD)):
        with pytest.raises(WrongCredentials):
            await accounts.sign_in(db, email, password, now=NOW)


async def test_a_password_is_stored_as_an_argon2_hash(db: Database) -> None:
    await a_person(db, password=PASSWORD)

    stored = await db.read(_passwords)

    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored


async def test_the_same_address_twice_and_nobody_left_to_administer_are_refused(db: Database) -> None:
    person = await a_person(db)

    with pytest.raises(EmailTaken):
        await a_person(db)
    with pytest.raises(LastAdmin):
        await accounts.remove(db, person.user_id, now=NOW)


async def test_a_start_code_is_redeemed_once_even_by_two_at_the_same_moment(db: Database) -> None:
    code = await starting.issue(db, Purpose.DEMO, now=NOW)

    both = await asyncio.gather(
        *(starting.redeem(db, code, now=NOW) for _ in range(2)), return_exceptions=True
    )

    assert sorted(isinstance(each, StartRefused) for each in both) == [False, True]


async def test_a_start_code_signs_in_and_pairs_on_the_first_portfolio(db: Database) -> None:
    started = await starting.redeem(db, await starting.issue(db, Purpose.DEMO, now=NOW), now=NOW)
    ring = Keyring(db)
    await ring.refresh()

    found = ring.find(credentials(session=started.session, screen=started.screen), now=NOW)

    assert found.person == started.person
    assert found.screen is not None
    assert found.screen.portfolio == "alpha"


async def test_one_ticket_makes_one_administrator(db: Database) -> None:
    started = await starting.redeem(db, await starting.issue(db, Purpose.FIRST_ADMIN, now=NOW), now=NOW)
    new = NewPerson("Ada", "ada@example.org", Role.ADMIN, PASSWORD)
    assert started.ticket is not None

    made = await starting.create_admin(db, started.ticket, new, now=NOW)

    assert made.person is not None
    assert made.person.role is Role.ADMIN
    with pytest.raises(StartRefused):
        await starting.create_admin(db, started.ticket, new, now=NOW)
    with pytest.raises(AlreadySetUp):
        await starting.redeem(db, await starting.issue(db, Purpose.FIRST_ADMIN, now=NOW), now=NOW)


async def test_a_pairing_goes_from_code_to_token_to_revoked(db: Database) -> None:
    lead, asked = await a_person(db, Role.LEAD), await pairing.ask(db, None, now=NOW)
    assert (await pairing.poll(db, asked.secret, now=NOW)).state is State.PENDING

    screen = await pairing.approve(
        db, pairing.shown(asked.code), Placing("Lobby", None, "alpha", {}), lead, now=NOW
    )
    approved = await pairing.poll(db, asked.secret, now=NOW)
    ring = Keyring(db)
    await ring.refresh()

    assert ring.find(credentials(screen=approved.token), now=NOW).screen == screen
    await screens.revoke(db, screen.screen_id, lead, now=NOW)
    assert (await pairing.poll(db, asked.secret, now=NOW)).state is State.REVOKED


def _passwords(connection: Connection) -> str:
    return "".join(connection.exec_driver_sql('SELECT password FROM "user"').scalars())
