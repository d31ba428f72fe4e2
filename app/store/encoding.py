"""How values of facts are written into text columns, and read from them."""

from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from app.domain.stamps import Stamp, Stamped


def stamps_of(attributes: dict[str, Stamped]) -> dict[str, Stamp]:
    """Name → the event that each value is from."""
    return {name: stamped.stamp for name, stamped in attributes.items()}


def day_from(text: str | None) -> date | None:
    """A day as it was written."""
    return date.fromisoformat(text) if text else None


def as_text(value: Any) -> str:
    """As JSON: instants in UTC, exact numbers as text."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_UTC_Z).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(type(value).__name__)
