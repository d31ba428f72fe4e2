"""One large project: 40 milestones, 60 entries of the register, three years of weekly reports."""

import gc
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from itertools import count
from typing import Any, Final

import orjson

from app.cli.serving import tune_the_interpreter
from app.domain.assess import assess_round
from app.domain.events.reading import read_one
from app.domain.facts import PortfolioFacts
from app.domain.fold import Recorded, fold
from app.domain.standing import Board, Identity
from app.domain.subject import Key
from bench.house import House
from bench.report import Figure, middle

SUBJECT: Final = "project/LARGE"
WEEKS: Final = 156
BUDGET: Final = 1_000_000
REPEATS: Final = 200
_NUMBERS: Final = count(1)
_START: Final = datetime(2023, 3, 6, 6, tzinfo=UTC)
_NOW: Final = _START + timedelta(weeks=WEEKS)


def large(_: House) -> Iterator[Figure]:
    """One project, in process, with 40 milestones, 60 register entries and 3 years of weekly reports."""
    tune_the_interpreter()
    facts, board = PortfolioFacts(), Board(Identity("large", "Large", "EUR"))
    for said in _story():
        _fold(facts, said, _NOW)
    _assess(facts, board)
    gc.collect()
    gc.freeze()
    kinds: dict[str, Callable[[int], dict[str, Any] | None]] = {
        "a report of progress": lambda n: _progress(_NOW, 85 + n / 1000),
        "a cost booked": lambda n: _cost(_NOW, 858_000 + n),
        "a milestone's forecast": lambda n: _forecast("M39", _NOW + timedelta(days=60 + n % 9)),
        "a risk updated": lambda n: _event("risk.updated", _NOW, {"ref": "R7", "prob": str(n % 90)}),
        "a new day": lambda _: None,
    }
    found = {name: _times(facts, board, tell) for name, tell in kinds.items()}
    each = [one for times in found.values() for one in times]
    yield Figure("assessment of one large project, median", middle(each), "ms", at_most=1)
    for name, times in found.items():
        yield Figure(f"the same after {name}", middle(times), "ms")


def _times(facts: PortfolioFacts, board: Board, tell: Callable[[int], dict[str, Any] | None]) -> list[float]:
    """Milliseconds of processor time of the assessment after each of these events, a minute apart."""
    times = []
    for number in range(REPEATS):
        said = tell(number)
        assert facts.now is not None
        at = facts.now + (timedelta(days=1) if said is None else timedelta(minutes=1))
        if said is None:
            facts.now = at
        else:
            _fold(facts, {**said, "time": at.isoformat()}, at)
        times.append(_assess(facts, board))
    return times


def _fold(facts: PortfolioFacts, said: dict[str, Any], at: datetime) -> None:
    number = next(_NUMBERS)
    fold(facts, Recorded(number, at, read_one(orjson.dumps({"id": f"large-{number}", **said}))))


def _assess(facts: PortfolioFacts, board: Board) -> float:
    assert facts.now is not None
    steps = assess_round(board, facts, {Key(SUBJECT)}, facts.policy, facts.now, next(_NUMBERS))
    began = time.thread_time()
    next(steps)
    took = (time.thread_time() - began) * 1000
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            board.apply(stop.value)
            return took


def _story() -> Iterator[dict[str, Any]]:
    yield _event("item.registered", _START, {"name": "A large project", "currency": "EUR"})
    plan = {"version": 1, "bac": _money(BUDGET), "contingency": _money(90_000), "start": f"{_START:%F}"}
    yield _event("baseline.approved", _START, {**plan, "finish": "2026-08-28", "periods": []})
    for week in range(WEEKS):
        day = _START + timedelta(weeks=week)
        yield _progress(day, week * 0.55)
        yield _cost(day, 5_500 * (week + 1))
    for place in range(40):
        agreed = _START + timedelta(days=30 * place)
        planned = {"milestone": f"M{place}", "name": f"Milestone {place}", "baseline_date": f"{agreed:%F}"}
        yield _event("milestone.planned", _START, planned)
        for late in range(3):
            moved = _forecast(f"M{place}", agreed + timedelta(days=3 * late))
            yield {**moved, "time": (_START + timedelta(days=20 * place + late)).isoformat()}
        if agreed < _NOW:
            done = {"milestone": f"M{place}", "actual_date": f"{agreed + timedelta(days=4):%F}"}
            yield _event("milestone.achieved", agreed + timedelta(days=5), done)
    yield from _register(_NOW - timedelta(days=10))


def _register(at: datetime) -> Iterator[dict[str, Any]]:
    soon = f"{_NOW + timedelta(days=30):%F}"
    for n in range(25):
        said = {"ref": f"R{n}", "title": "The supplier is late", "cause": "one supplier", "owner": "ada"}
        impact = {"cost": _money(1_000 * n), "days": n}
        response = {"response": "a second source", "response_due": soon}
        yield _event("risk.raised", at, {**said, **response, "prob": str(10 + n), "impact": impact})
    for n in range(12):
        said = {"ref": f"I{n}", "title": "A defect", "owner": "ada", "due": soon}
        yield _event("issue.raised", at, {**said, "severity": 1 + n % 4})
    for n in range(13):
        yield _event("action.assigned", at, {"ref": f"A{n}", "title": "To do", "owner": "ada", "due": soon})
    for n in range(5):
        yield _event("scope.change_requested", at, {"ref": f"C{n}", "title": "More", "value": _money(9_000)})
    for n in range(5):
        yield _event("dependency.declared", at, {"ref": f"D{n}", "title": "An interface", "needed_by": soon})


def _progress(at: datetime, percent: float) -> dict[str, Any]:
    return _event("progress.reported", at, {"as_of": f"{at:%F}", "pct_complete": round(percent, 3)})


def _cost(at: datetime, amount: int) -> dict[str, Any]:
    return _event(
        "cost.booked", at, {"period_end": f"{at:%F}", "amount": _money(amount), "mode": "cumulative"}
    )


def _forecast(code: str, day: datetime) -> dict[str, Any]:
    return _event("milestone.forecast_changed", _NOW, {"milestone": code, "new_forecast": f"{day:%F}"})


def _event(kind: str, at: datetime, data: dict[str, Any]) -> dict[str, Any]:
    moment = datetime.combine(at.date(), clock(6), UTC).isoformat()
    head = {"specversion": "1.0", "source": "erp", "type": f"nerve.{kind}.v1", "subject": SUBJECT}
    return {**head, "time": moment, "portfolio": "large", "data": data}


def _money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}
