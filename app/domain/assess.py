"""One round of assessing: from the facts that changed, or time that passed, to the next revision.

`assess_round` is a generator that gives way after every item, so that the shell can let other work
run; what it returns is a value, and nothing is on the board until the shell has committed it.
"""

from collections.abc import Collection, Generator, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from app.domain import signals
from app.domain.alerts import AlertState, Signal, dedup_key, due_at, next_state
from app.domain.documents import (
    alert_card,
    declared_part,
    degraded_card,
    detail,
    encode,
    encode_project,
    is_near,
    milestone_card,
    project_card,
)
from app.domain.facts import ItemFacts, PortfolioFacts
from app.domain.item import Assessment, assess_item
from app.domain.parents import (
    Exchange,
    as_child,
    parent_detail,
    parent_finding,
    portfolio_header,
    programme_card,
    roll_up_part,
)
from app.domain.parents import continuity as since_when
from app.domain.policy import Policy
from app.domain.rag import Rag
from app.domain.rollup import Child, RolledUp, roll_up
from app.domain.sources import assess_sources
from app.domain.standing import (
    Board,
    Round,
    Standing,
    Turn,
    Waiting,
    mark_of,
    milestone_key,
    rates_of,
    standing,
    with_impacts,
)
from app.domain.subject import PORTFOLIO, Key, Kind, code_of, kind_of


def assess_round(  # noqa: PLR0913 - everything that decides a revision
    board: Board,
    facts: PortfolioFacts,
    touched: Collection[Key],
    policy: Policy,
    now: datetime,
    revision: int,
) -> Generator[None, None, Round]:
    """Assess what was touched, what is due by `now`, and the parents above; yields after each item.

    Assesses everything when the policy or an exchange rate changed. Never raises for a project: its
    card says that its data is degraded, and the round says why.
    """
    work = _Round(board, facts, policy, now, revision)
    assess_sources(board, facts, work.done, policy)
    work.signal_sources()
    projects = work.to_assess(touched)
    for key in projects:
        work.assess(key)
        yield
    work.hold_back(touched)
    for _ in work.roll_up(projects, touched):
        yield
    work.publish_alerts()
    work.portfolio_card()
    return work.done


