"""The timeline of a replay: what was reported day by day, and when the portfolio's clock is moved.

Ids of clock events follow from their instant, so a second run, at whatever pace, repeats them.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Final, NamedTuple, Protocol

from app.cli.posting import Event

_DAY: Final = timedelta(days=1)
SOURCE: Final = "nerve-replay"


class Dated(Protocol):
    """A record as events, at its own time."""

    @property
    def at(self) -> datetime: ...
    @property
    def events(self) -> list[Event]: ...


class Step(NamedTuple):
    """The clock reaches `at`; then follow the records of that day (none: it has passed)."""

    at: datetime
    records: Sequence[Dated]

    def events(self, portfolio: str) -> list[Event]:
        """What is posted for this step: the clock first, so that nothing is reported in the future."""
        reported = [event for record in self.records for event in record.events]
        return [clock_event(self.at, portfolio), *reported]


def clock_event(at: datetime, portfolio: str) -> Event:
    """Portfolio time has reached this instant."""
    moment = at.astimezone(UTC)
    return {
        "specversion": "1.0",
        "id": f"clock-{moment:%Y%m%dT%H%M%SZ}",
        "source": SOURCE,
        "type": "nerve.clock.reached.v1",
        "subject": "portfolio",
        "time": moment.isoformat(),
        "portfolio": portfolio,
        "data": {"at": moment.isoformat()},
    }


def steps(history: Iterable[Dated], *, stride: int = 1) -> Iterator[Step]:
    """Days with records, in order, and between them the midnights at which things become overdue.

    Of a stretch of days without records: its first midnight, then every `stride`-th day of the calendar.
    """
    before: datetime | None = None
    for at, records in _days(history):
        if before is not None:
            yield from (Step(midnight, ()) for midnight in _midnights(before, at, stride))
        yield Step(at, records)
        before = at
    if before is not None:
        yield Step(_midnight_after(before), ())


def _days(history: Iterable[Dated]) -> Iterator[tuple[datetime, list[Dated]]]:
    """The records of each day together, at the time of the last."""
    held: list[Dated] = []
    for record in history:
        if held and _midnight_after(held[-1].at) != _midnight_after(record.at):
            yield held[-1].at, held
            held = []
        held.append(record)
    if held:
        yield held[-1].at, held


def _midnights(after: datetime, before: datetime, stride: int) -> Iterator[datetime]:
    first = midnight = _midnight_after(after)
    while midnight + _DAY < before:
        if midnight == first or midnight.toordinal() % stride == 0:
            yield midnight
        midnight += _DAY


def _midnight_after(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date() + _DAY, time(), UTC)
