"""What cannot be, whatever is known: refused with a pointer to the field and a sentence, field by field."""

from typing import Any, Final

import orjson
import pytest

from app.domain.access import Scope
from tests import builders as b
from tests import deliveries as d
from tests.servers.installation import ONE, Installation

EUR: Final = b.eur(100)
AHEAD: Final = d.in_days(5).isoformat()
START, END = d.in_days(-10), d.in_days(10)
PLAN: Final = {"version": 1, "bac": EUR, "start": START.isoformat(), "finish": END.isoformat()}
SHOWN: Final = {"ref": "E", "criterion_ref": "C", "uri": "https://example.org/1"}


def curve(*points: tuple[int, int]) -> list[dict[str, str]]:
    """Cumulative planned value by so many days from now."""
    return [{"end": d.in_days(days).isoformat(), "pv_cum": str(value)} for days, value in points]


@pytest.mark.parametrize(
    ("kind", "data", "pointer", "sentence"),
    [
        ("milestone.achieved", {"milestone": "M", "actual_date": AHEAD}, "actual_date", "It lies after"),
        ("progress.reported", {"as_of": AHEAD, "pct_complete": "5"}, "as_of", "It lies after"),
        ("gate.decided", {"gate": "G", "held_at": AHEAD, "decision": "stop"}, "held_at", "It lies after"),
        ("resource.started", {"ref": "A", "started": AHEAD}, "started", "It lies after"),
        ("benefit.measured", {"ref": "B", "actual": "5", "unit": "EUR", "as_of": AHEAD}, "as_of", "It lies"),
        ("benefit.forecast_changed", {"ref": "B", "forecast": "5", "unit": "EUR", "as_of": AHEAD}, "as_of",
         "It lies after"),
        ("cost.eac_reported", {"as_of": AHEAD, "eac": EUR}, "as_of", "It lies after"),
        ("handover.service_accepted", {"service": "S", "operator": "Ops", "date": AHEAD}, "date", "It lies"),
        ("handover.els_exited", {"service": "S", "date": AHEAD}, "date", "It lies after"),
        ("resource.released", {"ref": "A", "released": AHEAD}, "released", "It lies after"),
        ("resource.assigned", {"ref": "A", "person_ref": "ada", "pct": "101"}, "pct", "less than or equal"),
        ("baseline.approved", {**PLAN, "finish": PLAN["start"]}, "finish", "Must come after start."),
        ("baseline.approved", {**PLAN, "periods": curve((0, 50), (10, 90))}, "periods/1/pv_cum", "equal bac"),
        ("baseline.approved", {**PLAN, "periods": curve((0, 50), (5, 40), (10, 100))}, "periods/1", "fall"),
        ("baseline.approved", {**PLAN, "periods": curve((0, 50), (11, 100))}, "periods", "between start"),
        ("evidence.attached", SHOWN, "sha256", "This field is required."),
        ("evidence.attached", {**SHOWN, "sha256": "nonsense"}, "sha256", "match"),
        ("cost.booked", {"period_end": AHEAD, "mode": "increment", "amount": b.eur(5, "XQZ")},
         "amount/currency", "Is not a currency of ISO 4217."),
        ("cost.booked", {"period_end": AHEAD, "amount": EUR}, "mode", "This field is required."),
        ("handover.criterion_assessed", {"criterion": "C", "verdict": "waived"}, "waiver_reason", "reason"),
        ("resource.assigned", {"ref": "A", "person_ref": "ada", "start": AHEAD, "end": PLAN["start"]},
         "end", "It lies before start."),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_where_it_is_wrong(
    installation: Installation, kind: str, data: dict[str, Any], pointer: str, sentence: str
) -> None:
    sender = await installation.client(Scope.INGEST, granted=["alpha"])
    event = {"specversion": "1.0", "id": "x", "source": "erp", "type": f"nerve.{kind}.v1"}
    told = {**event, "subject": "project/APOLLO", "time": d.moment().isoformat(), "data": data}

    answer = await sender.post("/events", content=orjson.dumps(told), headers={"Content-Type": ONE})

    [flaw] = answer.json()["errors"]
    assert (answer.status_code, flaw["pointer"]) == (422, f"/data/{pointer}")
    assert sentence in flaw["message"]
