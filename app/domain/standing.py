"""Where a board stands between two assessments, and what a round of assessing would change.

The board is changed only by `apply`. Whoever applies a round that is then not committed throws the
board away: a round that lost the race for its revision leaves no trace.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple

import orjson

from app.domain.alerts import AlertState
from app.domain.evidence import newest
from app.domain.facts import ItemFacts, PortfolioFacts
from app.domain.money import Rate, RateBook, rate_book
from app.domain.rag import Rag
from app.domain.subject import Key, Kind, kind_of

HOUSE_TIER: Final = 3


@dataclass(frozen=True, slots=True)
class Identity:
    """The portfolio that this board is of."""

    code: str
    name: str
    currency: str
    attribution: str | None = None


class Standing(NamedTuple):
    """What roll-ups and the next assessment need to know of a project."""

    rag: Rag
    since: datetime
    previous: Rag | None
    tier: int
    bac: Decimal | None
    currency: str | None
    programme: Key | None
    newest_at: datetime | None
    short: str
    policy: int
    """The version it was judged by."""


class Waiting(NamedTuple):
    """An event that has its number and does not count, or not wholly: `unknown_item`, `unknown_programme`."""

    seq: int
    reason: str


class Turn(NamedTuple):
    """A change of colour or of an alert; the fields of app.realtime.protocol.Transition."""

    revision: int
    at: datetime
    item: str
    kind: Literal["rag", "alert_raised", "alert_cleared"]
    name: str
    before: str | None = None
    after: str | None = None
    rule: str | None = None

    def document(self) -> bytes:
        """The JSON object of the message."""
        found = {name: value for name, value in self._asdict().items() if value is not None}
        return orjson.dumps(found, option=orjson.OPT_UTC_Z)


@dataclass(slots=True)
class Round:
    """What one round of assessing changes. Nothing of it is on the board until `Board.apply`."""

    now: datetime
    cards: dict[str, bytes | None] = field(default_factory=dict)
    """Key → the new card, or None: it is gone. Only what a person can see differs."""
    details: dict[str, bytes] = field(default_factory=dict)
    """Key → why, of every item and parent that was assessed."""
    readings: dict[str, bytes] = field(default_factory=dict)
    """Key → what its KPIs said, of every project that was assessed."""
    alerts: dict[str, AlertState] = field(default_factory=dict)
    """Dedup key → the alert's new state."""
    turns: list[Turn] = field(default_factory=list)
    failures: dict[Key, str] = field(default_factory=dict)
    """Projects whose assessment, or a rule of early warning, raised, with the error."""
    due: dict[str, datetime | None] = field(default_factory=dict)
    """Key → the earliest instant at which its result may change by itself; None: never."""
    quarantine: dict[Key, tuple[Waiting, ...]] = field(default_factory=dict)
    """Subject → all of its events that do not count now, replacing what was said of it before."""
    standings: dict[Key, Standing] = field(default_factory=dict)
    absorbed: set[Key] = field(default_factory=set)
    """Projects that turned out to be another's reference."""
    left: int = 0
    """Projects whose time has come and that wait for the next round."""
    silent: frozenset[str] = frozenset()
    policy_version: int = 0
    rates: RateBook | None = None
    rates_mark: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class Board:
    """The map of cards with what is needed to assess again."""

    portfolio: Identity
    cards: dict[str, bytes] = field(default_factory=dict)
    alerts: dict[str, AlertState] = field(default_factory=dict)
    """Dedup key → its newest alert, open or closed."""
    due: dict[str, datetime] = field(default_factory=dict)
    quarantine: dict[Key, tuple[Waiting, ...]] = field(default_factory=dict)
    standings: dict[Key, Standing] = field(default_factory=dict)
    left: int = 0
    """Projects whose time had come in the last round and that it left for the next."""
    silent: frozenset[str] = frozenset()
    policy_version: int | None = None
    """Of the last assessment; None: never assessed."""
    rates: RateBook = field(default_factory=lambda: rate_book(()))
    rates_mark: tuple[int, int] = (0, 0)
    by_item: dict[str, set[str]] = field(default_factory=dict)
    """Item → dedup keys of its open alerts."""
    milestones: dict[str, set[str]] = field(default_factory=dict)
    """Project → keys of its milestone cards."""

    def due_at(self) -> datetime | None:
        """The earliest instant at which anything may change by itself."""
        return min(self.due.values(), default=None)

    def apply(self, done: Round) -> None:
        """Take in a round."""
        for key, document in done.cards.items():
            self._put(key, document)
        for dedup, alert in done.alerts.items():
            self._keep(dedup, alert)
        for key, moment in done.due.items():
            if moment is None:
                self.due.pop(key, None)
            else:
                self.due[key] = moment
        for subject, waiting in done.quarantine.items():
            if waiting:
                self.quarantine[subject] = waiting
            else:
                self.quarantine.pop(subject, None)
        self.standings.update(done.standings)
        for other in done.absorbed:
            self.standings.pop(other, None)
        self.left, self.silent, self.policy_version = done.left, done.silent, done.policy_version
        self.rates_mark = done.rates_mark
        if done.rates is not None:
            self.rates = done.rates

    def _put(self, key: str, document: bytes | None) -> None:
        if document is None:
            self.cards.pop(key, None)
        else:
            self.cards[key] = document
        if kind_of(key) == "milestone":
            keys = self.milestones.setdefault(_project_of(key), set())
            (keys.discard if document is None else keys.add)(key)
            if not keys:
                del self.milestones[_project_of(key)]

    def _keep(self, dedup: str, alert: AlertState) -> None:
        self.alerts[dedup] = alert
        keys = self.by_item.setdefault(alert.item, set())
        (keys.add if alert.closure == "open" else keys.discard)(dedup)


