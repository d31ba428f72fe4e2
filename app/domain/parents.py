"""Programmes and the portfolio: their cards and details, from the standings of the projects below."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson

from app.domain.details import reading_part
from app.domain.documents import brief, declared_part, number
from app.domain.facts import ItemFacts, PortfolioFacts
from app.domain.findings import Finding
from app.domain.kpis.office import office_readings
from app.domain.money import Rate, RateBook
from app.domain.office import Office
from app.domain.policy import Policy
from app.domain.rag import Rag
from app.domain.rollup import Child, RolledUp
from app.domain.standing import Board, Standing
from app.domain.subject import PORTFOLIO, Key, code_of


@dataclass(slots=True)
class Exchange:
    """Conversion to the portfolio's currency at the newest rate of the day, and which rates were used."""

    book: RateBook
    currency: str
    now: datetime
    used: dict[str, Rate | None] = field(default_factory=dict)

    def convert(self, amount: Decimal | None, currency: str | None) -> Decimal | None:
        """None without an amount or a rate."""
        if amount is None or currency is None:
            return None
        if currency not in self.used:
            self.used[currency] = self.book.newest(currency, self.currency, self.now.date())
        rate = self.used[currency]
        return None if rate is None else amount * rate.rate


def as_child(key: Key, standing: Standing, exchange: Exchange) -> Child:
    """A project as its parents count it."""
    return Child(key, standing.tier, standing.rag, exchange.convert(standing.bac, standing.currency))


def continuity(before: bytes | None, rag: Rag, now: datetime) -> tuple[Any, Rag | str | None]:
    """Since when a parent has its colour, and the colour before that."""
    if before is None:
        return now, None
    known = orjson.loads(before)
    if known["rag"] == rag:
        return known["since"], known.get("previous")
    return now, known["rag"]


def roll_up_part(rolled_up: RolledUp, currency: str) -> dict[str, Any]:
    """What programme and portfolio cards have in common."""
    counts = {rag.value: count for rag, count in rolled_up.counts.items()}
    part: dict[str, Any] = {"counts": counts, "coverage": {"fresh": rolled_up.known, "of": rolled_up.of}}
    if rolled_up.rule is not None:
        cause = {"rule": rolled_up.rule, "child": _decider(rolled_up), "share": number(rolled_up.share)}
        part["cause"] = {name: value for name, value in cause.items() if value is not None}
    if rolled_up.bac is not None:
        part["bac"] = {"amount": number(rolled_up.bac), "currency": currency}
    if rolled_up.budgets is not None:
        part["budgets"] = {rag.value: number(each) for rag, each in rolled_up.budgets.items() if each}
    part["unpriced"] = rolled_up.unpriced
    return part


def _decider(rolled_up: RolledUp) -> str | None:
    """The one child that decided it; several together are in the detail."""
    return None if rolled_up.own_rule else rolled_up.child


def programme_card(
    facts: ItemFacts, rolled_up: RolledUp, currency: str, before: bytes | None, now: datetime
) -> dict[str, Any]:
    """A ProgrammeCard."""
    since, previous = continuity(before, rolled_up.rag, now)
    card = {
        "kind": "programme",
        "code": code_of(facts.subject),
        "name": brief(facts.get("name")),
        "rag": rolled_up.rag,
        "since": since,
        "previous": previous,
        "declared": declared_part(facts),
        **roll_up_part(rolled_up, currency),
    }
    return {name: value for name, value in card.items() if value is not None}


def parent_detail(
    rolled_up: RolledUp, children: Iterable[Child], policy: Policy, exchange: Exchange, now: datetime
) -> dict[str, Any]:
    """Why a parent has its colour: the rule, the shares, the children that count and the rates used."""
    return {
        "v": 1,
        "policy": policy.version,
        "now": now,
        "rag": rolled_up.rag,
        "cause": parent_finding(rolled_up, policy),
        "child": rolled_up.child,
        "others": rolled_up.others,
        "known": rolled_up.known,
        "of": rolled_up.of,
        "unpriced": rolled_up.unpriced,
        "children": shown(rolled_up, children),
        "rates": {
            currency: None if rate is None else {"rate": rate.rate, "as_of": rate.as_of}
            for currency, rate in exchange.used.items()
            if currency != exchange.currency
        },
    }


def office_part(  # noqa: PLR0913 - everything that the office looks at
    office: Office,
    rolled_up: RolledUp,
    children: Iterable[Child],
    standings: Mapping[Key, Standing],
    policy: Policy,
    now: datetime,
) -> dict[str, Any]:
    """The office's own readings as a part of the portfolio's detail; nothing where there are none."""
    found = office_readings(office, policy, now.date(), rolled_up.bac, children, standings)
    return {"office": [reading_part(each) for each in found]} if found else {}


MOST_SHOWN = 10


def shown(rolled_up: RolledUp, children: Iterable[Child]) -> list[str]:
    """The first children that had a part in the colour, the decisive one first."""
    matter = {"tier_one_red": Rag.RED, "red_share": Rag.RED, "any_red": Rag.RED, "amber_share": Rag.AMBER}
    rag = matter.get(str(rolled_up.rule), Rag.UNKNOWN)
    found = sorted(
        (child for child in children if child.rag is rag),
        key=lambda child: (child.tier, -(child.bac if child.bac is not None else Decimal(0)), child.key),
    )
    return [child.key for child in found[:MOST_SHOWN]]


def parent_finding(rolled_up: RolledUp, policy: Policy) -> Finding:
    """The rule that decided a parent's colour."""
    return Finding(
        "no_children" if rolled_up.rule is None else rolled_up.rule,
        policy.version,
        rolled_up.rag,
        None,
        rolled_up.share,
        rolled_up.limit,
        "share",
        "none_assessed" if rolled_up.rule is None else None,
    )


def portfolio_card(  # noqa: PLR0913 - what the header of a screen says
    board: Board,
    facts: PortfolioFacts,
    rolled_up: RolledUp,
    policy: Policy,
    now: datetime,
    standings: Iterable[Standing],
) -> dict[str, Any]:
    """A PortfolioCard, but for what it counts."""
    identity, told = board.portfolio, facts.items.get(PORTFOLIO)
    since, previous = continuity(board.cards.get(PORTFOLIO), rolled_up.rag, now)
    named = None if told is None else told.get("name")
    card = {
        "kind": "portfolio",
        "code": identity.code,
        "name": identity.name if named is None else named,
        "attribution": identity.attribution,
        "clock": facts.clock,
        "currency": identity.currency,
        "rag": rolled_up.rag,
        "since": since,
        "previous": previous,
        **roll_up_part(rolled_up, identity.currency),
        "policy": policy.version,
        "policy_name": policy.name,
        "oldest_evidence": _oldest(standings),
    }
    return {name: value for name, value in card.items() if value is not None}


def _oldest(standings: Iterable[Standing]) -> datetime | None:
    """The newest evidence of the project that was heard of the longest ago."""
    newest = (each.newest_at for each in standings if each.rag is not Rag.NONE)
    return min((moment for moment in newest if moment is not None), default=None)
