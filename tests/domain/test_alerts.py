"""Alerts: raised at the lowest level, cleared by their own condition, the same until a week later."""

from datetime import datetime
from typing import Any

import orjson

from app.domain.alerts import AlertState, alert_id, decode_alert, dedup_key, encode_alert
from app.domain.standing import Round
from tests.builders import (
    NOW,
    STATUS_DAY,
    Story,
    an_event,
    baseline,
    cost,
    days,
    progress,
    registered,
    state,
    status,
)

RED = dedup_key("red", "project/APOLLO")
SPLIT = dedup_key("divergence", "project/APOLLO")
SILENT = dedup_key("silence", "project/APOLLO")
LATE, BACK = progress("32"), progress("42", on=STATUS_DAY + days(1))


def _late(tier: int = 3, **attributes: Any) -> Story:
    story = Story()
    story.tell(
        registered("programme/ATLAS"), registered(parent="ATLAS", tier=tier, **attributes), baseline(), LATE
    )
    return story


def _turns(done: Round) -> list[tuple[str, str]]:
    return [(turn.kind, turn.item) for turn in done.turns]


def _heard(story: Story, moment: datetime) -> Round:
    return story.tell(an_event("source.heartbeat", {}, subject="source/erp", time=moment), now=moment)


def test_the_identity_of_an_alert_has_no_severity_value_or_time() -> None:
    assert RED == "v1:rule:red:project:APOLLO:overall"


def test_a_red_project_raises_one_alert_and_names_the_parents_it_turned_red() -> None:
    story = _late()

    alert = story.board.alerts[RED]

    assert (alert.severity, alert.impacts) == ("high", ("programme/ATLAS", "portfolio"))
    assert [alert.item for alert in story.board.alerts.values() if alert.rule == "red"] == ["project/APOLLO"]


def test_a_red_project_of_the_first_tier_is_critical() -> None:
    assert _late(tier=1).board.alerts[RED].severity == "critical"


def test_an_alert_has_a_card_while_it_is_open() -> None:
    story = _late()
    card = f"alert/{alert_id(RED, 1)}"

    assert story.card(card)["label"] == "New"
    done = story.tell(BACK)
    assert done.cards[card] is None
    assert ("alert_cleared", "project/APOLLO") in _turns(done)


def test_the_same_condition_within_a_week_is_the_same_alert_again() -> None:
    story = _late()
    story.tell(BACK)

    story.tell(progress("33", on=STATUS_DAY + days(2), time=NOW), now=NOW + days(6))

    alert = story.board.alerts[RED]
    assert (alert.id, alert.occurrence, alert.first_at) == (alert_id(RED, 1), 2, NOW)


def test_the_same_condition_after_a_week_is_a_new_alert_that_names_the_old_one() -> None:
    story = _late()
    story.tell(BACK)

    story.tell(progress("33", on=STATUS_DAY + days(2), time=NOW), now=NOW + days(8))

    alert = story.board.alerts[RED]
    assert (alert.id, alert.occurrence, alert.previous) == (alert_id(RED, 2), 1, alert_id(RED, 1))


def test_two_steps_between_said_and_computed_are_an_alert_at_once() -> None:
    story = _late()

    story.tell(status("Green"))

    assert story.board.alerts[SPLIT].is_open
    assert "EW1" in story.card("project/APOLLO")["warnings"]


def test_one_step_is_an_alert_when_it_has_held_for_a_cadence() -> None:
    story = _late()
    story.tell(status("Amber"))

    assert story.board.alerts[SPLIT].condition == "pending"
    assert story.board.due["project/APOLLO"] == NOW + days(30)
    done = story.assess(now=NOW + days(30))
    assert ("alert_raised", "project/APOLLO") in _turns(done)


def test_what_did_not_hold_was_never_an_alert() -> None:
    story = _late()
    story.tell(status("Amber"))

    done = story.tell(status("Red", on=STATUS_DAY + days(1)), now=NOW + days(2))

    assert story.board.alerts[SPLIT].closed_reason == "not_held"
    assert ("alert_cleared", "project/APOLLO") not in _turns(done)


def test_an_alert_whose_evidence_is_unknown_is_stale_and_not_cleared() -> None:
    story = _late()

    story.assess(now=NOW + days(120))

    assert story.card(f"alert/{alert_id(RED, 1)}")["label"] == "Stale"
    story.tell(progress("33", on=(NOW + days(120)).date(), time=NOW + days(120)), now=NOW + days(121))
    assert story.card(f"alert/{alert_id(RED, 1)}")["label"] == "New"


def test_a_project_gone_quiet_while_delivering_is_an_alert() -> None:
    story = _late()
    moment = NOW + days(120)
    _heard(story, moment)

    assert story.board.alerts[SILENT].is_open


def test_a_silent_source_speaks_for_its_projects() -> None:
    story = _late()
    moment = NOW + days(120)

    story.assess(now=moment)

    silence, source = (
        story.board.alerts[SILENT],
        story.board.alerts[dedup_key("source_silence", "source/erp")],
    )
    assert (silence.suppression, silence.suppressed_by) == ("inhibited", source.id)
    assert story.card("source/erp")["silent"] is True


def test_a_source_that_is_heard_again_releases_what_it_held_down() -> None:
    story = _late()
    moment = NOW + days(120)
    story.assess(now=moment)

    _heard(story, moment + days(1))

    assert story.board.alerts[SILENT].suppression == "none"
    assert not story.board.alerts[dedup_key("source_silence", "source/erp")].is_open


def test_a_project_put_on_hold_has_no_open_alerts() -> None:
    story = _late()

    story.tell(state("on_hold"))

    assert story.board.alerts[RED].closed_reason == "on_hold"
    assert "alerts" not in story.card("project/APOLLO")


def test_many_reds_together_raise_an_alert_of_their_programme() -> None:
    story = Story()
    codes = [f"project/P{n}" for n in range(10)]
    story.tell(registered("programme/ATLAS"))
    for n, code in enumerate(codes):
        done = "30" if n < 3 else "40"
        story.tell(registered(code, parent="ATLAS"), baseline(subject=code), progress(done, subject=code))

    programme = story.board.alerts[dedup_key("red", "programme/ATLAS")]
    assert programme.is_open
    assert story.board.alerts[dedup_key("red", codes[0])].impacts == ()


def test_an_alert_comes_back_from_its_document_as_it_was() -> None:
    alert: AlertState = _late(tier=1).board.alerts[RED]

    assert decode_alert(encode_alert(alert)) == alert


def test_assessing_again_at_the_same_moment_changes_nothing() -> None:
    story = _late()
    story.tell(cost("40000"), status("Green"))

    done = story.assess(["project/APOLLO", "programme/ATLAS"])  # type: ignore[list-item]

    assert (done.cards, done.alerts, done.turns) == ({}, {}, [])


def test_an_age_alone_never_rewrites_a_card() -> None:
    story = _late()
    story.assess(now=NOW + days(200))

    done = story.assess(["project/APOLLO"], now=NOW + days(201))  # type: ignore[list-item]

    assert done.cards == {}


def test_a_transition_is_the_message_that_screens_are_sent() -> None:
    done = _late().tell(BACK)

    message = orjson.loads(done.turns[0].document())

    assert message == {
        "revision": 2,
        "at": "2026-03-02T12:00:00Z",
        "item": "project/APOLLO",
        "kind": "rag",
        "name": "APOLLO",
        "before": "red",
        "after": "green",
    }
