"""Events that tell of a record: the fold of all of them is one."""

from typing import Any, ClassVar

from app.domain.events.envelope import CloudEvent
from app.domain.records import Telling


class RecordEvent(CloudEvent):
    """`telling` says of which kind of record, `data.ref` of which one, the other fields what of it."""

    telling: ClassVar[Telling]

    @property
    def ref(self) -> str:
        """Which record of its kind."""
        found: str = self.data.ref
        return found

    def said(self) -> dict[str, Any]:
        """Attributes and their values as JSON; what was left out is not among them."""
        found: dict[str, Any] = self.data.model_dump(mode="json", exclude_none=True, exclude={"ref"})
        return found
