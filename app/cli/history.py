"""A recorded history: a file of somebody's records, read, recognised and mapped to our events."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import orjson

from app.adapters import mappings
from app.adapters.mapping import Mapper, MappingDocument
from app.adapters.transforms import Record, Unmappable
from app.cli.posting import Event
from app.cli.refusal import Refusal


class Mapped(NamedTuple):
    """A record as our events, at its own time."""

    at: datetime
    events: list[Event]


def records_of(file: Path) -> Iterator[Record]:
    """The records of a file of JSON Lines. Raises Refusal with the line that is not one."""
    try:
        lines = file.open("rb")
    except OSError as error:
        raise Refusal(f"{file} cannot be read ({error.strerror})") from error
    with lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _record(line, f"{file}:{number}")


def _record(line: bytes, place: str) -> Record:
    try:
        found = orjson.loads(line)
    except ValueError as error:
        raise Refusal(f"{place} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise Refusal(f"{place} is not an object")
    return found


def mapping_for(name: str | None, first: Record) -> MappingDocument:
    """The mapping of this name or file; without one, that which is for such records. Raises Refusal."""
    shipped = {document.name: document for document in mappings.shipped()}
    if name is None:
        found = mappings.recognise(first)
        if found is None:
            raise Refusal(f"these records are not known; name a mapping: {', '.join(shipped)}, or a file")
        return found
    if name in shipped:
        return shipped[name]
    try:
        return mappings.read(Path(name).read_text(encoding="utf-8"))
    except OSError as error:
        raise Refusal(f"there is no mapping {name}; shipped are: {', '.join(shipped)}") from error
    except mappings.NotAMapping as error:
        raise Refusal(f"{name} is not a mapping: {error}") from error


def mapped(mapper: Mapper, records: Iterable[Record]) -> list[Mapped]:
    """Every record as events, in the order of the file, which is the order of time."""
    history: list[Mapped] = []
    for number, record in enumerate(records, start=1):
        try:
            events = mapper.events(record)
        except Unmappable as error:
            raise Refusal(
                f"record {number} does not fit the mapping {mapper.document.name}: {error}"
            ) from error
        history.append(Mapped(mapper.time(record), events))
        if len(history) > 1 and history[-2].at > history[-1].at:
            raise Refusal(f"record {number} is earlier than the one before it; sort the file by time")
    return history
