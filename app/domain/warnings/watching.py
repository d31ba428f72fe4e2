"""Watching: all rules over one assessed item, each on its own, and when to look again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from app.domain.alerts import WORSE_FIRST
from app.domain.colours import AT_REST
from app.domain.item import Assessment
from app.domain.policy import Policy
from app.domain.warnings import RULES
from app.domain.warnings.watch import EarlyWarning, Kept, Rule, Watch


@dataclass(frozen=True, slots=True)
class Watched:
    """What the rules say of one item."""

    warnings: tuple[EarlyWarning, ...] = ()
    """The most severe first, then in the order of the rules."""
    due_at: datetime | None = None
    """The earliest instant at which a rule may say something else though nothing is reported."""
    failures: Mapping[str, str] = field(default_factory=dict)
    """Rules that raised, with the error."""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(each.rule for each in self.warnings)

    def of(self, rule: str) -> EarlyWarning | None:
        """What one rule says."""
        return next((each for each in self.warnings if each.rule == rule), None)


NOTHING: Final = Watched()
_SEVERITY: Final = {severity: place for place, severity in enumerate(WORSE_FIRST)}


class _Answers(NamedTuple):
    """What some of the rules say until an instant."""

    found: dict[str, EarlyWarning]
    failures: dict[str, str]
    until: datetime | None


def look_out(
    assessment: Assessment, policy: Policy, since: datetime | None = None, rules: Mapping[str, Rule] = RULES
) -> Watched:
    """What the rules say of an assessed item that has had its colour `since`.

    Nothing of what is at rest. A rule that raises takes no other with it.
    """
    facts = assessment.evidence.facts
    if facts.get("state") in AT_REST:
        return NOTHING
    kept = _kept(assessment, policy)
    held: _Answers | None = kept.known.get("answers") if rules is RULES else None
    now = assessment.evidence.now
    if held is None or (held.until is not None and held.until <= now):
        held = _ask(Watch(assessment, policy, kept, since), _those(rules, recorded=True))
        kept.known["answers"] = held
    fresh = _ask(Watch(assessment, policy, kept, since), _those(rules, recorded=False))
    places = {code: place for place, code in enumerate(rules)}
    found = [*held.found.values(), *fresh.found.values()]
    found.sort(key=lambda each: (_SEVERITY[each.severity], places[each.rule]))
    moments = [each for each in (held.until, fresh.until) if each is not None]
    return Watched(tuple(found), min(moments, default=None), held.failures | fresh.failures)


def _those(rules: Mapping[str, Rule], *, recorded: bool) -> Iterable[tuple[str, Rule]]:
    return ((code, rule) for code, rule in rules.items() if rule.recorded is recorded)


def _ask(watch: Watch, rules: Iterable[tuple[str, Rule]]) -> _Answers:
    found: dict[str, EarlyWarning] = {}
    failures: dict[str, str] = {}
    for code, rule in rules:
        said = watch.policy.rules[code]
        if not said.enabled:
            continue
        try:
            warning = rule.look(watch, said.limits)
        except Exception as error:  # noqa: BLE001 - a rule that fails takes neither the others nor the colour with it
            failures[code] = f"{code}: {type(error).__name__}: {error}"
            continue
        if warning is not None:
            warning.rule, warning.kind = code, rule.kind
            found[code] = warning
    return _Answers(found, failures, watch.due_at())


def _kept(assessment: Assessment, policy: Policy) -> Kept:
    """What is known of records and milestones, made anew when anything else that counts has changed."""
    evidence = assessment.evidence
    facts = evidence.facts
    attributes = (facts.get("state"), facts.get("calendar"), facts.get("touched"))
    mark: tuple[Any, ...] = (policy, evidence.cadence, evidence.plan, evidence.costs.rates, *attributes)
    held: Kept | None = facts.derived.get("warnings")
    if held is None or held.mark != mark:
        held = facts.derived["warnings"] = Kept(mark)
    return held
