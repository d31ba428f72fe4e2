"""The transforms of a mapping: a closed list, each a function of the record. No code from outside runs.

A value is a JMESPath expression (text), a transform (an object with exactly the keys of one of those
below), a constant (`{value: …}`), or an object or list of values.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, Final

import jmespath

Record = dict[str, Any]
_CODE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LITERAL: Final = frozenset({"value", "map", "default", "template", "prefix", "format", "cut", "match"})
"""Parts of a transform that are not expressions."""
_HOLE: Final = re.compile(r"\{([^{}]+)\}")


class Unmappable(ValueError):
    """A record does not fit its mapping: which expression failed, on which value."""

    def __init__(self, expression: object, value: object) -> None:
        super().__init__(f"{expression} does not fit {value!r}")
        self.expression, self.value = expression, value


def evaluate(value: Any, record: Record) -> Any:
    """The value for this record. Raises Unmappable."""
    if isinstance(value, str):
        return pick(value, record)
    if isinstance(value, list | tuple):
        return [evaluate(each, record) for each in value]
    if not isinstance(value, dict):
        return value
    transform = _TRANSFORMS.get(frozenset(value))
    if transform is not None:
        return transform(value, record)
    return {name: evaluate(each, record) for name, each in value.items()}


def pick(expression: str, record: Record) -> Any:
    """What a JMESPath expression finds."""
    try:
        return _compiled(expression).search(record)
    except jmespath.exceptions.JMESPathError as error:
        raise Unmappable(expression, str(error)) from error


@cache
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


def checked(value: Any) -> Any:
    """The same value, if every expression in it parses. Raises ValueError."""
    if isinstance(value, str):
        _parse(value)
    elif isinstance(value, list | tuple):
        for each in value:
            checked(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name not in _LITERAL or frozenset(value) not in _TRANSFORMS:
                checked(each)
    return value


def _parse(expression: str) -> None:
    try:
        _compiled(expression)
    except jmespath.exceptions.JMESPathError as error:
        raise ValueError(f"{expression} is not JMESPath: {error}") from error


def _constant(spec: dict[str, Any], _record: Record) -> Any:
    return spec["value"]


def _mapped(spec: dict[str, Any], record: Record) -> Any:
    """{of, map, default?}: another word for this one; without a default, a missing one is an error."""
    found = evaluate(spec["of"], record)
    word = "" if found is None else str(found)
    if word in spec["map"]:
        return spec["map"][word]
    if "default" in spec:
        return spec["default"]
    raise Unmappable(spec["of"], found)


def _first(spec: dict[str, Any], record: Record) -> Any:
    """{first: […]}: the first value that is not null or empty."""
    found = (evaluate(each, record) for each in spec["first"])
    return next((each for each in found if each not in (None, "")), None)


def _earliest(spec: dict[str, Any], record: Record) -> Any:
    """{earliest: […]}: the earliest of the dates that are not null; ISO dates sort as text."""
    found = [evaluate(each, record) for each in spec["earliest"]]
    return min((each for each in found if each), default=None)


def _template(spec: dict[str, Any], record: Record) -> Any:
    """{template: "project/{project}"}: text with expressions in braces; null where one of them is."""
    holes = {hole: pick(hole, record) for hole in _HOLE.findall(spec["template"])}
    if any(value is None for value in holes.values()):
        return None
    return _HOLE.sub(lambda match: str(holes[match[1]]), spec["template"])


def _code(spec: dict[str, Any], record: Record) -> Any:
    """{code: …, prefix?}: a code as ours are: letters, digits, dots, underscores and hyphens, at most 64."""
    found = evaluate(spec["code"], record)
    code = _CODE.sub("-", str(found or "")).strip("-")[:64]
    if not code:
        raise Unmappable(spec["code"], found)
    return f"{spec.get('prefix', '')}{code}"


def _day(spec: dict[str, Any], record: Record) -> Any:
    """{day: …, format?}: the date of an instant or of a date in this format."""
    found = evaluate(spec["day"], record)
    if found in (None, ""):
        return None
    try:
        moment = (
            datetime.strptime(found, spec["format"])  # noqa: DTZ007 - only its date is used
            if "format" in spec
            else datetime.fromisoformat(found)
        )
    except (TypeError, ValueError) as error:
        raise Unmappable(spec["day"], found) from error
    return moment.date().isoformat()


def _cut(spec: dict[str, Any], record: Record) -> Any:
    """{cut: 200, of: …}: text of at most so many characters; null where nothing is left."""
    found = evaluate(spec["of"], record)
    return None if found is None else str(found).strip()[: spec["cut"]].rstrip() or None


def _match(spec: dict[str, Any], record: Record) -> Any:
    r"""{match: '(\d+)$', of: …}: the first group of a pattern; null where it does not match."""
    found = evaluate(spec["of"], record)
    match = None if found is None else re.search(spec["match"], str(found)[:1000])
    return match[1] if match else None


_TRANSFORMS: Final[dict[frozenset[str], Callable[[dict[str, Any], Record], Any]]] = {
    frozenset({"value"}): _constant,
    frozenset({"of", "map"}): _mapped,
    frozenset({"of", "map", "default"}): _mapped,
    frozenset({"first"}): _first,
    frozenset({"earliest"}): _earliest,
    frozenset({"template"}): _template,
    frozenset({"code"}): _code,
    frozenset({"code", "prefix"}): _code,
    frozenset({"day"}): _day,
    frozenset({"day", "format"}): _day,
    frozenset({"cut", "of"}): _cut,
    frozenset({"match", "of"}): _match,
}
