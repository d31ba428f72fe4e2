"""Mapping documents that ship with the product, as YAML beside this file, and reading others."""

from collections.abc import Iterator
from importlib.resources import files

import yaml
from pydantic import ValidationError

from app.adapters.mapping import MappingDocument
from app.adapters.transforms import Record, pick


class NotAMapping(ValueError):
    """The text is not a mapping document, and why."""


def read(text: str) -> MappingDocument:
    """A mapping document from its YAML. Raises NotAMapping."""
    try:
        return MappingDocument.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise NotAMapping(f"it is not YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = "/".join(str(part) for part in first["loc"])
        raise NotAMapping(f"{place}: {first['msg']}") from error


def shipped() -> Iterator[MappingDocument]:
    """Those that come with the product, by name."""
    found = [file for file in files(__name__).iterdir() if file.name.endswith(".yaml")]
    return (read(file.read_text(encoding="utf-8")) for file in sorted(found, key=lambda file: file.name))


def recognise(record: Record) -> MappingDocument | None:
    """The shipped mapping that is for records like this one."""
    return next((mapping for mapping in shipped() if pick(mapping.detect, record) is True), None)
