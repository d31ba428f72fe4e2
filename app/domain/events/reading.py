"""Bytes into events. What is wrong is said as data: a pydantic error, or a flaw of the JSON itself."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from app.domain.events.catalogue import MANY, AnyEvent, parse
from app.domain.events.cdevents import marked

MAX_DEPTH: Final = 32
_LONE_SURROGATE: Final = re.compile(
    rb"\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f][0-9a-f]{2})|(?<!\\ud[89ab][0-9a-f]{2})\\ud[c-f][0-9a-f]{2}",
    re.IGNORECASE,
)
_STRING_OR_BRACKET: Final = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)


class Flaw(NamedTuple):
    """Something wrong with the JSON itself. `malformed`: it cannot be parsed at all (400, not 422)."""

    code: str
    pointer: str
    message: str
    malformed: bool = False


class Unreadable(Exception):
    """The whole body is refused."""

    def __init__(self, reason: ValidationError | Flaw) -> None:
        super().__init__()
        self.reason = reason


def read_one(body: bytes) -> AnyEvent:
    """The event in a structured-mode body. Raises Unreadable."""
    if b"\\u0000" in body and (flaw := _nul(body)):
        raise Unreadable(flaw)
    if marked(body) and (flaw := _flaw(body)):
        raise Unreadable(flaw)
    try:
        return parse(body)
    except ValidationError as error:
        raise Unreadable(_flaw(body) or error) from None


def read_binary(attributes: Mapping[str, str], data: bytes) -> AnyEvent:
    """The event of a binary-mode request: its attributes, and apart from them its data. Raises Unreadable."""
    if data and (flaw := _flaw(data)):
        raise Unreadable(flaw)
    head = json.dumps(dict(attributes)).encode()[:-1]
    return read_one(head + b',"data":' + (data or b"null") + b"}")


def read_batch(body: bytes) -> list[AnyEvent | ValidationError | Flaw]:
    """A verdict on each element of a batch: the event, or what is wrong with it.

    Raises Unreadable when the body is no JSON array.
    """
    try:
        if b"\\u0000" not in body and not marked(body):
            return list(MANY.validate_json(body))
    except ValidationError:
        pass  # which elements are wrong, or another's, is found below
    if flaw := _flaw(body):
        raise Unreadable(flaw)
    elements = json.loads(body.decode())
    if not isinstance(elements, list):
        raise Unreadable(Flaw("wrong_type", "", "A batch must be a JSON array of events."))
    return [_verdict(json.dumps(element).encode()) for element in elements]


def _verdict(element: bytes) -> AnyEvent | ValidationError | Flaw:
    try:
        return read_one(element)
    except Unreadable as error:
        return error.reason


def _flaw(body: bytes) -> Flaw | None:
    if depth(body) > MAX_DEPTH:
        return Flaw("too_deep", "", f"The JSON is nested deeper than {MAX_DEPTH} levels.")
    if _LONE_SURROGATE.search(body):
        return Flaw("lone_surrogate", "", "A \\u escape is half of a surrogate pair.", malformed=True)
    try:
        json.loads(body.decode())  # given bytes, it would guess other encodings and take half surrogates
    except ValueError as error:
        where = f" at character {error.pos}" if isinstance(error, json.JSONDecodeError) else ""
        return Flaw("malformed_json", "", f"The body is not JSON in UTF-8{where}.", malformed=True)
    return None


def depth(body: bytes) -> int:
    """How deep arrays and objects are nested, without parsing."""
    deepest = level = 0
    for token in _STRING_OR_BRACKET.finditer(body):
        bracket = token.group()
        if bracket in (b"[", b"{"):
            level += 1
            deepest = max(deepest, level)
        elif bracket in (b"]", b"}"):
            level -= 1
    return deepest


def _nul(body: bytes) -> Flaw | None:
    """The first text with U+0000 in it, which no database keeps."""
    if flaw := _flaw(body):
        return flaw
    pointer = next(_texts_with_nul(json.loads(body.decode()), ""), None)
    return None if pointer is None else Flaw("nul_character", pointer, "U+0000 cannot be stored in text.")


def _texts_with_nul(value: Any, pointer: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            step = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            if "\0" in name:
                yield pointer
            yield from _texts_with_nul(part, step)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _texts_with_nul(part, f"{pointer}/{place}")
    elif isinstance(value, str) and "\0" in value:
        yield pointer
