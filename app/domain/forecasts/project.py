"""All that is foreseen of one project."""

from datetime import datetime

from app.domain.evidence import gather
from app.domain.facts import ItemFacts
from app.domain.forecasts.cost import cost_forecast
from app.domain.forecasts.finish import finish_forecast
from app.domain.forecasts.statements import ProjectForecast
from app.domain.forecasts.trend import milestone_trends
from app.domain.money import RateBook
from app.domain.policy import Policy


def project_forecast(facts: ItemFacts, policy: Policy, rates: RateBook, now: datetime) -> ProjectForecast:
    """Cost, finish and milestone trend, from what is known at `now`."""
    evidence = gather(facts, policy, rates, now)
    return ProjectForecast(
        as_of=now,
        cost=cost_forecast(evidence),
        finish=finish_forecast(evidence),
        milestones=milestone_trends(evidence.outlooks),
    )
