"""One event into the facts: which field group of which thing it says something about."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NamedTuple

from app.domain.events import delivery, governance, learning, reporting
from app.domain.events.catalogue import AnyEvent
from app.domain.events.records import RecordEvent
from app.domain.facts import (
    Baseline,
    Forecast,
    ItemFacts,
    Milestone,
    Period,
    PortfolioFacts,
    Rate,
    Report,
    Sample,
    Series,
    SourceFacts,
    add_forecast,
    put_attribute,
)
from app.domain.fold_items import ITEM_FOLDS
from app.domain.fold_records import RUNS, fold_pulse, fold_record
from app.domain.publishing import publish
from app.domain.stamps import Stamp
from app.domain.subject import PEOPLE, PORTFOLIO, Key


class Recorded(NamedTuple):
    """An event of the log: its number and when it was recorded."""

    seq: int
    recorded_at: datetime
    event: AnyEvent


def fold(facts: PortfolioFacts, recorded: Recorded) -> Key | None:
    """Take one event in; the registered or unknown item it is about, or None if it is about no item.

    Idempotent and independent of the order in which a set of events arrives.
    """
    event = recorded.event
    _advance(facts, recorded)
    if facts.now is not None:
        _hear(facts, event, facts.now)
    stamp = Stamp(*event.order_key, recorded.seq)
    about_portfolio = _PORTFOLIO_FOLDS.get(type(event))
    if about_portfolio is not None:
        about_portfolio(facts, event, stamp)
        return None
    subject = Key(event.subject)
    item = facts.item(subject)
    if isinstance(event, RecordEvent):
        fold_record(facts, item, event, stamp)
    else:
        _ITEM_FOLDS[type(event)](facts, item, event, stamp)
    if not event.source.startswith(PEOPLE):
        item.heard[event.source] = max(event.time, item.heard.get(event.source, event.time))
    target = facts.resolve(subject)
    if target != PORTFOLIO and not facts.items[target].registered:
        item.waiting.append(recorded.seq)
    facts.changed.add(("item", subject))
    return target


def _advance(facts: PortfolioFacts, recorded: Recorded) -> None:
    """Portfolio time: the stamp of the latest event, or what a replay's clock says. Never backwards."""
    event = recorded.event
    if facts.clock == "live":
        moment: datetime | None = recorded.recorded_at
    elif isinstance(event, reporting.ClockReached):
        moment = event.data.at
    else:
        moment = event.time if facts.now is None else None
    if moment is not None and (facts.now is None or moment > facts.now):
        facts.now = moment


def _hear(facts: PortfolioFacts, event: AnyEvent, now: datetime) -> None:
    if isinstance(event, reporting.ClockReached) or event.source.startswith(PEOPLE):
        return
    source = facts.sources.get(event.source)
    if source is None:
        facts.sources[event.source] = SourceFacts(event.source, now)
    else:
        source.last_at = max(source.last_at, now)
    facts.changed.add(("source", event.source))


def _heartbeat(facts: PortfolioFacts, event: reporting.SourceHeartbeat, stamp: Stamp) -> None:
    source = facts.sources[event.source]
    if source.stamp is None or source.stamp[:4] < stamp[:4]:
        source.expected_every_s, source.stamp = event.data.expected_every_s, stamp


def _rate_set(facts: PortfolioFacts, event: reporting.RateSet, stamp: Stamp) -> None:
    data = event.data
    place = (data.base, data.quote, data.as_of)
    held = facts.rates.get(place)
    if held is None or held.stamp[:4] < stamp[:4]:
        facts.rates[place] = Rate(*place, data.rate, stamp)
        facts.changed.add(("rate", *place))


def _clock_reached(_facts: PortfolioFacts, _event: reporting.ClockReached, _stamp: Stamp) -> None:
    """Time is taken in for every event alike; see _advance."""


def _baseline(facts: PortfolioFacts, item: ItemFacts, event: delivery.BaselineApproved, stamp: Stamp) -> None:
    data = event.data
    held = item.baselines.get(data.version)
    if held is not None and held.stamp[:4] >= stamp[:4]:
        return
    item.baselines[data.version] = Baseline(
        data.version,
        data.bac.currency,
        data.bac.amount,
        data.contingency.amount if data.contingency else None,
        data.start,
        data.finish,
        tuple(Period(p.end, p.pv_cum) for p in data.periods),
        data.reason,
        data.approver,
        stamp,
    )
    facts.changed.add(("baseline", item.subject, data.version))


def _progress(facts: PortfolioFacts, item: ItemFacts, event: delivery.ProgressReported, stamp: Stamp) -> None:
    data = event.data
    if data.pct_complete is not None:
        _sample(facts, item, "pct_complete", Sample(data.as_of, "", data.pct_complete, "%", stamp))
    if data.ev is not None:
        _sample(facts, item, "ev", Sample(data.as_of, "", data.ev.amount, data.ev.currency, stamp))


