"""A portfolio to measure over: 1,000 projects with two years of plan and one year of history."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final

import orjson

PORTFOLIO: Final = "bench"
PROJECTS: Final = 1_000
PROGRAMMES: Final = 25
RED: Final = 0.80
AMBER: Final = 0.90
"""What projects that are not well earn of their planned value."""
PERIODS: Final = 24
SAMPLES: Final = 20
MILESTONES: Final = 12
_LENGTH: Final = timedelta(days=730)
_SPAN: Final = timedelta(days=18)
_BATCH: Final = 500


def code(number: int) -> str:
    """The code of a project."""
    return f"P{number:04d}"


def standing(number: int) -> float:
    """How much of its planned value a project earns: most are well, one in ten is not."""
    if number % 10 == 7:
        return RED
    return AMBER if number % 7 == 3 else 0.97 + (number % 9) / 100


def planned(day: date, start: date) -> float:
    """The share of the budget that is planned by the end of a day: slow, fast, slow."""
    done = min(1.0, max(0.0, (day - start) / _LENGTH))
    return done * done * (3 - 2 * done)


def batches(today: date) -> Iterator[bytes]:
    """Every event of the seeded portfolio, project by project, as the bodies of batch requests."""
    events = ({"id": f"seed-{n}", **event} for n, event in enumerate(_story(today)))
    while some := list(islice(events, _BATCH)):
        yield orjson.dumps(some)


def _story(today: date) -> Iterator[dict[str, Any]]:
    start = today - timedelta(days=365)
    yield _event(
        "fx.rate_set", "portfolio", start, {"base": "GBP", "quote": "EUR", "as_of": f"{start}", "rate": 1.17}
    )
    for number in range(PROGRAMMES):
        yield _event("item.registered", f"programme/G{number:02d}", start, {"name": f"Programme {number}"})
    for number in range(PROJECTS):
        yield from _project(number, start, today)


def _project(number: int, start: date, today: date) -> Iterator[dict[str, Any]]:
    subject, chance = f"project/{code(number)}", random.Random(number)
    currency = "GBP" if number % 5 == 0 else "EUR"
    budget = chance.randrange(1_000, 40_000) * 1_000
    registered = {
        "name": f"Delivery of capability {number}",
        "short": f"Capability {number}",
        "parent": f"G{number % PROGRAMMES:02d}",
        "tier": 1 + number % 4,
        "currency": currency,
    }
    yield _event("item.registered", subject, start, registered)
    ends = [start + _LENGTH * (place + 1) / PERIODS for place in range(PERIODS)]
    curve = [{"end": f"{end}", "pv_cum": round(budget * planned(end, start))} for end in ends]
    curve[-1]["pv_cum"] = budget
    plan = {"version": 1, "bac": _money(budget, currency), "start": f"{start}", "finish": f"{ends[-1]}"}
    yield _event("baseline.approved", subject, start, {**plan, "periods": curve})
    for place in range(1, SAMPLES + 1):
        day = start + _SPAN * place
        share = min(1.0, planned(day, start) * standing(number))
        yield _event(
            "progress.reported", subject, day, {"as_of": f"{day}", "pct_complete": round(share * 100, 2)}
        )
        spent = _money(round(budget * share * chance.uniform(0.98, 1.02)), currency)
        yield _event(
            "cost.booked", subject, day, {"period_end": f"{day}", "amount": spent, "mode": "cumulative"}
        )
    yield from _milestones(number, subject, start, today)


def _milestones(number: int, subject: str, start: date, today: date) -> Iterator[dict[str, Any]]:
    for place in range(1, MILESTONES + 1):
        agreed, name = start + timedelta(days=58 * place + number % 20), f"M{place:02d}"
        said = {"milestone": name, "name": f"Milestone {place}", "baseline_date": f"{agreed}"}
        yield _event("milestone.planned", subject, start, said)
        if agreed < today:
            yield _event(
                "milestone.achieved", subject, agreed, {"milestone": name, "actual_date": f"{agreed}"}
            )
        elif place % 3 == 0:
            later = agreed + timedelta(days=number % 8)
            changed = {"milestone": name, "new_forecast": f"{later}"}
            yield _event("milestone.forecast_changed", subject, today - timedelta(days=3), changed)


def _event(kind: str, subject: str, day: date, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "source": f"erp-{sum(subject.encode()) % 8}",
        "type": f"nerve.{kind}.v1",
        "subject": subject,
        "time": datetime.combine(day, time(6), UTC).isoformat(),
        "portfolio": PORTFOLIO,
        "data": data,
    }


def _money(amount: int, currency: str) -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


class Reports:
    """New reports of progress, one project after another in random order, each as ready bytes."""

    def __init__(self, run: int, *, projects: int = PROJECTS) -> None:
        self._run, self._chance, self._projects = run, random.Random(run), projects
        self._began = datetime.now(UTC)
        self._start = self._began.date() - timedelta(days=365)
        self._n = 0

    def next(self, number: int | None = None) -> bytes:
        """The next report, of this project or any."""
        number = self._chance.randrange(self._projects) if number is None else number
        today = self._began.date()
        share = planned(today, self._start) * standing(number) * 100 + self._chance.uniform(-0.3, 0.3)
        return self.report(number, share)

    def report(self, number: int, percent: float) -> bytes:
        """A report that a project is so far."""
        self._n += 1
        at = self._began + timedelta(microseconds=self._n)
        return (
            b'{"specversion":"1.0","id":"%04x-%032x","source":"plan-%d","type":"nerve.progress.reported.v1",'
            b'"subject":"project/%b","time":"%b","portfolio":"%b","data":{"as_of":"%b","pct_complete":%.2f}}'
            % (
                self._run, self._chance.getrandbits(128), number % 8, code(number).encode(),
                at.isoformat().encode(), PORTFOLIO.encode(), at.date().isoformat().encode(), percent,
            )
        )  # fmt: skip

    def batch(self, size: int) -> bytes:
        """The next reports as the body of a batch request."""
        return b"[%b]" % b",".join(self.next() for _ in range(size))
