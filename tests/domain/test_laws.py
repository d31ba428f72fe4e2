"""Laws that hold for any events: order, repetition, unknown, findings, contracts."""

from decimal import Decimal

import orjson
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from app.domain.cards import Card
from app.domain.events.catalogue import AnyEvent
from app.domain.facts import PortfolioFacts
from app.domain.fold import Recorded, fold
from app.domain.policy import HOUSE_DEFAULT
from app.domain.rag import Rag
from app.domain.rollup import Child, roll_up
from tests import builders as b
from tests.stories import colours, told_at_once
from tests.strategies import LATER, events

CARD: TypeAdapter[Card] = TypeAdapter(Card)


@given(events)
def test_the_same_event_twice_is_the_same_as_once(found: list[AnyEvent]) -> None:
    once, twice = told_at_once(found), told_at_once([each for event in found for each in (event, event)])

    assert colours(once) == colours(twice)


@given(events, st.randoms(use_true_random=False))
def test_any_order_of_a_set_of_events_gives_the_same_colours(found: list[AnyEvent], chance: object) -> None:
    unique = list({event.order_key: event for event in found}.values())
    shuffled = list(unique)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert colours(told_at_once(unique)) == colours(told_at_once(shuffled))


@given(events)
def test_assessing_never_fails_on_valid_events(found: list[AnyEvent]) -> None:
    story = b.Story()

    done = story.tell(*found, now=LATER)

    assert done.failures == {}


@given(events)
def test_every_card_keeps_the_contract_with_the_screens(found: list[AnyEvent]) -> None:
    story = told_at_once(found)

    for document in story.board.cards.values():
        CARD.validate_json(document)


@given(events)
def test_every_colour_has_a_finding(found: list[AnyEvent]) -> None:
    story = b.Story()
    done = story.tell(*found, now=LATER)

    details = {key: orjson.loads(document) for key, document in done.details.items()}

    assert all(detail["cause"]["rag"] for detail in details.values())
    assert all(
        aspect["findings"] and aspect["rag"] in {finding["rag"] for finding in aspect["findings"]}
        for detail in details.values()
        for aspect in detail.get("dimensions", ())
    )


@given(events)
def test_the_facts_are_the_same_whatever_was_told_first(found: list[AnyEvent]) -> None:
    unique = list({event.order_key: event for event in found}.values())
    forward, backward = PortfolioFacts(), PortfolioFacts()
    for seq, event in enumerate(unique, 1):
        fold(forward, Recorded(seq, LATER, event))
    for seq, event in reversed(list(enumerate(unique, 1))):
        fold(backward, Recorded(seq, LATER, event))
    for facts in (forward, backward):
        for item in facts.items.values():
            item.waiting.clear()  # tells when something was known, not what

    assert forward.items == backward.items
    assert forward.rates == backward.rates


children = st.lists(
    st.builds(
        Child,
        key=st.uuids().map(str),
        tier=st.integers(1, 4),
        rag=st.sampled_from(list(Rag)),
        bac=st.none() | st.integers(0, 10**9).map(Decimal),
    ),
    max_size=12,
)


@given(children)
def test_unknown_is_never_averaged_into_green(found: list[Child]) -> None:
    rolled_up = roll_up(found, HOUSE_DEFAULT.roll_up)

    if rolled_up.rag is Rag.GREEN:
        known = sum(1 for child in found if child.rag in (Rag.GREEN, Rag.AMBER))
        assert known > 0
        assert all(child.rag is not Rag.RED for child in found)
        assert rolled_up.share is not None
        assert rolled_up.share >= HOUSE_DEFAULT.roll_up.known_share


@given(children)
def test_a_parents_colour_does_not_depend_on_the_order_of_its_children(found: list[Child]) -> None:
    assert roll_up(found, HOUSE_DEFAULT.roll_up) == roll_up(found[::-1], HOUSE_DEFAULT.roll_up)
