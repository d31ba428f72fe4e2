"""Write docs/kpis.md and docs/rules.md from the code: `python -m scripts.reference`."""

import inspect
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from app.domain.kpis import KPIS
from app.domain.kpis.trust import data_freshness, status_divergence
from app.domain.policy import HOUSE_DEFAULT, Direction
from app.domain.warnings import RULES
from app.domain.warnings.conditions import CONDITIONS

DOCS: Final = Path(__file__).parents[1] / "docs"
BETTER: Final = {Direction.UP: "higher", Direction.DOWN: "lower"}
OTHER_KPIS: Final[dict[str, Callable[..., Any]]] = {"TRU-1": data_freshness, "TRU-2": status_divergence}
"""Those of trust, which are computed after the colour."""

KPI_HEAD: Final = """# Indicators

Generated from `app/domain/kpis/__init__.py:KPIS` and `app/domain/policy.py:HOUSE_DEFAULT` by `make docs`.
The limits are those of the house; a policy has its own. A value on the line keeps the better colour. A value
that is not known is unknown with its reason, never green.
"""
RULE_HEAD: Final = """# Early-warning rules

Generated from `app/domain/warnings/__init__.py:RULES` and `app/domain/rules_policy.py:HOUSE_RULES` by
`make docs`. A rule warns and never decides a colour; `ESC1` raises an alert, and so does `ESC2` of a project
that is not red: a red one has its alert. The limits are the house's: a policy changes them, or switches the
rule off, in `rules`. *Reactive*: this happened. *Proactive*: this did not happen in time. *Conditions* are
what the `reason` of a warning may be, where a rule has several. *Better* is which way is better for what is
observed.
"""
RULE_COLUMNS: Final = ("Code", "Name", "Kind", "Fires when", "Limits", "Conditions", "Better", "Source")


def kpis() -> str:
    """The page of indicators."""
    functions = {**{code: kpi.compute for code, kpi in KPIS.items()}, **OTHER_KPIS}
    rows = (
        (
            code,
            kpi.name,
            kpi.dimension.value,
            _promise(functions[code]),
            kpi.unit,
            BETTER[kpi.direction],
            str(kpi.amber),
            str(kpi.red),
            _source(functions[code]),
        )
        for code, kpi in HOUSE_DEFAULT.kpis.items()
        if code in functions
    )
    head = ("Code", "Name", "Dimension", "Formula", "Unit", "Better", "Amber", "Red", "Source")
    return f"{KPI_HEAD}\n{_table(head, rows)}"


def rules() -> str:
    """The page of rules."""
    rows = (
        (
            code,
            rule.name,
            rule.kind,
            _promise(rule.look),
            ", ".join(f"{name} {value}" for name, value in HOUSE_DEFAULT.rules[code].limits.items()),
            ", ".join(CONDITIONS.get(code, ())),
            "" if rule.direction is None else BETTER[rule.direction],
            _source(rule.look),
        )
        for code, rule in RULES.items()
    )
    return f"{RULE_HEAD}\n{_table(RULE_COLUMNS, rows)}"


PAGES: Final[dict[str, Callable[[], str]]] = {"kpis.md": kpis, "rules.md": rules}


def _promise(function: Callable[..., Any]) -> str:
    """The first sentence of its docstring, without the code."""
    told = " ".join((inspect.getdoc(function) or "").split())
    sentence = re.match(r"(?:[A-Z]+-?\d+: )?(.+?)\.(?: |$)", told)
    return "" if sentence is None else sentence[1]


def _source(function: Callable[..., Any]) -> str:
    """What its docstring says after `Source:`."""
    told = " ".join((inspect.getdoc(function) or "").split())
    found = re.search(r"Source: (.+?)\.(?: |$)", told)
    return "" if found is None else found[1]


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = tuple(head)
    lines = (head, ("---",) * len(head), *rows)
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page())
