"""A published policy is the next version: in force at once, judged project by project, rebuilt exactly."""

from typing import Any

import orjson
import pytest

from app.domain import assess
from app.domain.events.catalogue import AnyEvent
from app.domain.policy import HOUSE_DEFAULT
from app.domain.subject import Key
from app.models.board import change, revision
from app.models.portfolio import policy
from tests import builders as b
from tests import deliveries as d
from tests.operations.conftest import Node

STRICT = {"SCH-1": {"amber": "1.10", "red": "1.05"}}
"""Nobody is that fast."""


def published(limits: dict[str, dict[str, str]], *, minutes_ago: float = 0, **more: Any) -> AnyEvent:
    """The house default with other limits."""
    document = HOUSE_DEFAULT.model_dump(mode="json") | more
    for code, said in limits.items():
        document["kpis"][code] |= said
    data = {"policy": document, "reason": "the board decided so"}
    moment = d.moment(minutes_ago)
    name = f"policy-{orjson.dumps(limits).decode()}{minutes_ago}"
    return b.an_event("policy.published", data, subject="portfolio", time=moment, id=name)


@pytest.fixture
async def many(node: Node, monkeypatch: pytest.MonkeyPatch) -> Node:
    """Twelve green projects in a programme, of which a round judges at most five again."""
    monkeypatch.setattr(assess, "SLICE", 5)
    projects = [event for n in range(12) for event in d.a_project(f"P{n:02}", parent="ATLAS")]
    await node.tell(b.registered("programme/ATLAS", time=b.at(d.in_days(-100))), *projects)
    return node


def versions(node: Node) -> list[int]:
    """The version of the policy that each project's card names."""
    return [node.card(f"project/P{n:02}").get("policy", 0) for n in range(12)]


async def test_a_new_policy_is_worked_off_in_several_revisions_until_every_card_names_it(many: Node) -> None:
    before = many.head.revision
    await many.record(published(STRICT))

    await many.round()
    first = versions(many)
    await many.assess()

    assert first == [1] * 5 + [0] * 7
    assert versions(many) == [1] * 12
    assert many.head.revision == before + 3
    assert many.card("portfolio")["counts"]["red"] == 12


async def test_programmes_and_the_portfolio_name_the_new_policy_at_once(many: Node) -> None:
    await many.record(published(STRICT, name="Strict"))

    await many.round()

    assert many.card("programme/ATLAS")["policy"] == 1
    assert (many.card("portfolio")["policy"], many.card("portfolio")["policy_name"]) == (1, "Strict")


async def test_a_revision_without_events_says_so_and_stays_at_its_portfolio_time(many: Node) -> None:
    [seq] = await many.tell(published(STRICT))

    *_, first, second, third = sorted(await many.rows(revision), key=lambda row: row.revision)
    assert (first.first_seq, first.last_seq) == (seq, seq)
    assert [(row.first_seq, row.last_seq) for row in (second, third)] == [(seq + 1, seq)] * 2
    assert first.as_of == second.as_of == third.as_of


async def test_what_happens_meanwhile_is_assessed_in_the_next_round_by_the_new_policy(many: Node) -> None:
    await many.record(published(STRICT))
    await many.round()
    await many.record(d.a_report("P11", "51", minutes_ago=0))

    await many.round()

    assert versions(many) == [1] * 10 + [0] + [1]


async def test_a_policy_that_is_being_worked_off_is_rebuilt_to_the_same_bytes(many: Node) -> None:
    await many.record(published(STRICT))
    await many.round()
    await many.record(d.a_report("P11", "30", minutes_ago=0))
    await many.round()
    halfway = await many.differences()
    await many.tell(published({"SCH-1": {"amber": "0.5", "red": "0.4"}}))

    assert halfway == []
    assert await many.differences() == []
    assert versions(many) == [2] * 12


async def test_a_restart_goes_on_where_the_backlog_was_left(many: Node) -> None:
    await many.record(published(STRICT))
    await many.round()

    other = await many.restarted()

    assert versions(other) == [1] * 12
    assert other.lane.policy == (await other.restarted()).lane.policy
    assert await other.differences() == []


async def test_a_project_that_cannot_be_assessed_does_not_hold_the_backlog_up(many: Node) -> None:
    attributes = many.lane.facts.items[Key("project/P03")].attributes
    attributes["cadence"] = attributes["name"]

    await many.tell(published({}))

    assert versions(many) == [1] * 12
    assert many.card("project/P03")["degraded"]


async def test_every_version_is_kept_with_its_reason_and_its_event(many: Node) -> None:
    first, second = await many.record(published(STRICT, minutes_ago=0.1), published({}))
    await many.assess()

    rows = sorted(await many.rows(policy), key=lambda row: row.version)
    assert [row.version for row in rows] == [0, 1, 2]
    assert [row.reason for row in rows] == [None, "the board decided so", "the board decided so"]
    assert [orjson.loads(row.stamp)[4] for row in rows[1:]] == [first, second]
    assert many.lane.policy.kpis == HOUSE_DEFAULT.kpis


async def test_a_policy_that_is_older_than_the_one_in_force_never_was_in_force(many: Node) -> None:
    await many.tell(published(STRICT))

    await many.tell(published({}, minutes_ago=10))

    assert many.lane.policy.version == 1
    assert many.card("portfolio")["counts"]["red"] == 12


async def test_the_same_publication_twice_is_one_version(many: Node) -> None:
    again = published(STRICT)

    await many.tell(again)
    await many.tell(again)

    assert many.lane.policy.version == 1


async def test_why_says_the_version_that_judged_it(many: Node) -> None:
    await many.tell(published(STRICT))

    rows = {row.key: orjson.loads(row.detail) for row in await many.rows(change) if row.detail is not None}
    assert {rows[f"project/P{n:02}"]["policy"] for n in range(12)} == {1}
