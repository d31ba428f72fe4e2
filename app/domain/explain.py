"""Why is it red? A tree from colour to finding to KPI to input to event, each step with its address.

Built from the card and the detail as they were stored, so it answers for any past moment. At most
six deep: a parent shows the projects that decided its colour, not the programmes between.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from app.domain.subject import PORTFOLIO, Kind
from app.domain.tree import Document, Node, Telling, given, grow

MOST_CHILDREN: Final = 3
WORST_FIRST: Final = ("red", "amber", "unknown", "green", "none")
TRUST_RULES: Final = {"TRU-1", "TRU-2"}


def explain(key: str, telling: Telling) -> Node | None:
    """The root of the tree for the card `key`; None where there is no such card.

    An alert is explained by the item that it is about, a milestone by its project.
    """
    found = telling.look(key)
    if found is None:
        return None
    card, detail = found
    match card["kind"]:
        case "project":
            return _project(key, card, detail, telling)
        case "programme" | "portfolio":
            return _parent(key, card, detail, telling)
        case "alert":
            return explain(card["item"], telling)
        case "milestone":
            return explain(f"{Kind.PROJECT}/{card['project']}", telling)
        case _:
            return _source(key, card, telling)


def _source(key: str, card: Document, telling: Telling) -> Node:
    reason = "silent" if card.get("silent") else None
    return grow(
        key, "colour", card["name"], as_of=card["last_at"], reason=reason, href=telling.page(PORTFOLIO)
    )


def _project(key: str, card: Document, detail: Document | None, telling: Telling) -> Node:
    if detail is None or card.get("degraded"):
        return grow(key, "colour", card["name"], rag=card["rag"], reason="degraded", href=telling.page(key))
    return grow(
        key,
        "colour",
        card["name"],
        [*_findings(key, detail, telling), *_warnings(key, detail, telling)],
        rag=card["rag"],
        as_of=detail["now"],
        policy_version=detail["policy"],
        reason=detail["cause"].get("reason"),
        href=telling.page(key),
    )


def _findings(key: str, detail: Document, telling: Telling) -> list[Node]:
    """The finding that decided first, then the others, the worst first; what is said about trust last."""
    cause = detail["cause"]
    readings = {each["kpi"]: each for aspect in detail["dimensions"] for each in aspect.get("readings", ())}
    readings.update((each["kpi"], each) for each in detail["trust"])
    others = [
        finding
        for aspect in detail["dimensions"]
        for finding in (_told(each, aspect, readings) for each in aspect["findings"])
        if not _same(finding, cause)
    ]
    others.sort(key=lambda each: WORST_FIRST.index(each["rag"]))
    shown = [cause, *(each for each in others if each["rag"] != "none")]
    nodes = [_finding(key, each, readings, detail, telling) for each in shown]
    said = [
        each for each in detail["trust"] if each["rag"] in ("red", "amber") and each.get("value") is not None
    ]
    return nodes + [_trust(key, each, detail, telling) for each in said]


def _told(finding: Document, aspect: Document, readings: Mapping[str, Document]) -> Document:
    """A finding with what its reading says, which is not said twice."""
    reading = readings.get(finding["rule"], {})
    return {
        "dimension": aspect["dimension"],
        "observed": reading.get("value"),
        **{name: reading.get(name) for name in ("unit", "limit", "own_limit", "reason", "as_of")},
        **finding,
    }


def _same(finding: Document, cause: Document) -> bool:
    return bool(finding["rule"] == cause["rule"] and finding["dimension"] == cause.get("dimension"))


def _finding(
    key: str, finding: Document, readings: Mapping[str, Document], detail: Document, telling: Telling
) -> Node:
    rule, dimension = finding["rule"], finding.get("dimension")
    node_id = f"{key}:{dimension}.{rule}" if dimension else f"{key}:{rule}"
    return grow(
        node_id,
        "finding",
        telling.name_of(rule),
        [_kpi(node_id, each, telling) for each in _behind(rule, dimension, readings, detail)],
        rag=finding["rag"],
        value=finding.get("observed"),
        unit=finding.get("unit"),
        limit=finding.get("limit"),
        limit_set_by=_set_by(finding),
        policy_version=finding.get("policy_version", detail["policy"]),
        as_of=finding.get("as_of"),
        reason=finding.get("reason"),
        href=telling.page(key, node_id),
    )


def _set_by(said: Document) -> str | None:
    """Who set the limit: the item, where it was agreed for it alone, else the policy."""
    if said.get("limit") is None:
        return None
    return "item" if said.get("own_limit") else "policy"


def _behind(
    rule: str, dimension: str | None, readings: Mapping[str, Document], detail: Document
) -> list[Document]:
    """The readings behind a finding: its own KPI's, or all of a dimension that is too old or lacking."""
    if rule in readings and rule not in TRUST_RULES:
        return [readings[rule]]
    if dimension is None:
        return []
    return [
        each
        for aspect in detail["dimensions"]
        if aspect["dimension"] == dimension
        for each in aspect.get("readings", ())
    ]


