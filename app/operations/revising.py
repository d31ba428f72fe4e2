"""What events change: the next revision of a board, worked out step by step. Nothing of it is stored here."""

from collections.abc import Collection, Generator, Mapping
from typing import Final, TypeVar

import structlog

from app import __version__
from app.domain.alerts import AlertState, encode_alert
from app.domain.assess import assess_round
from app.domain.facts import PortfolioFacts
from app.domain.fold import fold
from app.domain.standing import Board, Round
from app.domain.subject import Key
from app.store.log import Stretch
from app.store.revisions import AlertRow, Outcome

T = TypeVar("T")
LOG: Final = structlog.get_logger(__name__)
Taken = tuple[set[Key], dict[Key, str]]
"""The items that events are about, and those whose event could not be taken in, with the error."""


def assess(
    stretch: Stretch, facts: PortfolioFacts, board: Board, degraded: Collection[Key], revision: int
) -> Generator[None, None, tuple[Round, Outcome]]:
    """What these events change: the next revision. The facts take them in; the board stays as it is.

    Without events it is the next slice of what is due or has to be judged by a new policy, at the same
    portfolio time.
    """
    done, unfolded = yield from work_out(stretch, facts, board, revision)
    return done, outcome_of(stretch, done, board, unfolded, degraded)


def work_out(
    stretch: Stretch, facts: PortfolioFacts, board: Board, revision: int
) -> Generator[None, None, tuple[Round, dict[Key, str]]]:
    """The round alone, and the items whose event could not be taken in, with the error."""
    touched, unfolded = yield from take_in(facts, stretch)
    return (yield from judge(stretch, facts, board, touched, revision)), unfolded


def judge(
    stretch: Stretch, facts: PortfolioFacts, board: Board, touched: Collection[Key], revision: int
) -> Generator[None, None, Round]:
    """What the items say now that these events have touched."""
    now = facts.now or stretch.events[-1].recorded_at
    return (yield from assess_round(board, facts, touched, facts.policy, now, revision))


def take_in(facts: PortfolioFacts, stretch: Stretch) -> Generator[None, None, Taken]:
    """Take the events in."""
    touched: set[Key] = set()
    failures: dict[Key, str] = {}
    for recorded in stretch.events:
        try:
            about = fold(facts, recorded)
        except Exception as error:
            LOG.exception("an event could not be taken in", seq=recorded.seq)
            failures[Key(recorded.event.subject)] = repr(error)
        else:
            if about is not None:
                touched.add(about)
        yield
    return touched, failures


def finished(steps: Generator[None, None, T]) -> T:
    """To the end at once, where nobody else waits for a turn."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: T = stop.value
            return result


def outcome_of(
    stretch: Stretch, done: Round, board: Board, unfolded: Mapping[Key, str], degraded: Collection[Key]
) -> Outcome:
    """What is stored of a round. `unfolded`: items whose event could not be taken in, with the error."""
    failures = {**unfolded, **done.failures}
    before = {w for subject in done.quarantine for w in board.quarantine.get(subject, ())}
    waiting = {w: (w.seq, subject, w.reason) for subject, ws in done.quarantine.items() for w in ws}
    last = stretch.last_seq
    due = {k: v for k, v in (board.due | done.due).items() if v is not None}
    return Outcome(
        first_seq=stretch.after + 1,
        last_seq=last,
        as_of=done.now,
        digests=stretch.digests,
        due_at=min(due.values(), default=None),
        cards=done.cards,
        details=done.details,
        due=done.due,
        alerts=[_row(alert) for alert in done.alerts.values()],
        transitions=[turn.document() for turn in done.turns],
        quarantined=[row for w, row in waiting.items() if w not in before],
        released=sorted({w.seq for w in before} - {w.seq for w in waiting}),
        failures=[(subject, last, __version__, error) for subject, error in failures.items()],
        recovered=sorted(set(degraded).intersection(done.details) - set(failures)),
        readings=done.readings,
    )


def _row(alert: AlertState) -> AlertRow:
    return AlertRow(
        alert.id,
        alert.dedup_key,
        alert.rule,
        alert.item,
        alert.policy_version,
        alert.condition,
        alert.ack,
        alert.suppression,
        alert.closure,
        alert.severity,
        encode_alert(alert).decode(),
    )
