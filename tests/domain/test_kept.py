"""What is kept on the facts between two assessments never changes what comes out."""

from hypothesis import given, settings

from app.domain.events.catalogue import AnyEvent
from tests import builders as b
from tests.domain.test_laws import LATER, events


@given(events, events)
@settings(max_examples=60)
def test_what_was_kept_gives_what_would_be_worked_out_anew(
    first: list[AnyEvent], second: list[AnyEvent]
) -> None:
    story = b.Story()
    story.tell(*first, now=LATER)
    for event in second:
        story.tell(event, now=LATER)  # the same day, as another day is worked out anew anyway

    kept = story.assess(story.board.standings, now=LATER)
    for item in story.facts.items.values():
        item.derived.clear()
    anew = story.assess(story.board.standings, now=LATER)

    assert kept.details == anew.details
    assert kept.due == anew.due
    assert not {key for key in anew.cards if key.startswith(("project/", "milestone/"))}
