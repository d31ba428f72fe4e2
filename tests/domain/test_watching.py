"""Watching: trust and escalation, switches, rules that fail, and where a warning is told."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from app.domain.alerts import dedup_key
from app.domain.assess import assess_round
from app.domain.money import rate_book
from app.domain.page import project_page
from app.domain.policy import HOUSE_DEFAULT, Policy
from app.domain.rag import Dimension
from app.domain.rules_policy import HOUSE_RULES, RulePolicy
from app.domain.warnings import RULES
from app.domain.warnings.watch import EarlyWarning, Limits, Watch
from app.domain.warnings.watching import look_out
from tests.builders import (
    APOLLO,
    NOW,
    STATUS_DAY,
    Story,
    a_project,
    an_event,
    assessed,
    at,
    baseline,
    cost,
    days,
    finish,
    planned,
    progress,
    registered,
    state,
    status,
    warned,
)

LATE = progress("32")
TROUBLED = (LATE, cost("60000"), status("Green"), planned("M1", date(2026, 2, 2), critical=True))
"""Enough for several rules to fire."""


def _policy(**rules: RulePolicy) -> Policy:
    return HOUSE_DEFAULT.model_copy(update={"rules": {**HOUSE_RULES, **rules}})


# ── trust ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("word", "severity"),
    [("Amber/Red", None), ("Amber", "medium"), ("Amber/Green", "medium"), ("Green", "high")],
)
def test_ew1_what_is_computed_is_worse_than_what_is_said(word: str, severity: str | None) -> None:
    found = warned("EW1", LATE, status(word))

    assert (None if found is None else found.severity) == severity


@pytest.mark.parametrize(
    ("age", "word", "fires"), [(45, "Green", False), (45.001, "Green", True), (45.001, "Amber", False)]
)
def test_ew2_green_is_said_of_what_nobody_measured_of_late(age: float, word: str, fires: bool) -> None:
    now = at(STATUS_DAY, 18) + days(age)

    stale = warned("EW2", LATE, status(word, on=STATUS_DAY + days(40)), now=now)

    assert (stale is not None) is fires


@pytest.mark.parametrize(
    ("share", "reports", "fires"), [("36", 6, False), ("35.9", 6, True), ("35.9", 5, False)]
)
def test_ew3_the_word_stays_while_the_figures_move(share: str, reports: int, fires: bool) -> None:
    first = date(2026, 1, 16)
    said = [status("Green", on=first + days(7 * n)) for n in range(reports)]

    assert (warned("EW3", progress("10", on=first), progress(share), *said) is not None) is fires


def test_ew3_another_word_is_not_frozen() -> None:
    first = date(2026, 1, 16)
    said = [status("Green", on=first + days(7 * n)) for n in range(5)]

    assert warned("EW3", progress("10", on=first), LATE, *said, status("Amber")) is None


# ── escalation ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("since", "reason", "due"),
    [
        (NOW - days(59), None, None),
        (NOW - days(60), "review", date(2026, 4, 1)),
        (NOW - days(364), "review", date(2025, 6, 1)),
        (NOW - days(365), "viability", date(2026, 4, 1)),
    ],
)
def test_esc1_red_for_three_periods_calls_for_a_review_and_for_a_year_for_another(
    since: datetime, reason: str | None, due: date | None
) -> None:
    found = warned("ESC1", LATE, since=since)

    assert (None if found is None else (found.reason, found.horizon)) == (
        None if reason is None else (reason, due)
    )


@pytest.mark.parametrize(("words", "fires"), [("RRR", True), ("GRR", False), ("RRA", False)])
def test_esc1_declared_red_counts_its_reports(words: str, fires: bool) -> None:
    name = {"R": "Red", "G": "Green", "A": "Amber"}
    said = [status(name[word], on=STATUS_DAY - days(30 * n)) for n, word in enumerate(reversed(words))]

    assert (warned("ESC1", *said) is not None) is fires


def test_esc1_is_an_alert_with_the_day_by_which_the_review_is_due() -> None:
    story = Story()
    story.tell(registered(), baseline(), LATE)

    story.tell(progress("33", on=STATUS_DAY + days(30)), now=NOW + days(30))
    early = dict(story.board.alerts)
    story.tell(progress("34", on=STATUS_DAY + days(60)), now=NOW + days(60))

    place = dedup_key("ESC1", APOLLO)
    alert = story.board.alerts[place]
    assert place not in early
    assert (alert.severity, alert.condition) == ("high", "active")
    assert story.card(f"alert/{alert.id}")["due"] == (NOW + days(90)).date().isoformat()


NOT_RED = HOUSE_DEFAULT.model_copy(update={"decisive": (Dimension.QUALITY,)})
"""Cost that is red makes a project amber."""
UNRAISED = HOUSE_DEFAULT.model_copy(update={"alerts": HOUSE_DEFAULT.alerts.model_copy(update={"red": False})})


def _exception(story: Story) -> str | None:
    """The condition of the alert of a forecast exception, while it is open."""
    alert = story.board.alerts.get(dedup_key("ESC2", APOLLO))
    return alert.condition if alert is not None and alert.is_open else None


@pytest.mark.parametrize(("booked", "condition"), [("40000", None), ("44000", None), ("44001", "active")])
@pytest.mark.parametrize("policy", [NOT_RED, UNRAISED])
def test_esc2_a_tolerance_that_will_be_exceeded_is_an_exception_at_once(
    booked: str, condition: str | None, policy: Policy
) -> None:
    story = Story(policy)

    story.tell(registered(), baseline(), progress("40"), cost(booked))

    assert _exception(story) == condition


def test_esc2_is_no_second_alert_of_a_project_that_is_red() -> None:
    story = Story()

    story.tell(registered(), baseline(), progress("40"), cost("60000"))

    assert "ESC2" in story.card(APOLLO)["warnings"]
    assert [each.rule for each in story.board.alerts.values() if each.is_open] == ["red"]


def test_esc2_is_no_news_once_nothing_is_known_any_more() -> None:
    story = Story()
    story.tell(registered(), baseline(), progress("40"), cost("60000"))

    story.assess(now=NOW + days(200))

    assert story.card(APOLLO)["rag"] == "unknown"
    assert _exception(story) is None


def test_esc2_gives_way_to_red_and_comes_back_with_it_gone() -> None:
    story = Story(NOT_RED)
    story.tell(registered(), baseline(), progress("40"), cost("60000"))
    amber = _exception(story)

    story.policy = HOUSE_DEFAULT
    story.tell(an_event("item.touched", {}))
    red = _exception(story)
    story.policy = NOT_RED
    story.tell(an_event("item.touched", {}, time=NOW + days(1)))

    assert (amber, red, _exception(story)) == ("active", None, "active")


def test_esc2_names_the_forecast_and_clears_with_it() -> None:
    story = Story(NOT_RED)
    story.tell(registered(), baseline(), progress("40"), cost("60000"))
    raised = story.board.alerts[dedup_key("ESC2", APOLLO)]

    story.tell(progress("70", on=STATUS_DAY + days(1)))

    assert raised.finding is not None
    assert (raised.finding.rule, raised.finding.limit) == ("CST-3", Decimal(-10))
    assert _exception(story) is None


@pytest.mark.parametrize(("age", "fires"), [(183, True), (183.001, False)])
def test_esc3_a_new_baseline_is_watched_for_half_a_year(age: float, fires: bool) -> None:
    replaced = baseline(version=2, bac="120000", time=NOW)

    watched = warned("ESC3", replaced, now=NOW + days(age))

    assert (watched is not None) is fires


# ── all of them ────────────────────────────────────────────────────────────────────────────────────


def test_every_rule_of_the_policy_is_a_rule_and_the_other_way_round() -> None:
    assert list(RULES) == list(HOUSE_RULES)
    assert len(RULES) == 28


@pytest.mark.parametrize("code", ["EW1", "EW7", "EW11", "EW23", "ESC2"])
def test_a_rule_that_is_switched_off_never_fires(code: str) -> None:
    off = HOUSE_RULES[code].model_copy(update={"enabled": False})

    assert warned(code, *TROUBLED) is not None
    assert warned(code, *TROUBLED, policy=_policy(**{code: off})) is None


def test_a_limit_is_the_policys() -> None:
    lax = RulePolicy(limits={"gap": Decimal(40)})

    assert warned("EW11", *TROUBLED, policy=_policy(EW11=lax)) is None


def test_a_policy_may_leave_out_what_is_as_the_house_has_it() -> None:
    document = {**HOUSE_DEFAULT.model_dump(mode="json"), "rules": {"EW13": {"limits": {"grace_days": "9"}}}}

    rules = Policy.model_validate_json(orjson.dumps(document)).rules

    assert rules["EW13"].limits == {**HOUSE_RULES["EW13"].limits, "grace_days": Decimal(9)}
    assert rules["EW7"] == HOUSE_RULES["EW7"]


@pytest.mark.parametrize(
    "rules", [{"EW99": {}}, {"EW7": {"limits": {"tpci": "2"}}}, {"EW7": {"limits": {"tcpi": "-1"}}}]
)
def test_a_policy_names_rules_and_limits_that_exist(rules: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate({**HOUSE_DEFAULT.model_dump(), "rules": rules})


@pytest.mark.parametrize("to", ["on_hold", "closed", "stopped"])
def test_of_what_is_at_rest_nobody_is_warned(to: str) -> None:
    assert look_out(assessed(*TROUBLED, state(to)), HOUSE_DEFAULT).warnings == ()


def test_the_most_severe_warning_is_told_first() -> None:
    severities = [each.severity for each in look_out(assessed(*TROUBLED), HOUSE_DEFAULT).warnings]

    assert severities == sorted(severities, key=("critical", "high", "medium", "low").index)
    assert {"high", "medium"} <= set(severities)


def test_the_card_has_the_codes_and_the_detail_has_each_warning_whole() -> None:
    story = Story()
    done = story.tell(registered(), baseline(), *TROUBLED)

    detail = orjson.loads(done.details[APOLLO])

    told = {each["rule"]: each for each in detail["warnings"]}
    assert story.card(APOLLO)["warnings"] == list(told)
    assert (told["EW11"]["kind"], told["EW11"]["observed"], told["EW11"]["limit"]) == (
        "reactive",
        "28.00",
        "10",
    )
    assert [each["name"] for each in told["EW11"]["inputs"]] == ["BAC", "EV", "AC"]
    assert (told["EW23"]["kind"], told["EW23"]["subject"], told["EW23"]["horizon"]) == (
        "proactive",
        "M1",
        "2026-02-02",
    )


def test_the_page_names_each_rule() -> None:
    page = project_page(a_project(*TROUBLED), HOUSE_DEFAULT, rate_book(()), NOW, NOW - days(60))

    assert {"Spend ahead of work", "Escalate"} <= {each["name"] for each in page["warnings"]}


def test_a_rule_that_asks_for_a_day_is_asked_again_on_it() -> None:
    story = Story()
    story.tell(registered(), baseline(), progress("40"), planned("M1", NOW.date()))

    before = story.card(APOLLO).get("warnings", [])
    story.assess(now=at(NOW.date() + days(2), 0))

    assert "EW23" not in before
    assert "EW23" in story.card(APOLLO)["warnings"]


def _broken(_watch: Watch, _limits: Limits) -> EarlyWarning | None:
    raise ZeroDivisionError


@pytest.mark.parametrize("code", ["EW5", "EW8", "EW13"])
def test_a_rule_that_raises_takes_neither_the_others_nor_the_colour_with_it(code: str) -> None:
    story = Story()
    story.tell(registered(), baseline(), *TROUBLED)
    rules = {**RULES, code: RULES[code]._replace(look=_broken)}

    done = finish(assess_round(story.board, story.facts, {APOLLO}, HOUSE_DEFAULT, NOW, 2, rules))
    story.board.apply(done)

    assert done.failures == {APOLLO: f"{code}: ZeroDivisionError: "}
    assert orjson.loads(done.details[APOLLO])["failed"] == [code]
    card = story.card(APOLLO)
    assert (card["rag"], "degraded" in card, "EW11" in card["warnings"]) == ("red", False, True)


def test_an_answer_that_is_kept_is_given_up_when_a_record_changes() -> None:
    story = Story()
    raised = {"ref": "R", "title": "x", "priority": 1}
    story.tell(registered(), baseline(), an_event("risk.raised", raised, time=NOW - timedelta(days=9)))
    before = story.card(APOLLO)["warnings"]

    story.tell(an_event("risk.updated", {"ref": "R", "owner": "ada", "response": "Buy"}))

    assert "EW13" in before
    assert "EW13" not in story.card(APOLLO).get("warnings", [])
