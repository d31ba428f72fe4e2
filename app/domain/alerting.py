"""The alerts of one round: signals in, states, cards and transitions out."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from app.domain import signals
from app.domain.alerts import AlertState, Signal, dedup_key, due_at, next_state
from app.domain.documents import alert_card, declared_part
from app.domain.facts import ItemFacts, PortfolioFacts
from app.domain.policy import Policy
from app.domain.rag import Rag
from app.domain.rollup import RolledUp
from app.domain.standing import Board, Round, Turn, with_impacts
from app.domain.subject import PORTFOLIO, Key, Kind, code_of, kind_of


class Alerting:
    """What one round does to the alerts of a board; the results go into the round."""

    def __init__(self, board: Board, facts: PortfolioFacts, policy: Policy, done: Round) -> None:
        self.board, self.facts, self.policy, self.done = board, facts, policy, done
        self.touched = set[str]()
        """Items of which an alert is another than before."""

    def signal(self, signal: Signal, facts: ItemFacts | None = None) -> datetime | None:
        """Take one signal in; when a pending alert becomes one by itself."""
        place = dedup_key(signal.rule, signal.item)
        before = self.board.alerts.get(place)
        after = next_state(before, signal, self.policy.alerts, self.policy.version, self.done.now)
        if after is None:
            return None
        if signal.rule == "silence" and facts is not None:
            after = self._inhibited(after, facts)
        if after is not before:
            self.done.alerts[place] = after
            self.touched.add(signal.item)
        return due_at(after, signal)

    def _inhibited(self, alert: AlertState, facts: ItemFacts) -> AlertState:
        """While all sources of an item are silent, their alert speaks for the item's."""
        quiet = alert.is_open and signals.all_silent(facts.heard, self.done.silent)
        if quiet == (alert.suppression == "inhibited"):
            return alert
        if not quiet:
            return replace(alert, suppression="none", suppressed_by=None)
        if alert.suppression != "none":
            return alert
        source = dedup_key("source_silence", f"source/{min(facts.heard)}")
        by = self.done.alerts.get(source) or self.board.alerts.get(source)
        return replace(alert, suppression="inhibited", suppressed_by=None if by is None else by.id)

    def signal_sources(self) -> None:
        """One alert per silent source."""
        for name in sorted(self.facts.sources):
            self.signal(signals.of_source(self.facts.sources[name], self.policy, self.done.now))

    def forget(self, item: Key) -> None:
        """Leave the alerts of a project as they were: it could not be assessed."""
        for rule in signals.PROJECT_RULES:
            self.done.alerts.pop(dedup_key(rule, item), None)

    def stands(self, item: Key) -> bool:
        """Whether any alert of an item was open before this round, pending ones included."""
        return bool(self.board.by_item.get(item))

    def counts_of(self, item: Key) -> dict[str, int]:
        """Open alerts of one project by severity."""
        counts: dict[str, int] = {}
        if item not in self.touched and not self.stands(item):
            return counts
        for rule in signals.PROJECT_RULES:
            alert = self._find(dedup_key(rule, item))
            if alert is not None and alert.is_open:
                counts[alert.severity] = counts.get(alert.severity, 0) + 1
        return counts

    def counts(self) -> dict[str, int]:
        """All open alerts by severity."""
        counts = dict.fromkeys(("critical", "high", "medium", "low"), 0)
        for place in self._places():
            alert = self._find(place)
            if alert is not None and alert.is_open:
                counts[alert.severity] += 1
        return counts

    def _places(self) -> set[str]:
        return {place for keys in self.board.by_item.values() for place in keys} | set(self.done.alerts)

    def _find(self, place: str) -> AlertState | None:
        return self.done.alerts.get(place) or self.board.alerts.get(place)

    def publish(self, portfolio: RolledUp, revision: int) -> dict[str, dict[str, Any] | None]:
        """The cards of alerts that changed, None where one is gone; transitions go into the round."""
        self._add_impacts(portfolio)
        cards: dict[str, dict[str, Any] | None] = {}
        for place, alert in self.done.alerts.items():
            before = self.board.alerts.get(place)
            cards[f"alert/{alert.id}"] = alert_card(alert, self._declared(alert)) if alert.is_open else None
            if alert.is_open != (before is not None and before.is_open):
                self.done.turns.append(self._turn(alert, revision))
        return cards

    def _turn(self, alert: AlertState, revision: int) -> Turn:
        name, now = self._name(alert.item), self.done.now
        if alert.is_open:
            return Turn(revision, now, alert.item, "alert_raised", name, None, alert.severity, alert.rule)
        return Turn(revision, now, alert.item, "alert_cleared", name, alert.severity, None, alert.rule)

    def _name(self, item: str) -> str:
        if item == PORTFOLIO:
            return self.board.portfolio.name
        found = self.done.standings.get(Key(item)) or self.board.standings.get(Key(item))
        return code_of(item) if found is None else found.short

    def _declared(self, alert: AlertState) -> dict[str, Any] | None:
        if alert.rule != "divergence":
            return None
        return declared_part(self.facts.whole(Key(alert.item)))

    def _add_impacts(self, portfolio: RolledUp) -> None:
        """Say of each open red project which parents are red because of it."""
        deciders: dict[Key, str | None] = {}
        for place in sorted(self._places()):
            alert = self._find(place)
            if (
                alert is None
                or alert.rule != "red"
                or not alert.is_open
                or kind_of(alert.item) != Kind.PROJECT
            ):
                continue
            now = with_impacts(alert, self._impacts(Key(alert.item), portfolio, deciders))
            if now is not alert:
                self.done.alerts[place] = now

    def _impacts(self, project: Key, portfolio: RolledUp, deciders: dict[Key, str | None]) -> tuple[str, ...]:
        found = self.done.standings.get(project) or self.board.standings[project]
        programme = found.programme
        impacts: list[str] = []
        if programme is not None:
            if programme not in deciders:
                deciders[programme] = self._decided_by(programme)
            if deciders[programme] == project:
                impacts.append(programme)
        if portfolio.rag is Rag.RED and not portfolio.own_rule and portfolio.child == project:
            impacts.append(PORTFOLIO)
        return tuple(impacts)

    def _decided_by(self, programme: Key) -> str | None:
        """The one child that turned it red; None where it is not red, or not because of one."""
        document = self.done.cards.get(programme) or self.board.cards.get(programme)
        if document is None:
            return None
        card = orjson.loads(document)
        child: str | None = card.get("cause", {}).get("child") if card["rag"] == Rag.RED else None
        return child
