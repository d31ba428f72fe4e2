"""Things to test with: events in the words of the catalogue, facts folded from them, boards assessed.

Every builder has defaults that make sense together: a project of 100 working days from 5 January 2026
with a budget of 100,000 EUR, planned as a straight line.
"""

from collections.abc import Generator, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal, TypeVar

import orjson

from app.domain.assess import assess_round
from app.domain.events.catalogue import ONE, AnyEvent, parse
from app.domain.facts import ItemFacts, PortfolioFacts
from app.domain.findings import Reading
from app.domain.fold import Recorded, fold
from app.domain.item import Assessment, assess_item
from app.domain.money import rate_book
from app.domain.policy import HOUSE_DEFAULT, Policy
from app.domain.standing import Board, Identity, Round
from app.domain.subject import Key
from app.domain.warnings.conditions import CONDITIONS
from app.domain.warnings.watch import EarlyWarning
from app.domain.warnings.watching import look_out

T = TypeVar("T")
START: Final = date(2026, 1, 5)
"""A Monday: working day 1 of the plan."""
NOW: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
STATUS_DAY: Final = date(2026, 2, 27)
"""Working day 40 of the plan."""
IDENTITY: Final = Identity("demo", "Demonstration", "EUR")
APOLLO: Final = Key("project/APOLLO")


def an_event(
    kind: str,
    data: dict[str, Any],
    *,
    subject: str = APOLLO,
    time: datetime = NOW,
    id: str | None = None,  # noqa: A002 - the attribute's name
    source: str = "erp",
) -> AnyEvent:
    """An event as an integration posts it; `kind` without `nerve.` and `.v1`."""
    found = {
        "specversion": "1.0",
        "id": f"{kind}-{subject}-{time:%Y%m%d%H%M}-{sorted(data.items())}"[:255] if id is None else id,
        "source": source,
        "type": f"nerve.{kind}.v1",
        "subject": subject,
        "time": time.isoformat(),
        "data": data,
    }
    return ONE.validate_json(orjson.dumps(found))


