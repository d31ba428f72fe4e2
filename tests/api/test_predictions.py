"""Forecast quality and outlooks: what is claimed of a portfolio, and what is not."""

import httpx
import orjson
import pytest

from app.domain.events.catalogue import AnyEvent
from tests import builders as b
from tests import deliveries as d
from tests.promises import a_history
from tests.servers.installation import BATCH, Installation, as_posted, create_portfolio
from tests.servers.ports import becomes

PAIRS = 40


@pytest.fixture(scope="module")
async def client(installation: Installation) -> httpx.AsyncClient:
    """May read `alpha`, which is new, and `past`, a replayed history of promises."""
    await create_portfolio(installation.db, "past", clock="replay")
    assert await becomes(lambda: "past" in installation.app.state.assessors.lanes)
    found = await installation.client(granted=["alpha", "past"])
    said = {"milestone": "M1", "working_target": "v3"}
    project, hour = "project/LATE", d.moment(60)
    await tell(
        found,
        "alpha",
        *d.a_project("LATE"),
        b.forecast("M1", d.in_days(40), subject=project, time=hour, new_target="v2"),
        b.an_event("milestone.working_date_reported", said, subject=project, time=hour),
        b.forecast("M2", d.in_days(-9), subject=project, time=hour),
    )
    await tell(found, "past", *with_clock(a_history(PAIRS)))
    return found


def with_clock(events: list[AnyEvent]) -> list[AnyEvent]:
    """The events, each after the clock has reached it."""
    told = []
    for event in events:
        at = {"at": event.time.isoformat()}
        told += [b.an_event("clock.reached", at, subject="portfolio", time=event.time), event]
    return list({(event.source, event.id): event for event in told}.values())


async def tell(client: httpx.AsyncClient, portfolio: str, *events: AnyEvent) -> None:
    """Post and wait until they are assessed."""
    body = orjson.dumps([{**as_posted(event), "portfolio": portfolio} for event in events])
    answer = await client.post("/events?wait=assessed", content=body, headers={"Content-Type": BATCH})
    assert answer.status_code == 202, answer.text
    assert answer.json()["results"][-1]["revision"]


async def test_a_portfolio_without_outcomes_says_so_and_claims_nothing(client: httpx.AsyncClient) -> None:
    told = (await client.get("/portfolios/alpha/forecast-quality")).json()

    assert (told["outcomes"], told["least_outcomes"], told["lead_days"]) == (0, 50, None)
    assert [(one["supported"], one["reason"]) for one in told["horizons"]] == [
        (False, "too_few_outcomes"),
        (False, "too_few_outcomes"),
    ]


async def test_a_replayed_history_is_tested_by_its_own_clock(client: httpx.AsyncClient) -> None:
    told = (await client.get("/portfolios/past/forecast-quality")).json()

    ahead = told["horizons"][0]
    assert told["seq"] > PAIRS * 8
    assert told["outcomes"] > PAIRS
    assert (ahead["days"], ahead["supported"], ahead["reason"]) == (70, True, None)
    assert ahead["auroc"] > 0.8
    assert ahead["brier"] < ahead["base_brier"]
    assert sum(band["cases"] for band in ahead["calibration"]) == ahead["outcomes"]


async def test_an_outlook_has_warnings_and_no_probability_without_a_track_record(
    client: httpx.AsyncClient,
) -> None:
    told = (await client.get("/portfolios/alpha/projects/LATE/outlook")).json()

    ahead, past = told["milestones"]
    assert [sign["rule"] for sign in ahead["warnings"]] == ["EW24"]
    assert [sign["rule"] for sign in past["warnings"]] == ["EW23"]
    assert (ahead["probability"], ahead["reason"]) == (None, "too_few_outcomes")
    assert (past["probability"], past["reason"]) == (None, "date_passed")
    assert ahead["base_rate"] is None


async def test_an_outlook_has_a_probability_with_its_counts(client: httpx.AsyncClient) -> None:
    last = f"project/BAD{PAIRS - 1}"
    told = (await client.get(f"/portfolios/past/{last.replace('/', 's/')}/outlook")).json()

    [ahead] = told["milestones"]
    assert ahead["reason"] is None
    assert ahead["probability"] > ahead["base_rate"]
    assert [one["condition"] for one in ahead["basis"]][:2] == ["any", "plan_fields"]


async def test_the_page_and_the_tree_tell_what_a_warning_foretells(
    client: httpx.AsyncClient,
) -> None:
    code = f"BAD{PAIRS - 1}"
    await client.get("/portfolios/past/forecast-quality")

    page = (await client.get(f"/portfolios/past/projects/{code}")).json()
    tree = (await client.get("/portfolios/past/explain", params={"card": f"project/{code}"})).json()

    [told] = [each["foretold"] for each in page["warnings"] if each["rule"] == "EW24"]
    [shown] = [node["foretold"] for node in tree["children"] if node.get("rule") == "EW24"]
    assert told == shown
    assert told["milestone"] == "beta"
    assert told["probability"] > told["base_rate"]
    assert told["basis"][1]["slipped"] > PAIRS / 2


async def test_whoever_looks_does_not_wait_for_the_track_record_which_is_made_meanwhile(
    client: httpx.AsyncClient, installation: Installation
) -> None:
    records = installation.app.state.track_records
    records.kept.pop("alpha", None)

    first = (await client.get("/portfolios/alpha/projects/LATE")).json()
    assert await becomes(lambda: "alpha" in records.kept)
    second = (await client.get("/portfolios/alpha/projects/LATE")).json()

    [before], [after] = ([w for w in page["warnings"] if w["rule"] == "EW24"] for page in (first, second))
    assert "foretold" not in before
    assert (after["foretold"]["probability"], after["foretold"]["reason"]) == (None, "too_few_outcomes")


async def test_a_past_moment_is_told_without_what_is_known_since(client: httpx.AsyncClient) -> None:

    tree = (await client.get("/portfolios/alpha/explain?card=project/LATE&revision=1")).json()

    assert [node["rule"] for node in tree["children"] if node["kind"] == "warning"]
    assert [node for node in tree["children"] if "foretold" in node] == []


@pytest.mark.parametrize(
    "path",
    ["nowhere/forecast-quality", "alpha/projects/NOBODY/outlook", "nowhere/projects/LATE/outlook"],
)
async def test_what_is_not_there_has_no_prediction(installation: Installation, path: str) -> None:
    answer = await (await installation.client()).get(f"/portfolios/{path}")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ["forecast-quality", "projects/LATE/outlook"])
async def test_predictions_are_read_with_the_grant_only(installation: Installation, path: str) -> None:
    nobody = await installation.with_key(None).get(f"/portfolios/alpha/{path}")
    elsewhere = await (await installation.client(granted=["beta"])).get(f"/portfolios/alpha/{path}")

    assert [answer.status_code for answer in (nobody, elsewhere)] == [401, 403]
