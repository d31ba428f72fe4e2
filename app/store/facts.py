"""Facts in their tables: the rows of what changed, load all of a portfolio. One statement per table.

Rows are made before the transaction that writes them, so that it holds the database for as short as can be.
"""

from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator
from datetime import datetime
from operator import itemgetter
from typing import Any, Final

import orjson
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
from app.store import policies, records
from app.store.bulk import Write
from app.store.encoding import as_text, day_from, stamps_of
from app.store.rows import Rows

BREATH: Final = 50
"""Things whose rows are made between two pauses."""
Changed = Iterable[tuple[Any, ...]]
Places = list[tuple[Any, ...]]
_DAY_AND_REF: Final = itemgetter(0, 1)
"""Of a sample: its place in its series."""


def rows_of(portfolio: str, facts: PortfolioFacts, changed: Changed) -> Generator[None, None, list[Write]]:
    """The rows of the things that changed, for `bulk.write`; gives way now and then."""
    by_kind: dict[str, Places] = defaultdict(list)
    for kind, *place in changed:
        by_kind[kind].append(tuple(place))
    writes: dict[tuple[str, str], Write] = {}
    for kind, places in by_kind.items():
        for start in range(0, len(places), BREATH):
            for write in _MAKERS[kind](portfolio, facts, places[start : start + BREATH]):
                known = writes.setdefault((write.how, write.table.name), write)
                if known is not write:
                    known.rows.extend(write.rows)
            yield
    return list(writes.values())


def load(connection: Connection, portfolio: str, clock: Any) -> PortfolioFacts:
    """All facts of a portfolio, as they were last saved. `now` is the caller's to set."""
    facts, rows = PortfolioFacts(clock=clock), Rows(connection, portfolio)
    for loader in _LOADERS:
        loader(rows, facts)
    return facts


def _rows_of_items(portfolio: str, facts: PortfolioFacts, places: Places) -> Iterator[Write]:
    rows = []
    for (subject,) in places:
        item = facts.items[subject]
        attributes = {name: stamped.value for name, stamped in item.attributes.items()}
        attributes["heard"], attributes["waiting"] = item.heard, item.waiting
        rows.append((portfolio, subject, as_text(attributes), as_text(stamps_of(item.attributes))))
    yield Write("upsert", tables.item, ("portfolio_id", "subject", "attributes", "stamps"), rows)


def _load_items(rows: Rows, facts: PortfolioFacts) -> None:
    for subject, attributes, stored in rows.of(tables.item, "subject", "attributes", "stamps"):
        item = facts.item(Key(subject))
        values, stamps = orjson.loads(attributes), orjson.loads(stored)
        item.heard = {
            rows.named(source): datetime.fromisoformat(at) for source, at in values.pop("heard").items()
        }
        item.waiting = values.pop("waiting")
        if "touched" in values:
            values["touched"] = datetime.fromisoformat(values["touched"])
        item.attributes = {name: Stamped(value, rows.stamp(stamps[name])) for name, value in values.items()}


def _rows_of_aliases(portfolio: str, facts: PortfolioFacts, places: Places) -> Iterator[Write]:
    rows = [
        (portfolio, reference, facts.aliases[reference].value, as_text(facts.aliases[reference].stamp))
        for (reference,) in places
    ]
    yield Write("upsert", tables.alias, ("portfolio_id", "reference", "subject", "stamp"), rows)


def _load_aliases(rows: Rows, facts: PortfolioFacts) -> None:
    for posted, subject, stamp in rows.of(tables.alias, "reference", "subject", "stamp"):
        reference, target = Key(posted), Key(subject)
        facts.aliases[reference] = Stamped(target, rows.stamp(orjson.loads(stamp)))
        facts.references.setdefault(target, set()).add(reference)


def _rows_of_baselines(portfolio: str, facts: PortfolioFacts, places: Places) -> Iterator[Write]:
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
    yield Write("upsert", tables.baseline, columns, rows)
    periods = tables.baseline_period
    place = ("portfolio_id", "subject", "version")
    yield Write("delete", periods, place, [(portfolio, subject, b.version) for subject, b in found])
    yield Write(
        "insert",
        periods,
        (*place, "period_end", "pv_cum"),
        [(portfolio, subject, b.version, p.end, p.pv_cum) for subject, b in found for p in b.periods],
    )


def _load_baselines(rows: Rows, facts: PortfolioFacts) -> None:
    periods: dict[tuple[str, int], list[Period]] = defaultdict(list)
    place = ("subject", "version", "period_end")
    for subject, version, end, pv_cum in rows.of(tables.baseline_period, *place, "pv_cum", order=place):
        periods[subject, version].append(Period(end, pv_cum))
    plan = ("subject", "version", "currency", "bac", "contingency", "start", "finish")
    for subject, version, currency, bac, contingency, start, finish, reason, approver, stamp in rows.of(
        tables.baseline, *plan, "reason", "approver", "stamp"
    ):
        facts.item(Key(subject)).baselines[version] = Baseline(
            version,
            rows.named(currency),
            bac,
            contingency,
            start,
            finish,
            tuple(periods[subject, version]),
            reason,
            approver,
            rows.stamp(orjson.loads(stamp)),
        )


def _rows_of_samples(portfolio: str, facts: PortfolioFacts, places: Places) -> Iterator[Write]:
    rows = []
    for subject, measure, as_of, ref in places:
        series = facts.items[subject].series[measure]
        sample = series.at(as_of, ref)
        rows.append(
            (portfolio, subject, measure, as_of, ref, sample.value, sample.unit, as_text(sample.stamp))
        )
    columns = ("portfolio_id", "subject", "measure", "as_of", "ref", "value", "unit", "stamp")
    yield Write("upsert", tables.metric_sample, columns, rows)


