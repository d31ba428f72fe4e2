"""What a screen in a public place is shown: the same, without the fields that name people.

Words that somebody wrote (a title, a narrative) are shown as they are: who writes them knows who reads them.
"""

from collections.abc import Mapping
from typing import Any, Final

NAMING: Final = frozenset(
    """
    approver assessed_by assignees author by captured_by confirmed_by decided_by holder manager owner
    published_by reporter roles sponsor verified_by
    """.split()
)
"""Fields whose value is somebody's name, wherever they are."""
PERSON: Final = "person"
OF_PERSON: Final = NAMING | {"name"}


def without_names(document: Any) -> Any:
    """The document without the fields that name people, however deep. What is known by a reference stays."""
    return _without(document, NAMING)


def _without(value: Any, fields: frozenset[str]) -> Any:
    if isinstance(value, Mapping):
        inner = OF_PERSON if value.get("kind") == PERSON else fields
        return {key: _without(each, inner) for key, each in value.items() if key not in inner}
    if isinstance(value, list | tuple):
        return [_without(each, fields) for each in value]
    return value
