"""Risk: how much is exposed, whether it is covered, and whether somebody does something about it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Final, NamedTuple

from app.domain.calendar import ONE_DAY
from app.domain.dossier import Dossier, inapplicable, said_by
from app.domain.evidence import Evidence
from app.domain.exposure import cost_of, is_estimated, level, monetary_value
from app.domain.findings import Input, Reading, unknown
from app.domain.kpis.changes import approved_since
from app.domain.money import RateBook
from app.domain.plan import HUNDRED, ZERO, Plan
from app.domain.rag import Dimension, Rag
from app.domain.records import OPENED, Record

CRITICAL: Final = 1
"""The severity of an issue that is critical."""
ONE: Final = Decimal(1)
_DAY: Final = {"action": "due", "risk": "response_due"}
"""Which attribute says by when it has to be answered."""
MOST_SHOWN: Final = 10
"""Risks of which an exposure names each by itself, the greatest first; all are in its sum and its events."""


class Exposure(NamedTuple):
    """What the open risks expose, in the currency of the plan; None, and why, where that cannot be told."""

    total: Decimal | None
    reason: str
    inputs: tuple[Input, ...]


def contingency_cover(evidence: Evidence) -> Reading:
    """CST-7: contingency left / sum of the EMV of open risks.

    Left is the contingency of the current plan less what was approved since and is in no plan yet. What may
    do good is not set off against what may do harm. Until cost is booked nobody knows what is left: then the
    whole contingency counts where even that is too little, and the cover is unknown otherwise. It applies
    while a plan has a contingency and an open risk says a cost. Source: DAU.
    """
    plan, dossier = evidence.plan, evidence.dossier
    if plan is None or plan.baseline.contingency is None:
        return inapplicable("CST-7", "ratio", "no_contingency")
    booked = bool(evidence.costs.days)
    return dossier.once(("CST-7", booked), lambda: _cover(evidence, plan, booked=booked)).copy()


def _cover(evidence: Evidence, plan: Plan, *, booked: bool) -> Reading:
    dossier = evidence.dossier
    if all(cost_of(risk) is None for risk in dossier.open("risk")):
        return inapplicable("CST-7", "ratio", "none_open")
    exposed = _exposure(evidence, plan)
    left, funds = _contingency_left(evidence, plan)
    inputs = (*funds, *exposed.inputs)
    if exposed.total is None or left is None:
        return unknown("CST-7", "ratio", exposed.reason or "no_estimate", inputs)
    if exposed.total == 0:
        return inapplicable("CST-7", "ratio", "none_open")
    cover = left / exposed.total
    if not booked and cover >= ONE:
        return unknown("CST-7", "ratio", "no_actual_cost", inputs)
    return Reading("CST-7", cover, "ratio", as_of=_newest(evidence), inputs=inputs)


def risk_exposure(evidence: Evidence) -> Reading:
    """RSK-1: sum of the EMV of open risks / estimate to complete, in %.

    ETC = EAC - AC, with the greater of EAC = BAC / CPI and the project's own EAC. It applies once any risk
    has said a cost; an open risk that says neither impact nor likelihood makes the sum unknown.
    """
    dossier, plan = evidence.dossier, evidence.plan
    if not dossier.once("priced", lambda: any(cost_of(risk) is not None for risk in dossier.of("risk"))):
        return inapplicable("RSK-1", "%", "no_risks")
    if plan is None:
        return unknown("RSK-1", "%", "no_baseline")
    exposed = _exposure(evidence, plan)
    to_complete, reason = _to_complete(evidence, plan)
    inputs = (Input("ETC", to_complete, plan.baseline.currency), *exposed.inputs)
    if exposed.total is None:
        return unknown("RSK-1", "%", exposed.reason, inputs)
    if exposed.total == 0:
        return Reading("RSK-1", ZERO, "%", as_of=_newest(evidence), inputs=inputs)
    if to_complete is None or to_complete <= 0:
        return unknown("RSK-1", "%", reason or "nothing_left", inputs)
    value = exposed.total / to_complete * HUNDRED
    return Reading("RSK-1", value, "%", as_of=_newest(evidence), inputs=inputs)


def overdue_responses(evidence: Evidence) -> Reading:
    """RSK-2: responses to open risks and open actions past their day / those that have a day, in %.

    It applies once there was any; while none is open none is overdue. One without a day is left out, and
    if none has a day it is unknown.
    """
    dossier, today = evidence.dossier, evidence.today
    seen = bool(dossier.of("action")) or any(_responds(risk) for risk in dossier.of("risk"))
    if not seen:
        return inapplicable("RSK-2", "%", "no_actions")
    is_open = [*dossier.open("action"), *(risk for risk in dossier.open("risk") if _responds(risk))]
    dated = _responses_due(dossier)
    if is_open and not dated:
        return unknown("RSK-2", "%", "no_dates", (Input("open", Decimal(len(is_open)), "n"),))
    late = [(record, day) for record, day in dated if day < today]
    inputs = (
        Input("open, with a day", Decimal(len(dated)), "n"),
        *(record.kept("due", None, partial(_due, record, day)) for record, day in late),
    )
    value = Decimal(len(late)) / Decimal(len(dated)) * HUNDRED if dated else ZERO
    return Reading("RSK-2", value, "%", as_of=_newest(evidence), inputs=inputs)


def oldest_critical_issue(evidence: Evidence) -> Reading:
    """RSK-3: days since the oldest open issue of severity 1 was raised; 0 while none is open.

    It applies once any issue was raised. It grows by the day, and so is assessed every day.
    """
    if not evidence.dossier.of("issue"):
        return inapplicable("RSK-3", "days", "no_issues")
    raised = [(moment, issue) for issue in _critical(evidence.dossier) if (moment := issue.moment(OPENED))]
    if not raised:
        return Reading("RSK-3", ZERO, "days", as_of=_newest(evidence))
    moment, issue = min(raised, key=lambda each: (each[0], each[1].ref))
    age = max((evidence.today - moment.date()).days, 0)
    shown = Input(issue.ref, issue.get("title"), "", moment, said_by(issue, OPENED, "severity"))
    return Reading("RSK-3", Decimal(age), "days", as_of=_newest(evidence), inputs=(shown,))


def untreated_risks(evidence: Evidence) -> Reading:
    """RSK-4: open risks that are high and have no owner or no response.

    High is 15 to 25 on the matrix (app.domain.exposure). Of one without either whose level cannot be told
    nobody knows whether it counts: unknown, unless others do. It applies once any risk was raised. Source:
    ISO 31000.
    """
    if not evidence.dossier.of("risk"):
        return inapplicable("RSK-4", "n", "no_risks")
    bare = [each for each in evidence.dossier.open("risk") if not (each.get("owner") and _responds(each))]
    levels = [(risk, level(risk, evidence.plan, evidence.rates)) for risk in bare]
    high = [risk for risk, found in levels if found is Rag.RED]
    if not high and any(found is None for _, found in levels):
        untold = tuple(_named(risk, None) for risk, found in levels if found is None)
        return unknown("RSK-4", "n", "no_estimate", untold)
    inputs = tuple(_named(risk, "high") for risk in high)
    return Reading("RSK-4", Decimal(len(high)), "n", as_of=_newest(evidence), inputs=inputs)


def turning_days(dossier: Dossier, today: date) -> Iterator[date]:
    """The days on which a response gets overdue; the next one while a critical issue is open."""
    for _, day in _responses_due(dossier):
        yield day + ONE_DAY
    if _critical(dossier):
        yield today + ONE_DAY


def _critical(dossier: Dossier) -> list[Record]:
    return [issue for issue in dossier.open("issue") if issue.get("severity") == CRITICAL]


def _responds(risk: Record) -> bool:
    return bool(risk.get("response")) or risk.get("response_due") is not None


def _responses_due(dossier: Dossier) -> list[tuple[Record, date]]:
    """Open actions, and open risks with a response, that have a day, each with its day."""
    return dossier.once("responses due", lambda: _have_a_day(dossier))


def _have_a_day(dossier: Dossier) -> list[tuple[Record, date]]:
    records = (*dossier.open("action"), *dossier.open("risk"))
    found = ((each, each.kept("day", None, partial(each.day, _DAY[each.kind]))) for each in records)
    return [(record, day) for record, day in found if day is not None]


def _newest(evidence: Evidence) -> date | None:
    return evidence.dossier.newest.get(Dimension.RISK)


def _due(record: Record, day: date) -> Input:
    name = _DAY[record.kind]
    return Input(f"{record.kind} {record.ref}", day, "date", record.moment(name), said_by(record, name))


def _named(risk: Record, level_: str | None) -> Input:
    said = said_by(risk, OPENED, "prob", "impact", "owner", "response")
    return Input(f"risk {risk.ref}", level_, "", risk.newest(), said)


# ── money ──────────────────────────────────────────────────────────────────────────────────────────────


def _exposure(evidence: Evidence, plan: Plan) -> Exposure:
    return evidence.dossier.once("exposure", lambda: _exposed(evidence, plan))


def _exposed(evidence: Evidence, plan: Plan) -> Exposure:
    currency, risks = plan.baseline.currency, evidence.dossier.open("risk")
    rates = evidence.rates
    values = [
        (risk, risk.kept("emv", (currency, rates), partial(_emv, risk, currency, rates))) for risk in risks
    ]
    lacking = [risk for risk, shown in values if shown.value is None]
    known = [(shown.value, shown) for _, shown in values if isinstance(shown.value, Decimal) and shown.value]
    total = sum((value for value, _ in known), ZERO)
    reasons = {"no_rate" if is_estimated(risk) else "no_estimate" for risk in lacking}
    reason = max(reasons, default="")
    events = tuple(sorted({seq for _, shown in known for seq in shown.events}))
    summed = Input("EMV", None if reason else total, currency, None, events)
    greatest = [shown for _, shown in sorted(known, key=lambda each: (-each[0], each[1].name))[:MOST_SHOWN]]
    untold = [shown for _, shown in values if shown.value is None][:MOST_SHOWN]
    return Exposure(None if reason else total, reason, (summed, *untold, *greatest))


def _emv(risk: Record, currency: str, rates: RateBook) -> Input:
    """EMV of a risk as an input."""
    value = monetary_value(risk, currency, rates) if is_estimated(risk) else None
    said = said_by(risk, "prob", "impact") or said_by(risk, OPENED)
    return Input(f"EMV {risk.ref}", value, currency, risk.moment("impact"), said)


def _contingency_left(evidence: Evidence, plan: Plan) -> tuple[Decimal | None, tuple[Input, ...]]:
    """What is left of the plan's contingency, and the approved changes that it has to pay for."""
    baseline = plan.baseline
    agreed = Input(
        "contingency",
        baseline.contingency,
        baseline.currency,
        baseline.stamp.time.date(),
        (baseline.stamp.seq,),
    )
    changes = approved_since(evidence, baseline)
    if baseline.contingency is None or any(change.value is None for change in changes):
        left = None
    else:
        left = baseline.contingency - sum((max(change.value or ZERO, ZERO) for change in changes), ZERO)
    return left, (agreed, *(change.shown for change in changes))


def _to_complete(evidence: Evidence, plan: Plan) -> tuple[Decimal | None, str]:
    """ETC at the newest report of progress, in the plan's currency; None, and why."""
    costs = evidence.costs
    if not costs.days:
        return None, "no_actual_cost"
    point = evidence.points[-1] if evidence.points else None
    place = -1 if point is None else costs.at(point.as_of)
    measured = point is not None and place >= 0
    actual = costs.totals[place if measured else -1]
    if actual is None:
        return None, "no_rate"
    earned = point.ev if point is not None and measured else None
    reported = None if evidence.eac_amount is None else evidence.eac_amount - actual
    found = [each for each in (reported, _by_pace(plan, earned, actual)) if each is not None]
    return (max(found), "") if found else (None, "nothing_earned" if measured else "no_progress")


def _by_pace(plan: Plan, earned: Decimal | None, actual: Decimal) -> Decimal | None:
    """(BAC - EV) / CPI, which is BAC / CPI - AC and is exactly 0 when all is earned."""
    return (plan.baseline.bac - earned) * actual / earned if earned and actual else None
