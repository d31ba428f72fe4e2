"""One round of assessing: from the facts that changed, or time that passed, to the next revision.

`assess_round` is a generator that gives way after every item, so that the shell can let other work
run; what it returns is a value, and nothing is on the board until the shell has committed it.
"""

from collections.abc import Collection, Generator, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import orjson

from app.domain import signals
from app.domain.alerting import Alerting
from app.domain.alerts import Presence, Signal
from app.domain.details import detail, said_today
from app.domain.documents import (
    degraded_card,
    encode,
    encode_project,
    near_milestones,
    project_card,
)
from app.domain.facts import ItemFacts, PortfolioFacts
from app.domain.item import Assessment, assess_item
from app.domain.office import Office, office_of
from app.domain.parents import (
    Exchange,
    as_child,
    office_part,
    parent_detail,
    parent_finding,
    portfolio_card,
    programme_card,
)
from app.domain.policy import Policy
from app.domain.quarantine import folding_in, held, held_under
from app.domain.rag import Rag
from app.domain.rollup import Child, RolledUp, roll_up
from app.domain.sharing import concerned_by
from app.domain.sources import assess_sources
from app.domain.standing import (
    Board,
    Round,
    Standing,
    Turn,
    behind,
    due_by,
    is_item,
    mark_of,
    rates_of,
    standing,
)
from app.domain.subject import PORTFOLIO, Key, Kind, code_of, kind_of
from app.domain.warnings import RULES
from app.domain.warnings.watch import Rule
from app.domain.warnings.watching import look_out

Steps = Generator[None, None, None]
BREATH: Final = 500
"""Children counted between two pauses."""
SLICE: Final = 250
"""Projects that one round judges again because the policy is a new one, and as many because their time has
come, which is the same midnight for most; the others wait for the next."""


def assess_round(  # noqa: PLR0913 - everything that decides a revision
    board: Board,
    facts: PortfolioFacts,
    touched: Collection[Key],
    policy: Policy,
    now: datetime,
    revision: int,
    rules: Mapping[str, Rule] = RULES,
) -> Generator[None, None, Round]:
    """Assess what was touched, folds in or is due by `now`, and the parents above; yields after each item.

    Assesses everything when an exchange rate changed, a slice each of what is due and of what another policy
    judged. Never raises for a project: its card says that its data is degraded, and the round says why.
    """
    work = _Round(board, facts, policy, now, revision)
    work.rules = rules
    assess_sources(board, facts, work.done, policy)
    work.alerting.signal_sources()
    touched = {*touched, *folding_in(facts)}
    projects = work.to_assess({*touched, *concerned_by(facts, touched)})
    for key in projects:
        work.assess(key)
        yield
    work.hold_back(touched)
    yield from work.programmes(projects, touched)
    work.whole_portfolio((yield from office_of(facts, touched)))
    return work.done


