"""Limits on how often something may be tried, kept in memory and bounded."""

from collections import OrderedDict
from typing import Final

from app.web.kinds import TOO_MANY
from app.web.problems import Problem

MOST_KEYS: Final = 10_000


class RateLimit:
    """At most `tries` for each key in any window of `seconds`, smoothed as a bucket that refills."""

    def __init__(self, tries: int, seconds: float) -> None:
        self._tries, self._each = tries, seconds / tries
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def spend(self, key: str, *, at: float) -> None:
        """Take one try. Raises Problem 429 with Retry-After when there is none left."""
        full_at = max(self._full_at.get(key, at), at) + self._each
        over = full_at - at - self._tries * self._each
        if over > 1e-9:  # noqa: PLR2004 - rounding
            raise Problem(TOO_MANY, headers={"Retry-After": str(int(over) + 1)})
        self._full_at[key] = full_at
        self._full_at.move_to_end(key)
        if len(self._full_at) > MOST_KEYS:
            self._full_at.popitem(last=False)

    def forgive(self, key: str) -> None:
        """Forget what was tried: it succeeded."""
        self._full_at.pop(key, None)

    def give_back(self, key: str) -> None:
        """Return one try: it succeeded."""
        if key in self._full_at:
            self._full_at[key] -= self._each
