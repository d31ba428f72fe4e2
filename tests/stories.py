"""Stories that are told at once, and what of them does not depend on how they were told."""

from datetime import datetime
from typing import Any

import orjson

from app.domain.events.catalogue import AnyEvent
from tests import builders as b
from tests.strategies import LATER


def told_at_once(found: list[AnyEvent], now: datetime = LATER) -> b.Story:
    story = b.Story()
    story.tell(*found, now=now)
    return story


def colours(story: b.Story) -> dict[str, dict[str, Any]]:
    """Colours with all figures behind them, without the numbers that events got and how many they were."""
    cards = {key: orjson.loads(document) for key, document in story.board.cards.items()}
    return {
        key: {name: value for name, value in card.items() if name not in ("alerts", "told")}
        for key, card in cards.items()
        if card["kind"] in ("project", "programme", "milestone")
    }