class _Round:
    """The work of one round; its result is `done`."""

    def __init__(
        self, board: Board, facts: PortfolioFacts, policy: Policy, now: datetime, revision: int
    ) -> None:
        self.board, self.facts, self.policy = board, facts, policy
        self.now, self.revision, self.second = now, revision, now.replace(microsecond=0)
        mark = mark_of(facts)
        self.everything = board.policy_version is None or board.rates_mark != mark
        self.rates = rates_of(facts) if board.rates_mark != mark else board.rates
        self.done = Round(now, policy_version=policy.version, rates=self.rates, rates_mark=mark)
        self.exchange = Exchange(self.rates, board.portfolio.currency, now)
        self.alerting = Alerting(board, facts, policy, self.done)
        self.rules: Mapping[str, Rule] = RULES
        self.standings: dict[Key, Standing] = {}
        self.everyone: list[Child] = []

    # ── which ──────────────────────────────────────────────────────────────────────────────────────

    def to_assess(self, touched: Collection[Key]) -> list[Key]:
        """The registered projects to look at, in the order of their keys."""
        if self.everything:
            chosen: Iterable[Key] = self.facts.items
        else:
            due = due_by(self.board, self.now)
            self.done.left = max(len(due) - SLICE, 0)
            old, quiet = behind(self.board, self.facts, self.policy.version), set[Key]()
            if self.board.silent != self.done.silent:
                quiet = {Key(a.item) for a in self.board.alerts.values() if a.rule == "silence" and a.is_open}
            chosen = {*touched, *due[:SLICE], *quiet, *old[:SLICE]}
        return sorted(key for key in chosen if kind_of(key) == Kind.PROJECT and is_item(self.facts, key))

    # ── one project ────────────────────────────────────────────────────────────────────────────────

    def assess(self, key: Key) -> None:
        """One project: its card, its detail, its alerts, its milestones, and when to look again."""
        facts = self.facts.whole(key)
        self._absorb(key)
        try:
            assessment = assess_item(facts, self.policy, self.rates, self.now)
            self._project(key, facts, assessment)
        except Exception as error:  # noqa: BLE001 - a rule that fails degrades one item, never the round
            self._degrade(key, facts, error)

    def _absorb(self, key: Key) -> None:
        """A project that turned out to be another's reference is that other one, and counts once."""
        for other in sorted(self.facts.references.get(key, ())):
            if other in self.board.standings:
                self.done.absorbed.add(other)
                self.done.due[other] = None
                self._put(other, None)
                for gone in sorted(self.board.milestones.get(code_of(other), ())):
                    self._put(gone, None)
                for rule in signals.PROJECT_RULES:
                    self.alerting.signal(Signal(rule, other, Presence.ABSENT, gone="duplicate"))

    def _project(self, key: Key, facts: ItemFacts, assessment: Assessment) -> None:
        since, previous = self._continuity(key, assessment.rag)
        watched = look_out(assessment, self.policy, since, self.rules)
        due = [assessment.due_at, watched.due_at]
        if self.alerting.stands(key) or signals.may_call(assessment, watched):
            found = signals.of_project(assessment, watched, self.policy)
            due += [self.alerting.signal(each, facts) for each in found]
        counts = self.alerting.counts_of(key)
        card = project_card(assessment, since, previous, watched.codes, counts, self.policy.version)
        self._place(card)
        self._milestones(key, assessment)
        self._put(key, card)
        self.done.details[key] = encode(detail(assessment, self.policy.version, watched))
        self.done.readings[key] = encode(said_today(assessment))
        if watched.failures:
            self.done.failures[key] = "; ".join(watched.failures.values())
        self.done.due[key] = min((moment for moment in due if moment is not None), default=None)
        self.done.quarantine[key] = held(self.facts, facts, assessment.evidence.costs.falling)
        self._stand(key, facts, card, assessment.evidence.ages.any)

    def _degrade(self, key: Key, facts: ItemFacts, error: Exception) -> None:
        since, previous = self._continuity(key, Rag.UNKNOWN)
        self.alerting.forget(key)
        card = degraded_card(facts, since, previous, self.policy.version)
        self._place(card)
        self._put(key, card)
        self.done.failures[key] = f"{type(error).__name__}: {error}"
        self.done.due[key] = None
        self._stand(key, facts, card)

    def _place(self, card: dict[str, Any]) -> None:
        """Under its programme by the programme's own code, whatever it was told to be under."""
        if "programme" in card:
            card["programme"] = code_of(self.facts.resolve(Key(f"{Kind.PROGRAMME}/{card['programme']}")))

    def _continuity(self, key: Key, rag: Rag) -> tuple[datetime, Rag | None]:
        before = self.board.standings.get(key)
        if before is None:
            return self.second, None
        return (before.since, before.previous) if before.rag is rag else (self.second, before.rag)

    def _stand(
        self, key: Key, facts: ItemFacts, card: dict[str, Any], newest_at: datetime | None = None
    ) -> None:
        before = self.board.standings.get(key)
        after = self.done.standings[key] = standing(facts, card, newest_at)
        if before is not None and before.rag is not after.rag:
            self._turn(key, after.short, before.rag, after.rag, card.get("cause", {}).get("rule"))

    def _turn(self, key: str, name: str, before: str, after: str, rule: str | None) -> None:
        self.done.turns.append(Turn(self.revision, self.now, key, "rag", name, before, after, rule))

    def _put(self, key: str, card: dict[str, Any] | None) -> None:
        """A card is written only when what a person can see differs."""
        if card is None:
            if key in self.board.cards:
                self.done.cards[key] = None
            return
        document = encode_project(card) if card["kind"] == "project" else encode(card)
        if self.board.cards.get(key) != document:
            self.done.cards[key] = document

    def _milestones(self, key: Key, assessment: Assessment) -> None:
        project, milestones, days = code_of(key), assessment.evidence.milestones, self.policy.milestone_days
        state = assessment.evidence.facts.get("state")
        near = milestones.once(
            ("near", state, days), lambda: near_milestones(project, milestones, state, days)
        )
        for place, document in near.items():
            if self.board.cards.get(place) != document:
                self.done.cards[place] = document
        for gone in sorted(self.board.milestones.get(project, near.keys()) - near.keys()):
            self._put(gone, None)

    # ── what does not count ────────────────────────────────────────────────────────────────────────

    def hold_back(self, touched: Collection[Key]) -> None:
        """Events of items that nobody registered wait; those of items that are known now do not."""
        for key in sorted(touched):
            for subject in (key, *sorted(self.facts.references.get(key, ()))):
                if subject in self.done.quarantine:
                    continue
                waiting = held_under(self.facts, subject)
                if waiting or subject in self.board.quarantine:
                    self.done.quarantine[subject] = waiting

    # ── parents ────────────────────────────────────────────────────────────────────────────────────

    def programmes(self, projects: Collection[Key], touched: Collection[Key]) -> Steps:
        """The programmes above what was assessed."""
        self.standings = {**self.board.standings, **self.done.standings}
        for other in self.done.absorbed:
            del self.standings[other]
        wanted = self._above(projects, touched)
        below: dict[Key, list[Child]] = {programme: [] for programme in wanted}
        for key in sorted(self.standings):
            child = as_child(key, self.standings[key], self.exchange)
            self.everyone.append(child)
            programme = self.standings[key].programme
            if programme in below:
                below[programme].append(child)
            if len(self.everyone) % BREATH == 0:
                yield
        yield
        for programme in wanted:
            self._programme(programme, below[programme])
            yield

    def _above(self, projects: Collection[Key], touched: Collection[Key]) -> list[Key]:
        other_rules = self.board.policy_version != self.policy.version
        named = self.facts.items if self.everything or other_rules else touched
        found = {key for key in named if kind_of(key) == Kind.PROGRAMME}
        projects = {*projects, *self.done.absorbed}
        for standings in (self.board.standings, self.done.standings):
            programmes = (standings[key].programme for key in projects if key in standings)
            found.update(programme for programme in programmes if programme is not None)
        return sorted(key for key in found if is_item(self.facts, key))

    def _programme(self, key: Key, children: list[Child]) -> None:
        facts = self.facts.whole(key)
        rolled_up = roll_up(children, self.policy.roll_up)
        before = self.board.cards.get(key)
        card = programme_card(facts, rolled_up, self.board.portfolio.currency, before, self.now)
        self._put(key, {**card, "policy": self.policy.version})
        self._parent(key, facts.get("short") or code_of(key), rolled_up, children)

    def _parent(self, key: Key, name: str, rolled_up: RolledUp, children: list[Child], **more: Any) -> None:
        finding = parent_finding(rolled_up, self.policy)
        why = parent_detail(rolled_up, children, self.policy, self.exchange, self.now)
        self.done.details[key] = encode({**why, **more})
        self.alerting.signal(signals.of_parent(key, rolled_up, finding))
        before = self.board.cards.get(key)
        if before is not None and (was := orjson.loads(before)["rag"]) != rolled_up.rag:
            self._turn(key, name, was, rolled_up.rag, rolled_up.rule)

    def whole_portfolio(self, office: Office) -> None:
        """The portfolio and all alerts: last, as its card counts them and what waits."""
        rolled_up = roll_up(self.everyone, self.policy.roll_up)
        own = office_part(office, rolled_up, self.everyone, self.standings, self.policy, self.now)
        self._parent(PORTFOLIO, self.board.portfolio.name, rolled_up, self.everyone, **own)
        for key, alert in self.alerting.publish(rolled_up, self.revision).items():
            self._put(key, alert)
        card = portfolio_card(
            self.board, self.facts, rolled_up, self.policy, self.now, self.standings.values()
        )
        waiting = {**self.board.quarantine, **self.done.quarantine}.values()
        card |= {"alerts": self.alerting.counts(), "waiting": sum(map(len, waiting))}
        self._put(PORTFOLIO, card)
