"""Publishing: a policy becomes the next version of its portfolio's."""

from app.domain.events.governance import PolicyPublished
from app.domain.facts import PortfolioFacts
from app.domain.policy import Published
from app.domain.stamps import Stamp


def publish(facts: PortfolioFacts, event: PolicyPublished, stamp: Stamp) -> None:
    """The next version, in force from here on; one that is older than what is in force never was."""
    held = facts.policies[-1]
    if held.stamp is None or held.stamp[:4] < stamp[:4]:
        rules = event.data.policy.model_copy(update={"version": held.policy.version + 1})
        facts.policies.append(Published(rules, stamp.time, event.data.reason, stamp))
        facts.changed.add(("policy", rules.version))
