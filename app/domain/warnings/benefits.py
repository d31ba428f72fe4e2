"""Benefits: whether what the work is for still comes."""

from collections.abc import Iterator

from app.domain.plan import HUNDRED
from app.domain.records import Record
from app.domain.warnings.watch import EarlyWarning, Limits, Watch, told_by, worst


def benefit_decay(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW22: a benefit is forecast more than a share below its target, or has no owner.

    Of a disbenefit more is worse. A target of 0 has no share. Source: MSP; PRINCE2.
    """
    return worst([found for each in watch.records("benefit") for found in _decay(each, limits)][:20])


def _decay(benefit: Record, limits: Limits) -> Iterator[EarlyWarning]:
    target, forecast, due = benefit.number("target"), benefit.number("forecast"), benefit.day("by_date")
    subject = f"benefit/{benefit.ref}"
    if target and forecast is not None:
        sign = -1 if benefit.get("kind") == "disbenefit" else 1
        fall = (target - forecast) / abs(target) * HUNDRED * sign
        if fall > limits["fall"]:
            inputs = (told_by(benefit, "target"), told_by(benefit, "forecast"))
            since = benefit.moment("forecast")
            yield EarlyWarning("medium", fall, limits["fall"], "%", "fall", subject, since, due, inputs)
            return
    if benefit.get("owner") is None:
        figures = (None, None, "person", "no_owner", subject)
        yield EarlyWarning("medium", *figures, None, due, (told_by(benefit),))
