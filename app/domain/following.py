"""Facts that are followed where somebody else assesses them: what a round keeps of all items stays true."""

from collections.abc import Collection

from app.domain.facts import PortfolioFacts
from app.domain.office import OFFICE
from app.domain.quarantine import folding_in, held_under
from app.domain.sharing import concerned_by
from app.domain.subject import Key


def follow(facts: PortfolioFacts, touched: Collection[Key]) -> set[Key]:
    """The items that a round looks at when these were touched.

    What items share and what they wait for is then as it would be after that round.
    """
    found = {*touched, *folding_in(facts)}
    found |= concerned_by(facts, found)
    for key in sorted(found):
        held_under(facts, key)
    facts.derived.pop(OFFICE, None)
    return found
