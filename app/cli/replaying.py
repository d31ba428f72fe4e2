"""`nerve replay`: post a recorded history over HTTP at a chosen pace, into a portfolio with its clock."""

import itertools
import time
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from app.adapters.mapping import Mapper, MappingDocument
from app.cli import installation
from app.cli.history import Mapped, mapped, mapping_for, records_of
from app.cli.installation import in_database
from app.cli.pace import Pace, parse_pace
from app.cli.posting import BATCH, Event, Poster
from app.cli.refusal import Refusal
from app.cli.timeline import steps
from app.db import Database
from app.operations import portfolios
from app.settings import Settings

NOTICE: Final = "Replay of historical public data"
_TICK_S: Final = 0.25
_SHOWN: Final = 10
_AT_ONCE: Final = 40
"""Steps that go into one request when there is no pace to keep."""


def replay(
    file: Path, *, speed: str, mapping: str | None, portfolio: str | None, url: str | None, key: str | None,
    limit: int | None,
) -> None:  # fmt: skip
    """Replay a file. A second run posts the same events and so changes nothing; it may be interrupted."""
    pace = parse_pace(speed)
    records = list(itertools.islice(records_of(file), limit))
    if not records:
        raise Refusal(f"{file} holds no records")
    document = mapping_for(mapping, records[0])
    target = portfolio or document.portfolio.id
    history = mapped(Mapper(document, target), records)
    settings = Settings()
    secret = key or in_database(settings.database_url, partial(_prepare, document=document, portfolio=target))
    console = Console()
    console.print(f"{NOTICE}: {document.about}, {history[0].at:%Y-%m-%d} to {history[-1].at:%Y-%m-%d}")
    console.print(document.portfolio.attribution, style="dim")
    with Poster(url or f"http://127.0.0.1:{settings.port}", secret) as poster:
        try:
            _play(history, poster, pace, target, console)
        except KeyboardInterrupt:
            console.print("Interrupted; run it again to go on: what was posted stays as it is.")
        _report(poster, console)


@dataclass(slots=True)
class _Line:
    """What the person at the terminal sees: how far, and the replayed date."""

    bar: Progress
    task: TaskID

    def show(self, at: datetime, records: int = 0) -> None:
        self.bar.update(self.task, advance=records, date=f"{at:%a %d %b %Y}")


def _play(history: list[Mapped], poster: Poster, pace: Pace, portfolio: str, console: Console) -> None:
    columns = (
        TextColumn(NOTICE),
        TextColumn("[bold]{task.fields[date]}"),
        BarColumn(None),
        MofNCompleteColumn(),
    )
    with Progress(*columns, console=console, expand=True) as bar:
        line = _Line(bar, bar.add_task("", total=len(history), date=""))
        if pace.per_second is None:
            _rush(history, poster, pace, portfolio, line)
        else:
            _stroll(history, poster, pace, portfolio, line)


def _rush(history: list[Mapped], poster: Poster, pace: Pace, portfolio: str, line: _Line) -> None:
    """As fast as the server takes it."""
    posted: list[Event] = []
    ready = 0
    for count, step in enumerate(steps(history, stride=pace.stride(_TICK_S)), start=1):
        posted += step.events(portfolio)
        ready += len(step.records)
        if len(posted) >= BATCH or count % _AT_ONCE == 0:
            poster.post(posted)
            line.show(step.at, ready)
            posted, ready = [], 0
    poster.post(posted)
    line.show(history[-1].at, ready)


def _stroll(history: list[Mapped], poster: Poster, pace: Pace, portfolio: str, line: _Line) -> None:
    """At a pace: each tick posts what has happened by the replayed time."""
    began, start = time.monotonic(), history[0].at
    ahead = iter(steps(history, stride=pace.stride(_TICK_S)))
    step = next(ahead, None)
    while step is not None:
        reached = pace.reached(start, time.monotonic() - began) or step.at
        due: list[Event] = []
        records = 0
        while step is not None and step.at <= reached:
            due += step.events(portfolio)
            records += len(step.records)
            step = next(ahead, None)
        if due:
            poster.post(due)
        line.show(min(reached, history[-1].at), records)
        if step is not None:
            time.sleep(_TICK_S)


async def _prepare(db: Database, *, document: MappingDocument, portfolio: str) -> str:
    """The portfolio of the replay, and a key for it."""
    about = document.portfolio
    found = await db.write(
        partial(
            portfolios.ensure,
            portfolio_id=portfolio,
            name=about.name,
            clock="replay",
            currency=about.currency,
            attribution=about.attribution,
        )
    )
    if found.clock != "replay":
        raise Refusal(f"the portfolio {portfolio} has a live clock: history cannot be replayed into it")
    return await installation.fresh_key(db, f"replay-{portfolio}", portfolio)


def _report(poster: Poster, console: Console) -> None:
    tally = poster.tally
    console.print(
        f"{tally.accepted} events accepted ({tally.duplicates} were there already), "
        f"{len(tally.refused)} refused"
    )
    for sentence in tally.refused[:_SHOWN]:
        console.print(f"not taken: {sentence}", markup=False)
    if tally.refused:
        raise Refusal("not everything was taken")
