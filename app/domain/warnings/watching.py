"""Watching: all rules over one assessed item, each on its own, and when to look again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple, get_args

from app.domain.alerts import WORSE_FIRST
from app.domain.colours import AT_REST
from app.domain.item import Assessment
from app.domain.kpis import RESTS_ON
from app.domain.policy import Policy
from app.domain.warnings import RULES
from app.domain.warnings.watch import Basis, EarlyWarning, Kept, Rule, Watch


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
    if assessment.evidence.facts.get("state") in AT_REST:
        return NOTHING
    groups = _HOUSE if rules is RULES else _grouped(rules)
    kept = [_held(assessment, policy, basis, groups[basis]) for basis in _KEPT]
    records: Kept = assessment.evidence.facts.derived[RECORD_WARNINGS]
    fresh = _ask(Watch(assessment, policy, records, since), groups["assessment"])
    answers = (*kept, fresh)
    found = [each for answer in answers for each in answer.found]
    found.sort(key=lambda each: (_SEVERITY[each.severity], _PLACE[each.rule]))
    moments = [answer.until for answer in answers if answer.until is not None]
    failures = {code: error for answer in answers for code, error in answer.failures.items()}
    return Watched(tuple(found), min(moments, default=None), failures)


def _grouped(rules: Mapping[str, Rule]) -> dict[Basis, list[tuple[str, Rule]]]:
    """The rules by what they rest on."""
    groups: dict[Basis, list[tuple[str, Rule]]] = {basis: [] for basis in get_args(Basis)}
    for code, rule in rules.items():
        groups[rule.rests_on].append((code, rule))
    return groups


_HOUSE: Final = _grouped(RULES)


def _held(
    assessment: Assessment, policy: Policy, basis: Basis, rules: Sequence[tuple[str, Rule]]
) -> _Answers:
    """What these rules said, until what they rest on has changed, or the day, or the time has come."""
    evidence = assessment.evidence
    facts = evidence.facts
    attributes = (facts.get("state"), facts.get("calendar"), facts.get("touched"))
    more = RESTS_ON["work"](evidence) if basis == "work" else (evidence.today,)
    mark = (policy, evidence.cadence, evidence.plan, evidence.costs.rates, *attributes, rules, *more)
    place = _KEPT[basis]
    kept: Kept | None = facts.derived.get(place)
    if kept is None or kept.mark != mark:
        kept = facts.derived[place] = Kept(mark)
    answers: _Answers | None = kept.known.get("answers")
    if answers is None or (answers.until is not None and answers.until <= evidence.now):
        answers = kept.known["answers"] = _ask(Watch(assessment, policy, kept), rules)
    return answers


def _ask(watch: Watch, rules: Iterable[tuple[str, Rule]]) -> _Answers:
    found: list[EarlyWarning] = []
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
            found.append(warning)
    return _Answers(found, failures, watch.due_at())
