"""What happens to a portfolio day by day, and what is told of it afterwards."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from app.domain.events.catalogue import AnyEvent
from tests import builders as b

Shown = dict[str, tuple[int, bytes]]
"""Key → the revision that last changed the card, and the card."""
MORNING: Final = b.at(b.START, 8)


def clock(moment: datetime) -> AnyEvent:
    at = {"at": moment.isoformat()}
    return b.an_event("clock.reached", at, subject="portfolio", time=moment, id=f"clock-{moment}")


def report(code: str, pct: int, moment: datetime) -> AnyEvent:
    return b.progress(str(pct), subject=f"project/{code}", on=moment.date(), time=moment)


def project(code: str) -> list[AnyEvent]:
    return [b.registered(f"project/{code}"), b.baseline(subject=f"project/{code}")]


def every(minutes: int, count: int, start: datetime = MORNING) -> list[datetime]:
    return [start + timedelta(minutes=minutes * number) for number in range(1, count + 1)]


def applied(shown: Mapping[str, Any], steps: list[dict[str, Any]]) -> dict[str, Any]:
    after = dict(shown) | {each["key"]: each for step in steps for each in step["changes"]}
    return {key: each for key, each in after.items() if each["card"] is not None}


def entries(shown: Shown) -> dict[str, Any]:
    return {k: {"key": k, "rev": rev, "card": orjson.loads(doc)} for k, (rev, doc) in shown.items()}
