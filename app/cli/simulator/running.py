"""Running the simulator: post the history, say when the board is ready, then tell the story."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import chain
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from app.cli.posting import BATCH, Event, Poster, Tally, Unreachable
from app.cli.refusal import Refusal
from app.cli.simulator.cast import PROGRAMMES, PROJECTS
from app.cli.simulator.history import history
from app.cli.simulator.story import Story
from app.settings import Settings

_LOOK_UP_S: Final = 1.0
_SHOWN: Final = 5


class _Stopped(Exception):
    """Somebody asked the simulator to end, or nobody is there any more to do so."""


class _Life:
    """Waits that end when the process is asked to stop, or when its parent is gone."""

    def __init__(self, parent: int | None) -> None:
        self._parent = parent
        self._stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._asked)

    def _asked(self, _number: int, _frame: object) -> None:
        self._stop.set()

    def pause(self, seconds: float) -> None:
        """Wait so long. Raises _Stopped."""
        left = seconds
        while True:
            if self._stop.wait(min(max(left, 0.0), _LOOK_UP_S)) or self._is_orphan():
                raise _Stopped
            left -= _LOOK_UP_S
            if left <= 0:
                return

    def _is_orphan(self) -> bool:
        return self._parent is not None and os.getppid() != self._parent


def simulate(
    *, url: str | None, key: str, portfolio: str, since: str | None, parent: int | None = None
) -> None:
    """Post until asked to stop. Posting the same history again changes nothing."""
    began = datetime.now(UTC)
    first_day = _day(since) if since else began.date()
    life, console = _Life(parent), Console()
    with Poster(url or f"http://127.0.0.1:{Settings().port}", key, pause=life.pause) as poster:
        try:
            _seed(poster, console, portfolio, history(first_day, began))
            console.print(
                f"The board is ready: {len(PROJECTS)} projects in {len(PROGRAMMES)} programmes. "
                "Watch Harbour ERP."
            )
            _tell(poster, console, portfolio, Story(first_day, began), life)
        except _Stopped:
            return


def _seed(poster: Poster, console: Console, portfolio: str, parts: Iterator[list[Event]]) -> None:
    """Everything so far, a project never split where that can be avoided: each is judged on all it said."""
    columns = (TextColumn("Posting half a year of history"), BarColumn(), MofNCompleteColumn())
    batches = list(_packed(parts))
    tally = Tally()
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=sum(len(batch) for batch in batches))
        for batch in batches:
            tally.add(poster.post([{**event, "portfolio": portfolio} for event in batch]))
            bar.advance(task, len(batch))
    _complain(tally)


def _packed(parts: Iterator[list[Event]]) -> Iterator[list[Event]]:
    batch: list[Event] = []
    for part in chain(parts, ([],)):
        if batch and (not part or len(batch) + len(part) > BATCH):
            yield batch
            batch = []
        batch = [*batch, *part]
    if batch:
        yield batch


def _tell(poster: Poster, console: Console, portfolio: str, story: Story, life: _Life) -> None:
    for scene in story.scenes():
        life.pause(scene.after_s)
        events = scene.events(datetime.now(UTC))
        try:
            _complain(poster.post([{**event, "portfolio": portfolio} for event in events]))
        except Unreachable as error:
            console.print(f"{error}; trying on")


def _complain(tally: Tally) -> None:
    for sentence in tally.refused[:_SHOWN]:
        print(f"not taken: {sentence}", file=sys.stderr)
    if len(tally.refused) > _SHOWN:
        print(f"not taken: {len(tally.refused) - _SHOWN} more", file=sys.stderr)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refusal(f"{text} is not a day; write YYYY-MM-DD") from error
