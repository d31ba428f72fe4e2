"""A draft is tried on the board as it is: nothing moves, and what it says is what publishing it does."""

from hypothesis import given

from app.domain.events.catalogue import AnyEvent
from app.domain.policy import HOUSE_DEFAULT, Policy
from app.domain.rag import Rag
from app.domain.trial import Trial, try_policy
from tests import builders as b
from tests.strategies import LATER, events


def tried(story: b.Story, draft: Policy) -> Trial:
    assert story.facts.now is not None
    return b.finish(try_policy(story.board, story.facts, draft, LATER))


def colours(story: b.Story) -> dict[str, Rag]:
    return {
        key: Rag(story.card(key)["rag"])
        for key in story.board.cards
        if key.split("/")[0] in ("project", "programme", "portfolio")
    }


def limits(kpi: str, amber: str, red: str) -> Policy:
    document = HOUSE_DEFAULT.model_dump(mode="json") | {"version": 1}
    document["kpis"][kpi] |= {"amber": amber, "red": red}
    return Policy.model_validate(document)


@given(events)
def test_what_a_trial_says_is_what_publishing_does(found: list[AnyEvent]) -> None:
    story, draft = b.Story(), limits("SCH-1", "1.02", "0.97")
    story.tell(*found, now=LATER)
    before = colours(story)
    trial = tried(story, draft)

    story.policy = draft
    story.assess(now=LATER)

    after = colours(story)
    assert {each.key: (each.before, each.after) for each in trial.shifts} == {
        key: (before[key], after[key]) for key in before if before[key] != after[key]
    }


def test_a_trial_changes_nothing() -> None:
    story = b.Story()
    story.tell(b.registered(), b.baseline(), b.progress("40"), now=LATER)
    cards = dict(story.board.cards)

    tried(story, limits("SCH-1", "1.5", "1.4"))

    assert story.board.cards == cards
    assert story.facts.policy == HOUSE_DEFAULT
    assert not story.assess(now=LATER).cards


def test_a_draft_that_would_break_a_project_names_it() -> None:
    story = b.Story()
    story.tell(b.registered(), b.baseline(), b.progress("40"), now=LATER)
    broken = HOUSE_DEFAULT.model_copy(update={"calendars": {}})

    assert tried(story, broken).failures == [b.APOLLO]


def test_a_draft_that_is_the_policy_in_force_shifts_nothing() -> None:
    story = b.Story()
    story.tell(b.registered(), b.baseline(), b.progress("32"), now=LATER)

    assert tried(story, HOUSE_DEFAULT).shifts == []
