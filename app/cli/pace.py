"""The pace of a replay: how much recorded time passes in a second of ours."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.cli.refusal import Refusal

_UNITS: Final = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_SPEED: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])/s")
_WEEK: Final = 7
_FASTEST: Final = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Pace:
    """Recorded time per second; None: as fast as the server takes it."""

    per_second: timedelta | None

    def stride(self, tick_s: float) -> int:
        """Whole days that pass in a tick, at least 1; without a pace, a week."""
        return (
            _WEEK if self.per_second is None else max(round(self.per_second * tick_s / timedelta(days=1)), 1)
        )

    def reached(self, start: datetime, elapsed_s: float) -> datetime | None:
        """Where a replay that began at `start` stands after so many seconds; None: everywhere already."""
        return None if self.per_second is None else start + self.per_second * elapsed_s


def parse_pace(text: str) -> Pace:
    """`1d/s`, `12h/s`, `0.5w/s`, or `max`. Raises Refusal."""
    if text == "max":
        return Pace(None)
    found = _SPEED.fullmatch(text.strip())
    per_second = (
        float(found[1]) * _UNITS[found[2]] if found and float(found[1]) < _FASTEST.days else timedelta()
    )
    if not timedelta() < per_second <= _FASTEST:
        raise Refusal(f"{text} is not a speed; try 1d/s, 12h/s, 4w/s or max")
    return Pace(per_second)
