"""Problem documents: everything that can go wrong is told in one form, and never with what was sent."""

import importlib
import inspect
import json
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Annotated, Any, Literal

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

import app
from app.db import DatabaseUnavailable
from app.domain.access import DomainError, Role, Scope
from app.domain.events.envelope import Misplaced
from app.domain.events.reading import Unreadable
from app.operations.migrating import NotOurDatabase
from app.operations.relief import ReliefLost
from app.operations.reports import ReportRefused
from app.store.revisions import FenceLost
from app.web.pointers import errors_of
from app.web.problems import TABLE, Problem, as_problem, document
from tests.api.conftest import House

INSIDE = {DomainError, FenceLost, Misplaced, NotOurDatabase, ReliefLost, ReportRefused, Unreadable}
"""Errors that no row tells: bases, and what is answered flaw by flaw."""


def errors() -> Iterator[type[Exception]]:
    for module in modules():
        for _, found in inspect.getmembers(module, inspect.isclass):
            if found.__module__ == module.__name__ and issubclass(found, Exception):
                yield found


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(app.__path__, "app."):
        if found.name.split(".")[1] in {"db", "domain", "operations", "store"}:
            yield importlib.import_module(found.name)


def test_every_error_of_ours_has_a_row() -> None:
    found = {kind for kind in errors() if not kind.__name__.startswith("_")}

    assert DatabaseUnavailable in found
    assert found - INSIDE - set(TABLE) == set()


def test_every_row_has_a_type_of_its_own_and_a_title() -> None:
    kinds = {row.kind for row in TABLE.values()}

    assert len({kind.name for kind in kinds}) == len(kinds)
    assert all(kind.title and 400 <= kind.status < 600 for kind in kinds)


def test_an_error_without_a_row_is_no_problem_that_is_told() -> None:
    assert as_problem(ZeroDivisionError()) is None


def test_what_may_be_tried_again_says_so() -> None:
    problem = as_problem(DatabaseUnavailable("password=hunter2"))

    assert problem is not None
    assert document(problem)["retryable"] is True
    assert problem.headers == {"Retry-After": "1"}
    assert "hunter2" not in str(document(problem))


class Amount(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    amount: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    currency: str


class Progress(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    type: Literal["progress"]
    time: AwareDatetime
    ev: Amount | None = None
    note: str | int = ""


class Cost(BaseModel):
    type: Literal["cost"]


EVENT: TypeAdapter[Any] = TypeAdapter(Annotated[Progress | Cost, Field(discriminator="type")])
GOOD = {"type": "progress", "time": "2026-03-02T09:00:00Z"}
MONEY = {"amount": 1.0, "currency": "EUR"}


@pytest.mark.parametrize(
    ("sent", "pointer", "code"),
    [
        ({**GOOD, "ev": {"amount": 1.0}}, "/ev/currency", "missing"),
        ({**GOOD, "ev": {**MONEY, "amount": "1"}}, "/ev/amount", "wrong_type"),
        ({**GOOD, "ev": {**MONEY, "amount": -1.0}}, "/ev/amount", "out_of_range"),
        ({**GOOD, "ev": {**MONEY, "amount": float("nan")}}, "/ev/amount", "not_finite"),
        ({**GOOD, "ev": {**MONEY, "a/b~c": 1}}, "/ev/a~1b~0c", "unknown_field"),
        ({**GOOD, "time": "2026-03-02T09:00:00"}, "/time", "naive_datetime"),
        ({**GOOD, "time": "2026-02-30T09:00:00Z"}, "/time", "invalid_date"),
        ({**GOOD, "type": "hunter2"}, "/type", "unknown_event_type"),
        ({"time": "2026-03-02T09:00:00Z"}, "/type", "missing"),
        ({**GOOD, "note": ["hunter2"]}, "/note", "wrong_type"),
    ],
)
def test_what_is_wrong_is_pointed_at_with_a_stable_word(sent: Any, pointer: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        EVENT.validate_json(json.dumps(sent))

    found = errors_of(caught.value, sent, within="/3")

    assert {(error.pointer, error.code) for error in found} == {(f"/3{pointer}", code)}
    assert all("hunter2" not in error.message and error.message.endswith(".") for error in found)


async def test_a_body_that_is_no_json_is_a_bad_request(house: House) -> None:
    admin = await house.signed_in(Role.ADMIN)

    answer = await admin.post("/keys", content=b'{"name": ', headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["errors"] == [
        {"pointer": "", "code": "malformed_json", "message": "The body is not JSON."}
    ]


async def test_a_body_of_another_type_is_refused_as_such(house: House) -> None:
    admin = await house.signed_in(Role.ADMIN)

    answer = await admin.post("/keys", content=b"name=x", headers={"Content-Type": "text/plain"})

    assert answer.status_code == 415


@pytest.mark.parametrize("stated", [True, False])
async def test_a_body_that_is_too_large_is_refused(house: House, stated: bool) -> None:
    script = house.with_key((await house.key(Scope.READ)).secret)

    async def parts() -> Any:
        for _ in range(3):
            yield b"x" * 1_000

    answer = await script.post("/echo", content=b"x" * 3_000 if stated else parts())

    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert (await script.post("/echo", content=b"x" * 2_000)).json() == 2_000


async def test_an_error_nobody_thought_of_says_nothing(house: House) -> None:
    answer = await house.browser().get("/broken")

    assert answer.status_code == 500
    assert answer.json() == {
        "type": "urn:nerve:problem:internal",
        "title": "Something went wrong on the server",
        "status": 500,
        "instance": "/api/v1/broken",
        "retryable": False,
    }


async def test_a_wrong_parameter_is_named(house: House) -> None:
    answer = await house.browser().get("/number?n=hunter2")

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/query/n", "wrong_type")
    assert "hunter2" not in answer.text


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("PUT", "/keys", 405)])
async def test_the_refusals_of_the_framework_are_problem_documents(
    house: House, method: str, path: str, status: int
) -> None:
    answer = await house.browser().request(method, path)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["instance"] == f"/api/v1{path}"


async def test_an_address_with_a_nul_reaches_no_database(house: House) -> None:
    admin = await house.signed_in(Role.ADMIN)

    assert (await admin.delete("/keys/a%00b")).status_code == 400
    assert (await admin.get("/keys?name=%00")).status_code == 400


def test_half_a_surrogate_in_the_name_of_a_field_can_be_told() -> None:
    with pytest.raises(ValidationError) as caught:
        Amount.model_validate({**MONEY, "\ud800": 1})

    assert errors_of(caught.value, {**MONEY, "\ud800": 1})[0].code == "lone_surrogate"


def test_a_problem_of_an_edge_may_carry_more() -> None:
    problem = next(iter(TABLE.values())).kind

    assert document(Problem(problem, more={"receipt_id": "r1"}))["receipt_id"] == "r1"
