"""Which event a value is from: the order of events, which is the order of what they say."""

from datetime import datetime
from typing import Any, NamedTuple


class Stamp(NamedTuple):
    """Which event a value is from. Compared by its first four parts; `seq` only says where to look."""

    time: datetime
    sequence: int
    source: str
    id: str
    seq: int


class Stamped(NamedTuple):
    """A value and the event that said it."""

    value: Any
    stamp: Stamp
