"""Cursors: where a page ended, as text that means nothing to whoever carries it to the next request."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Final

import orjson
from pydantic import Field, StringConstraints, TypeAdapter

from app.web.kinds import INVALID
from app.web.pointers import FieldError
from app.web.problems import Problem

_Number = Annotated[int, Field(ge=-(2**63), lt=2**63)]
_Text = Annotated[str, StringConstraints(max_length=1_000, pattern=r"^[^\x00]*$")]
NUMBERED: Final[TypeAdapter[Any]] = TypeAdapter(tuple[_Number, _Text, _Text])
DATED: Final[TypeAdapter[Any]] = TypeAdapter(tuple[date, _Text, _Text])
NAMED: Final[TypeAdapter[Any]] = TypeAdapter(tuple[_Text, _Text])
MEASURED: Final[TypeAdapter[Any]] = TypeAdapter(tuple[_Text, date, _Text])


def cursor(place: Sequence[Any] | None) -> str | None:
    """The cursor of a place; None: there is no further page."""
    return None if place is None else urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def place_of(text: str | None, form: TypeAdapter[Any]) -> list[Any] | None:
    """The place of a cursor, which has this form. Raises Problem: it is none of ours."""
    if text is None:
        return None
    try:
        found = form.validate_json(urlsafe_b64decode(text + "=" * (-len(text) % 4)), strict=True)
    except ValueError:
        flaw = FieldError("/query/after", "wrong_format", "This is not the `next` of a page.")
        raise Problem(INVALID, errors=[flaw]) from None
    place: list[Any] = form.dump_python(found, mode="json")
    return place
