"""A tree of reasons: how deep it is, and what is in it."""

from collections.abc import Iterable
from typing import Any

Node = dict[str, Any]
"""`id`, `kind`, `label`, `children` and what else is known of a step."""


def depth(node: Node) -> int:
    """How many steps the longest way down has."""
    return 1 + max((depth(each) for each in node["children"]), default=0)


def walk(node: Node) -> Iterable[Node]:
    """The node and all below it."""
    yield node
    for each in node["children"]:
        yield from walk(each)
