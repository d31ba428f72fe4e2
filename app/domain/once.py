"""What is worked out from something that nobody changes: made once, and kept with it."""

from collections.abc import Callable
from typing import Any, TypeVar

Found = TypeVar("Found")


class Once:
    """Something that keeps in `known` what was worked out from it."""

    __slots__ = ()
    known: dict[Any, Any]

    def once(self, name: Any, work_out: Callable[[], Found]) -> Found:
        """What follows from this alone, and from `name`: made once."""
        known = self.known
        if name in known:
            found: Found = known[name]
        else:
            found = known[name] = work_out()
        return found
