"""Schedule: the pace at which work is earned."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

from app.domain.evidence import Evidence
from app.domain.findings import Input
from app.domain.kpis.schedule import spi_t_series
from app.domain.warnings.watch import EarlyWarning, Limits, Watch

FEWEST: Final = 3
"""Reports of which a slope is made."""


def pace_falling(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW4: SPI(t) falls in consecutive reports, or by more than a slope per report, or is soon too low.

    The slope is the mean change over the newest reports. An item that has earned everything has no pace.
    Source: Lipke; ISO 21508.
    """
    evidence, declines = watch.evidence, int(limits["declines"])
    if evidence.completed_on is not None:
        return None
    values = spi_t_series(evidence, declines + 1)
    if len(values) < FEWEST:
        return None
    slope = (values[-1] - values[0]) / (len(values) - 1)
    projected = values[-1] + slope * limits["periods"]
    if slope < -limits["slope"]:
        return _falling(evidence, values, slope, -limits["slope"], "slope")
    if values[-1] >= limits["projected"] > projected:
        return _falling(evidence, values, projected, limits["projected"], "projected")
    return _falling(evidence, values, slope, Decimal(0), "declines") if _falls(values, declines) else None


def _falling(
    evidence: Evidence, values: Sequence[Decimal], observed: Decimal, limit: Decimal, reason: str
) -> EarlyWarning:
    points = evidence.points[-len(values) :]
    inputs = tuple(
        Input("SPI(t)", value, "ratio", point.as_of, (point.seq,))
        for value, point in zip(values, points, strict=True)
    )
    return EarlyWarning("medium", observed, limit, "ratio", reason, inputs=inputs)


def _falls(values: Sequence[Decimal], declines: int) -> bool:
    steps = pairwise(values)
    return len(values) == declines + 1 and all(later < earlier for earlier, later in steps)
