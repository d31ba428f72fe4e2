"""Posting: what a sender may write where, and a verdict on each event it sent."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import ValidationError

from app.domain.events.catalogue import AnyEvent, canonical
from app.domain.events.reading import Flaw
from app.operations.recording import Recorder, Unrecordable
from app.store.log import Incoming, Receipt, UnknownPortfolio

FARTHEST_AHEAD: Final = timedelta(hours=24)

Refusal = ValidationError | Flaw
Verdict = Receipt | Refusal | Unrecordable


@dataclass(frozen=True, slots=True)
class NotGranted:
    """The key may not write to this portfolio."""

    portfolio: str


@dataclass(frozen=True, slots=True)
class Sender:
    """A connection, and the portfolios its key is granted (None: all)."""

    connection: str
    portfolios: frozenset[str] | None

    def portfolio_of(self, event: AnyEvent) -> str | Flaw | NotGranted:
        """Where the event goes: its own attribute, else the only portfolio that is granted."""
        if event.portfolio is None:
            if self.portfolios is not None and len(self.portfolios) == 1:
                return next(iter(self.portfolios))
            return Flaw("missing", "/portfolio", "Name the portfolio: this key is granted more than one.")
        if self.portfolios is not None and event.portfolio not in self.portfolios:
            return NotGranted(event.portfolio)
        return event.portfolio


async def post(
    recorder: Recorder,
    sender: Sender,
    found: Sequence[AnyEvent | Refusal],
    *,
    now: datetime,
) -> list[Verdict | NotGranted]:
    """Record what may be recorded, one transaction for each portfolio; a verdict on each event, in order.

    Raises RecorderBusy and DatabaseUnavailable for the whole: then nothing is known to be stored.
    """
    verdicts: list[Verdict | NotGranted | None] = [None] * len(found)
    places: dict[str, list[int]] = defaultdict(list)
    for place, event in enumerate(found):
        target = _target(sender, event, now)
        if isinstance(target, str):
            places[target].append(place)
        else:
            verdicts[place] = target
    for portfolio, mine in places.items():
        batch = [_incoming(sender, found[place]) for place in mine]  # type: ignore[arg-type]
        for place, verdict in zip(mine, await _record(recorder, portfolio, batch), strict=True):
            verdicts[place] = verdict
    return verdicts  # type: ignore[return-value]


def _target(sender: Sender, event: AnyEvent | Refusal, now: datetime) -> str | Refusal | NotGranted:
    if isinstance(event, ValidationError | Flaw):
        return event
    if event.time - now > FARTHEST_AHEAD:
        return Flaw("in_future", "/time", "The event lies more than 24 hours in the future.")
    return sender.portfolio_of(event)


def _incoming(sender: Sender, event: AnyEvent) -> Incoming:
    return Incoming(sender.connection, event, canonical(event).decode())


async def _record(recorder: Recorder, portfolio: str, batch: list[Incoming]) -> Sequence[Verdict]:
    try:
        return await recorder.record(portfolio, batch)
    except UnknownPortfolio:
        return [Flaw("unknown_portfolio", "/portfolio", "There is no such portfolio.")] * len(batch)
    except Unrecordable as error:
        if len(batch) == 1:
            return [error]
        return [(await _record(recorder, portfolio, [one]))[0] for one in batch]
