"""Quality: gates that are not ready, and results that get worse."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from app.domain.alerts import Severity
from app.domain.events.signals import as_code
from app.domain.findings import Input
from app.domain.kpis.quality import MET
from app.domain.records import OPENED, STATE, Record
from app.domain.warnings.watch import EarlyWarning, Limits, Watch, told_by, worst


def gate_not_ready(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW20: mandatory criteria of a gate are not met 30, 14 and 7 days before it; the nearer the worse.

    Source: PPO; Planview.
    """
    found = []
    for gate in watch.records("gate"):
        held = gate.day("forecast") or gate.day("date")
        if gate.state != "scheduled" or held is None:
            continue
        severity = _urgency(watch, held, limits)
        unmet = [] if severity is None else _unmet(watch, gate.ref)
        if severity is not None and unmet:
            inputs = (told_by(gate, "date"), *(told_by(each, "verdict") for each in unmet))
            figures = (Decimal(len(unmet)), Decimal(0), "criteria", None, f"gate/{gate.ref}")
            found.append(EarlyWarning(severity, *figures, None, held, inputs))
    return worst(found)


def _urgency(watch: Watch, held: date, limits: Limits) -> Severity | None:
    steps: tuple[tuple[str, Severity], ...] = (
        ("last_days", "high"),
        ("second_days", "medium"),
        ("first_days", "low"),
    )
    for name, severity in steps:
        if watch.begun(held - timedelta(days=int(limits[name]))):
            return severity
    return None


def _unmet(watch: Watch, gate: str) -> list[Record]:
    return [
        each
        for each in watch.records("criterion")
        if each.get("owner_kind") == "gate"
        and each.get("owner_ref") == gate
        and each.get("mandatory")
        and each.get("verdict") not in MET
    ]


def quality_erosion(watch: Watch, limits: Limits) -> EarlyWarning | None:
    """EW21: a check gets worse run by run, issues come faster than they go, releases fail, support is called.

    Periods are counted back from the newest word on any issue, so silence moves nothing. Source: DORA.
    """
    recorded = watch.once("erosion", lambda: list(_erosion(watch, limits)))
    failing = watch.reading("QUA-3")
    found = [*recorded]
    if failing is not None and failing.value is not None and failing.value > limits["failures"]:
        figures = (failing.value, limits["failures"], failing.unit, "change_failures")
        found.append(EarlyWarning("medium", *figures, inputs=failing.inputs))
    return worst(found)


def _erosion(watch: Watch, limits: Limits) -> Iterator[EarlyWarning]:
    runs, issues = int(limits["runs"]), watch.records("issue")
    for check in watch.records("check"):
        samples = watch.facts.series[f"check/{check.ref}"].samples[-1 - runs :]
        falls = all(later.value < before.value for before, later in pairwise(samples))
        if len(samples) == runs + 1 and falls:
            inputs = tuple(
                Input(f"check/{check.ref}", each.value, "score", each.as_of, (each.stamp.seq,))
                for each in samples
            )
            figures = (samples[-1].value, samples[0].value, "score", "check_falls", f"check/{check.ref}")
            yield EarlyWarning("medium", *figures, samples[1].stamp.time, None, inputs)
    yield from _arrivals(watch, issues, int(limits["periods"]))
    yield from _support(watch, limits["incidents"])


def _arrivals(watch: Watch, issues: list[Record], periods: int) -> Iterator[EarlyWarning]:
    """More issues raised than resolved in each of the periods."""
    if not issues:
        return
    cadence, newest = watch.evidence.cadence, max(each.newest() for each in issues)
    came, went = [0] * periods, [0] * periods
    for each in issues:
        moments = (
            (came, each.moment(OPENED)),
            (went, each.moment(STATE) if each.state == "closed" else None),
        )
        for counts, moment in moments:
            place = None if moment is None else (newest - moment) // cadence
            if place is not None and place < periods:
                counts[place] += 1
    if all(more > fewer for more, fewer in zip(came, went, strict=True)):
        figures = (Decimal(sum(came)), Decimal(sum(went)), "issues", "arrivals")
        inputs = tuple(told_by(each) for each in issues)
        yield EarlyWarning("medium", *figures, since=newest - cadence * periods, inputs=inputs)


def _support(watch: Watch, most: Decimal) -> Iterator[EarlyWarning]:
    """Incidents and issues since a service was accepted, while it is in early-life support.

    What names another service of the project is that one's.
    """
    calls = watch.records("incident", "issue")
    services = {service.ref: service for service in watch.records("service")}
    for ref, service in services.items():
        accepted = service.moment(OPENED)
        if service.state != "early_life" or accepted is None:
            continue
        since = [
            each
            for each in calls
            if (began := each.moment(OPENED)) is not None
            and began >= accepted
            and (_service(each) == ref or _service(each) not in services)
        ]
        if len(since) > most:
            figures = (Decimal(len(since)), most, "incidents", "early_life", f"service/{ref}")
            yield EarlyWarning("medium", *figures, accepted, None, tuple(told_by(each) for each in since))


def _service(call: Record) -> str | None:
    """The service that an incident is of, as we write references."""
    named: str | None = call.get("service")
    return None if named is None else as_code(named)