def _load_samples(rows: Rows, facts: PortfolioFacts) -> None:
    found: dict[tuple[str, str], list[Sample]] = defaultdict(list)
    columns = ("subject", "measure", "as_of", "ref", "value", "unit", "stamp")
    for subject, measure, as_of, ref, value, unit, stamp in rows.of(tables.metric_sample, *columns):
        sample = Sample(as_of, ref, value, rows.named(unit), rows.stamp(orjson.loads(stamp)))
        found[subject, measure].append(sample)
    for (subject, measure), samples in found.items():
        samples.sort(key=_DAY_AND_REF)
        facts.item(Key(subject)).series[rows.named(measure)] = Series([*map(_DAY_AND_REF, samples)], samples)


def _rows_of_milestones(portfolio: str, facts: PortfolioFacts, places: Places) -> Iterator[Write]:
    rows = []
    for subject, code in places:
        milestone = facts.items[subject].milestones[code]
        values = {name: stamped.value for name, stamped in milestone.attributes.items()}
        stamps = as_text(stamps_of(milestone.attributes))
        rows.append((portfolio, subject, code, as_text(values), stamps, as_text(milestone.history)))
    columns = ("portfolio_id", "subject", "code", "attributes", "stamps", "history")
    yield Write("upsert", tables.milestone, columns, rows)


def _load_milestones(rows: Rows, facts: PortfolioFacts) -> None:
    columns = ("subject", "code", "attributes", "stamps", "history")
    for subject, code, attributes, stored, history in rows.of(tables.milestone, *columns):
        values, stamps = orjson.loads(attributes), orjson.loads(stored)
        milestone = Milestone(rows.named(code))
        for name, value in values.items():
            milestone.attributes[name] = Stamped(_milestone_value(name, value), rows.stamp(stamps[name]))
        milestone.history = tuple(
            Forecast(rows.stamp(stamp), day_from(day), target) for stamp, day, target in orjson.loads(history)
        )
        facts.item(Key(subject)).milestones[milestone.code] = milestone


def _milestone_value(name: str, value: Any) -> Any:
    if name in ("baseline", "achieved"):
        return day_from(value)
    if name in ("forecast", "working"):
        return (day_from(value[0]), *value[1:])
    return value


def _rows_of_reports(portfolio: str, facts: PortfolioFacts, places: Places) -> Iterator[Write]:
    rows = []
    for subject, period in places:
        report = facts.items[subject].reports[period]
        path = as_text(report.go_to_green) if report.go_to_green else None
        said = (as_text(report.words), report.narrative, report.dca, path, report.author)
        rows.append((portfolio, subject, period, *said, as_text(report.stamp)))
    columns = (
        "portfolio_id", "subject", "period", "words", "narrative", "dca", "go_to_green", "author", "stamp",
    )  # fmt: skip
    yield Write("upsert", tables.status_report, columns, rows)


def _load_reports(rows: Rows, facts: PortfolioFacts) -> None:
    columns = ("subject", "period", "words", "narrative", "dca", "go_to_green", "author", "stamp")
    for subject, period, words, narrative, dca, path, author, stamp in rows.of(
        tables.status_report, *columns
    ):
        facts.item(Key(subject)).reports[period] = Report(
            period,
            orjson.loads(words),
            narrative,
            dca,
            tuple(orjson.loads(path)) if path else (),
            author,
            rows.stamp(orjson.loads(stamp)),
        )


def _rows_of_sources(portfolio: str, facts: PortfolioFacts, places: Places) -> Iterator[Write]:
    rows = []
    for (name,) in places:
        source = facts.sources[name]
        stamp = as_text(source.stamp) if source.stamp else None
        rows.append((portfolio, name, source.last_at, source.expected_every_s, stamp))
    columns = ("portfolio_id", "name", "last_at", "expected_every_s", "stamp")
    yield Write("upsert", tables.source, columns, rows)


def _load_sources(rows: Rows, facts: PortfolioFacts) -> None:
    for name, last_at, every_s, text in rows.of(
        tables.source, "name", "last_at", "expected_every_s", "stamp"
    ):
        stamp = rows.stamp(orjson.loads(text)) if text else None
        facts.sources[name] = SourceFacts(name, last_at, every_s, stamp)


def _rows_of_rates(portfolio: str, facts: PortfolioFacts, places: Places) -> Iterator[Write]:
    found = [facts.rates[base, quote, as_of] for base, quote, as_of in places]
    rows = [(portfolio, r.base, r.quote, r.as_of, r.rate, as_text(r.stamp)) for r in found]
    columns = ("portfolio_id", "base", "quote", "as_of", "rate", "stamp")
    yield Write("upsert", tables.fx_rate, columns, rows)


def _load_rates(rows: Rows, facts: PortfolioFacts) -> None:
    for base, quote, as_of, rate, stamp in rows.of(tables.fx_rate, "base", "quote", "as_of", "rate", "stamp"):
        facts.rates[base, quote, as_of] = Rate(base, quote, as_of, rate, rows.stamp(orjson.loads(stamp)))


_Maker = Callable[[str, PortfolioFacts, Places], Iterator[Write]]
_MAKERS: Final[dict[str, _Maker]] = {
    "item": _rows_of_items,
    "alias": _rows_of_aliases,
    "baseline": _rows_of_baselines,
    "sample": _rows_of_samples,
    "milestone": _rows_of_milestones,
    "report": _rows_of_reports,
    "source": _rows_of_sources,
    "rate": _rows_of_rates,
    "record": records.rows_of,
    "policy": policies.rows_of,
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
