"""Colours: red, amber, green, and the two ways of not having one."""

from enum import StrEnum
from typing import Final


class Rag(StrEnum):
    """A computed colour. UNKNOWN is a colour of its own and never rolls up into green."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    UNKNOWN = "unknown"
    NONE = "none"
    """Not assessed: no such evidence is required or was ever seen, or the item is on hold or closed."""


RANK: Final = {Rag.GREEN: 0.0, Rag.AMBER: 1.0, Rag.RED: 2.0}
"""How bad a known colour is, on the scale that declared words share (green 0, amber/green 0.5, …)."""


class Dimension(StrEnum):
    """What a colour is about. Trust stands beside the colour and is never in it."""

    SCHEDULE = "schedule"
    COST = "cost"
    SCOPE = "scope"
    RISK = "risk"
    RESOURCE = "resource"
    QUALITY = "quality"
    BENEFIT = "benefit"
    TRUST = "trust"
    OFFICE = "office"
    """The office's own work, not a project's: beside the colours as trust is."""
