"""What is wrong with a document, as data: a JSON pointer, a stable code and a sentence for each flaw.

Nothing that was sent is repeated: a value in the wrong field may be a secret.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple, get_args

from pydantic import ValidationError
from pydantic_core import core_schema

_LONGEST_STEP: Final = 100

Place = tuple[int | str, ...]


class FieldError(NamedTuple):
    """One flaw. `code` is for programs and never changes; `message` is for people."""

    pointer: str
    code: str
    message: str


CODES: Final[Mapping[str, str]] = {
    "assertion_error": "invalid",
    "date_from_datetime_inexact": "invalid_date",
    "date_from_datetime_parsing": "invalid_date",
    "date_parsing": "invalid_date",
    "datetime_from_date_parsing": "invalid_date",
    "datetime_object_invalid": "invalid_date",
    "datetime_parsing": "invalid_date",
    "decimal_max_digits": "out_of_range",
    "decimal_max_places": "out_of_range",
    "decimal_parsing": "wrong_type",
    "decimal_whole_digits": "out_of_range",
    "enum": "unknown_value",
    "extra_forbidden": "unknown_field",
    "finite_number": "not_finite",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "json_invalid": "malformed_json",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "literal_error": "unknown_value",
    "missing": "missing",
    "missing_argument": "missing",
    "recursion_loop": "too_deep",
    "string_pattern_mismatch": "wrong_format",
    "string_too_long": "too_long",
    "string_too_short": "too_short",
    "string_unicode": "lone_surrogate",
    "timezone_aware": "naive_datetime",
    "too_long": "too_long",
    "too_short": "too_short",
    "unexpected_keyword_argument": "unknown_field",
    "union_tag_invalid": "unknown_value",
    "union_tag_not_found": "missing",
    "value_error": "invalid",
}
"""Pydantic's words in ours. What is not here and ends in `_type` or `_parsing` is `wrong_type`."""

_MESSAGES: Final[Mapping[str, str]] = {
    "unknown_field": "There is no such field.",
    "missing": "This field is required.",
    "naive_datetime": "A date and time needs its offset from UTC, such as Z or +01:00.",
    "not_finite": "A number must be finite.",
    "malformed_json": "The body is not JSON.",
    "unknown_event_type": "There is no such event type; GET /api/v1/event-types lists them.",
    "lone_surrogate": "Text must not contain half of a surrogate pair.",
    "unknown_value": "The value is not one of those that are allowed.",
}
_PYDANTIC: Final = frozenset(get_args(core_schema.ErrorType))


def errors_of(error: ValidationError, document: object = None, *, within: str = "") -> list[FieldError]:
    """The flaws that pydantic found, as pointers into `document`, which is the decoded JSON it validated.

    The document tells fields from the names of unions' branches, which pydantic also puts on the way.
    `within` is the pointer of the document itself, such as `/3` for an element of a batch.
    """
    return translated(error.errors(include_url=False, include_input=False), document, within=within)


def translated(
    details: Iterable[Mapping[str, Any]], document: object = None, *, within: str = ""
) -> list[FieldError]:
    """As `errors_of`, for error details in pydantic's form."""
    return list(dict.fromkeys(_translated(detail, document, within) for detail in details))


def pointer(place: Iterable[int | str]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + _step(str(step)) for step in place)


def _translated(detail: Mapping[str, Any], document: object, within: str) -> FieldError:
    kind, context = detail["type"], detail.get("ctx", {})
    place = _on_the_way(detail["loc"], document, missing=kind == "missing")
    code = _code(kind)
    place = (*place, *getattr(context.get("error"), "at", ()))
    if kind.startswith("union_tag"):
        tag = str(context["discriminator"]).strip("'")
        place = (*place, tag)
        code = "unknown_event_type" if kind == "union_tag_invalid" and tag == "type" else code
    if kind == "json_invalid":
        place = ()
    message = _MESSAGES.get(code) or detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return FieldError(within + pointer(place), code, _sentence(message))


def _code(kind: str) -> str:
    if kind in CODES:
        return CODES[kind]
    if kind not in _PYDANTIC:
        return kind
    return "wrong_type" if kind.endswith(("_type", "_parsing", "_required", "_from_float")) else "invalid"


def _on_the_way(place: Place, document: object, *, missing: bool) -> Place:
    """The steps of this place that are steps into the document."""
    if document is None:
        return place
    way: list[int | str] = []
    at: Any = document
    for number, step in enumerate(place):
        absent = missing and number == len(place) - 1
        if isinstance(at, dict) and (step in at or absent):
            at = at.get(step)
        elif isinstance(at, list) and isinstance(step, int) and step < len(at):
            at = at[step]
        else:
            continue
        way.append(step)
    return tuple(way)


def _step(text: str) -> str:
    return text[:_LONGEST_STEP].replace("~", "~0").replace("/", "~1")


def _sentence(message: str) -> str:
    text = message[:1].upper() + message[1:]
    return text if text.endswith(".") else f"{text}."
