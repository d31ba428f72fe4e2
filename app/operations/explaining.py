"""Explaining: why a card has its colour, or had it at a past moment."""

from functools import partial
from typing import Any

import orjson
from sqlalchemy.engine import Connection

from app.db import Database
from app.domain.explain import Node, Telling, explain
from app.domain.policy import Policy
from app.operations import history
from app.operations.history import Moment
from app.operations.looking import NothingThere
from app.store import assessments, boards, portfolios
from app.store import history as past


async def why(db: Database, portfolio: str, card: str, moment: Moment | None = None) -> Node:
    """The tree that answers why a card has its colour, or had it. Raises NothingThere, RevisionThinned.

    Of now it is the newest assessment; of a moment the one that last changed the card before it.
    """
    return await db.read(partial(_why, portfolio=portfolio, card=card, moment=moment))


def _why(connection: Connection, portfolio: str, card: str, moment: Moment | None) -> Node:
    boards.one_moment(connection)
    if portfolios.find(connection, portfolio) is None:
        raise NothingThere(f"portfolio {portfolio}")
    number = None if moment is None else history.place(connection, portfolio, moment).revision

    def look(place: str) -> tuple[Any, Any] | None:
        found = (
            boards.stored(connection, portfolio, place)
            if number is None
            else past.stored(connection, portfolio, place, number)
        )
        if found is None:
            return None
        return orjson.loads(found.document), orjson.loads(found.detail) if found.detail else None

    newest = Policy.model_validate_json(assessments.newest_policy(connection, portfolio))
    node = explain(card, Telling(portfolio, newest, look))
    if node is None:
        raise NothingThere(card)
    judged_by = node.get("policy_version", newest.version)
    if judged_by == newest.version:
        return node
    document = assessments.policy_of_version(connection, portfolio, judged_by)
    policy = newest if document is None else Policy.model_validate_json(document)
    return explain(card, Telling(portfolio, policy, look)) or node
