"""Posting: what a sender may write where, and a verdict on each event that it sent."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from pydantic import ValidationError

from app.domain.access import Key
from app.domain.events.catalogue import AnyEvent, canonical
from app.domain.events.reading import Flaw
from app.domain.subject import PEOPLE
from app.operations.recording import Recorder, Unrecordable
from app.store.log import Incoming, Receipt, UnknownPortfolio

FARTHEST_AHEAD: Final = timedelta(hours=24)
_NO_PORTFOLIO: Final = Flaw("unknown_portfolio", "/portfolio", "There is no such portfolio.")


class NotGranted(NamedTuple):
    """The key may not write to this portfolio."""

    portfolio: str


Refusal = ValidationError | Flaw | NotGranted | Unrecordable
Verdict = Receipt | Refusal


async def post(
    recorder: Recorder, sender: Key, found: Sequence[AnyEvent | ValidationError | Flaw], *, now: datetime
) -> list[Verdict]:
    """Record what may be recorded, one transaction for each portfolio; a verdict on each event, in order.

    Raises RecorderBusy and DatabaseUnavailable for the whole: then nothing is known to be stored, and
    sending all of it again with the same ids is safe.
    """
    verdicts: dict[int, Verdict] = {}
    placed: dict[str, dict[int, AnyEvent]] = defaultdict(dict)
    for place, event in enumerate(found):
        if isinstance(event, ValidationError | Flaw):
            verdicts[place] = event
            continue
        target = _target(sender, event, now)
        if isinstance(target, str):
            placed[target][place] = event
        else:
            verdicts[place] = target
    for portfolio, events in placed.items():
        batch = [Incoming(sender.connection_id, e, canonical(e).decode()) for e in events.values()]
        verdicts |= zip(events, await _record(recorder, portfolio, batch), strict=True)
    return [verdicts[place] for place in range(len(found))]


def _target(sender: Key, event: AnyEvent, now: datetime) -> str | Flaw | NotGranted:
    """The event's own portfolio, else the only one that the key is granted."""
    if event.time - now > FARTHEST_AHEAD:
        return Flaw("in_future", "/time", "The event lies more than 24 hours in the future.")
    if event.source.startswith(PEOPLE):
        return Flaw("reserved", "/source", f"A source that begins with {PEOPLE} is a person.")
    portfolio = event.portfolio or sender.only_portfolio
    if portfolio is None:
        return Flaw("missing", "/portfolio", "Name the portfolio: this key is granted more than one.")
    return portfolio if sender.granted(portfolio) else NotGranted(portfolio)


async def _record(recorder: Recorder, portfolio: str, batch: Sequence[Incoming]) -> Sequence[Verdict]:
    try:
        return await recorder.record(portfolio, batch)
    except UnknownPortfolio:
        return [_NO_PORTFOLIO] * len(batch)
    except Unrecordable as error:
        if len(batch) == 1:
            return [error]
        return [(await _record(recorder, portfolio, [one]))[0] for one in batch]
