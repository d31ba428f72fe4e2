"""The conditions of rules that have several: what `reason` of their early warnings may be."""

from typing import Final

from app.domain.warnings.escalation import FORECASTS

CONDITIONS: Final[dict[str, tuple[str, ...]]] = {
    "EW4": ("slope", "projected", "declines"),
    "EW6": ("spent", "pace", "below_pace"),
    "EW7": ("budget_spent",),
    "EW8": ("slips", "chase"),
    "EW12": ("cover", "used"),
    "EW13": ("response_overdue", "near_without_response", "no_owner", "no_response"),
    "EW15": ("passed", "expected_late", "upstream_late"),
    "EW16": ("unfilled", "vacant", "acting"),
    "EW17": ("often", "before_gate"),
    "EW18": ("projects",),
    "EW21": ("check_falls", "arrivals", "early_life", "change_failures"),
    "EW22": ("fall", "no_owner"),
    "ESC1": ("review", "viability"),
    "ESC2": FORECASTS,
}
"""One more condition may be none: it is what the rule's name says. A test holds it against what rules say."""
