"""Why is it red? A tree with an address at each step, and the page beside it."""

from datetime import date

import orjson
import pytest

from app.domain.explain import explain
from app.domain.money import rate_book
from app.domain.page import project_page
from app.domain.policy import HOUSE_DEFAULT
from app.domain.tree import Document, Node, Telling, depth, walk
from tests.builders import (
    NOW,
    STATUS_DAY,
    Story,
    a_project,
    achieved,
    an_event,
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


def _why(story: Story, details: dict[str, bytes], key: str) -> Node:
    def look(wanted: str) -> tuple[Document, Document | None] | None:
        if wanted not in story.board.cards:
            return None
        return story.card(wanted), orjson.loads(details[wanted]) if wanted in details else None

    tree = explain(key, Telling("demo", HOUSE_DEFAULT, look))
    assert tree is not None
    return tree


def _late() -> tuple[Story, dict[str, bytes]]:
    story = Story()
    done = story.tell(
        registered("programme/ATLAS"),
        registered(parent="ATLAS"),
        baseline(),
        progress("32"),
        cost("40000"),
        planned("M1", date(2026, 4, 1)),
        forecast("M1", date(2026, 4, 20)),
        status("Green"),
    )
    return story, dict(done.details)


def test_the_way_down_from_a_colour_ends_at_an_event() -> None:
    tree = _why(*_late(), "project/APOLLO")

    way = [tree]
    while way[-1]["children"]:
        way.append(way[-1]["children"][0])

    assert [(node["kind"], node["label"]) for node in way] == [
        ("colour", "Project/Apollo"),
        ("finding", "SPI(t)"),
        ("kpi", "SCH-1 SPI(t)"),
        ("input", "BAC"),
        ("event", "Event 3"),
    ]
    assert way[-1]["href"] == "/api/v1/portfolios/demo/events/3"


def test_the_first_finding_says_what_was_observed_and_against_which_limit() -> None:
    finding = _why(*_late(), "project/APOLLO")["children"][0]

    said = {
        name: finding[name] for name in ("rag", "value", "unit", "limit", "limit_set_by", "policy_version")
    }

    assert said == {
        "rag": "red",
        "value": "0.8",
        "unit": "ratio",
        "limit": "0.90",
        "limit_set_by": "policy",
        "policy_version": 0,
    }


@pytest.mark.parametrize("key", ["project/APOLLO", "programme/ATLAS", "portfolio"])
def test_a_tree_is_at_most_six_deep_and_every_step_has_its_own_address(key: str) -> None:
    tree = _why(*_late(), key)
    nodes = list(walk(tree))

    assert depth(tree) <= 6
    assert len({node["id"] for node in nodes}) == len(nodes)
    assert all(node["href"].startswith(("/p/demo", "/api/v1/portfolios/demo/events/")) for node in nodes)


def test_a_parent_shows_the_child_that_caused_it() -> None:
    tree = _why(*_late(), "portfolio")

    assert (tree["rag"], tree["children"][0]["id"]) == ("red", "project/APOLLO")


def test_a_parent_says_how_many_others_there_are() -> None:
    story = Story()
    found = [f"project/P{n}" for n in range(8)]
    reports = [
        event
        for code in found
        for event in (registered(code), baseline(subject=code), progress("10", subject=code))
    ]
    done = story.tell(*reports)

    tree = _why(story, done.details, "portfolio")

    assert (len(tree["children"]), tree["more"]) == (3, 5)


def test_what_is_said_is_shown_beside_what_is_computed() -> None:
    tree = _why(*_late(), "project/APOLLO")
    [trust] = [node for node in tree["children"] if node["id"].endswith("trust.TRU-2")]

    assert [node["value"] for node in walk(trust) if node["label"] == "declared"] == ["Green"]


def test_every_early_warning_is_shown_with_its_figures_down_to_the_events() -> None:
    story = Story()
    done = story.tell(registered(), baseline(), progress("32"), cost("50000"))
    tree = _why(story, done.details, "project/APOLLO")
    shown = [node for node in tree["children"] if node["kind"] == "warning"]
    [gap] = [node for node in shown if node["label"] == "EW11 Spend ahead of work"]

    assert sorted(node["rule"] for node in shown) == sorted(story.card("project/APOLLO")["warnings"])
    assert (gap["severity"], gap["value"], gap["unit"], gap["limit"]) == ("medium", "18.00", "pp", "10")
    assert [(node["label"], node["value"]) for node in gap["children"]] == [
        ("BAC", "100000"),
        ("EV", "32000"),
        ("AC", "50000"),
    ]
    assert [node["children"][0]["id"] for node in gap["children"]] == [
        f"project/APOLLO:warning.EW11.{place}.{seq}" for place, seq in enumerate((2, 3, 4))
    ]


def test_early_warnings_come_after_whatever_decides_the_colour() -> None:
    kinds = [node["kind"] for node in _why(*_late(), "project/APOLLO")["children"]]

    assert kinds == sorted(kinds)
    assert {*kinds} == {"finding", "warning"}


def test_a_project_that_nobody_needs_to_be_warned_of_has_no_warning_in_its_tree() -> None:
    story = Story()
    done = story.tell(registered(), baseline(), progress("40"))

    nodes = walk(_why(story, done.details, "project/APOLLO"))

    assert "warning" not in {node["kind"] for node in nodes}


def test_unknown_says_what_is_missing() -> None:
    story = Story()
    done = story.tell(registered(), baseline())

    tree = _why(story, done.details, "project/APOLLO")

    assert (tree["rag"], tree["children"][0]["reason"]) == ("unknown", "no_progress")


def test_what_is_too_old_shows_when_it_was_last_heard() -> None:
    story, _ = _late()
    done = story.assess(now=NOW + days(200))

    finding = _why(story, done.details, "project/APOLLO")["children"][0]

    assert (finding["reason"], finding["as_of"]) == ("too_old", "2026-03-02T12:00:00Z")


def test_a_project_at_rest_is_explained_by_its_state() -> None:
    story, _ = _late()
    done = story.tell(state("on_hold"))

    assert _why(story, done.details, "project/APOLLO")["reason"] == "on_hold"


def test_an_alert_is_explained_by_what_it_is_about() -> None:
    story, details = _late()
    alert = next(key for key in story.board.cards if key.startswith("alert/"))

    assert _why(story, details, alert)["id"] == "project/APOLLO"


def test_the_rates_that_budgets_were_added_up_at_are_shown() -> None:
    story = Story()
    done = story.tell(rate("USD", "EUR", "0.5"), registered(), baseline(currency="USD"), progress("40"))

    nodes = walk(_why(story, done.details, "portfolio"))

    assert [(node["label"], node["value"]) for node in nodes if node["id"].endswith("rate.USD")] == [
        ("USD", "0.5")
    ]


def test_a_card_that_is_not_there_has_no_tree() -> None:
    assert explain("project/NONE", Telling("demo", HOUSE_DEFAULT, lambda _: None)) is None


# ── the page ───────────────────────────────────────────────────────────────────────────────────────


def test_the_page_has_readings_curve_milestones_and_what_was_declared() -> None:
    facts = a_project(
        progress("32"),
        cost("40000"),
        planned("M1", date(2026, 4, 1), name="Design review"),
        forecast("M1", date(2026, 4, 20)),
        planned("M0", date(2026, 2, 1)),
        achieved("M0", date(2026, 2, 4)),
        status("Amber"),
        an_event("item.changed", {"roles": {"manager": "A. Lovelace"}}),
    )

    page = project_page(facts, HOUSE_DEFAULT, rate_book(()), NOW)

    readings = {each["kpi"]: (each["value"], each["rag"]) for each in page["readings"]}
    assert readings["SCH-1"] == ("0.8", "red")
    assert readings["TRU-2"] == ("1", "amber")
    assert {"date": "2026-02-27", "pv": "40000", "ev": "32000", "ac": "40000"} in page["burn_up"]
    assert [(each["code"], each["late_days"]) for each in page["milestones"]] == [("M0", 3), ("M1", 19)]
    assert page["milestones"][1]["history"][0]["forecast"] == "2026-04-20"
    assert page["declared"][0]["words"] == {"overall": "Amber"}
    assert (page["currency"], page["roles"]) == ("EUR", {"manager": "A. Lovelace"})
    assert page["baselines"][0]["bac"] == "100000"


def test_nothing_is_drawn_where_nothing_is_known() -> None:
    page = project_page(a_project(progress("32")), HOUSE_DEFAULT, rate_book(()), NOW)

    assert [(each["date"], each["ac"]) for each in page["burn_up"] if each["ev"] is not None] == [
        (STATUS_DAY.isoformat(), None)
    ]


def test_a_page_of_an_empty_project_is_empty_and_not_an_error() -> None:
    story = Story()
    story.tell(registered())

    page = project_page(story.facts.whole("project/APOLLO"), HOUSE_DEFAULT, rate_book(()), NOW)  # type: ignore[arg-type]

    assert (page["burn_up"], page["milestones"], page["currency"]) == ([], [], None)
