"""Screens as devices, on both databases: tokens that rotate, approvals that end, silence, groups."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

import pytest

from app.db import Database, open_database
from app.domain.access import Person, Role
from app.domain.screens import Condition, Report, ScreenCommand, condition
from app.operations import accounts, commanding, pairing, portfolios, screens
from app.operations.accounts import NewPerson
from app.operations.keyring import Keyring, credentials
from app.operations.screens import LOST, ROTATES, PlaceTaken, Placing, UnknownScreen, UnknownWall

NOW: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    found = open_database(database_url)
    await found.write(
        partial(portfolios.create, portfolio_id="alpha", name="Alpha", clock="live", currency="EUR")
    )
    yield found
    await found.close()


class Hall:
    """A lead, the screens that they approved, and what one node knows of them."""

    def __init__(self, db: Database, lead: Person) -> None:
        self.db, self.lead, self.keyring = db, lead, Keyring(db)

    async def pair(self, name: str = "Lobby", **more: Any) -> tuple[str, str]:
        """The id and the token of a new screen."""
        asked = await pairing.ask(self.db, None, now=NOW)
        placing = Placing(name, None, "alpha", more.pop("profile", {}), **more)
        screen = await pairing.approve(self.db, asked.code, placing, self.lead, now=NOW)
        token = (await pairing.poll(self.db, asked.secret, now=NOW)).token
        assert token is not None
        return screen.screen_id, token

    async def is_known(self, token: str, now: datetime = NOW) -> bool:
        await self.keyring.refresh()
        return self.keyring.find(credentials(screen=token), now=now).screen is not None

    async def condition(self, now: datetime) -> Condition:
        (row,) = await screens.list_all(self.db)
        return condition(row.life, now=now)

    async def hears(self, screen_id: str, now: datetime) -> None:
        self.keyring.shown(screen_id, Report(7, 2.5, {"scene": "risks"}), now=now)
        await self.keyring.flush()


@pytest.fixture
async def hall(db: Database) -> Hall:
    return Hall(db, await accounts.add(db, NewPerson("Ada", "ada@example.org", Role.LEAD, None), now=NOW))


async def test_a_token_is_exchanged_after_a_day_and_the_old_one_ends_when_the_new_one_is_used(
    hall: Hall,
) -> None:
    _, first = await hall.pair()
    young = await screens.renew(hall.db, first, now=NOW + ROTATES - SECOND)
    renewed = await screens.renew(hall.db, first, now=NOW + ROTATES)
    assert young is not None
    assert renewed is not None
    assert renewed.token is not None
    both = (await hall.is_known(first), await hall.is_known(renewed.token))

    await screens.renew(hall.db, renewed.token, now=NOW + ROTATES + SECOND)

    assert young.token is None
    assert both == (True, True)
    assert (await hall.is_known(first), await hall.is_known(renewed.token)) == (False, True)


async def test_two_tabs_that_ask_at_once_are_given_one_next_token_and_a_lost_one_is_replaced(
    hall: Hall,
) -> None:
    _, first = await hall.pair()
    due = NOW + ROTATES
    one, other, later = [
        await screens.renew(hall.db, first, now=at) for at in (due, due + SECOND, due + LOST)
    ]

    assert one is not None
    assert other is not None
    assert later is not None
    assert (one.token is None, other.token is None, later.token is None) == (False, True, False)
    assert one.token != later.token


async def test_a_socket_that_was_opened_with_an_exchanged_token_is_still_that_screen(hall: Hall) -> None:
    screen_id, first = await hall.pair()
    renewed = await screens.renew(hall.db, first, now=NOW + ROTATES)
    assert renewed is not None
    assert renewed.token is not None
    await screens.renew(hall.db, renewed.token, now=NOW + ROTATES)

    await hall.keyring.refresh()

    assert hall.keyring.screen(screen_id, now=NOW) == renewed.screen


async def test_an_approval_ends_at_its_time(hall: Hall) -> None:
    _, token = await hall.pair(expires_at=NOW + timedelta(days=30))

    assert await hall.is_known(token, NOW + timedelta(days=29))
    assert not await hall.is_known(token, NOW + timedelta(days=30))
    assert await hall.condition(NOW + timedelta(days=30)) is Condition.EXPIRED


async def test_a_screen_that_is_not_heard_of_for_three_minutes_is_a_low_alert_until_it_is(hall: Hall) -> None:
    screen_id, _ = await hall.pair()
    await hall.hears(screen_id, NOW)
    before = await screens.alerts(hall.db, now=NOW + timedelta(minutes=3) - SECOND)
    (alert,) = await screens.alerts(hall.db, now=NOW + timedelta(minutes=4))
    await hall.hears(screen_id, NOW + timedelta(minutes=5))

    assert before == []
    assert (alert.screen.screen_id, alert.silence.since) == (screen_id, NOW + timedelta(minutes=3))
    assert await screens.alerts(hall.db, now=NOW + timedelta(minutes=6)) == []


async def test_a_silence_that_was_acknowledged_is_news_when_it_happens_again(hall: Hall) -> None:
    screen_id, _ = await hall.pair()
    await hall.hears(screen_id, NOW)
    await screens.acknowledge(hall.db, screen_id, hall.lead, now=NOW + timedelta(minutes=4))
    (known,) = await screens.alerts(hall.db, now=NOW + timedelta(minutes=5))
    await hall.hears(screen_id, NOW + timedelta(minutes=6))
    (again,) = await screens.alerts(hall.db, now=NOW + timedelta(minutes=9))

    assert (known.silence.acknowledged, again.silence.acknowledged) == (True, False)


async def test_a_portfolio_is_told_of_the_silent_screens_that_may_show_it(hall: Hall) -> None:
    await hall.pair("Any")

    (alert,) = await screens.alerts(hall.db, "alpha", now=NOW + timedelta(minutes=4))

    assert alert.screen.name == "Any"
    assert await screens.alerts(hall.db, "beta", now=NOW + timedelta(minutes=4)) == []


async def test_a_screen_that_was_revoked_or_is_over_is_missed_by_nobody(hall: Hall) -> None:
    revoked, _ = await hall.pair()
    await hall.pair("Kitchen", expires_at=NOW + timedelta(minutes=1))

    await screens.revoke(hall.db, revoked, hall.lead, now=NOW)

    assert await screens.alerts(hall.db, now=NOW + timedelta(hours=1)) == []


async def test_what_a_screen_said_of_itself_stays_while_it_is_only_seen(hall: Hall) -> None:
    screen_id, token = await hall.pair()
    await hall.hears(screen_id, NOW)
    await hall.keyring.refresh()
    hall.keyring.used(credentials(screen=token), now=NOW + SECOND)
    await hall.keyring.flush()

    (row,) = await screens.list_all(hall.db)

    assert (row.life.last_seen_at, row.report) == (NOW + SECOND, Report(7, 2.5, {"scene": "risks"}))


async def test_a_command_is_claimed_once_and_not_after_ten_seconds(hall: Hall) -> None:
    screen_id, _ = await hall.pair()
    command = partial(commanding.command, hall.db, screen_id, lead=hall.lead, now=NOW, patience_s=0)
    await command(ScreenCommand.IDENTIFY, None, deliver=lambda: None)
    first = await commanding.claim(hall.db, {screen_id}, now=NOW)
    again = await commanding.claim(hall.db, {screen_id}, now=NOW)
    await command(ScreenCommand.RELOAD, None, deliver=lambda: None)
    late = await commanding.claim(hall.db, {screen_id}, now=NOW + timedelta(seconds=11))

    assert ([act.act for act in first], again, late) == (["identify"], [], [])


async def test_what_is_not_a_screen_or_a_portfolio_cannot_be_set_up(hall: Hall) -> None:
    screen_id, _ = await hall.pair()

    with pytest.raises(UnknownScreen):
        await screens.edit(hall.db, "screen_0", Placing("x", None, None, {}), hall.lead, now=NOW)
    with pytest.raises(UnknownWall):
        await screens.edit(hall.db, screen_id, Placing("x", None, "beta", {}), hall.lead, now=NOW)


def hung(column: int, columns: int = 2) -> dict[str, Any]:
    canvas = {"columns": columns, "rows": 1, "column": column, "row": 1}
    return {"group": "canvas", "scenes": ["portfolio"], "canvas": canvas}


async def test_two_screens_are_never_the_same_part_of_a_canvas(hall: Hall) -> None:
    left, _ = await hall.pair("Left", profile=hung(1))
    right, _ = await hall.pair("Right", profile=hung(2))

    with pytest.raises(PlaceTaken, match="Left"):
        await hall.pair("Third", profile=hung(1))
    with pytest.raises(PlaceTaken, match="Left"):
        await screens.edit(
            hall.db, right, Placing("Right", None, None, hung(1, columns=3)), hall.lead, now=NOW
        )
    row = await screens.edit(
        hall.db, left, Placing("Left", None, None, hung(1, columns=3)), hall.lead, now=NOW
    )

    other = next(each for each in await screens.list_all(hall.db) if each.screen.screen_id == right)
    assert row.screen.profile == hung(1, columns=3)
    assert other.screen.profile["canvas"] == hung(2, columns=3)["canvas"]