def _trust(key: str, reading: Document, detail: Document, telling: Telling) -> Node:
    node_id = f"{key}:trust.{reading['kpi']}"
    return grow(
        node_id,
        "finding",
        telling.name_of(reading["kpi"]),
        [_kpi(node_id, reading, telling)],
        rag=reading["rag"],
        value=reading.get("value"),
        unit=reading.get("unit"),
        limit=reading.get("limit"),
        limit_set_by=_set_by(reading),
        policy_version=detail["policy"],
        as_of=reading.get("as_of"),
        href=telling.page(key, node_id),
    )


def _warnings(key: str, detail: Document, telling: Telling) -> list[Node]:
    """The early warnings, which are in no colour, each with what it rests on; the most severe first."""
    return [
        grow(
            node_id,
            "warning",
            f"{each['rule']} {telling.name_of(each['rule'])}",
            [given(node_id, place, behind, telling) for place, behind in enumerate(each.get("inputs", ()))],
            rule=each["rule"],
            severity=each["severity"],
            subject=each.get("subject"),
            value=each.get("observed"),
            unit=each.get("unit"),
            limit=each.get("limit"),
            policy_version=detail["policy"],
            as_of=each.get("since"),
            horizon=each.get("horizon"),
            reason=each.get("reason"),
            href=telling.page(key, node_id),
        )
        for each in detail.get("warnings", ())
        for node_id in (f"{key}:warning.{each['rule']}",)
    ]


def _kpi(parent: str, reading: Document, telling: Telling) -> Node:
    node_id = f"{parent}.{reading['kpi']}"
    return grow(
        node_id,
        "kpi",
        f"{reading['kpi']} {telling.name_of(reading['kpi'])}",
        [given(node_id, place, each, telling) for place, each in enumerate(reading.get("inputs", ()))],
        rag=reading["rag"],
        value=reading.get("value"),
        unit=reading.get("unit"),
        limit=reading.get("limit"),
        as_of=reading.get("as_of"),
        reason=reading.get("reason"),
        href=telling.page(parent.partition(":")[0], node_id),
    )


def _parent(key: str, card: Document, detail: Document | None, telling: Telling) -> Node:
    if detail is None:
        return grow(key, "colour", card["name"], rag=card["rag"], href=telling.page(key))
    cause = detail["cause"]
    shown = detail["children"][:MOST_CHILDREN]
    children = [child for child in (_child(each, telling) for each in shown) if child is not None]
    more = _others(detail) - len(children)
    return grow(
        key,
        "colour",
        card["name"],
        [*children, *_rates(key, detail, telling), *(_kpi(key, each, telling) for each in _own(detail))],
        rag=card["rag"],
        value=cause["observed"],
        unit=cause["unit"] if cause["observed"] is not None else None,
        limit=cause["limit"],
        limit_set_by=None if cause["limit"] is None else "policy",
        policy_version=detail["policy"],
        as_of=detail["now"],
        reason=cause["reason"] or cause["rule"],
        href=telling.page(key),
        more=more if more > 0 else None,
    )


def _own(detail: Document) -> Sequence[Document]:
    """The office's own readings, which are in no colour."""
    found: Sequence[Document] = detail.get("office", ())
    return found


def _rates(key: str, detail: Document, telling: Telling) -> list[Node]:
    """The exchange rates that the budgets were added up at."""
    return [
        grow(
            f"{key}:rate.{currency}",
            "input",
            currency,
            value=None if rate is None else rate["rate"],
            as_of=None if rate is None else rate["as_of"],
            reason="no_rate" if rate is None else None,
            href=telling.page(key),
        )
        for currency, rate in sorted(detail["rates"].items())
    ]


def _others(detail: Document) -> int:
    """How many children had a part in the colour."""
    return 0 if detail["child"] is None else int(detail["others"]) + 1


def _child(key: str, telling: Telling) -> Node | None:
    found = telling.look(key)
    return None if found is None else _project(key, found[0], found[1], telling)
