"""A tree of reasons: what it is told with, its steps, how deep it is, and what is in it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from app.domain.policy import Policy
from app.domain.subject import PORTFOLIO, Kind, code_of, kind_of
from app.domain.warnings import RULES

Node = dict[str, Any]
"""`id`, `kind`, `label`, `children` and what else is known of a step."""
Document = Mapping[str, Any]
Look = Callable[[str], tuple[Document, Document | None] | None]
"""From a key to the card and the detail stored for it; None where there is no such card."""
MOST_EVENTS: Final = 10


@dataclass(frozen=True, slots=True)
class Telling:
    """What a tree is told with: the portfolio of its addresses, names of KPIs, and where cards are."""

    portfolio: str
    policy: Policy
    look: Look

    def name_of(self, rule: str) -> str:
        """The name of a KPI or an early warning; other rules are named by their code."""
        kpi, warning = self.policy.kpis.get(rule), RULES.get(rule)
        if kpi is not None:
            return kpi.name
        return rule if warning is None else warning.name

    def page(self, key: str, node: str | None = None) -> str:
        """Where a person sees it."""
        base = f"/p/{quote(self.portfolio, safe='')}"
        if kind_of(key) == Kind.PROJECT:
            at = "" if node is None else f"?why={quote(node, safe='')}"
            return f"{base}/project/{quote(code_of(key), safe='')}{at}"
        return base if key == PORTFOLIO else f"{base}?programme={quote(code_of(key), safe='')}"

    def event(self, seq: int) -> str:
        """Where an event is read."""
        return f"/api/v1/portfolios/{quote(self.portfolio, safe='')}/events/{seq}"


def grow(node_id: str, kind: str, label: str, children: Sequence[Node] = (), **facts: Any) -> Node:
    """A step, without what is not known of it."""
    node: Node = {"id": node_id, "kind": kind, "label": label}
    node.update((name, value) for name, value in facts.items() if value not in (None, ""))
    node["children"] = list(children)
    return node


def given(parent: str, place: int, each: Document, telling: Telling) -> Node:
    """An input of a reading or a warning, with the events that it came from."""
    node_id = f"{parent}.{place}"
    events = list(dict.fromkeys(each.get("events", ())))
    return grow(
        node_id,
        "input",
        each["name"],
        [_event(node_id, seq, telling) for seq in events[-MOST_EVENTS:]],
        value=each.get("value"),
        unit=each.get("unit"),
        as_of=each.get("as_of"),
        reason="missing" if each.get("value") is None and not events and each.get("as_of") is None else None,
        href=telling.page(parent.partition(":")[0], node_id),
        more=max(len(events) - MOST_EVENTS, 0) or None,
    )


def _event(parent: str, seq: int, telling: Telling) -> Node:
    return grow(f"{parent}.{seq}", "event", f"Event {seq}", value=seq, href=telling.event(seq))


def depth(node: Node) -> int:
    """How many steps the longest way down has."""
    return 1 + max((depth(each) for each in node["children"]), default=0)


def walk(node: Node) -> Iterable[Node]:
    """The node and all below it."""
    yield node
    for each in node["children"]:
        yield from walk(each)