def _project_of(milestone_key: str) -> str:
    return milestone_key.split("/")[1]


def milestone_key(project: str, milestone: str) -> str:
    """`milestone/APOLLO/M1`."""
    return f"milestone/{project}/{milestone}"


def load_board(  # noqa: PLR0913 - the parts of a board
    portfolio: Identity,
    facts: PortfolioFacts,
    cards: Mapping[str, bytes],
    alerts: Iterable[AlertState],
    due: Mapping[str, datetime],
    quarantine: Mapping[Key, tuple[Waiting, ...]],
) -> Board:
    """The board as it was committed, from what is stored. `alerts`: the newest of each dedup key at least."""
    board = Board(portfolio, due=dict(due), quarantine=dict(quarantine))
    for key, document in cards.items():
        board._put(key, document)  # noqa: SLF001 - its own module
        if kind_of(key) == Kind.PROJECT:
            project = Key(key)
            board.standings[project] = standing(facts.whole(project), orjson.loads(document))
    for alert in sorted(alerts, key=lambda each: each.n):
        board._keep(alert.dedup_key, alert)  # noqa: SLF001 - its own module
    board.silent = frozenset(
        key.partition("/")[2]
        for key, document in cards.items()
        if kind_of(key) == "source" and orjson.loads(document)["silent"]
    )
    board.rates, board.rates_mark = rates_of(facts), mark_of(facts)
    known = cards.get("portfolio")
    board.policy_version = None if known is None else orjson.loads(known)["policy"]
    return board


def standing(facts: ItemFacts, card: Mapping[str, Any], newest_at: datetime | None = None) -> Standing:
    """What the board needs to remember of a project, from its facts and its card."""
    baseline, previous = facts.baseline(), card.get("previous")
    since = card["since"]
    programme, tier = card.get("programme"), facts.get("tier")
    return Standing(
        Rag(card["rag"]),
        since if isinstance(since, datetime) else datetime.fromisoformat(since).astimezone(UTC),
        None if previous is None else Rag(previous),
        HOUSE_TIER if tier is None else tier,
        None if baseline is None else baseline.bac,
        None if baseline is None else baseline.currency,
        None if programme is None else Key(f"{Kind.PROGRAMME}/{programme}"),
        newest(facts) if newest_at is None else newest_at,
        card["short"],
        card.get("policy", 0),
    )


def behind(board: Board, facts: PortfolioFacts, version: int) -> list[Key]:
    """The projects whose cards were judged by another version of the policy, in the order of their keys."""
    found = (key for key, each in board.standings.items() if each.policy != version)
    return sorted(key for key in found if is_item(facts, key))


def due_by(board: Board, now: datetime) -> list[Key]:
    """The projects that may have changed by themselves by `now`, the earliest first."""
    due = ((at, key) for key, at in board.due.items() if at <= now and kind_of(key) == Kind.PROJECT)
    return [Key(key) for _, key in sorted(due)]


def is_item(facts: PortfolioFacts, key: Key) -> bool:
    """Whether an item stands under this key: registered, and not another one's reference."""
    found = facts.items.get(key)
    return found is not None and found.registered and key not in facts.aliases


def rates_of(facts: PortfolioFacts) -> RateBook:
    """The dated rates of the portfolio."""
    return rate_book(Rate(each.base, each.quote, each.as_of, each.rate) for each in facts.rates.values())


def mark_of(facts: PortfolioFacts) -> tuple[int, int]:
    """Changes whenever a rate was set: how many there are, and the newest event among them."""
    return len(facts.rates), max((each.stamp.seq for each in facts.rates.values()), default=0)


def with_impacts(alert: AlertState, impacts: tuple[str, ...]) -> AlertState:
    """The alert with the parents that it turned red."""
    return alert if alert.impacts == impacts else replace(alert, impacts=impacts)
