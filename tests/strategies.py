"""Events by chance, for the laws: of any kind, in any order, and often about the same few things.

Hypothesis draws some bytes, and every three of them are an event: drawing the fields of an event one by one
takes three times as long as assessing it. A failing example is made smaller by leaving events out.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final

from hypothesis import strategies as st

from app.domain.events.catalogue import AnyEvent
from tests import builders as b
from tests.records_by_chance import AGREED, ENTERED, MILESTONES, STAFFED, TOLD, WARNED, Chance

LATER: Final = b.NOW + timedelta(days=20)
PROJECTS: Final = ("project/P1", "project/P2", "project/P3")
FAMILIES: Final = tuple(tuple(sorted(each)) for each in (ENTERED, AGREED, STAFFED))
KINDS: Final = tuple(TOLD)
BYTES: Final = 3
"""An event."""


def several(make: Callable[[Chance], AnyEvent], fewest: int, most: int) -> st.SearchStrategy[list[AnyEvent]]:
    """So many events that are made like this."""
    return st.binary(min_size=BYTES * fewest, max_size=BYTES * most).map(
        lambda drawn: [
            make(Chance(int.from_bytes(drawn[at : at + BYTES])))
            for at in range(0, len(drawn) - BYTES + 1, BYTES)
        ]
    )


def subject(chance: Random) -> str:
    """More often the first, so that much happens to one."""
    return chance.choice((*PROJECTS[:1], *PROJECTS))


def moment(chance: Random) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randint(0, 60 * 24 * 60))


def day(chance: Chance) -> date:
    return chance.between(b.START - timedelta(days=40), b.NOW.date() + timedelta(days=1))


def after(day_: date, moment_: datetime) -> datetime:
    """An event is not older than the day that it reports on."""
    return max(moment_, b.at(day_, 20))


def an_item(chance: Chance) -> AnyEvent:
    attributes = chance.some(
        parent=chance.choice(["ATLAS", "NONE"]),
        tier=chance.randint(1, 4),
        calendar=chance.choice(["mon-fri", "sun-thu", "every-day", "lunar"]),
        report_cadence_days=chance.choice([1, 7, 30, 365]),
        state=chance.choice(["delivering", "on_hold", "pipeline", "closed"]),
    )
    return b.registered(subject(chance), time=moment(chance), **attributes)


def a_plan(chance: Chance) -> AnyEvent:
    start = day(chance)
    finish = start + timedelta(days=chance.choice([1, chance.randint(1, 400)]))
    bac = chance.choice(["0", "1", "100000", "999999999999.99"])
    return b.baseline(
        subject=subject(chance),
        bac=bac,
        currency=chance.currency(),
        start=start,
        finish=finish,
        version=chance.randint(1, 3),
        time=moment(chance),
        periods=chance.choice([[], [(start, "0"), (finish, bac)]]),
    )


def a_report(chance: Chance) -> AnyEvent:
    return chance.choice([progress_in_percent, progress_in_money, a_status, an_estimate, a_cost])(chance)


def progress_in_percent(chance: Chance) -> AnyEvent:
    on, done = day(chance), chance.choice([0, 100, chance.randint(0, 100)])
    return b.progress(str(done), on=on, subject=subject(chance), time=after(on, moment(chance)))


def progress_in_money(chance: Chance) -> AnyEvent:
    on, earned, currency = day(chance), chance.amount(), chance.currency()
    return b.progress(
        ev=earned, on=on, subject=subject(chance), currency=currency, time=after(on, moment(chance))
    )


def a_status(chance: Chance) -> AnyEvent:
    on, word = day(chance), chance.choice(["Green", "Amber/Green", "RED", "Reset", ""])
    return b.status(word, on=on, subject=subject(chance), time=after(on, moment(chance)))


def an_estimate(chance: Chance) -> AnyEvent:
    on = day(chance)
    data = {"as_of": on.isoformat(), "eac": b.eur(chance.amount(), chance.currency())}
    return b.an_event("cost.eac_reported", data, subject=subject(chance), time=after(on, moment(chance)))


def a_cost(chance: Chance) -> AnyEvent:
    on, amount, currency = day(chance), chance.amount(), chance.currency()
    return b.cost(
        amount,
        on=on,
        mode="increment" if chance.coin() else "cumulative",
        subject=subject(chance),
        currency=currency,
        time=moment(chance),
    )


def a_milestone(chance: Chance) -> AnyEvent:
    on, of, told, code = day(chance), subject(chance), moment(chance), chance.choice(MILESTONES)
    match chance.randint(0, 3):
        case 0:
            return b.planned(code, on, subject=of, time=told)
        case 1:
            return b.forecast(code, on, subject=of, time=told)
        case 2:
            return b.forecast(code, None, subject=of, time=told, new_target="v1.36")
        case _:
            return b.achieved(code, on, subject=of, time=after(on, told))


def another(chance: Chance) -> AnyEvent:
    told = moment(chance)
    match chance.randint(0, 4):
        case 0:
            return b.rate(chance.currency(), chance.currency(), "1.25", on=day(chance), time=told)
        case 1:
            return b.registered("programme/ATLAS", time=told)
        case 2:
            goal = {"ref": "GOAL", **chance.some(parent="GROWTH")}
            return b.an_event("objective.updated", goal, subject="portfolio", time=told)
        case 3:
            to = chance.choice(["delivering", "on_hold", "stopped"])
            return b.state(to, subject=subject(chance), time=told)
        case _:
            return b.an_event("item.touched", {}, subject=subject(chance), time=told)


def a_deployment(chance: Chance) -> AnyEvent:
    named = chance.choice(["service.deployed", "service.upgraded", "service.rolledback"])
    outcome = chance.choice([{}, {"outcome": "failure"}, {"outcome": "cancel"}])
    return b.a_signal(named, subject=subject(chance), time=moment(chance), **outcome)


def on_plan(chance: Chance) -> AnyEvent:
    """Progress or cost not far from the plan, so that every colour comes up."""
    on, of = chance.between(b.START + timedelta(days=20), b.STATUS_DAY), subject(chance)
    share = (on - b.START).days * 73 // 100 + chance.randint(-5, 5)
    if chance.coin():
        return b.progress(str(share), on=on, subject=of)
    return b.cost(str(share * 1000), on=on, subject=of)


def a_record(chance: Chance) -> AnyEvent:
    """Something that is told of a risk, an issue, a gate, an assignment, a benefit, …"""
    return told_of(chance, chance.choice(KINDS), subject(chance))


def a_telling(chance: Chance) -> AnyEvent:
    """Something is told of a record, or of a working date: what early warnings look at."""
    kind = chance.choice(tuple(WARNED))
    return b.an_event(kind, WARNED[kind](chance), subject=subject(chance), time=moment(chance))


def told_of(chance: Chance, kind: str, of: str) -> AnyEvent:
    return b.an_event(kind, TOLD[kind](chance), subject=of, time=moment(chance))


def records_of(family: tuple[str, ...]) -> st.SearchStrategy[list[AnyEvent]]:
    """What is told of the first project's records, of these kinds."""
    return several(lambda chance: told_of(chance, chance.choice(family), PROJECTS[0]), 3, 12)


PRELUDE: Final = (
    b.registered("programme/ATLAS"),
    b.registered("project/P1", parent="ATLAS", tier=1),
    b.registered("project/P2", parent="ATLAS"),
    b.baseline(subject="project/P1"),
    b.baseline(subject="project/P2", bac="50000"),
)
MAKERS: Final = (
    *(on_plan, on_plan, on_plan, on_plan, a_report, a_milestone, an_item, a_plan, another),
    *(a_telling, a_telling, a_record, a_record, a_record, a_deployment),
)
"""As often as they are named here."""
a_few: Final = several(lambda chance: chance.choice(MAKERS)(chance), 1, 8)
events: Final = several(lambda chance: chance.choice(MAKERS)(chance), 12, 48).map(
    lambda found: [*PRELUDE, *found]
)
