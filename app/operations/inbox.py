"""What this node recorded a moment ago, at hand for the assessor as it was parsed.

A shortcut: whatever is not here, because another node recorded it, or it is too much, is read from the log.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from app.store.log import Stretch

MOST: Final = 10_000
"""Events kept at most; an assessor that is further behind reads the log."""


@dataclass(slots=True)
class Inbox:
    """Consecutive events of one portfolio, the oldest first."""

    stretches: deque[Stretch] = field(default_factory=deque)
    size: int = 0

    def put(self, stretch: Stretch) -> None:
        """What was just committed to the log. After a gap, or where there is too much, only this is kept."""
        if self.stretches and (self.stretches[-1].last_seq != stretch.after or self.size >= MOST):
            self.clear()
        self.stretches.append(stretch)
        self.size += len(stretch.events)

    def take(self, after: int, limit: int) -> Stretch | None:
        """The next events after this number, at most about `limit`; None where they are not here."""
        while self.stretches and self.stretches[0].last_seq <= after:
            self._pop()
        if not self.stretches or self.stretches[0].after != after:
            return None
        taken = Stretch(after, [], [])
        while self.stretches and len(taken.events) < limit:
            found = self._pop()
            taken.events.extend(found.events)
            taken.digests.extend(found.digests)
        return taken

    def clear(self) -> None:
        """Forget all."""
        self.stretches.clear()
        self.size = 0

    def _pop(self) -> Stretch:
        found = self.stretches.popleft()
        self.size -= len(found.events)
        return found
