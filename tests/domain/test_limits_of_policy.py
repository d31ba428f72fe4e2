"""Every other number of the policy: a story on the line, one just beyond, and none can move unnoticed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import pytest

from app.domain.alerts import dedup_key
from app.domain.colours import Aspect, Coverage, assess_colour
from app.domain.policy import HOUSE_DEFAULT, Policy
from app.domain.rag import Dimension, Rag
from app.domain.rollup import Child, roll_up
from app.domain.thresholds import judge
from tests import builders as b
from tests.policies import Path, Probe, by_the_house, numbers, unnoticed

R, A, G, U = Rag.RED, Rag.AMBER, Rag.GREEN, Rag.UNKNOWN
ON_PLAN: Final = (b.progress("40"), b.cost("40000"))
NEWEST: Final = b.at(b.STATUS_DAY, 19)
OTHERS: Final = [path for path in numbers() if path[0] != "rules"]


def fresh(cadences: float) -> Probe:
    """How good the data are of which the newest is so many cadences of 30 days old."""
    return lambda policy: (
        b.assessed(*ON_PLAN, policy=policy, now=NEWEST + b.days(30 * cadences)).freshness.rag
    )


def parent(*children: tuple[Rag, int], tier: int = 3) -> Probe:
    """What becomes of the parent of projects of these colours and budgets."""
    found = [Child(f"project/P{n}", tier, rag, Decimal(bac)) for n, (rag, bac) in enumerate(children)]
    return lambda policy: roll_up(found, policy.roll_up).rag


def known(share: str) -> Probe:
    """The colour of a project without bad news of which so much is known and fresh."""
    part = Coverage(0, 100, Decimal(share), Decimal(1))
    aspects = (Aspect(Dimension.SCHEDULE, G, None, None, None, (), 0, coverage=part),)
    return lambda policy: assess_colour("delivering", aspects, policy).rag


def improved(value: str) -> Probe:
    """What SPI(t) is after it was 0.94."""
    return lambda policy: judge(Decimal(value), Decimal("0.94"), HOUSE_DEFAULT.kpis["SCH-1"], policy.margin)[
        0
    ]


def declared(word: str) -> Probe:
    """How urgent it is that this is said of a project that is red."""

    def ask(policy: Policy) -> str | None:
        found = b.warned("EW1", b.progress("32"), b.status(word), policy=policy)
        return None if found is None else found.severity

    return ask


def back_after(days: float) -> Probe:
    """How often an alert occurred that closed and was raised again after so long."""

    def ask(policy: Policy) -> int:
        story = b.Story(policy)
        story.tell(b.registered(), b.baseline(), b.progress("32"))
        story.tell(b.progress("45", on=b.STATUS_DAY + b.days(1)))
        story.tell(b.progress("20", on=b.STATUS_DAY + b.days(2)), now=b.NOW + b.days(days))
        return story.board.alerts[dedup_key("red", b.APOLLO)].occurrence

    return ask


def unheard(silence: timedelta) -> Probe:
    """Whether a source of which nothing was heard for so long is silent."""

    def ask(policy: Policy) -> Any:
        story = b.Story(policy)
        story.tell(b.an_event("source.heartbeat", {}, subject="source/erp"))
        story.assess(now=b.NOW + silence)
        return story.card("source/erp")["silent"]

    return ask


def shown(ahead: int) -> Probe:
    """Whether a milestone that is so many days ahead is on the board."""

    def ask(policy: Policy) -> bool:
        story = b.Story(policy)
        story.tell(b.registered(), b.baseline(), b.planned("M", b.NOW.date() + b.days(ahead)))
        return any(key.startswith("milestone/") for key in story.board.cards)

    return ask


A_HAIR: Final = timedelta(microseconds=1)
CASES: Final[dict[str, tuple[Probe, Probe]]] = {
    "ages stale_after": (fresh(1.5), fresh(1.5001)),
    "ages unknown_after": (fresh(3), fresh(3.001)),
    "ages cadence_days": (fresh(1.5), fresh(1.5001)),
    "roll_up red_share": (parent((R, 250), (G, 750)), parent((R, 249), (G, 751))),
    "roll_up amber_share": (parent((A, 250), (G, 750)), parent((A, 249), (G, 751))),
    "roll_up known_share": (parent((G, 900), (U, 100)), parent((G, 899), (U, 101))),
    "roll_up decisive_tier": (parent((R, 1), (G, 99), tier=1), parent((R, 1), (G, 99), tier=2)),
    "alerts divergence_at_once": (declared("Green"), declared("Amber/Green")),
    "alerts divergence_held": (declared("Amber"), declared("Amber/Red")),
    "alerts reopen_days": (back_after(7), back_after(7.001)),
    "sources cadence_seconds": (unheard(b.days(3)), unheard(b.days(3) + A_HAIR)),
    "sources silent_after": (unheard(b.days(3)), unheard(b.days(3) + A_HAIR)),
    "coverage": (known("0.60"), known("0.599")),
    "margin": (improved("0.955"), improved("0.9549")),
    "milestone_days": (shown(60), shown(61)),
}
"""Number → a story on the line, and one just beyond of which something else is said."""


def stories(path: Path) -> tuple[Probe, Probe]:
    return CASES[" ".join(path)]


@pytest.mark.parametrize("path", OTHERS, ids=" ".join)
def test_what_lies_on_the_line_is_judged_otherwise_than_what_lies_beyond(path: Path) -> None:
    on_it, beyond = stories(path)

    assert by_the_house(on_it) != by_the_house(beyond)


@pytest.mark.parametrize("path", OTHERS, ids=" ".join)
def test_no_number_of_the_policy_can_move_unnoticed(path: Path) -> None:
    assert unnoticed(path, stories(path)) == []
