"""Facts in their tables: save what changed, load all of a portfolio. One statement per table."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, Final

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.facts import (
    Baseline,
    Forecast,
    Milestone,
    Period,
    PortfolioFacts,
    Rate,
    Report,
    Sample,
    Series,
    SourceFacts,
)
from app.domain.stamps import Stamped
from app.domain.subject import Key
from app.models import facts as tables
from app.store import bulk, policies, records
from app.store.encoding import as_text, day_from, stamp_from, stamps_of

Changed = Iterable[tuple[Any, ...]]
Rows = list[tuple[Any, ...]]


def save(connection: Connection, portfolio: str, facts: PortfolioFacts, changed: Changed) -> None:
    """Write the rows of the things that changed."""
    by_kind: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for kind, *place in changed:
        by_kind[kind].append(tuple(place))
    for kind, places in by_kind.items():
        _SAVERS[kind](connection, portfolio, facts, places)


def load(connection: Connection, portfolio: str, clock: Any) -> PortfolioFacts:
    """All facts of a portfolio, as they were last saved. `now` is the caller's to set."""
    facts = PortfolioFacts(clock=clock)
    for loader in _LOADERS:
        loader(connection, portfolio, facts)
    return facts


def _save_items(connection: Connection, portfolio: str, facts: PortfolioFacts, places: Rows) -> None:
    rows = []
    for (subject,) in places:
        item = facts.items[subject]
        attributes = {name: stamped.value for name, stamped in item.attributes.items()}
        attributes["heard"], attributes["waiting"] = item.heard, item.waiting
        rows.append((portfolio, subject, as_text(attributes), as_text(stamps_of(item.attributes))))
    bulk.upsert(connection, tables.item, ("portfolio_id", "subject", "attributes", "stamps"), rows)


def _load_items(connection: Connection, portfolio: str, facts: PortfolioFacts) -> None:
    for row in _rows(connection, tables.item, portfolio):
        item = facts.item(Key(row.subject))
        values, stamps = orjson.loads(row.attributes), orjson.loads(row.stamps)
        item.heard = {source: datetime.fromisoformat(at) for source, at in values.pop("heard").items()}
        item.waiting = values.pop("waiting")
        if "touched" in values:
            values["touched"] = datetime.fromisoformat(values["touched"])
        item.attributes = {name: Stamped(value, stamp_from(stamps[name])) for name, value in values.items()}


def _save_aliases(connection: Connection, portfolio: str, facts: PortfolioFacts, places: Rows) -> None:
    rows = [
        (portfolio, reference, facts.aliases[reference].value, as_text(facts.aliases[reference].stamp))
        for (reference,) in places
    ]
    bulk.upsert(connection, tables.alias, ("portfolio_id", "reference", "subject", "stamp"), rows)


def _load_aliases(connection: Connection, portfolio: str, facts: PortfolioFacts) -> None:
    for row in _rows(connection, tables.alias, portfolio):
        reference, target = Key(row.reference), Key(row.subject)
        facts.aliases[reference] = Stamped(target, stamp_from(orjson.loads(row.stamp)))
        facts.references.setdefault(target, set()).add(reference)


def _save_baselines(connection: Connection, portfolio: str, facts: PortfolioFacts, places: Rows) -> None:
    found = [(subject, facts.items[subject].baselines[version]) for subject, version in places]
    columns = (
        "portfolio_id", "subject", "version", "currency", "bac", "contingency", "start", "finish",
        "reason", "approver", "approved_at", "stamp",
    )  # fmt: skip
    rows = [
        (
            portfolio, subject, b.version, b.currency, b.bac, b.contingency, b.start, b.finish,
            b.reason, b.approver, b.stamp.time, as_text(b.stamp),
        )
        for subject, b in found
    ]  # fmt: skip
    bulk.upsert(connection, tables.baseline, columns, rows)
    periods = tables.baseline_period
    place = ("portfolio_id", "subject", "version")
    bulk.delete(connection, periods, place, [(portfolio, subject, b.version) for subject, b in found])
    bulk.insert(
        connection,
        periods,
        (*place, "period_end", "pv_cum"),
        [(portfolio, subject, b.version, p.end, p.pv_cum) for subject, b in found for p in b.periods],
    )


def _load_baselines(connection: Connection, portfolio: str, facts: PortfolioFacts) -> None:
    periods: dict[tuple[str, int], list[Period]] = defaultdict(list)
    table = tables.baseline_period
    for row in _rows(connection, table, portfolio, table.c.subject, table.c.version, table.c.period_end):
        periods[row.subject, row.version].append(Period(row.period_end, row.pv_cum))
    for row in _rows(connection, tables.baseline, portfolio):
        facts.item(Key(row.subject)).baselines[row.version] = Baseline(
            row.version,
            row.currency,
            row.bac,
            row.contingency,
            row.start,
            row.finish,
            tuple(periods[row.subject, row.version]),
            row.reason,
            row.approver,
            stamp_from(orjson.loads(row.stamp)),
        )


def _save_samples(connection: Connection, portfolio: str, facts: PortfolioFacts, places: Rows) -> None:
    rows = []
    for subject, measure, as_of, ref in places:
        series = facts.items[subject].series[measure]
        sample = series.at(as_of, ref)
        rows.append(
            (portfolio, subject, measure, as_of, ref, sample.value, sample.unit, as_text(sample.stamp))
        )
    columns = ("portfolio_id", "subject", "measure", "as_of", "ref", "value", "unit", "stamp")
    bulk.upsert(connection, tables.metric_sample, columns, rows)


