"""Who is told after a commit. A hint only: state is always read from the database or the hint itself."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.domain.board import Revision
from app.store.log import Stretch


@dataclass(slots=True)
class Doorbell:
    """In-process bell of one node: recorded events wake the assessor, revisions wake the feed."""

    on_recorded: list[Callable[[str, Stretch], None]] = field(default_factory=list)
    on_revised: list[Callable[[Revision], None]] = field(default_factory=list)

    def recorded(self, portfolio: str, new: Stretch) -> None:
        """These events of this portfolio were committed."""
        for listener in self.on_recorded:
            listener(portfolio, new)

    def revised(self, revision: Revision) -> None:
        """A revision was committed; listeners must not block and must not raise."""
        for listener in self.on_revised:
            listener(revision)
