"""When an indicator of records changes by itself, though nothing is reported."""

from datetime import date

from app.domain.dossier import Dossier, first_after
from app.domain.kpis import quality, resource, risk


def next_turn(dossier: Dossier, today: date) -> date | None:
    """The first day after today on which any of them may be another; None: never."""
    return dossier.once("turn", lambda: _next_turn(dossier, today))


def _next_turn(dossier: Dossier, today: date) -> date | None:
    days = (
        *risk.turning_days(dossier, today),
        *resource.turning_days(dossier),
        *quality.turning_days(dossier),
    )
    return first_after(days, today)
