"""Declared words: what people say, on whichever scale, and its rank on ours where it has one."""

from typing import Final

_WORDS: Final[dict[str, float | None]] = {
    "green": 0.0,
    "on track": 0.0,
    "amber/green": 0.5,
    "amber": 1.0,
    "yellow": 1.0,
    "at risk": 1.0,
    "amber/red": 1.5,
    "red": 2.0,
    "off track": 2.0,
    "hold": None,
    "on hold": None,
    "reset": None,
    "exempt": None,
    "complete": None,
    "": None,
}


def rank(word: str) -> float | None:
    """Green 0, amber/green 0.5, amber 1, amber/red 1.5, red 2; None where a word says no colour."""
    return _WORDS.get(_plain(word))


def word_known(word: str) -> bool:
    """Whether this is a word of any scale we know."""
    return _plain(word) in _WORDS


def _plain(word: str) -> str:
    return " ".join(word.replace("_", " ").lower().split()).replace(" / ", "/")
