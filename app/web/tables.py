"""Tables: what was found, as a file that a spreadsheet opens."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Any, Final

import orjson

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would work out."""


def as_csv(rows: Sequence[Mapping[str, Any]], first: Sequence[str]) -> str:
    """Comma-separated values with a line of names: `first`, then everything else that any row says, by name.

    What is inside of something has a name with a dot, as `impact.cost.amount`. Somebody's words stay words:
    no spreadsheet takes them for a formula.
    """
    flat = [dict(_flat(row)) for row in rows]
    others = sorted({name for row in flat for name in row} - set(first))
    found = StringIO()
    writer = csv.DictWriter(found, [*first, *others], restval="")
    writer.writeheader()
    writer.writerows(flat)
    return found.getvalue()


def _flat(row: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{within}{name}.")
        else:
            yield f"{within}{name}", _cell(value)


def _cell(value: Any) -> Any:
    if isinstance(value, list | tuple):
        plain = all(isinstance(each, str) for each in value)
        return _words("; ".join(value)) if plain else orjson.dumps(value).decode()
    return _words(value) if isinstance(value, str) else value


def _words(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()
