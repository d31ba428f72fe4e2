"""The rows of a prediction task: which milestone, promised for which target, is to be scored as of when.

Only these four are read, and the outcome where it is given; whatever else a file says is left alone.
"""

import csv
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from app.cli.refusal import Refusal
from app.domain.facts import Milestone

HEADERS: Final[dict[str, tuple[str, ...]]] = {
    "project": ("project", "kep", "item", "code"),
    "milestone": ("milestone",),
    "target": ("target", "target_minor", "new_target", "release"),
    "as_of": ("as_of", "asof", "as-of"),
    "outcome": ("slipped", "outcome"),
}
"""What a column may be called; the first that is there counts."""
_TRUE: Final = frozenset({"1", "1.0", "true", "yes"})
_FALSE: Final = frozenset({"0", "0.0", "false", "no"})


class Row(NamedTuple):
    """One milestone to be scored by what was recorded before `at`. `slipped` is None where it is not said."""

    project: str
    milestone: str
    target: str
    as_of: str
    at: datetime
    slipped: bool | None


def rows_of(file: Path) -> list[Row]:
    """The rows in the order of the file. Raises Refusal for a missing column or a cell that is none."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            reader = csv.DictReader(lines)
            names = _columns(reader.fieldnames or (), file)
            return [_row(cells, names, f"{file}:{reader.line_num}") for cells in reader]
    except OSError as error:
        raise Refusal(f"{file} cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refusal(f"{file} is not CSV: {error}") from error


def is_target(milestone: Milestone, target: str) -> bool:
    """Whether the milestone is now forecast for this target: its word, its date, or its last number.

    `21` is `v1.21`: some files name a release by its last number alone.
    """
    date, word = milestone.get("forecast") or (None, None)
    if date is not None and date.isoformat() == target:
        return True
    return word is not None and target in {word, word.rpartition(".")[2]}


def _columns(headers: Iterable[str], file: Path) -> dict[str, str]:
    known = {header.strip().lower(): header for header in headers}
    found = {
        name: known[alias]
        for name, aliases in HEADERS.items()
        for alias in reversed(aliases)
        if alias in known
    }
    missing = [name for name in HEADERS if name not in found and name != "outcome"]
    if missing:
        raise Refusal(f"{file} has no column {', '.join(missing)}")
    return found


def _row(cells: Mapping[str, str | None], names: Mapping[str, str], place: str) -> Row:
    said = {name: (cells.get(header) or "").strip() for name, header in names.items()}
    return Row(
        said["project"],
        said["milestone"],
        said["target"],
        said["as_of"],
        _instant(said["as_of"], place),
        _outcome(said.get("outcome", ""), place),
    )


def _instant(text: str, place: str) -> datetime:
    """A day is its midnight in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(f"{place}: {text!r} is no date") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _outcome(text: str, place: str) -> bool | None:
    word = text.lower()
    if word and word not in _TRUE | _FALSE:
        raise Refusal(f"{place}: the outcome {text!r} is neither 1 nor 0")
    return word in _TRUE if word else None