def at(day: date, hour: int = 12) -> datetime:
    """An hour of a day, in UTC."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def eur(amount: str | int, currency: str = "EUR") -> dict[str, Any]:
    return {"amount": str(amount), "currency": currency}


def registered(subject: str = APOLLO, *, time: datetime = at(START, 8), **data: Any) -> AnyEvent:
    """An item enters the portfolio."""
    return an_event("item.registered", {"name": subject.title(), **data}, subject=subject, time=time)


def baseline(
    *,
    subject: str = APOLLO,
    bac: str = "100000",
    currency: str = "EUR",
    start: date = START,
    finish: date = date(2026, 5, 22),
    periods: Sequence[tuple[date, str]] = (),
    version: int = 1,
    time: datetime = at(START, 9),
) -> AnyEvent:
    """An approved plan; by default 100 working days and a straight line."""
    data = {
        "version": version,
        "bac": eur(bac, currency),
        "start": start.isoformat(),
        "finish": finish.isoformat(),
        "periods": [{"end": end.isoformat(), "pv_cum": value} for end, value in periods],
    }
    return an_event("baseline.approved", data, subject=subject, time=time)


def progress(
    pct: str | None = None,
    *,
    on: date = STATUS_DAY,
    ev: str | None = None,
    subject: str = APOLLO,
    currency: str = "EUR",
    time: datetime | None = None,
) -> AnyEvent:
    """How much is done as of a day."""
    said: dict[str, Any] = {"as_of": on.isoformat()}
    if pct is not None:
        said["pct_complete"] = pct
    if ev is not None:
        said["ev"] = eur(ev, currency)
    return an_event("progress.reported", said, subject=subject, time=at(on, 18) if time is None else time)


def cost(
    amount: str,
    *,
    on: date = STATUS_DAY,
    mode: Literal["increment", "cumulative"] = "cumulative",
    subject: str = APOLLO,
    currency: str = "EUR",
    time: datetime | None = None,
    id: str | None = None,  # noqa: A002
) -> AnyEvent:
    """What was booked for a period."""
    data = {"period_end": on.isoformat(), "amount": eur(amount, currency), "mode": mode}
    return an_event("cost.booked", data, subject=subject, time=at(on, 19) if time is None else time, id=id)


def planned(
    milestone: str, on: date, *, subject: str = APOLLO, time: datetime = at(START, 10), **data: Any
) -> AnyEvent:
    """A milestone has an agreed date."""
    said = {"milestone": milestone, "baseline_date": on.isoformat(), **data}
    return an_event("milestone.planned", said, subject=subject, time=time)


def forecast(
    milestone: str, to: date | None, *, subject: str = APOLLO, time: datetime = NOW, **data: Any
) -> AnyEvent:
    """A milestone is now expected at another date."""
    said = {"milestone": milestone, **({} if to is None else {"new_forecast": to.isoformat()}), **data}
    return an_event("milestone.forecast_changed", said, subject=subject, time=time)


def achieved(milestone: str, on: date, *, subject: str = APOLLO, time: datetime | None = None) -> AnyEvent:
    """A milestone was reached."""
    data = {"milestone": milestone, "actual_date": on.isoformat()}
    return an_event("milestone.achieved", data, subject=subject, time=at(on, 20) if time is None else time)


def status(
    word: str, *, on: date = STATUS_DAY, subject: str = APOLLO, time: datetime | None = None
) -> AnyEvent:
    """What people say."""
    data = {"period": on.isoformat(), "rag": {"overall": word}}
    return an_event("status.declared", data, subject=subject, time=at(on, 21) if time is None else time)


def state(to: str, *, subject: str = APOLLO, time: datetime = NOW) -> AnyEvent:
    """The item is started, put on hold, closed."""
    return an_event("item.state_changed", {"to": to}, subject=subject, time=time)


def rate(base: str, quote: str, value: str, *, on: date = START, time: datetime = at(START, 7)) -> AnyEvent:
    """An exchange rate of a day."""
    data = {"base": base, "quote": quote, "rate": value, "as_of": on.isoformat()}
    return an_event("fx.rate_set", data, subject="portfolio", time=time)


def a_signal(
    named: str,
    *,
    subject: str = APOLLO,
    time: datetime = NOW,
    of: str = "run-1",
    version: str = "0.3.0",
    source: str = "/ci/apollo",
    id: str | None = None,  # noqa: A002
    **content: Any,
) -> AnyEvent:
    """A CDEvent, `named` as `service.deployed`, of the run, incident or ticket `of`."""
    kind = f"dev.cdevents.{named}.{version}"
    found = f"{named}-{of}-{time:%Y%m%d%H%M}" if id is None else id
    context = {"specversion": "0.5.0", "id": found, "source": source, "type": kind}
    data = {
        "context": {**context, "timestamp": time.isoformat()},
        "subject": {"id": of, "source": source, "content": content},
    }
    event = {**context, "specversion": "1.0", "subject": subject, "time": time.isoformat(), "data": data}
    return parse(orjson.dumps(event))


def facts_of(
    events: Iterable[AnyEvent], *, start_seq: int = 1, into: PortfolioFacts | None = None
) -> PortfolioFacts:
    """The facts after these events, recorded in this order at their own times."""
    facts = PortfolioFacts() if into is None else into
    for seq, event in enumerate(events, start_seq):
        fold(facts, Recorded(seq, event.time, event))
    return facts


def a_project(*events: AnyEvent, **attributes: Any) -> ItemFacts:
    """A registered project with a baseline of 100 days and 100,000 EUR, and whatever else happened."""
    return facts_of([registered(**attributes), baseline(), *events]).whole(APOLLO)


def assessed(
    *events: AnyEvent, now: datetime = NOW, policy: Policy = HOUSE_DEFAULT, **attributes: Any
) -> Assessment:
    """That project, assessed."""
    return assess_item(a_project(*events, **attributes), policy, rate_book(()), now)


def reading_of(assessment: Assessment, kpi: str) -> Reading | None:
    """What this KPI says; None where it does not apply."""
    readings = (reading for aspect in assessment.aspects for reading in aspect.readings)
    return next((reading for reading in readings if reading.kpi == kpi), None)


def a_board(identity: Identity = IDENTITY) -> Board:
    """A board on which nothing was assessed yet."""
    return Board(identity)


class Story:
    """A portfolio to which things happen: events are folded, a round is assessed and applied at once."""

    def __init__(self, policy: Policy = HOUSE_DEFAULT, clock: Literal["live", "replay"] = "live") -> None:
        self.policy, self.seq, self.revision = policy, 0, 0
        self.facts, self.board = PortfolioFacts(clock=clock), a_board()

    def tell(self, *events: AnyEvent, now: datetime = NOW) -> Round:
        """These events happen, and are assessed at `now`."""
        touched = set()
        for event in events:
            self.seq += 1
            target = fold(self.facts, Recorded(self.seq, event.time, event))
            if target is not None:
                touched.add(target)
        return self.assess(touched, now)

    def assess(self, touched: Iterable[Key] = (), now: datetime = NOW) -> Round:
        """One round, applied."""
        self.revision += 1
        done = finish(assess_round(self.board, self.facts, set(touched), self.policy, now, self.revision))
        self.board.apply(done)
        return done

    def card(self, key: str) -> dict[str, Any]:
        """A card of the board."""
        found: dict[str, Any] = orjson.loads(self.board.cards[key])
        return found


def finish(work: Generator[None, None, T]) -> T:
    """Run what gives way to its end."""
    try:
        while True:
            next(work)
    except StopIteration as done:
        result: T = done.value
        return result


def warned(
    rule: str,
    *events: AnyEvent,
    now: datetime = NOW,
    since: datetime | None = None,
    policy: Policy = HOUSE_DEFAULT,
    **attributes: Any,
) -> EarlyWarning | None:
    """What one rule of early warning says of that project; its condition is one that the rule has."""
    found = look_out(assessed(*events, now=now, policy=policy, **attributes), policy, since).of(rule)
    assert found is None or found.reason in {None, *CONDITIONS.get(rule, ())}
    return found


def days(count: float) -> timedelta:
    return timedelta(days=count)