def _load_samples(connection: Connection, portfolio: str, facts: PortfolioFacts) -> None:
    for row in _rows(connection, tables.metric_sample, portfolio):
        stamp = stamp_from(orjson.loads(row.stamp))
        series = facts.item(Key(row.subject)).series.setdefault(row.measure, Series())
        series.put(Sample(row.as_of, row.ref, row.value, row.unit, stamp))


def _save_milestones(connection: Connection, portfolio: str, facts: PortfolioFacts, places: Rows) -> None:
    rows = []
    for subject, code in places:
        milestone = facts.items[subject].milestones[code]
        values = {name: stamped.value for name, stamped in milestone.attributes.items()}
        stamps = as_text(stamps_of(milestone.attributes))
        rows.append((portfolio, subject, code, as_text(values), stamps, as_text(milestone.history)))
    columns = ("portfolio_id", "subject", "code", "attributes", "stamps", "history")
    bulk.upsert(connection, tables.milestone, columns, rows)


def _load_milestones(connection: Connection, portfolio: str, facts: PortfolioFacts) -> None:
    for row in _rows(connection, tables.milestone, portfolio):
        values, stamps = orjson.loads(row.attributes), orjson.loads(row.stamps)
        milestone = Milestone(row.code)
        for name, value in values.items():
            milestone.attributes[name] = Stamped(_milestone_value(name, value), stamp_from(stamps[name]))
        milestone.history = tuple(
            Forecast(stamp_from(stamp), day_from(day), target)
            for stamp, day, target in orjson.loads(row.history)
        )
        facts.item(Key(row.subject)).milestones[row.code] = milestone


def _milestone_value(name: str, value: Any) -> Any:
    if name in ("baseline", "achieved"):
        return day_from(value)
    if name in ("forecast", "working"):
        return (day_from(value[0]), *value[1:])
    return value


def _save_reports(connection: Connection, portfolio: str, facts: PortfolioFacts, places: Rows) -> None:
    rows = []
    for subject, period in places:
        report = facts.items[subject].reports[period]
        path = as_text(report.go_to_green) if report.go_to_green else None
        said = (as_text(report.words), report.narrative, report.dca, path, report.author)
        rows.append((portfolio, subject, period, *said, as_text(report.stamp)))
    columns = (
        "portfolio_id", "subject", "period", "words", "narrative", "dca", "go_to_green", "author", "stamp",
    )  # fmt: skip
    bulk.upsert(connection, tables.status_report, columns, rows)


def _load_reports(connection: Connection, portfolio: str, facts: PortfolioFacts) -> None:
    for row in _rows(connection, tables.status_report, portfolio):
        stamp = stamp_from(orjson.loads(row.stamp))
        path = tuple(orjson.loads(row.go_to_green)) if row.go_to_green else ()
        words = orjson.loads(row.words)
        report = Report(row.period, words, row.narrative, row.dca, path, row.author, stamp)
        facts.item(Key(row.subject)).reports[row.period] = report


def _save_sources(connection: Connection, portfolio: str, facts: PortfolioFacts, places: Rows) -> None:
    rows = []
    for (name,) in places:
        source = facts.sources[name]
        stamp = as_text(source.stamp) if source.stamp else None
        rows.append((portfolio, name, source.last_at, source.expected_every_s, stamp))
    columns = ("portfolio_id", "name", "last_at", "expected_every_s", "stamp")
    bulk.upsert(connection, tables.source, columns, rows)


def _load_sources(connection: Connection, portfolio: str, facts: PortfolioFacts) -> None:
    for row in _rows(connection, tables.source, portfolio):
        stamp = stamp_from(orjson.loads(row.stamp)) if row.stamp else None
        facts.sources[row.name] = SourceFacts(row.name, row.last_at, row.expected_every_s, stamp)


def _save_rates(connection: Connection, portfolio: str, facts: PortfolioFacts, places: Rows) -> None:
    found = [facts.rates[base, quote, as_of] for base, quote, as_of in places]
    rows = [(portfolio, r.base, r.quote, r.as_of, r.rate, as_text(r.stamp)) for r in found]
    columns = ("portfolio_id", "base", "quote", "as_of", "rate", "stamp")
    bulk.upsert(connection, tables.fx_rate, columns, rows)


def _load_rates(connection: Connection, portfolio: str, facts: PortfolioFacts) -> None:
    for row in _rows(connection, tables.fx_rate, portfolio):
        stamp = stamp_from(orjson.loads(row.stamp))
        facts.rates[row.base, row.quote, row.as_of] = Rate(row.base, row.quote, row.as_of, row.rate, stamp)


def _rows(
    connection: Connection, table: sa.Table, portfolio: str, *order: sa.ColumnElement[Any]
) -> Iterator[Any]:
    query = sa.select(table).where(table.c.portfolio_id == portfolio)
    return iter(connection.execute(query.order_by(*order)))


_Saver = Callable[[Connection, str, PortfolioFacts, Rows], None]
_SAVERS: Final[dict[str, _Saver]] = {
    "item": _save_items,
    "alias": _save_aliases,
    "baseline": _save_baselines,
    "sample": _save_samples,
    "milestone": _save_milestones,
    "report": _save_reports,
    "source": _save_sources,
    "rate": _save_rates,
    "record": records.save,
    "policy": policies.save,
}
_LOADERS: Final = (
    _load_items,
    _load_aliases,
    _load_baselines,
    _load_samples,
    _load_milestones,
    _load_reports,
    _load_sources,
    _load_rates,
    records.load,
    policies.load,
)
