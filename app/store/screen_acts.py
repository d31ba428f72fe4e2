"""What people did to screens: who told which screen what, and what became of it. Never deleted."""

from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.models.access import screen_act, user


class Act(NamedTuple):
    """One act; `until` None: there is nothing to deliver."""

    act_id: str
    screen_id: str
    act: str
    argument: str | None
    asked_by: str
    asked_at: datetime
    until: datetime | None = None
    sent_at: datetime | None = None
    done_at: datetime | None = None
    problem: str | None = None


class ToldAct(NamedTuple):
    """An act as people read it."""

    act: Act
    by: str


def add(connection: Connection, act: Act) -> None:
    """Somebody did this."""
    connection.execute(sa.insert(screen_act).values(act._asdict()))


def waiting(connection: Connection, screens: Collection[str], *, now: datetime) -> list[Act]:
    """What is to be delivered to these screens, in the order in which it was asked for."""
    query = _ACTS.where(
        screen_act.c.screen_id.in_(list(screens)), screen_act.c.sent_at.is_(None), screen_act.c.until > now
    )
    rows = connection.execute(query.order_by(screen_act.c.asked_at, screen_act.c.act_id))
    return [Act(*row) for row in rows]


def claim(connection: Connection, act_id: str, *, now: datetime) -> bool:
    """This node delivers it; False: another one does."""
    sent = sa.update(screen_act).where(screen_act.c.act_id == act_id, screen_act.c.sent_at.is_(None))
    return connection.execute(sent.values(sent_at=now)).rowcount == 1


def finish(
    connection: Connection, act_id: str, screen_id: str, problem: str | None, *, now: datetime
) -> None:
    """This screen did what it was told, or says why not."""
    told = sa.update(screen_act).where(
        screen_act.c.act_id == act_id, screen_act.c.screen_id == screen_id, screen_act.c.done_at.is_(None)
    )
    connection.execute(told.values(done_at=now, problem=problem))


def find(connection: Connection, act_id: str) -> Act | None:
    """One act."""
    row = connection.execute(_ACTS.where(screen_act.c.act_id == act_id)).one_or_none()
    return None if row is None else Act(*row)


def newest(connection: Connection, screen_id: str, limit: int) -> list[ToldAct]:
    """The last acts on a screen, newest first."""
    query = (
        sa.select(*_COLUMNS, user.c.name)
        .join_from(screen_act, user)
        .where(screen_act.c.screen_id == screen_id)
        .order_by(screen_act.c.asked_at.desc(), screen_act.c.act_id)
    )
    return [ToldAct(Act(*row[:-1]), row[-1]) for row in connection.execute(query.limit(limit))]


_COLUMNS: Final = tuple(screen_act.c[name] for name in Act._fields)
_ACTS: Final = sa.select(*_COLUMNS)
