"""Explaining: why a card has its colour, or had it at a past moment."""

from functools import partial
from typing import Any

import orjson
from sqlalchemy.engine import Connection

from app.db import Database
from app.domain.explain import explain
from app.domain.item import assess_item
from app.domain.levers import levers_of, with_levers
from app.domain.prediction.telling import with_predictions
from app.domain.prediction.track_record import TrackRecord
from app.domain.subject import Key, Kind, kind_of
from app.domain.tree import Node, Telling, walk
from app.operations import history, looking
from app.operations.assessors import Assessors
from app.operations.history import Moment
from app.operations.looking import NothingThere
from app.store import boards, log, policies, portfolios
from app.store import history as past


async def why(  # noqa: PLR0913 - where to look, and what is known there
    db: Database,
    assessors: Assessors,
    portfolio: str,
    card: str,
    moment: Moment | None = None,
    record: TrackRecord | None = None,
) -> Node:
    """The tree that answers why a card has its colour, or had it. Raises NothingThere, RevisionThinned.

    Of now it is the newest assessment, and of a project what would change its colour, and what its warnings
    foretell by the track `record` that is at hand; of a moment it is the assessment that last changed the
    card before it.
    """
    node = await db.read(partial(_why, portfolio=portfolio, card=card, moment=moment))
    lane, place = assessors.lanes.get(portfolio), Key(node["id"])
    if moment is not None or kind_of(place) != Kind.PROJECT or node.get("reason") == "degraded":
        return node
    if lane is None or lane.board is None or lane.facts.now is None:
        return node
    facts, now = lane.facts.whole(place), lane.facts.now
    if record is not None:
        with_predictions(node, facts, record, now)
    assessment = assess_item(facts, lane.policy, lane.board.rates, now)
    return with_levers(node, await lane.turns.take(levers_of(assessment, lane.policy)))


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

    newest = policies.newest(connection, portfolio)
    node = explain(card, Telling(portfolio, newest, look))
    if node is None:
        raise NothingThere(card)
    judged_by = node.get("policy_version", newest.version)
    if judged_by != newest.version:
        policy = policies.of_version(connection, portfolio, judged_by)
        node = explain(card, Telling(portfolio, policy or newest, look)) or node
    _say_who_told(connection, portfolio, node)
    return node


def _say_who_told(connection: Connection, portfolio: str, node: Node) -> None:
    """Of each event in the tree: what it is, where it came from or who told it (`by`), and when it was."""
    leaves = [each for each in walk(node) if each["kind"] == "event"]
    entries = log.numbered(connection, portfolio, list({leaf["value"] for leaf in leaves}))
    said = {told["seq"]: told for told in looking.told_of(connection, entries) if not told.get("erased")}
    for leaf in leaves:
        told = said.get(leaf["value"])
        if told is not None:
            leaf.update(type=told["type"], source=told["source"], by=told.get("by"), as_of=told["time"])
