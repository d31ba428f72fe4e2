"""A round of assessing: what is looked at, what is written, what waits, what happens when a rule fails."""

from datetime import date
from decimal import Decimal
from typing import Any

from app.domain.assess import assess_round
from app.domain.cards import ProjectCard
from app.domain.documents import PROJECT_BYTES
from app.domain.policy import HOUSE_DEFAULT
from app.domain.standing import Waiting
from app.domain.subject import Key
from tests.builders import (
    APOLLO,
    NOW,
    START,
    STATUS_DAY,
    Story,
    achieved,
    an_event,
    at,
    baseline,
    cost,
    days,
    forecast,
    planned,
    progress,
    rate,
    registered,
    state,
    status,
)

HERMES = Key("project/HERMES")


def _story(*more: Any) -> Story:
    story = Story()
    story.tell(registered("programme/ATLAS"), registered(parent="ATLAS"), baseline(), progress("40"), *more)
    return story


def test_one_report_changes_one_project_and_those_above_it() -> None:
    story = _story(registered(HERMES, parent="ATLAS"), baseline(subject=HERMES))

    done = story.tell(progress("30", on=STATUS_DAY + days(1)))

    assert set(done.details) == {"project/APOLLO", "programme/ATLAS", "portfolio"}
    assert {"project/APOLLO", "programme/ATLAS", "portfolio"} <= set(done.cards)


def test_a_round_gives_way_after_each_project() -> None:
    story = _story(registered(HERMES))
    work = assess_round(story.board, story.facts, {APOLLO, HERMES}, HOUSE_DEFAULT, NOW, 2)

    assert sum(1 for _ in work) == 4


def test_a_round_that_is_thrown_away_leaves_no_trace() -> None:
    story = _story()
    before = dict(story.board.cards)
    work = assess_round(story.board, story.facts, {APOLLO}, HOUSE_DEFAULT, NOW + days(99), 2)

    list(work)

    assert story.board.cards == before


def test_a_colour_remembers_since_when_and_what_it_was_before() -> None:
    story = _story()
    story.tell(progress("30", on=STATUS_DAY + days(1)), now=NOW + days(1))

    story.tell(progress("31", on=STATUS_DAY + days(2)), now=NOW + days(2))

    card = story.card(APOLLO)
    assert (card["rag"], card["previous"], card["since"]) == ("red", "green", "2026-03-03T12:00:00Z")


def test_a_late_event_does_not_undo_a_newer_one() -> None:
    story = _story(progress("45", on=STATUS_DAY, time=at(STATUS_DAY, 20)))

    story.tell(progress("10", on=STATUS_DAY, time=at(STATUS_DAY, 19)))

    assert story.card(APOLLO)["spark"] == [1.12]


def test_events_of_an_item_that_nobody_registered_wait_and_then_count() -> None:
    story = Story()
    story.tell(baseline(), progress("30"))
    assert story.board.quarantine == {APOLLO: (Waiting(1, "unknown_item"), Waiting(2, "unknown_item"))}
    assert story.card("portfolio")["waiting"] == 2

    story.tell(registered())

    assert (story.card(APOLLO)["rag"], story.card("portfolio")["waiting"]) == ("red", 0)


def test_events_under_another_systems_reference_count_once_it_is_mapped() -> None:
    story = _story()
    story.tell(progress("20", on=STATUS_DAY + days(1), subject="project/4711"))
    assert story.card("portfolio")["waiting"] == 1

    story.tell(an_event("alias.added", {"reference": "4711"}))

    assert (story.card(APOLLO)["rag"], story.card("portfolio")["waiting"]) == ("red", 0)


def test_a_project_that_turns_out_to_be_another_counts_once() -> None:
    story = _story(
        registered(HERMES, parent="ATLAS"), baseline(subject=HERMES), progress("10", subject=HERMES)
    )
    assert story.card("portfolio")["coverage"]["of"] == 2

    story.tell(an_event("alias.added", {"reference": "HERMES"}))

    assert story.card("portfolio")["coverage"]["of"] == 1
    assert HERMES not in story.board.cards
    closed = {alert.closed_reason for alert in story.board.alerts.values() if alert.item == HERMES}
    assert closed == {"duplicate"}


def test_a_falling_total_is_set_aside_with_its_reason() -> None:
    story = _story(cost("30000", on=date(2026, 1, 30)))

    story.tell(cost("20000"))

    assert story.board.quarantine[APOLLO] == (Waiting(6, "cumulative_cost_falls"),)


def test_a_rule_that_fails_degrades_one_project_and_not_the_round() -> None:
    calendars = {
        name: days for name, days in HOUSE_DEFAULT.calendars.items() if name != HOUSE_DEFAULT.calendar
    }
    story = Story(HOUSE_DEFAULT.model_copy(update={"calendars": calendars}))

    done = story.tell(
        *(registered(), baseline(), progress("41")),
        *(registered(HERMES, calendar="sun-thu"), baseline(subject=HERMES), progress("40", subject=HERMES)),
    )

    assert list(done.failures) == [APOLLO]
    assert (story.card(APOLLO)["degraded"], story.card(APOLLO)["rag"]) == (True, "unknown")
    assert story.card(HERMES)["rag"] == "green"


