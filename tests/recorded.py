"""Recorded histories: real ones, where they lie beside the repository, and made-up records like theirs."""

from datetime import date
from pathlib import Path
from typing import Any, Final

HISTORIES: Final = Path(__file__).resolve().parents[2] / "shared" / "data"


def kep(
    kind: str,
    *,
    number: int = 1,
    on: date = date(2023, 5, 2),
    project: str = "KEP-9999",
    programme: str = "sig-node",
    **data: Any,
) -> dict[str, Any]:
    """A record of a Kubernetes enhancement, made up."""
    return {
        "event_id": f"kep-{number:06}",
        "occurred_at": f"{on.isoformat()}T09:00:00Z",
        "source": "kep-replay",
        "portfolio": "kubernetes",
        "programme": programme,
        "project": project,
        "type": kind,
        "data": data,
    }
