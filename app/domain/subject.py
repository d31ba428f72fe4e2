"""What an event or a card is about: `portfolio`, `programme/ATLAS`, `project/APOLLO`, `alert/…`."""

from enum import StrEnum
from typing import Final, NewType

Key = NewType("Key", str)
"""The subject of an event and the key of a card: `kind/code`, or `portfolio`."""

CODE_PATTERN: Final = r"[A-Za-z0-9._-]{1,64}"
PORTFOLIO: Final = Key("portfolio")
PEOPLE: Final = "user/"
"""How the source of an event begins that a person caused; such a source is never expected to go on."""


class Kind(StrEnum):
    """The kinds of item that make the tree."""

    PORTFOLIO = "portfolio"
    PROGRAMME = "programme"
    PROJECT = "project"


def key(kind: str, code: str) -> Key:
    """The key of the thing `code` of this kind."""
    return Key(f"{kind}/{code}")


def kind_of(subject: str) -> str:
    """`project` for `project/APOLLO`; `portfolio` for `portfolio`."""
    return subject.partition("/")[0]


def code_of(subject: str) -> str:
    """`APOLLO` for `project/APOLLO`; empty for `portfolio`."""
    return subject.partition("/")[2]