def test_a_new_policy_is_a_new_look_at_everything() -> None:
    story = _story()
    strict = HOUSE_DEFAULT.kpis["SCH-1"].model_copy(update={"amber": Decimal("1.2"), "red": Decimal("1.1")})
    kpis = {**HOUSE_DEFAULT.kpis, "SCH-1": strict}
    story.policy = HOUSE_DEFAULT.model_copy(update={"version": 1, "kpis": kpis})

    story.assess()

    assert (story.card(APOLLO)["rag"], story.card("portfolio")["policy"]) == ("red", 1)


def test_a_budget_without_a_rate_counts_by_number_and_is_told() -> None:
    story = _story(registered(HERMES, parent="ATLAS"), baseline(subject=HERMES, currency="USD"))
    assert (story.card("programme/ATLAS")["unpriced"], story.card("programme/ATLAS")["bac"]["amount"]) == (
        1,
        100000,
    )

    story.tell(rate("USD", "EUR", "0.5"))

    assert (story.card("programme/ATLAS")["unpriced"], story.card("programme/ATLAS")["bac"]["amount"]) == (
        0,
        150000,
    )


def test_a_project_that_moves_is_counted_by_its_new_programme_only() -> None:
    story = _story(registered("programme/ZEUS"))

    story.tell(an_event("item.moved", {"parent": "ZEUS"}))

    counts = {key: story.card(f"programme/{key}")["counts"]["green"] for key in ("ATLAS", "ZEUS")}
    assert counts == {"ATLAS": 0, "ZEUS": 1}
    assert story.card("portfolio")["counts"]["green"] == 1


def test_a_milestone_has_a_card_from_sixty_days_before_until_it_is_reached() -> None:
    due = date(2026, 6, 1)
    story = _story(planned("M1", due))
    assert "milestone/APOLLO/M1" not in story.board.cards

    story.assess(now=at(due - days(60), 0))
    assert "milestone/APOLLO/M1" in story.board.cards
    story.tell(achieved("M1", due), now=at(due, 21))

    assert "milestone/APOLLO/M1" not in story.board.cards


def test_a_milestone_is_overdue_from_the_day_after_its_date() -> None:
    due = date(2026, 3, 20)
    story = _story(planned("M1", due))

    story.assess([APOLLO], now=at(due, 23))
    assert "overdue" not in story.card("milestone/APOLLO/M1")
    story.assess([APOLLO], now=at(due + days(1), 0))

    assert story.card("milestone/APOLLO/M1")["overdue"] is True


def test_a_project_at_rest_has_no_milestone_cards() -> None:
    story = _story(planned("M1", date(2026, 3, 20)))

    story.tell(state("on_hold"))

    assert "milestone/APOLLO/M1" not in story.board.cards


def test_a_full_project_card_stays_small_and_keeps_the_contract() -> None:
    found = [progress(str(n + 10), on=START + days(4 * n), time=at(START + days(4 * n))) for n in range(13)]
    story = Story()
    story.tell(
        registered(parent="ATLAS", tier=2, short="Apollo", name="Apollo lunar programme", stage="Delivery"),
        baseline(),
        *found,
        *[cost(str(2000 * (n + 6)), on=START + days(4 * n)) for n in range(13)],
        planned("M1", date(2026, 4, 1), name="Critical design review"),
        forecast("M1", date(2026, 4, 20)),
    )

    document = story.board.cards[APOLLO]

    assert len(document) <= PROJECT_BYTES
    card = ProjectCard.model_validate_json(document)
    assert (card.code, card.warnings[0]) == ("APOLLO", "EW7")


def test_even_a_card_with_every_field_and_long_names_is_bounded() -> None:
    story = Story()
    found = [progress(str(n + 10), on=START + days(4 * n), time=at(START + days(4 * n))) for n in range(13)]
    story.tell(
        registered(parent="A" * 20, tier=1, short="S" * 24, name="N" * 200, stage="Delivery stage 2"),
        baseline(bac="123456789.12"),
        *found,
        planned("M1", date(2026, 4, 1), name="M" * 200),
        forecast("M1", date(2026, 6, 20)),
        status("Amber/Green"),
    )

    assert len(story.board.cards[APOLLO]) <= 780


def test_a_card_counts_what_is_open_and_tells_that_anything_was_told() -> None:
    issue = an_event("issue.raised", {"ref": "I-1", "title": "No licences", "severity": 2})
    risks = [an_event("risk.raised", {"ref": f"R-{n}", "title": "x"}) for n in range(3)]
    story = _story(issue, *risks, an_event("issue.resolved", {"ref": "I-1"}))
    before = story.card(APOLLO)

    story.tell(an_event("risk.updated", {"ref": "R-1", "owner": "ada"}))

    assert (before["records"], before["told"]) == ({"risk": 3}, 5)
    assert story.card(APOLLO)["told"] == 6


def test_a_card_of_a_project_without_records_says_nothing_of_them() -> None:
    assert not {"records", "told"} & _story().card(APOLLO).keys()
