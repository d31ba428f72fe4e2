"""The oracle file of the sibling folder `shared`, where it is; inline copies: test_earned_value.py."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.domain.earned_value import EarnedSchedule, EarnedValue, planned_value_curve

ORACLES = Path(__file__).resolve().parents[3] / "shared" / "oracles" / "earned_value.json"

pytestmark = pytest.mark.skipif(not ORACLES.exists(), reason="the sibling folder `shared` is not here")


def _oracles() -> dict[str, Any]:
    text = ORACLES.read_text(encoding="utf-8") if ORACLES.exists() else "{}"
    found: dict[str, Any] = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    return found


def _differences(measures: object, expected: dict[str, Decimal | None], tolerance: Decimal) -> list[str]:
    return [name for name, value in expected.items() if not _near(getattr(measures, name), value, tolerance)]


def _near(actual: Decimal | None, expected: Decimal | None, tolerance: Decimal) -> bool:
    if actual is None or expected is None:
        return actual is expected
    return abs(actual - expected) <= tolerance


@pytest.mark.parametrize("oracle", _oracles().get("earned_value", []), ids=lambda oracle: oracle["id"])
def test_earned_value_meets_the_oracle(oracle: dict[str, Any]) -> None:
    measures = EarnedValue(oracle["bac"], oracle["pv"], oracle["ev"], oracle["ac"])

    assert _differences(measures, oracle["expect"], oracle["tolerance"]) == []


def _schedule_cases() -> list[Any]:
    cases = []
    for oracle in _oracles().get("earned_schedule", []):
        for number, case in enumerate(oracle.get("cases", [oracle])):
            whole = {"bac": Decimal(2000), "pd": Decimal(20), "tolerance": oracle["tolerance"]} | case
            cases.append(pytest.param(whole, id=f"{oracle['id']}-{number}"))
    return cases


@pytest.mark.parametrize("oracle", _schedule_cases())
def test_earned_schedule_meets_the_oracle(oracle: dict[str, Any]) -> None:
    pd = int(oracle["pd"])
    curve = planned_value_curve([(pd, oracle["bac"])], pd, oracle["bac"])
    assert curve is not None
    es = oracle["es"] if "es" in oracle else curve.earned_schedule(oracle["ev"])

    schedule = EarnedSchedule(es, oracle["at"], oracle["pd"])

    assert _differences(schedule, oracle["expect"], oracle["tolerance"]) == []
