"""Watching: all rules over one assessed item, each on its own, and when to look again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple, get_args

from app.domain.alerts import WORSE_FIRST
from app.domain.colours import AT_REST
from app.domain.item import Assessment
from app.domain.kpis import work_of
from app.domain.policy import Policy
from app.domain.warnings import RULES
from app.domain.warnings.watch import Basis, EarlyWarning, Kept, Limits, Rule, Watch


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
_PLACE: Final = {code: place for place, code in enumerate(RULES)}
RECORD_WARNINGS: Final = "record_warnings"
_KEPT: Final[dict[Basis, str]] = {
    "work": "work_warnings",
    "milestones": "milestone_warnings",
    "records": RECORD_WARNINGS,
}
"""Where the answers of rules are kept among what is derived from facts."""


class Asked(NamedTuple):
    """A rule that the policy has, and its numbers."""

    code: str
    rule: Rule
    limits: Limits


class _Answers(NamedTuple):
    """What some of the rules say until an instant."""

    found: list[EarlyWarning]
    failures: dict[str, str]
    until: datetime | None


def look_out(
    assessment: Assessment, policy: Policy, since: datetime | None = None, rules: Mapping[str, Rule] = RULES
) -> Watched:
    """What the rules say of an assessed item that has had its colour `since`.

    Nothing of what is at rest. A rule that raises takes no other with it.
    """
    evidence = assessment.evidence
    facts, attributes = evidence.facts, evidence.facts.attributes
    if facts.get("state") in AT_REST:
        return NOTHING
    asked = _house(policy) if rules is RULES else _asked(policy, rules)
    said = tuple(map(attributes.get, ("state", "calendar", "touched")))
    mark = (policy, evidence.cadence, evidence.plan, evidence.costs.rates, said, rules)
    answers = [
        _held(assessment, policy, "work", asked["work"], (mark, work_of(evidence))),
        _held(assessment, policy, "milestones", asked["milestones"], (mark, evidence.today)),
        _held(assessment, policy, "records", asked["records"], (mark, evidence.today)),
    ]
    records: Kept = facts.derived[RECORD_WARNINGS]
    answers.append(_ask(Watch(assessment, policy, records, since), asked["assessment"]))
    found = [each for answer in answers for each in answer.found]
    if len(found) > 1:
        found.sort(key=lambda each: (_SEVERITY[each.severity], _PLACE[each.rule]))
    moments = [answer.until for answer in answers if answer.until is not None]
    failures = {code: error for answer in answers for code, error in answer.failures.items()}
    return Watched(tuple(found), min(moments, default=None), failures)


def _house(policy: Policy) -> dict[Basis, list[Asked]]:
    """The product's own rules, as this policy has them asked; kept with it."""
    if "rules" not in policy.known:
        policy.known["rules"] = _asked(policy, RULES)
    found: dict[Basis, list[Asked]] = policy.known["rules"]
    return found


def _asked(policy: Policy, rules: Mapping[str, Rule]) -> dict[Basis, list[Asked]]:
    """The rules that the policy has, by what they rest on."""
    found: dict[Basis, list[Asked]] = {basis: [] for basis in get_args(Basis)}
    for code, rule in rules.items():
        said = policy.rules[code]
        if said.enabled:
            found[rule.rests_on].append(Asked(code, rule, said.limits))
    return found


def _held(
    assessment: Assessment, policy: Policy, basis: Basis, asked: Sequence[Asked], mark: tuple[Any, ...]
) -> _Answers:
    """What these rules said, until what they rest on has changed, or the day, or the time has come."""
    evidence, place = assessment.evidence, _KEPT[basis]
    kept: Kept | None = evidence.facts.derived.get(place)
    if kept is None or kept.mark != mark:
        kept = evidence.facts.derived[place] = Kept(mark)
    answers: _Answers | None = kept.known.get("answers")
    if answers is None or (answers.until is not None and answers.until <= evidence.now):
        answers = kept.known["answers"] = _ask(Watch(assessment, policy, kept), asked)
    return answers


def _ask(watch: Watch, asked: Iterable[Asked]) -> _Answers:
    found: list[EarlyWarning] = []
    failures: dict[str, str] = {}
    for code, rule, limits in asked:
        try:
            warning = rule.look(watch, limits)
        except Exception as error:  # noqa: BLE001 - a rule that fails takes neither the others nor the colour with it
            failures[code] = f"{code}: {type(error).__name__}: {error}"
            continue
        if warning is not None:
            warning.rule, warning.kind = code, rule.kind
            found.append(warning)
    return _Answers(found, failures, watch.due_at())
