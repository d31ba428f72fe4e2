"""A moment of the past, as whoever asks for it names it: an instant of portfolio time, or a revision."""

from typing import Annotated, Final

from fastapi import Depends, Query

from app.domain.events.envelope import Instant
from app.operations.history import Moment, Span
from app.web.kinds import INVALID
from app.web.pointers import FieldError
from app.web.problems import Problem

LAST: Final = 2**63 - 1
"""The largest number that both databases know."""

At = Annotated[Instant | None, Query(description="An instant of portfolio time: the board as of then")]
Revision = Annotated[int | None, Query(ge=0, le=LAST, description="The board at this revision")]


async def moment_asked(at: At = None, revision: Revision = None) -> Moment | None:
    """A dependency: the moment that is asked for; None: now. Raises Problem 422 where both are named."""
    if at is not None and revision is not None:
        raise Problem(INVALID, errors=[FieldError("/query/at", "not_both", "Name at or revision, not both.")])
    return revision if at is None else at


async def span_asked(
    since: Annotated[Instant | None, Query(alias="from", description="Only what is after it")] = None,
    until: Annotated[Instant | None, Query(alias="to", description="Only what is not after it")] = None,
) -> Span:
    """A dependency: the stretch of portfolio time that is asked for."""
    return Span(since, until)


AskedMoment = Annotated[Moment | None, Depends(moment_asked)]
AskedSpan = Annotated[Span, Depends(span_asked)]
