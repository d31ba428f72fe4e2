"""What an event says of an item of the tree, into its facts: names, places, states, other references."""

from collections.abc import Callable
from typing import Any, Final

from app.domain.events import items
from app.domain.facts import ItemFacts, PortfolioFacts, put_attribute
from app.domain.stamps import Stamp, Stamped
from app.domain.subject import Key, key, kind_of
from app.domain.tolerances import tolerances_of


def _registered(_: PortfolioFacts, item: ItemFacts, event: items.ItemRegistered, stamp: Stamp) -> None:
    put_attribute(item, "registered", kind_of(event.subject), stamp)
    put_attribute(item, "name", event.data.name, stamp)
    put_attribute(item, "parent", event.data.parent, stamp)
    put_attribute(item, "state", event.data.state or "delivering", stamp)
    _attributes(item, event.data, stamp)


def _changed(_: PortfolioFacts, item: ItemFacts, event: items.ItemChanged, stamp: Stamp) -> None:
    if event.data.name is not None:
        put_attribute(item, "name", event.data.name, stamp)
    _attributes(item, event.data, stamp)


def _attributes(item: ItemFacts, data: items.ItemAttributes, stamp: Stamp) -> None:
    said = {
        "short": data.short,
        "tier": data.tier,
        "stage": data.stage,
        "currency": data.currency,
        "calendar": data.calendar,
        "cadence": data.report_cadence_days,
        "roles": data.roles.model_dump(exclude_none=True) if data.roles else None,
        "tolerances": tolerances_of(data),
    }
    for name, value in said.items():
        if value is not None:
            put_attribute(item, name, value, stamp)


def _moved(_: PortfolioFacts, item: ItemFacts, event: items.ItemMoved, stamp: Stamp) -> None:
    put_attribute(item, "parent", event.data.parent, stamp)


def _state(_: PortfolioFacts, item: ItemFacts, event: items.ItemStateChanged, stamp: Stamp) -> None:
    put_attribute(item, "state", event.data.to, stamp)


def _stage(_: PortfolioFacts, item: ItemFacts, event: items.ItemStageChanged, stamp: Stamp) -> None:
    put_attribute(item, "stage", event.data.to, stamp)


def _closed(_: PortfolioFacts, item: ItemFacts, _event: items.ItemClosed, stamp: Stamp) -> None:
    put_attribute(item, "state", "closed", stamp)


def _touched(_: PortfolioFacts, item: ItemFacts, event: items.ItemTouched, stamp: Stamp) -> None:
    put_attribute(item, "touched", event.time, stamp)


def _alias(facts: PortfolioFacts, _item: ItemFacts, event: items.AliasAdded, stamp: Stamp) -> None:
    target = Key(event.subject)
    reference = key(kind_of(target), event.data.reference)
    held = facts.aliases.get(reference)
    if reference == target or (held is not None and held.stamp[:4] >= stamp[:4]):
        return
    if held is not None:
        facts.references[held.value].discard(reference)
    facts.aliases[reference] = Stamped(target, stamp)
    facts.references.setdefault(target, set()).add(reference)
    facts.changed.add(("alias", reference))


ITEM_FOLDS: Final[dict[type, Callable[[PortfolioFacts, ItemFacts, Any, Stamp], None]]] = {
    items.ItemRegistered: _registered,
    items.ItemChanged: _changed,
    items.ItemMoved: _moved,
    items.ItemStateChanged: _state,
    items.ItemStageChanged: _stage,
    items.ItemClosed: _closed,
    items.ItemTouched: _touched,
    items.AliasAdded: _alias,
}
