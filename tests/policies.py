"""The house's policy with one of its numbers moved: what tests of limits are tested with."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any, Final

from pydantic import BaseModel

from app.domain.policy import HOUSE_DEFAULT, Policy

Path = tuple[str, ...]
"""Where a number stands in the document: `("rules", "EW7", "limits", "tcpi")`."""
Probe = Callable[[Policy], Any]
"""A story, and what is said of it by a policy."""
NUDGE: Final = Decimal("0.000001")
NO_LIMITS: Final = frozenset({"version", "weight", "weekdays", "calendars", "kpis"})
"""A weight is no limit; those of KPIs have a table of their own."""


def numbers(part: Any = HOUSE_DEFAULT, path: Path = ()) -> Iterator[Path]:
    """Every number by which the house judges."""
    fields = dict(part) if isinstance(part, BaseModel | dict) else {}
    for name, value in fields.items():
        if name in NO_LIMITS:
            continue
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            yield (*path, name)
        yield from numbers(value, (*path, name))


def value_at(path: Path) -> Decimal | int:
    found: Any = HOUSE_DEFAULT
    for name in path:
        found = found[name] if isinstance(found, dict) else getattr(found, name)
    return found  # type: ignore[no-any-return]


def moved(path: Path, by: Decimal, part: Any = HOUSE_DEFAULT) -> Any:
    """The policy with one number moved. What is counted in whole numbers moves by whole numbers."""
    name, *rest = path
    old = part[name] if isinstance(part, dict) else getattr(part, name)
    new = moved(tuple(rest), by, old) if rest else type(old)(old + by)
    return {**part, name: new} if isinstance(part, dict) else part.model_copy(update={name: new})


def a_step(path: Path) -> Decimal:
    """One of the last digit in which a number is written."""
    return Decimal(1).scaleb(int(Decimal(value_at(path)).as_tuple().exponent))


def unnoticed(path: Path, probes: tuple[Probe, Probe]) -> list[Decimal]:
    """The moves of this number after which both stories are told as before.

    It is moved by a step to either side, and by a hair: one of the stories is exactly on the line.
    """
    step = a_step(path)
    moves = [way for way in (step, -step) if not _noticed(path, probes, way)]
    on_the_line = _noticed(path, probes, NUDGE) or _noticed(path, probes, -NUDGE)
    return moves if on_the_line else [*moves, NUDGE]


def _noticed(path: Path, probes: tuple[Probe, Probe], by: Decimal) -> bool:
    policy = moved(path, by)
    return any(probe(policy) != by_the_house(probe) for probe in probes)


@cache
def by_the_house(probe: Probe) -> Any:
    return probe(HOUSE_DEFAULT)
