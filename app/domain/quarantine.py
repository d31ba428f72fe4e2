"""Quarantine: what was recorded and does not count yet, or not as a whole, each event with its reason.

A projection of the facts. Which items name what nobody knows is kept beside them, so that these are looked
at again once it is known, and nobody looks through all items for that.
"""

from collections.abc import Iterable, Iterator

from app.domain.dossier import filed
from app.domain.facts import ItemFacts, PortfolioFacts
from app.domain.records import is_known, unknown_reason
from app.domain.standing import Waiting, is_item
from app.domain.subject import PORTFOLIO, Key, code_of, kind_of

Awaited = dict[Key, set[Key]]
"""Something that nobody knows, as `programme/ATLAS` → the items that name it, or did."""


def held(facts: PortfolioFacts, item: ItemFacts, falling: Iterable[int] = ()) -> tuple[Waiting, ...]:
    """What waits of an item that is known, each event once. `falling`: totals below earlier ones.

    A project whose programme is unknown is judged as any, directly under the portfolio; one whose calendar
    is, by the policy's own. No calendar is awaited: a new policy has every project looked at again.
    """
    found = dict.fromkeys(falling, "cumulative_cost_falls") | dict(filed(item).waiting)
    for seq, thing in _named(item):
        if not _is_known(facts, thing):
            found.setdefault(seq, unknown_reason(kind_of(thing)))
            awaited(facts).setdefault(thing, set()).add(item.subject)
    calendar = item.attributes.get("calendar")
    if calendar is not None and _is_project(item) and calendar.value not in facts.policy.calendars:
        found.setdefault(calendar.stamp.seq, unknown_reason("calendar"))
    return tuple(Waiting(*each) for each in sorted(found.items())) if found else ()


def held_under(facts: PortfolioFacts, subject: Key) -> tuple[Waiting, ...]:
    """What waits of the events under this subject; that of another's reference is told with the item."""
    if _stands(facts, subject):
        return held(facts, facts.whole(subject))
    item = facts.items.get(subject)
    if item is None or is_item(facts, facts.resolve(subject)):
        return ()
    return tuple(Waiting(seq, "unknown_item") for seq in sorted(item.waiting))


def awaited(facts: PortfolioFacts) -> Awaited:
    """What items wait for: looked up in all of them once, and kept."""
    found: Awaited | None = facts.derived.get("awaited")
    if found is None:
        found = facts.derived["awaited"] = {}
        for subject in [each for each in facts.items if _stands(facts, each)]:
            held(facts, facts.whole(subject))
    return found


def folding_in(facts: PortfolioFacts) -> set[Key]:
    """The items that name something of which it is news that it is known."""
    waiting = awaited(facts)
    return {
        subject
        for thing in [each for each in waiting if _is_known(facts, each)]
        for subject in waiting.pop(thing)
        if thing in {named for _, named in _named(facts.whole(subject))}
    }


def _stands(facts: PortfolioFacts, subject: Key) -> bool:
    return subject == PORTFOLIO or is_item(facts, subject)


def _named(item: ItemFacts) -> Iterator[tuple[int, Key]]:
    """What the item and its records name, and the numbers of the events that say so."""
    parent = item.attributes.get("parent")
    if parent is not None and parent.value is not None and _is_project(item):
        yield parent.stamp.seq, Key(f"programme/{parent.value}")
    yield from filed(item).named


def _is_project(item: ItemFacts) -> bool:
    return item.subject.startswith("project/")


def _is_known(facts: PortfolioFacts, thing: Key) -> bool:
    if _is_registered(facts, thing) or _is_registered(facts, facts.resolve(thing)):
        return True
    portfolio = facts.items.get(PORTFOLIO)
    return portfolio is not None and is_known(portfolio.records, kind_of(thing), code_of(thing))


def _is_registered(facts: PortfolioFacts, subject: Key) -> bool:
    found = facts.items.get(subject)
    return found is not None and found.registered
