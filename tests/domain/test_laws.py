"""Laws that hold for any events: order, repetition, unknown, findings, contracts, rebuilds."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from app.domain.cards import Card
from app.domain.events.catalogue import AnyEvent
from app.domain.facts import PortfolioFacts
from app.domain.fold import Recorded, fold
from app.domain.policy import HOUSE_DEFAULT
from app.domain.rag import Rag
from app.domain.rollup import Child, roll_up
from app.domain.standing import load_board
from tests import builders as b
from tests.strategies import FAMILIES, PROJECTS, a_record, amounts, currencies, days_, moments, subjects

CARD: TypeAdapter[Card] = TypeAdapter(Card)
LATER = b.NOW + timedelta(days=20)

codes = st.sampled_from(["M1", "M2", "GATE"])


def _after(day: date, moment: datetime) -> datetime:
    """An event is not older than the day that it reports on."""
    return max(moment, b.at(day, 20))


@st.composite
def an_item(draw: st.DrawFn) -> AnyEvent:
    return b.registered(
        draw(subjects),
        time=draw(moments),
        **draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "parent": st.sampled_from(["ATLAS", "NONE"]),
                    "tier": st.integers(1, 4),
                    "calendar": st.sampled_from(["mon-fri", "sun-thu", "every-day", "lunar"]),
                    "report_cadence_days": st.sampled_from([1, 7, 30, 365]),
                    "state": st.sampled_from(["delivering", "on_hold", "pipeline", "closed"]),
                },
            )
        ),
    )


@st.composite
def a_plan(draw: st.DrawFn) -> AnyEvent:
    start = draw(days_)
    finish = start + timedelta(days=draw(st.integers(1, 400)))
    bac = draw(st.sampled_from(["0", "1", "100000", "999999999999.99"]))
    return b.baseline(
        subject=draw(subjects),
        bac=bac,
        currency=draw(currencies),
        start=start,
        finish=finish,
        version=draw(st.integers(1, 3)),
        time=draw(moments),
        periods=draw(st.sampled_from([[], [(start, "0"), (finish, bac)]])),
    )


@st.composite
def a_report(draw: st.DrawFn) -> AnyEvent:
    day, subject, moment = draw(days_), draw(subjects), draw(moments)
    match draw(st.integers(0, 4)):
        case 0:
            return b.progress(
                str(draw(st.integers(0, 100))), on=day, subject=subject, time=_after(day, moment)
            )
        case 1:
            return b.progress(
                ev=draw(amounts), on=day, subject=subject, currency=draw(currencies), time=_after(day, moment)
            )
        case 2:
            word = draw(st.sampled_from(["Green", "Amber/Green", "RED", "Reset", ""]))
            return b.status(word, on=day, subject=subject, time=_after(day, moment))
        case 3:
            data = {"as_of": day.isoformat(), "eac": b.eur(draw(amounts), draw(currencies))}
            return b.an_event("cost.eac_reported", data, subject=subject, time=_after(day, moment))
        case _:
            mode: Literal["increment", "cumulative"] = "increment" if draw(st.booleans()) else "cumulative"
            return b.cost(
                draw(amounts), on=day, mode=mode, subject=subject, currency=draw(currencies), time=moment
            )


@st.composite
def a_milestone(draw: st.DrawFn) -> AnyEvent:
    day, subject, moment, code = draw(days_), draw(subjects), draw(moments), draw(codes)
    match draw(st.integers(0, 3)):
        case 0:
            return b.planned(code, day, subject=subject, time=moment)
        case 1:
            return b.forecast(code, day, subject=subject, time=moment)
        case 2:
            return b.forecast(code, None, subject=subject, time=moment, new_target="v1.36")
        case _:
            return b.achieved(code, day, subject=subject, time=_after(day, moment))


@st.composite
def another(draw: st.DrawFn) -> AnyEvent:
    moment = draw(moments)
    match draw(st.integers(0, 3)):
        case 0:
            return b.rate(draw(currencies), draw(currencies), "1.25", on=draw(days_), time=moment)
        case 1:
            return b.registered("programme/ATLAS", time=moment)
        case 2:
            to = draw(st.sampled_from(["delivering", "on_hold", "stopped"]))
            return b.state(to, subject=draw(subjects), time=moment)
        case _:
            return b.an_event("item.touched", {}, subject=draw(subjects), time=moment)


@st.composite
def a_deployment(draw: st.DrawFn) -> AnyEvent:
    named = draw(st.sampled_from(["service.deployed", "service.upgraded", "service.rolledback"]))
    outcome = draw(st.sampled_from([{}, {"outcome": "failure"}, {"outcome": "cancel"}]))
    return b.a_signal(named, subject=draw(subjects), time=draw(moments), **outcome)


@st.composite
def on_plan(draw: st.DrawFn) -> AnyEvent:
    """Progress or cost not far from the plan, so that every colour comes up."""
    day, subject = draw(st.dates(b.START + timedelta(days=20), b.STATUS_DAY)), draw(subjects)
    share = (day - b.START).days * 73 // 100 + draw(st.integers(-5, 5))
    if draw(st.booleans()):
        return b.progress(str(share), on=day, subject=subject)
    return b.cost(str(share * 1000), on=day, subject=subject)


refs = st.sampled_from(["A", "B"])
coming = st.dates(b.NOW.date() - timedelta(days=60), b.NOW.date() + timedelta(days=150)).map(str)


def _of(kind: str, **fields: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[str, dict[str, object]]]:
    return st.tuples(st.just(kind), st.fixed_dictionaries(fields))


TOLD = st.one_of(
    _of("risk.raised", ref=refs, title=st.just("Late"), priority=st.just(1), proximity=coming),
    _of("risk.updated", ref=refs, owner=st.just("ada"), response=st.just("Buy"), response_due=coming),
    _of("issue.raised", ref=refs, title=st.just("Down"), severity=st.just(2)),
    _of("issue.resolved", ref=refs),
    _of("assumption.recorded", ref=refs, title=st.just("Ready"), due=coming),
    _of("dependency.declared", ref=refs, title=st.just("Data"), needed_by=coming, milestone=codes),
    _of("dependency.at_risk", ref=refs, expected=coming),
    _of(
        "resource.requested",
        ref=refs,
        role=st.just("pm"),
        pct=st.just("80"),
        needed_by=coming,
        key_role=st.just(True),
    ),
    _of("resource.assigned", ref=refs, person_ref=st.just("ada"), pct=st.just("80"), start=coming),
    _of("role.changed", role=st.just("pm"), old_ref=st.just("x"), new_ref=refs, effective=coming),
    _of("gate.scheduled", gate=refs, date=coming),
    _of(
        "criterion.defined",
        ref=refs,
        text=st.just("It restores"),
        owner_kind=st.just("gate"),
        owner_ref=refs,
    ),
    _of("scope.change_requested", ref=refs, title=st.just("More"), value=st.just(b.eur(20_000))),
    _of("milestone.working_date_reported", milestone=codes, working_date=coming),
    _of(
        "benefit.planned", ref=refs, name=st.just("Less"), unit=st.just("EUR"), target=amounts, by_date=coming
    ),
    _of("quality.check_result", check=st.just("e2e"), verdict=st.sampled_from(["pass", "fail"])),
)


@st.composite
def a_telling(draw: st.DrawFn) -> AnyEvent:
    """Something is told of a record, or of a working date: what early warnings look at."""
    kind, data = draw(TOLD)
    return b.an_event(kind, data, subject=draw(subjects), time=draw(moments))


PRELUDE = [
    b.registered("programme/ATLAS"),
    b.registered("project/P1", parent="ATLAS", tier=1),
    b.registered("project/P2", parent="ATLAS"),
    b.baseline(subject="project/P1"),
    b.baseline(subject="project/P2", bac="50000"),
]
events = st.lists(
    st.one_of(
        on_plan(),
        on_plan(),
        a_report(),
        a_milestone(),
        an_item(),
        a_plan(),
        another(),
        a_telling(),
        a_telling(),
        a_record(),
        a_record(),
        a_record(),
        a_deployment(),
    ),
    min_size=6,
    max_size=40,
).map(lambda found: PRELUDE + found)


def _told(found: list[AnyEvent], now: datetime = LATER) -> b.Story:
    story = b.Story()
    story.tell(*found, now=now)
    return story


def _colours(story: b.Story) -> dict[str, object]:
    """Colours with all figures behind them, without the numbers that events got and how many they were."""
    cards = {key: orjson.loads(document) for key, document in story.board.cards.items()}
    return {
        key: {name: value for name, value in card.items() if name not in ("alerts", "told")}
        for key, card in cards.items()
        if card["kind"] in ("project", "programme", "milestone")
    }


@given(events)
def test_the_same_event_twice_is_the_same_as_once(found: list[AnyEvent]) -> None:
    once, twice = _told(found), _told([each for event in found for each in (event, event)])

    assert _colours(once) == _colours(twice)


@given(events, st.randoms(use_true_random=False))
def test_any_order_of_a_set_of_events_gives_the_same_colours(found: list[AnyEvent], chance: object) -> None:
    unique = list({event.order_key: event for event in found}.values())
    shuffled = list(unique)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert _colours(_told(unique)) == _colours(_told(shuffled))


@given(events)
def test_assessing_never_fails_on_valid_events(found: list[AnyEvent]) -> None:
    story = b.Story()

    done = story.tell(*found, now=LATER)

    assert done.failures == {}


@given(events)
def test_every_card_keeps_the_contract_with_the_screens(found: list[AnyEvent]) -> None:
    story = _told(found)

    for document in story.board.cards.values():
        CARD.validate_json(document)


@given(events)
def test_every_colour_has_a_finding(found: list[AnyEvent]) -> None:
    story = b.Story()
    done = story.tell(*found, now=LATER)

    details = {key: orjson.loads(document) for key, document in done.details.items()}

    assert all(detail["cause"]["rag"] for detail in details.values())
    assert all(
        aspect["findings"] and aspect["rag"] in {finding["rag"] for finding in aspect["findings"]}
        for detail in details.values()
        for aspect in detail.get("dimensions", ())
    )


@given(events, st.integers(1, 1200))
def test_time_alone_never_turns_anything_green(found: list[AnyEvent], passed: int) -> None:
    story = _told(found)
    before = {key: each.rag for key, each in story.board.standings.items()}

    story.assess(story.board.standings, now=LATER + timedelta(days=passed))

    after = {key: each.rag for key, each in story.board.standings.items()}
    greened = {key for key, rag in after.items() if rag is Rag.GREEN and before[key] is Rag.UNKNOWN}
    assert not greened


@given(events, st.lists(st.integers(1, 90), max_size=4))
def test_what_is_due_is_all_that_time_alone_changes(found: list[AnyEvent], steps: list[int]) -> None:
    """A board that is assessed only when something is due equals one that is assessed all the time."""
    lazy, eager = _told(found), _told(found)
    now = LATER
    for step in steps:
        now += timedelta(days=step)
        eager.assess(eager.board.standings, now=now)
        lazy.assess(now=now)

    told = [
        {key: (card["rag"], card.get("warnings")) for key, card in _projects(story)}
        for story in (lazy, eager)
    ]
    assert told[0] == told[1]


def _projects(story: b.Story) -> list[tuple[str, dict[str, Any]]]:
    return [(key, story.card(key)) for key in story.board.standings]


@given(
    st.sampled_from(FAMILIES).flatmap(
        lambda told: st.lists(a_record(told, PROJECTS[0]), min_size=3, max_size=12)
    ),
    st.lists(st.integers(1, 30), min_size=1, max_size=4),
)
@settings(max_examples=150)
def test_what_is_due_is_all_that_time_alone_changes_of_records(
    found: list[AnyEvent], steps: list[int]
) -> None:
    """Dimension by dimension, before any of them is too old to have a colour."""
    yearly = b.registered(PROJECTS[0], report_cadence_days=365)
    lazy, eager = _told([yearly, *found]), _told([yearly, *found])
    now = LATER
    for step in steps:
        now += timedelta(days=step)
        eager.assess(eager.board.standings, now=now)
        lazy.assess(now=now)

    assert _colours(lazy) == _colours(eager)


@given(events, events)
@settings(max_examples=30)
def test_a_board_that_is_loaded_again_goes_on_as_if_it_had_never_stopped(
    first: list[AnyEvent], second: list[AnyEvent]
) -> None:
    story = _told(first)
    board = story.board
    again = load_board(
        board.portfolio, story.facts, board.cards, board.alerts.values(), board.due, board.quarantine
    )

    assert again == board
    restarted = _told(first)
    restarted.board = again
    assert restarted.tell(*second, now=LATER + timedelta(days=1)) == story.tell(
        *second, now=LATER + timedelta(days=1)
    )


@given(events, events)
@settings(max_examples=20)
def test_a_rebuild_along_the_same_revisions_gives_the_same_bytes(
    first: list[AnyEvent], second: list[AnyEvent]
) -> None:
    original, rebuilt = b.Story(), b.Story()

    rounds = [
        (story.tell(*first, now=b.NOW), story.tell(*second, now=LATER)) for story in (original, rebuilt)
    ]

    assert rounds[0] == rounds[1]
    assert original.board == rebuilt.board


@given(events)
def test_the_facts_are_the_same_whatever_was_told_first(found: list[AnyEvent]) -> None:
    unique = list({event.order_key: event for event in found}.values())
    forward, backward = PortfolioFacts(), PortfolioFacts()
    for seq, event in enumerate(unique, 1):
        fold(forward, Recorded(seq, LATER, event))
    for seq, event in reversed(list(enumerate(unique, 1))):
        fold(backward, Recorded(seq, LATER, event))
    for facts in (forward, backward):
        for item in facts.items.values():
            item.waiting.clear()  # tells when something was known, not what

    assert forward.items == backward.items
    assert forward.rates == backward.rates


children = st.lists(
    st.builds(
        Child,
        key=st.uuids().map(str),
        tier=st.integers(1, 4),
        rag=st.sampled_from(list(Rag)),
        bac=st.none() | st.integers(0, 10**9).map(Decimal),
    ),
    max_size=12,
)


@given(children)
def test_unknown_is_never_averaged_into_green(found: list[Child]) -> None:
    rolled_up = roll_up(found, HOUSE_DEFAULT.roll_up)

    if rolled_up.rag is Rag.GREEN:
        known = sum(1 for child in found if child.rag in (Rag.GREEN, Rag.AMBER))
        assert known > 0
        assert all(child.rag is not Rag.RED for child in found)
        assert rolled_up.share is not None
        assert rolled_up.share >= HOUSE_DEFAULT.roll_up.known_share


@given(children)
def test_a_parents_colour_does_not_depend_on_the_order_of_its_children(found: list[Child]) -> None:
    assert roll_up(found, HOUSE_DEFAULT.roll_up) == roll_up(found[::-1], HOUSE_DEFAULT.roll_up)
