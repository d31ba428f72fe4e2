"""Who answers for what: the roles of projects, as they were told last."""

from collections.abc import Iterable

from app.db import Database
from app.domain.standing import is_item
from app.domain.subject import Kind, key
from app.operations import records
from app.operations.assessors import Assessors


async def of_projects(
    db: Database, assessors: Assessors, portfolio: str, codes: Iterable[str]
) -> dict[str, dict[str, str]]:
    """Code → role → name, of those of these projects that are there. Raises NothingThere, BoardNotReady."""
    facts, _ = await records.known(db, assessors, portfolio)
    places = {code: key(Kind.PROJECT, code) for code in codes}
    return {
        code: facts.whole(place).get("roles") or {} for code, place in places.items() if is_item(facts, place)
    }
