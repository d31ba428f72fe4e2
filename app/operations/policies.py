"""Policies: which are in force, which ship with the product, what a draft would change, publishing one."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from app.db import Database
from app.domain.documents import cause
from app.domain.events.governance import PolicyDraft
from app.domain.events.reading import Unreadable
from app.domain.kpis import KPIS
from app.domain.policy import Policy, Published
from app.domain.standing import behind
from app.domain.subject import Kind, kind_of
from app.domain.trial import Shift, Trial, try_policy, without_formula
from app.operations import naming
from app.operations.assessing import Lane
from app.operations.assessors import Assessors
from app.operations.looking import BoardNotReady, NothingThere
from app.operations.profiles import shipped

LONGEST_S: Final = 20.0
"""A trial that takes longer is given up; 10,000 projects take a few seconds on a machine that is idle."""
MOST_SHOWN: Final = 500


class TrialGivenUp(Exception):
    """The machine is too busy to try a policy now."""

    retry_after_s: Final = 30


async def in_force(db: Database, assessors: Assessors, portfolio: str) -> dict[str, Any]:
    """The document in force, how it came to be, and how many cards still name another version."""
    lane, names = _lane(assessors, portfolio), await db.read(naming.people)
    board, facts = lane.board, lane.facts
    waiting = 0 if board is None else len(behind(board, facts, facts.policy.version))
    return {
        **_told(facts.policies[-1], names),
        "behind": waiting,
        "policy": facts.policy.model_dump(mode="json"),
    }


async def versions(db: Database, assessors: Assessors, portfolio: str) -> list[dict[str, Any]]:
    """Every version that was ever in force, newest first."""
    found, names = _lane(assessors, portfolio).facts.policies, await db.read(naming.people)
    return [{**_told(each, names), "policy": each.policy.model_dump(mode="json")} for each in reversed(found)]


def profiles() -> list[dict[str, Any]]:
    """The policies that ship with the product, to begin a draft with."""
    return [
        {
            "id": each.id,
            "version": each.version,
            "name": each.policy.name,
            "about": each.about,
            "policy": each.policy.model_dump(mode="json"),
        }
        for each in shipped()
    ]


def read_draft(body: bytes) -> Policy:
    """The policy of a draft. Raises Unreadable."""
    try:
        return PolicyDraft.model_validate_json(body).policy
    except ValidationError as error:
        raise Unreadable(error) from None


async def trial(assessors: Assessors, portfolio: str, draft: Policy) -> dict[str, Any]:
    """How many colours of the board a draft would change, which, and by which rule.

    Raises NothingThere, BoardNotReady, TrialGivenUp.
    """
    lane = _lane(assessors, portfolio)
    board, facts, head, now = lane.board, lane.facts, lane.head, lane.facts.now
    if board is None or head is None or now is None:
        raise BoardNotReady
    rules = draft.model_copy(update={"version": facts.policy.version + 1})
    try:
        async with asyncio.timeout(LONGEST_S):
            found = await lane.turns.take(try_policy(board, facts, rules, now))
    except TimeoutError:
        raise TrialGivenUp from None
    return {
        "against": facts.policy.version,
        "revision": head.revision,
        "as_of": now.isoformat(),
        "without_formula": without_formula(draft, {*KPIS, "TRU-1", "TRU-2"}),
        **_result(found),
    }


def _result(found: Trial) -> dict[str, Any]:
    projects = [each for each in found.shifts if kind_of(each.key) == Kind.PROJECT]
    parents = [each for each in found.shifts if kind_of(each.key) != Kind.PROJECT]
    return {
        "before": found.before,
        "after": found.after,
        "changed": len(projects),
        "failed": found.failures,
        "shifts": [_shift(each) for each in (*parents, *projects)[:MOST_SHOWN]],
        "more": max(len(found.shifts) - MOST_SHOWN, 0),
    }


def _shift(each: Shift) -> dict[str, Any]:
    decided = {**cause(each.by), "own_limit": each.by.own_limit}
    return {
        "card": each.key,
        "name": each.name,
        "before": each.before,
        "after": each.after,
        "cause": decided,
    }


def _told(published: Published, names: Mapping[str, str]) -> dict[str, Any]:
    """Which version, and who published it when and why; the first one came with the portfolio.

    A person is told by name, a machine by its source.
    """
    policy, at, reason, stamp = published
    return {
        "version": policy.version,
        "name": policy.name,
        "published_at": None if at is None else at.isoformat(),
        "published_by": None if stamp is None else names.get(stamp[2], stamp[2]),
        "reason": reason,
        "seq": None if stamp is None else stamp[4],
    }


def _lane(assessors: Assessors, portfolio: str) -> Lane:
    lane = assessors.lanes.get(portfolio)
    if lane is None:
        raise NothingThere(f"portfolio {portfolio}")
    if lane.board is None:
        raise BoardNotReady
    return lane
