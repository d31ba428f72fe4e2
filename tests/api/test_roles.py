"""Who answers for projects: of many in one answer, and for nobody who may not see names."""

import httpx
import orjson
import pytest

from app.domain.access import Scope
from tests import builders as b
from tests import deliveries as d
from tests.servers.installation import BATCH, Installation, as_posted

ROLES = "/portfolios/alpha/roles"


@pytest.fixture(scope="module")
async def client(installation: Installation) -> httpx.AsyncClient:
    """ONE has a manager and an owner, TWO nobody."""
    found = await installation.client(granted=["alpha"])
    events = [
        *d.a_project("ONE", roles={"manager": "M. Person", "sro": "S. Person"}),
        *d.a_project("TWO"),
        b.progress("10", subject="project/UNREGISTERED"),
    ]
    body = orjson.dumps([as_posted(event) for event in events])
    answer = await found.post("/events?wait=assessed", content=body, headers={"Content-Type": BATCH})
    assert answer.status_code == 202, answer.text
    return found


async def test_roles_are_told_of_the_projects_that_are_asked_for(client: httpx.AsyncClient) -> None:
    both = (await client.get(ROLES, params={"project": ["ONE", "TWO", "NOBODY", "UNREGISTERED"]})).json()
    other = (await client.get(ROLES, params={"project": "TWO"})).json()

    assert both == {"roles": {"ONE": {"manager": "M. Person", "sro": "S. Person"}, "TWO": {}}}
    assert other == {"roles": {"TWO": {}}}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (ROLES, 422),
        (f"{ROLES}?project=a/b", 422),
        (f"{ROLES}?{'&'.join(f'project=P{n}' for n in range(101))}", 422),
        ("/portfolios/beta/roles?project=ONE", 403),
    ],
)
async def test_what_cannot_be_asked_for_is_a_problem(
    client: httpx.AsyncClient, path: str, status: int
) -> None:
    answer = await client.get(path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_portfolio_that_does_not_exist_has_no_roles(installation: Installation) -> None:
    everywhere = await installation.client(Scope.READ)

    assert (await everywhere.get("/portfolios/nowhere/roles?project=ONE")).status_code == 404
