"""Projects that are delivered now: their histories end today, so that live portfolios are fresh."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.domain.events.catalogue import AnyEvent
from tests import builders as b


def today() -> date:
    return datetime.now(UTC).date()


def in_days(count: int) -> date:
    return today() + timedelta(days=count)


def moment(minutes_ago: float = 0) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes_ago)


def a_registered(code: str, **attributes: Any) -> AnyEvent:
    """The project enters the portfolio 100 days ago."""
    return b.registered(f"project/{code}", time=b.at(in_days(-100)), **attributes)


def a_plan(code: str, *, bac: str = "100000") -> AnyEvent:
    """200 days, half of them over, planned as a straight line."""
    return b.baseline(
        subject=f"project/{code}",
        bac=bac,
        start=in_days(-100),
        finish=in_days(100),
        time=b.at(in_days(-100), 13),
    )


def a_report(code: str, pct: str, *, minutes_ago: float = 1) -> AnyEvent:
    """How much is done, as of today."""
    return b.progress(pct, subject=f"project/{code}", on=today(), time=moment(minutes_ago))


def a_project(code: str, pct: str = "50", **attributes: Any) -> Sequence[AnyEvent]:
    """Registered, planned, and as far as it should be: 50 % of the time is over."""
    return [a_registered(code, **attributes), a_plan(code), a_report(code, pct)]
