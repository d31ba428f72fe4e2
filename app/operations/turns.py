"""Turns: long work on the event loop, cut into slices; after each everybody else has a turn.

While events wait for the recorder and the loop is mostly busy with others, a slice is followed by a
rest: recording goes first. While the others need little, resting would only make the board late.
"""

import asyncio
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Final, TypeVar

SLICE_S: Final = 0.002
"""How long work may hold the event loop before everybody else has a turn."""
REST_S: Final = 0.004
"""How long it rests where recording goes first."""
BUSY: Final = 0.25
"""From which share of the loop's processor time on that others use it is busy with them."""
_WEIGHT: Final = 0.1
"""Of the last turn in the share, which is a moving average."""
T = TypeVar("T")


@dataclass(slots=True)
class Turns:
    """The turns of one piece of work after another."""

    recording: Callable[[], bool] = lambda: False
    """Whether events wait for the recorder."""
    cpu_s: float = 0.0
    """Processor time spent in its slices."""
    others: float = 0.0
    """The share of the loop's processor time that others used of late."""

    async def take(self, steps: Generator[None, None, T]) -> T:
        """Run to the end, giving way to the event loop after every slice."""
        while True:
            started = time.thread_time()
            try:
                while time.thread_time() - started < SLICE_S:
                    next(steps)
            except StopIteration as stop:
                result: T = stop.value
                return result
            finally:
                ended = time.thread_time()
                self.cpu_s += ended - started
            await asyncio.sleep(REST_S if self.others > BUSY and self.recording() else 0)
            now = time.thread_time()
            share = (now - ended) / (now - started)
            self.others += _WEIGHT * (share - self.others)
