"""The policy as an event: what may be published, and what is kept of it."""

from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from app.domain.events.catalogue import canonical, parse
from app.domain.policy import HOUSE_DEFAULT
from tests import builders as b


def document(**changes: Any) -> dict[str, Any]:
    return HOUSE_DEFAULT.model_dump(mode="json") | changes


def with_limits(code: str, amber: str, red: str) -> dict[str, Any]:
    found = document()
    found["kpis"][code] |= {"amber": amber, "red": red}
    return found


def publish(policy: dict[str, Any], reason: str | None = "because") -> Any:
    data = {"policy": policy} | ({} if reason is None else {"reason": reason})
    return b.an_event("policy.published", data, subject="portfolio", id="p")


def test_what_was_published_is_kept_whole_with_its_defaults() -> None:
    thin = {"kpis": document()["kpis"], "calendars": document()["calendars"]}

    stored = orjson.loads(canonical(publish(thin)))["data"]["policy"]

    assert stored == document()


def test_what_was_published_comes_back_as_it_was() -> None:
    event = publish(with_limits("CST-1", "0.970", "0.85"))

    assert parse(canonical(event)) == event


@pytest.mark.parametrize(
    "policy",
    [
        document(calendar="lunar"),
        document(calendars={"none": {"weekdays": []}}, calendar="none"),
        document(ages={"stale_after": "3", "unknown_after": "1.5"}),
        document(ages={"stale_after": "0"}),
        document(ages={"unknown_after": "1E+300"}),
        document(margin="1.1"),
        document(milestone_days=10**9),
        document(kpis={"anything": document()["kpis"]["CST-1"]}),
        document(kpis={"CST-1": document()["kpis"]["CST-1"] | {"red": "NaN"}}),
        document(colour="blue"),
        with_limits("CST-1", "0.90", "0.95"),
        with_limits("SCH-6", "90", "30"),
    ],
)
def test_a_policy_that_could_not_be_judged_by_is_refused(policy: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        publish(policy)


@pytest.mark.parametrize("policy", [with_limits("CST-1", "0.95", "0.95"), document(version=77)])
def test_a_policy_with_one_limit_or_a_number_of_its_own_may_be_published(policy: dict[str, Any]) -> None:
    assert publish(policy).data.policy.name == "House default"


def test_a_document_of_an_earlier_version_still_counts_without_the_number_that_did_nothing() -> None:
    assert orjson.loads(canonical(publish(document(horizon_days=90))))["data"]["policy"] == document()


def test_a_policy_is_not_published_without_a_reason() -> None:
    with pytest.raises(ValidationError):
        publish(document(), reason=None)


def test_the_version_is_the_portfolios_and_not_the_drafts() -> None:
    facts = b.facts_of([publish(document(version=77))])

    assert facts.policy.version == 1


def test_any_order_of_publications_leaves_the_newest_in_force() -> None:
    early = b.an_event(
        "policy.published", {"policy": document(name="Early"), "reason": "x"}, subject="portfolio"
    )
    late_data = {"policy": document(name="Late"), "reason": "x"}
    late = b.an_event("policy.published", late_data, subject="portfolio", time=b.NOW + b.days(1))

    in_force = [b.facts_of(order).policy.name for order in ([early, late], [late, early])]

    assert in_force == ["Late", "Late"]