class _Round:
    """The work of one round; its result is `done`."""

    def __init__(
        self, board: Board, facts: PortfolioFacts, policy: Policy, now: datetime, revision: int
    ) -> None:
        self.board, self.facts, self.policy = board, facts, policy
        self.now, self.revision = now, revision
        mark = mark_of(facts)
        self.everything = board.policy_version != policy.version or board.rates_mark != mark
        rates = rates_of(facts) if board.rates_mark != mark else board.rates
        self.done = Round(now, policy_version=policy.version, rates=rates, rates_mark=mark)
        self.rates = rates
        self.exchange = Exchange(rates, board.portfolio.currency, now)
        self.portfolio: RolledUp | None = None

    # ── which ──────────────────────────────────────────────────────────────────────────────────────

    def to_assess(self, touched: Collection[Key]) -> list[Key]:
        """The registered projects to look at, in the order of their keys."""
        if self.everything:
            chosen: Iterable[Key] = self.facts.items
        else:
            due = (Key(key) for key, moment in self.board.due.items() if moment <= self.now)
            quiet: Iterable[Key] = ()
            if self.board.silent != self.done.silent:
                quiet = (Key(a.item) for a in self.board.alerts.values() if a.rule == "silence" and a.is_open)
            chosen = {*touched, *due, *quiet}
        return sorted(key for key in chosen if kind_of(key) == Kind.PROJECT and self._registered(key))

    def _registered(self, key: Key) -> bool:
        found = self.facts.items.get(key)
        return found is not None and found.registered and key not in self.facts.aliases

    # ── one project ────────────────────────────────────────────────────────────────────────────────

    def assess(self, key: Key) -> None:
        """One project: its card, its detail, its alerts, its milestones, and when to look again."""
        facts = self.facts.whole(key)
        try:
            assessment = assess_item(facts, self.policy, self.rates, self.now)
            self._project(key, facts, assessment)
        except Exception as error:  # noqa: BLE001 - a rule that fails degrades one item, never the round
            self._degrade(key, facts, error)

    def _project(self, key: Key, facts: ItemFacts, assessment: Assessment) -> None:
        since, previous = self._continuity(key, assessment.rag)
        due = [assessment.due_at]
        for signal in signals.of_project(assessment, self.policy):
            due.append(self.signal(signal, facts))
        warnings = signals.warnings(assessment, self.policy)
        card = project_card(assessment, since, previous, warnings, self._alert_counts(key))
        self._milestones(key, assessment)
        self._put(key, card)
        self.done.details[key] = encode(detail(assessment, self.policy.version))
        self.done.due[key] = min((moment for moment in due if moment is not None), default=None)
        self.done.quarantine[key] = tuple(
            Waiting(seq, "cumulative_cost_falls") for seq in assessment.evidence.costs.falling
        )
        self._stand(key, facts, card)

    def _degrade(self, key: Key, facts: ItemFacts, error: Exception) -> None:
        since, previous = self._continuity(key, Rag.UNKNOWN)
        card = degraded_card(facts, since, previous)
        for rule in signals.PROJECT_RULES:
            self.done.alerts.pop(dedup_key(rule, key), None)
        self._put(key, card)
        self.done.failures[key] = f"{type(error).__name__}: {error}"
        self.done.due[key] = None
        self._stand(key, facts, card)

    def _continuity(self, key: Key, rag: Rag) -> tuple[datetime, Rag | None]:
        before = self.board.standings.get(key)
        if before is None:
            return self.now, None
        return (before.since, before.previous) if before.rag is rag else (self.now, before.rag)

    def _stand(self, key: Key, facts: ItemFacts, card: dict[str, Any]) -> None:
        before = self.board.standings.get(key)
        after = self.done.standings[key] = standing(facts, card)
        if before is not None and before.rag is not after.rag:
            self._turn(key, after.short, before.rag, after.rag, card.get("cause", {}).get("rule"))

    def _turn(self, key: str, name: str, before: str, after: str, rule: str | None) -> None:
        self.done.turns.append(Turn(self.revision, self.now, key, "rag", name, before, after, rule))

    def _put(self, key: str, card: dict[str, Any]) -> None:
        """A card is written only when what a person can see differs."""
        document = encode_project(card) if card["kind"] == "project" else encode(card)
        if self.board.cards.get(key) != document:
            self.done.cards[key] = document

    def _milestones(self, key: Key, assessment: Assessment) -> None:
        project, evidence = code_of(key), assessment.evidence
        kept = set()
        for each in evidence.outlooks:
            state = evidence.facts.get("state")
            if is_near(each, state, evidence.today, self.policy.milestone_days):
                place = milestone_key(project, each.milestone.code)
                kept.add(place)
                self._put(place, milestone_card(project, each, evidence.today))
        for gone in sorted(self.board.milestones.get(project, set()) - kept):
            self.done.cards[gone] = None

    # ── alerts ─────────────────────────────────────────────────────────────────────────────────────

    def signal(self, signal: Signal, facts: ItemFacts | None = None) -> datetime | None:
        """Take one signal in; when a pending alert becomes one by itself."""
        place = dedup_key(signal.rule, signal.item)
        before = self.board.alerts.get(place)
        after = next_state(before, signal, self.policy.alerts, self.policy.version, self.now)
        if after is None:
            return None
        if signal.rule == "silence" and facts is not None:
            after = self._inhibited(after, facts)
        if after is not before:
            self.done.alerts[place] = after
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
            self.signal(signals.of_source(self.facts.sources[name], self.policy, self.now))

    def _open_alerts(self, item: str) -> list[AlertState]:
        places = {*self.board.by_item.get(item, ()), *(p for p, a in self.done.alerts.items() if a.item == item)}
        found = (self._alert(place) for place in sorted(places))
        return [alert for alert in found if alert.is_open]

    def _alert(self, place: str) -> AlertState:
        return self.done.alerts[place] if place in self.done.alerts else self.board.alerts[place]

    def _alert_counts(self, item: str) -> dict[str, int]:
        counts: dict[str, int] = {}
        for alert in self._open_alerts(item):
            counts[alert.severity] = counts.get(alert.severity, 0) + 1
        return counts

    def publish_alerts(self) -> None:
        """Cards and transitions of alerts, with the parents that each of them turned red."""
        self._add_impacts()
        for place, alert in self.done.alerts.items():
            before = self.board.alerts.get(place)
            was_open = before is not None and before.is_open
            key = f"alert/{alert.id}"
            if alert.is_open:
                self._put(key, alert_card(alert, self._declared(alert)))
            elif key in self.board.cards:
                self.done.cards[key] = None
            if alert.is_open != was_open:
                self.done.turns.append(self._alert_turn(alert))

    def _alert_turn(self, alert: AlertState) -> Turn:
        name = self._name(alert.item)
        if alert.is_open:
            return Turn(self.revision, self.now, alert.item, "alert_raised", name, None, alert.severity, alert.rule)
        return Turn(self.revision, self.now, alert.item, "alert_cleared", name, alert.severity, None, alert.rule)

    def _name(self, item: str) -> str:
        found = self.done.standings.get(Key(item)) or self.board.standings.get(Key(item))
        return code_of(item) or item if found is None else found.short

    def _declared(self, alert: AlertState) -> dict[str, Any] | None:
        if alert.rule != "divergence":
            return None
        return declared_part(self.facts.whole(Key(alert.item)))

    def _add_impacts(self) -> None:
        places = {place for key in self.board.by_item for place in self.board.by_item[key]} | set(self.done.alerts)
        for place in sorted(places):
            alert = self._alert(place)
            if alert.rule == "red" and alert.is_open and kind_of(alert.item) == Kind.PROJECT:
                now = with_impacts(alert, self._impacts(Key(alert.item)))
                if now is not alert:
                    self.done.alerts[place] = now

    def _impacts(self, project: Key) -> tuple[str, ...]:
        found = self.done.standings.get(project) or self.board.standings[project]
        parents = (*((found.programme,) if found.programme else ()), PORTFOLIO)
        return tuple(parent for parent in parents if self._decided_by(parent) == project)

    def _decided_by(self, parent: Key) -> str | None:
        """The one child that turned this parent red; None where it is not red, or not because of one."""
        if parent == PORTFOLIO:
            rolled_up = self.portfolio
            return None if rolled_up is None or rolled_up.rag is not Rag.RED or rolled_up.own_rule else rolled_up.child
        document = self.done.cards.get(parent) or self.board.cards.get(parent)
        if document is None:
            return None
        card = orjson.loads(document)
        child: str | None = card.get("cause", {}).get("child") if card["rag"] == Rag.RED else None
        return child

    # ── what does not count ────────────────────────────────────────────────────────────────────────

    def hold_back(self, touched: Collection[Key]) -> None:
        """Events of items that nobody registered wait; those of items that are known now do not."""
        for key in sorted(touched):
            for subject in (key, *sorted(self.facts.references.get(key, ()))):
                if subject == PORTFOLIO or subject in self.done.quarantine:
                    continue
                item = self.facts.items.get(subject)
                if item is None:
                    continue
                known = item.registered or subject in self.facts.aliases
                waiting = () if known else tuple(Waiting(seq, "unknown_item") for seq in sorted(item.waiting))
                if waiting or subject in self.board.quarantine:
                    self.done.quarantine[subject] = waiting

    # ── parents ────────────────────────────────────────────────────────────────────────────────────

    def roll_up(self, projects: Collection[Key], touched: Collection[Key]) -> Generator[None, None, None]:
        """The programmes above what was assessed, and the portfolio."""
        standings = {**self.board.standings, **self.done.standings}
        wanted = self._programmes(projects, touched)
        below: dict[Key, list[Child]] = {programme: [] for programme in wanted}
        everyone: list[Child] = []
        for key in sorted(standings):
            child = as_child(key, standings[key], self.exchange)
            everyone.append(child)
            programme = standings[key].programme
            if programme in below:
                below[programme].append(child)
        yield
        for programme in wanted:
            self._programme(programme, below[programme])
            yield
        self._portfolio(everyone)

    def _programmes(self, projects: Collection[Key], touched: Collection[Key]) -> list[Key]:
        found = {key for key in (self.facts.items if self.everything else touched) if kind_of(key) == Kind.PROGRAMME}
        for key in projects:
            for standings in (self.board.standings, self.done.standings):
                programme = standings[key].programme if key in standings else None
                if programme is not None:
                    found.add(programme)
        return sorted(key for key in found if self._registered(key))

    def _programme(self, key: Key, children: list[Child]) -> None:
        facts = self.facts.whole(key)
        rolled_up = roll_up(children, self.policy.roll_up)
        before = self.board.cards.get(key)
        self._put(key, programme_card(facts, rolled_up, self.board.portfolio.currency, before, self.now))
        self._parent(key, facts.get("short") or code_of(key), rolled_up, children)

    def _parent(self, key: Key, name: str, rolled_up: RolledUp, children: list[Child]) -> None:
        finding = parent_finding(rolled_up, self.policy)
        self.done.details[key] = encode(parent_detail(rolled_up, children, self.policy, self.exchange, self.now))
        self.signal(signals.of_parent(key, rolled_up, finding))
        before = self.board.cards.get(key)
        if before is not None and (was := orjson.loads(before)["rag"]) != rolled_up.rag:
            self._turn(key, name, was, rolled_up.rag, rolled_up.rule)

    def _portfolio(self, children: list[Child]) -> None:
        self.portfolio = roll_up(children, self.policy.roll_up)
        self._parent(PORTFOLIO, self.board.portfolio.name, self.portfolio, children)

    def portfolio_card(self) -> None:
        """The header of every screen; last, because it counts alerts and what waits."""
        if self.portfolio is None:
            return
        identity, before = self.board.portfolio, self.board.cards.get(PORTFOLIO)
        since, previous = since_when(before, self.portfolio.rag, self.now)
        head = portfolio_header(
            identity.code, self.facts.items.get(PORTFOLIO), identity.name, identity.attribution
        )
        card = {
            "kind": "portfolio",
            **head,
            "clock": self.facts.clock,
            "currency": identity.currency,
            "rag": self.portfolio.rag,
            "since": since,
            "previous": previous,
            **roll_up_part(self.portfolio, identity.currency),
            "policy": self.policy.version,
            "policy_name": self.policy.name,
            "alerts": self._all_alerts(),
            "oldest_evidence": self._oldest(),
            "waiting": self._waiting(),
        }
        self._put(PORTFOLIO, {name: value for name, value in card.items() if value is not None})

    def _all_alerts(self) -> dict[str, int]:
        counts = dict.fromkeys(("critical", "high", "medium", "low"), 0)
        places = {place for keys in self.board.by_item.values() for place in keys} | set(self.done.alerts)
        for alert in map(self._alert, places):
            if alert.is_open:
                counts[alert.severity] += 1
        return counts

    def _oldest(self) -> datetime | None:
        standings: dict[Key, Standing] = {**self.board.standings, **self.done.standings}
        return min(
            (each.newest_at for each in standings.values() if each.newest_at is not None and each.rag is not Rag.NONE),
            default=None,
        )

    def _waiting(self) -> int:
        quarantine = {**self.board.quarantine, **self.done.quarantine}
        return sum(len(waiting) for waiting in quarantine.values())


