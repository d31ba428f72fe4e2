"""The pipeline's watermark: how far assessing has come behind recording, and when that was looked at."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Watermark:
    """Equal numbers mean: the board was current when it was checked."""

    head_seq: int
    """The last event of the log."""
    assessed_seq: int
    """The last event that is in a revision."""
    lag_ms: int
    """For how long recorded events have been waiting to be assessed; 0 when none is."""
    checked_at: float
    """On the monotonic clock of this process."""


class Watermarks(Protocol):
    """Whoever assesses says how far it is. A check that stops getting younger is a dead pipeline."""

    def current(self, portfolio: str) -> Watermark | None:
        """The latest check; None: this portfolio was never looked at."""
        ...
