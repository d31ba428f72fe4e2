"""The pipeline's counters, for operators: how far the board is behind the log, and what that costs."""

from collections.abc import AsyncIterator
from functools import partial

import httpx
import pytest

from app.domain.access import Scope
from app.main import create_app
from app.operations import keys, portfolios
from app.operations.keys import Grant
from app.settings import Settings
from tests.api.conftest import HERE, MORNING, V1
from tests.builders import registered


@pytest.fixture
async def operator(sqlite_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """An integration that may read and write `alpha`, at the running product, where `beta` is too."""
    product = create_app(Settings(database_url=sqlite_url))
    for name in ("alpha", "beta"):
        new = partial(portfolios.create, portfolio_id=name, name=name, clock="live", currency="EUR")
        await product.state.db.write(new)
    grant = Grant([Scope.INGEST, Scope.READ], ["alpha"])
    issued = await keys.issue(product.state.db, "operator", grant, now=MORNING)
    async with product.router.lifespan_context(product):
        bearer = {"Authorization": f"Bearer {issued.secret}"}
        transport = httpx.ASGITransport(product)
        async with httpx.AsyncClient(transport=transport, base_url=HERE + V1, headers=bearer) as client:
            yield client


async def test_the_pipeline_says_how_far_the_board_is_behind_the_log(operator: httpx.AsyncClient) -> None:
    body = registered("project/APOLLO").model_dump_json(exclude_none=True)
    sort = {"Content-Type": "application/cloudevents+json"}
    posted = await operator.post("/events?wait=assessed", content=body, headers=sort)

    told = (await operator.get("/pipeline")).json()

    [lane] = told["portfolios"]
    assert posted.status_code == 202
    assert (told["queued"], told["commits"]) == (0, 1)
    assert (lane["id"], lane["head_seq"], lane["assessed_seq"], lane["lag_ms"]) == ("alpha", 1, 1, 0)
    assert lane["rounds"] == lane["revision"] == 1
    assert lane["assessor_cpu_s"] > 0
