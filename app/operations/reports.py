"""Reports: what a person tells, in the words of the catalogue."""

import json
import secrets
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from app.domain.access import Person
from app.domain.events.envelope import Instant, Reference, Strict
from app.domain.events.reading import Flaw, Unreadable
from app.operations.acting import Act, Desk, Done, act


class Report(Strict):
    """An event as a person tells it: who and which type it is follows from how it is told."""

    subject: str
    data: Any
    time: Instant | None = None
    """When it happened; left out, now."""
    id: Reference | None = None
    """Told again with the same id it is the same report."""


class ReportRefused(Exception):
    """It cannot be: what is wrong, with pointers into the report."""

    def __init__(self, reason: ValidationError | Flaw) -> None:
        super().__init__()
        self.reason = reason


async def report(  # noqa: PLR0913 - who tells what, where and when
    desk: Desk, person: Person, portfolio: str, kind: str, body: bytes, *, now: datetime, within_s: float
) -> Done:
    """Record a report of this type, and wait so long at most until it is assessed.

    Raises ReportRefused, and what acting raises: ActReused, UnknownPortfolio, RecorderBusy, Unrecordable.
    """
    try:
        told = Report.model_validate_json(body)
        doing = Act(
            secrets.token_hex(16) if told.id is None else told.id,
            portfolio,
            kind,
            told.subject,
            json.dumps(told.data).encode(),
            told.time,
        )
        return await act(desk, person, doing, now=now, within_s=within_s)
    except ValidationError as error:
        raise ReportRefused(error) from None
    except Unreadable as error:
        raise ReportRefused(error.reason) from None
