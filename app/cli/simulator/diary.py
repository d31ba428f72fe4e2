"""What the company reports by itself as days pass: the history goes on while the simulator runs."""

from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from app.cli.posting import Event
from app.cli.simulator.history import history

_AHEAD: Final = timedelta(days=7)


@dataclass(slots=True)
class Diary:
    """What is to be told after `told`: until then somebody has told it all."""

    since: date
    told: datetime
    _read_to: datetime = field(init=False)
    _ahead: deque[tuple[datetime, Event]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._read_to = self.told

    def due(self, now: datetime) -> list[Event]:
        """What has come since it was last asked, in the order of time."""
        while self._read_to < now:
            self._read_ahead()
        found = []
        while self._ahead and self._ahead[0][0] <= now:
            found.append(self._ahead.popleft()[1])
        return found

    def _read_ahead(self) -> None:
        """A longer history only adds to a shorter one: what is after the end of the last is new."""
        end = self._read_to + _AHEAD
        events = (event for part in history(self.since, end) for event in part)
        dated = ((datetime.fromisoformat(event["time"]), event) for event in events)
        self._ahead += sorted((each for each in dated if each[0] > self._read_to), key=lambda each: each[0])
        self._read_to = end
