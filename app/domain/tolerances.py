"""Tolerances: limits that were agreed for one item, instead of the policy's."""

from decimal import Decimal

from app.domain.events.items import ItemAttributes
from app.domain.facts import ItemFacts
from app.domain.policy import KpiPolicy

Limits = dict[str, dict[str, str]]


def tolerances_of(data: ItemAttributes) -> Limits | None:
    """As facts keep them: KPI → amber and red as text; None where nothing is said of them."""
    if data.tolerances is None:
        return None
    return {code: {"amber": str(each.amber), "red": str(each.red)} for code, each in data.tolerances.items()}


def agreed(code: str, kpi: KpiPolicy, facts: ItemFacts) -> tuple[KpiPolicy, bool]:
    """How this KPI of this item is judged, and whether the limits are the item's own."""
    found: Limits | None = facts.get("tolerances")
    own = None if found is None else found.get(code)
    if own is None:
        return kpi, False
    limits = {name: Decimal(value) for name, value in own.items()}
    return kpi.model_copy(update=limits), True
