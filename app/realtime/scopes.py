"""What part of a board a connection looks at: all of it, a programme, or one item.

`programme:ATLAS` is that programme's card, its projects, and the milestones and alerts of all of
them; `item:project/APOLLO` is that card with its own milestones and alerts. Which card belongs where
follows from each card's parent, so moving a project moves what hangs on it.
"""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, NewType

import orjson

Scope = NewType("Scope", str)

ALL: Final = Scope("all")
_SCOPE: Final = re.compile(r"all|programme:[A-Za-z0-9._-]{1,64}|item:[a-z]+/\S{1,250}")
_PARENT: Final = {
    "project": ("programme", "programme/"),
    "milestone": ("project", "project/"),
    "alert": ("item", ""),
}
_HANGING: Final = ("milestone/", "alert/")
_PROGRAMME: Final = "programme/"


def parse(text: str) -> Scope | None:
    """The scope that was asked for; None: there is no such thing."""
    return Scope(text) if _SCOPE.fullmatch(text) else None


def parent_of(key: str, document: bytes) -> str | None:
    """The key of the card that this card hangs on."""
    named = _PARENT.get(key.partition("/")[0])
    if named is None:
        return None
    value = orjson.loads(document).get(named[0])
    return None if value is None else named[1] + value


def scopes_of(key: str, parents: Mapping[str, str]) -> frozenset[Scope]:
    """The scopes, other than `all`, in which a card of this key is seen."""
    found = {f"item:{key}"}
    parent = parents.get(key)
    if parent is not None and key.startswith(_HANGING):
        found.add(f"item:{parent}")
    for ancestor in (key, parent, parents.get(parent) if parent else None):
        if ancestor is not None and ancestor.startswith(_PROGRAMME):
            found.add(f"programme:{ancestor.removeprefix(_PROGRAMME)}")
    return frozenset(map(Scope, found))


def members(scope: Scope, children: Mapping[str, AbstractSet[str]]) -> Iterator[str]:
    """The keys that belong to a scope other than `all`; the first one may not exist."""
    kind, _, name = scope.partition(":")
    if kind == "item":
        yield name
        yield from (child for child in children.get(name, ()) if child.startswith(_HANGING))
        return
    programme = _PROGRAMME + name
    yield programme
    for child in children.get(programme, ()):
        yield child
        yield from children.get(child, ())
