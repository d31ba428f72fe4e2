"""The policy of early-warning rules: a switch for each, and every number that it compares with.

A document may leave out rules and limits: what it does not say is as the house has it.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer

Limit = Annotated[Decimal, Field(ge=0, le=1_000_000), PlainSerializer(str, return_type=str, when_used="json")]
"""Stored as a string, so that it comes back as it was."""


class RulePolicy(BaseModel):
    """One rule: whether it is looked at, and its limits by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = True
    limits: dict[str, Limit] = {}


def _rule(**limits: str) -> RulePolicy:
    return RulePolicy(limits={name: Decimal(value) for name, value in limits.items()})


HOUSE_RULES: Final[dict[str, RulePolicy]] = {
    "EW1": _rule(),
    "EW2": _rule(),
    "EW3": _rule(periods="6", moved="10"),
    "EW4": _rule(declines="3", slope="0.02", projected="0.90", periods="2"),
    "EW5": _rule(complete="15", periods="3", below="0.05"),
    "EW6": _rule(gap="0.10", below_pace="10"),
    "EW7": _rule(tcpi="1.2"),
    "EW8": _rule(slips="3", reports="4", chase_slips="2"),
    "EW9": _rule(slip_days="10", notice_days="14"),
    "EW10": _rule(ratio="1.5", window_days="90", history_days="180", fewest="2"),
    "EW11": _rule(gap="10"),
    "EW12": _rule(ahead="15", cover="1"),
    "EW13": _rule(grace_days="5", proximity_days="30"),
    "EW14": _rule(cadences="2"),
    "EW15": _rule(),
    "EW16": _rule(notice_days="30"),
    "EW17": _rule(recent_days="90", gate_days="90", changes="2", window_days="365"),
    "EW18": _rule(load="100", run_days="21", ahead_days="90", projects="3"),
    "EW19": _rule(share="10", window_days="90"),
    "EW20": _rule(first_days="30", second_days="14", last_days="7"),
    "EW21": _rule(runs="3", periods="3", failures="15", incidents="5"),
    "EW22": _rule(fall="10"),
    "EW23": _rule(grace_days="1"),
    "EW24": _rule(),
    "EW25": _rule(horizon_days="70", cadences="1"),
    "ESC1": _rule(periods="3", review_days="30", viability_days="365"),
    "ESC2": _rule(),
    "ESC3": _rule(days="183"),
}
"""As the product ships. EW1 reads the steps that raise a divergence alert, EW2 when evidence is stale."""


def _completed(rules: Mapping[str, RulePolicy]) -> dict[str, RulePolicy]:
    for code, rule in rules.items():
        house = HOUSE_RULES.get(code)
        if house is None:
            raise ValueError(f"{code} is no rule")
        for name in rule.limits.keys() - house.limits.keys():
            raise ValueError(f"{code} has no limit {name}")
    return {code: _filled(rules.get(code), house) for code, house in HOUSE_RULES.items()}


def _filled(rule: RulePolicy | None, house: RulePolicy) -> RulePolicy:
    return house if rule is None else rule.model_copy(update={"limits": {**house.limits, **rule.limits}})


Rules = Annotated[dict[str, RulePolicy], AfterValidator(_completed)]
