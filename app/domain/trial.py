"""Trying a policy: which colours of the live board would be others by a draft, and by which rule.

A generator that gives way after every project, as a round does. Nothing is changed by it.
"""

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from app.domain.facts import ItemFacts, PortfolioFacts
from app.domain.findings import Finding
from app.domain.item import assess_item
from app.domain.parents import Exchange, as_child, parent_finding
from app.domain.policy import Policy
from app.domain.rag import Dimension, Rag
from app.domain.rollup import Child, RolledUp, roll_up
from app.domain.standing import Board, Standing, is_item
from app.domain.subject import PORTFOLIO, Key


class Shift(NamedTuple):
    """One card whose colour would be another, and the finding that would decide it."""

    key: str
    name: str
    before: Rag
    after: Rag
    by: Finding


@dataclass(slots=True)
class Trial:
    """What a draft would do to the board as it is now."""

    before: dict[Rag, int] = field(default_factory=lambda: dict.fromkeys(Rag, 0))
    after: dict[Rag, int] = field(default_factory=lambda: dict.fromkeys(Rag, 0))
    """Projects by colour."""
    shifts: list[Shift] = field(default_factory=list)
    """Projects in the order of their keys, then programmes, then the portfolio."""
    failures: list[Key] = field(default_factory=list)
    """Projects that could not be assessed by the draft."""


def try_policy(
    board: Board, facts: PortfolioFacts, draft: Policy, now: datetime
) -> Generator[None, None, Trial]:
    """Judge every project of the board by the draft at `now`, and roll up."""
    trial, exchange = Trial(), Exchange(board.rates, board.portfolio.currency, now)
    standings = dict(board.standings)
    children: dict[Key, list[Child]] = {PORTFOLIO: []}
    for key in sorted(standings):
        if not is_item(facts, key):
            continue
        was = standings[key]
        after, finding = _judged(trial, facts.whole(key), draft, board, now)
        _note(trial, key, was, after, finding)
        child = as_child(key, was._replace(rag=after), exchange)
        children[PORTFOLIO].append(child)
        if was.programme is not None:
            children.setdefault(was.programme, []).append(child)
        yield
    parents = [key for key in sorted(children) if key != PORTFOLIO and is_item(facts, key)]
    for key in (*parents, PORTFOLIO):
        _parent(trial, key, roll_up(children[key], draft.roll_up), board.cards, draft)
        yield
    return trial


def _judged(
    trial: Trial, facts: ItemFacts, draft: Policy, board: Board, now: datetime
) -> tuple[Rag, Finding]:
    try:
        verdict = assess_item(facts, draft, board.rates, now).verdict
    except Exception:  # noqa: BLE001 - as in a round: it would be degraded, and the others go on
        trial.failures.append(facts.subject)
        degraded = Finding("degraded", draft.version, Rag.UNKNOWN, Dimension.TRUST, reason="degraded")
        return Rag.UNKNOWN, degraded
    return verdict.rag, verdict.cause


def _note(trial: Trial, key: Key, was: Standing, after: Rag, finding: Finding) -> None:
    trial.before[was.rag] += 1
    trial.after[after] += 1
    if after is not was.rag:
        trial.shifts.append(Shift(key, was.short, was.rag, after, finding))


def _parent(trial: Trial, key: Key, rolled_up: RolledUp, cards: Mapping[str, bytes], draft: Policy) -> None:
    document = cards.get(key)
    if document is None:
        return
    card: dict[str, Any] = orjson.loads(document)
    before = Rag(card["rag"])
    if before is not rolled_up.rag:
        finding = parent_finding(rolled_up, draft)
        trial.shifts.append(Shift(key, card["name"], before, rolled_up.rag, finding))


def without_formula(draft: Policy, known: Iterable[str]) -> list[str]:
    """Rows of the draft that judge nothing, as there is no such KPI."""
    return sorted(set(draft.kpis) - set(known))
