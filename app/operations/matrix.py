"""Where risks stand on the matrix, and where they stood, by each project's plan and the rates known now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from app.domain.exposure import Place, place_of, placed
from app.domain.facts import ItemFacts, PortfolioFacts
from app.domain.money import RateBook
from app.domain.plan import Plan, plan_of
from app.domain.subject import Key

PLACED: Final = frozenset({"risk", "opportunity"})
"""Kinds of record that have a place."""
Shown = dict[str, int] | None


class Matrix:
    """One look at a portfolio's matrix."""

    def __init__(self, facts: PortfolioFacts, rates: RateBook) -> None:
        self._facts, self._rates = facts, rates
        self._items: dict[Key, tuple[ItemFacts, Plan | None]] = {}

    def stands(self, item: Key, kind: str, ref: str) -> Shown:
        """Where it stands; None: not estimated, or of something that has no place."""
        facts, plan = self._item(item)
        record = facts.records.get((kind, ref)) if kind in PLACED else None
        return None if record is None else _shown(place_of(record, plan, self._rates))

    def stood(self, item: Key, history: Sequence[Mapping[str, Any]]) -> dict[int, Shown]:
        """The number of each event of its history → where it stood by all that was said until then."""
        _, plan = self._item(item)
        prob = impact = said = None
        found = {}
        for told in sorted(history, key=lambda each: datetime.fromisoformat(each["time"])):
            data = told["data"] or {}
            prob = data.get("prob") or prob
            if data.get("impact") is not None:
                impact, said = data["impact"], datetime.fromisoformat(told["time"]).date()
            found[told["seq"]] = _shown(placed(prob, impact, said, plan, self._rates))
        return found

    def _item(self, key: Key) -> tuple[ItemFacts, Plan | None]:
        if key not in self._items:
            facts = self._facts.whole(key)
            calendar = self._facts.policy.working_calendar(facts.get("calendar"))
            self._items[key] = facts, plan_of(facts, calendar)
        return self._items[key]


def _shown(place: Place | None) -> Shown:
    return None if place is None else place._asdict()