def _cost(facts: PortfolioFacts, item: ItemFacts, event: delivery.CostBooked, stamp: Stamp) -> None:
    data = event.data
    cumulative = data.mode == "cumulative"
    measure = "cost_cumulative" if cumulative else "cost_increment"
    ref = data.category or "" if cumulative else f"{event.source}#{event.id}"
    _sample(
        facts, item, measure, Sample(data.period_end, ref, data.amount.amount, data.amount.currency, stamp)
    )


def _eac(facts: PortfolioFacts, item: ItemFacts, event: delivery.EacReported, stamp: Stamp) -> None:
    data = event.data
    _sample(facts, item, "eac", Sample(data.as_of, "", data.eac.amount, data.eac.currency, stamp))


COSTS: Final = frozenset({"cost_cumulative", "cost_increment"})


def _sample(facts: PortfolioFacts, item: ItemFacts, measure: str, sample: Sample) -> None:
    if item.series.setdefault(measure, Series()).put(sample):
        if measure in COSTS:
            item.derived.pop("costs", None)
        facts.changed.add(("sample", item.subject, measure, sample.as_of, sample.ref))


def _milestone(facts: PortfolioFacts, item: ItemFacts, code: str) -> Milestone:
    facts.changed.add(("milestone", item.subject, code))
    item.derived.pop("milestones", None)
    item.derived.pop("milestone_warnings", None)
    found = item.milestones.setdefault(code, Milestone(code))
    found.derived.clear()
    return found


def _planned(facts: PortfolioFacts, item: ItemFacts, event: delivery.MilestonePlanned, stamp: Stamp) -> None:
    data = event.data
    milestone = _milestone(facts, item, data.milestone)
    put_attribute(milestone, "baseline", data.baseline_date, stamp)
    for name in ("name", "kind", "critical"):
        value = getattr(data, name)
        if value is not None:
            put_attribute(milestone, name, value, stamp)


def _forecast(facts: PortfolioFacts, item: ItemFacts, event: delivery.ForecastChanged, stamp: Stamp) -> None:
    data = event.data
    milestone = _milestone(facts, item, data.milestone)
    put_attribute(milestone, "forecast", (data.new_forecast, data.new_target), stamp)
    if data.name is not None:
        put_attribute(milestone, "name", data.name, stamp)
    add_forecast(milestone, Forecast(stamp, data.new_forecast, data.new_target))


def _achieved(
    facts: PortfolioFacts, item: ItemFacts, event: delivery.MilestoneAchieved, stamp: Stamp
) -> None:
    put_attribute(_milestone(facts, item, event.data.milestone), "achieved", event.data.actual_date, stamp)


def _working(
    facts: PortfolioFacts, item: ItemFacts, event: delivery.WorkingDateReported, stamp: Stamp
) -> None:
    data = event.data
    said = (data.working_date, data.working_target, data.field)
    put_attribute(_milestone(facts, item, data.milestone), "working", said, stamp)


def _declared(facts: PortfolioFacts, item: ItemFacts, event: reporting.StatusDeclared, stamp: Stamp) -> None:
    data = event.data
    held = item.reports.get(data.period)
    if held is None or held.stamp[:4] < stamp[:4]:
        words = data.rag.model_dump(exclude_none=True)
        path = tuple(step.model_dump(mode="json", exclude_none=True) for step in data.go_to_green)
        said = (data.narrative, data.dca, path, data.author)
        item.reports[data.period] = Report(data.period, words, *said, stamp)
        facts.changed.add(("report", item.subject, data.period))


_PORTFOLIO_FOLDS: Final[dict[type, Callable[[PortfolioFacts, Any, Stamp], None]]] = {
    reporting.SourceHeartbeat: _heartbeat,
    reporting.RateSet: _rate_set,
    governance.PolicyPublished: publish,
    reporting.ClockReached: _clock_reached,
}
_ITEM_FOLDS: Final[dict[type, Callable[[PortfolioFacts, ItemFacts, Any, Stamp], None]]] = {
    **ITEM_FOLDS,
    delivery.BaselineApproved: _baseline,
    delivery.ProgressReported: _progress,
    delivery.CostBooked: _cost,
    delivery.EacReported: _eac,
    delivery.MilestonePlanned: _planned,
    delivery.ForecastChanged: _forecast,
    delivery.MilestoneAchieved: _achieved,
    delivery.WorkingDateReported: _working,
    reporting.StatusDeclared: _declared,
    learning.StakeholderPulse: fold_pulse,
    **RUNS,
}
