"""The pipeline as an operator sees it: what waits, how far assessing is behind recording, what it costs."""

from collections.abc import Callable
from typing import Any

from app.db import Database
from app.operations.assessors import Assessors
from app.operations.recording import Recorder
from app.store import standings
from app.store.standings import Standing


async def pipeline(
    db: Database, recorder: Recorder, assessors: Assessors, may_view: Callable[[str], bool]
) -> dict[str, Any]:
    """Counters of this process since its start, and where each portfolio that may be seen stands."""
    found = await db.read(standings.standings)
    return {
        "queued": recorder.queued,
        "commits": recorder.commits,
        "portfolios": [_told(assessors, one) for one in found if may_view(one.portfolio)],
    }


def _told(assessors: Assessors, standing: Standing) -> dict[str, Any]:
    lane, since = assessors.lanes.get(standing.portfolio), standing.waiting_since
    return {
        "id": standing.portfolio,
        "head_seq": standing.head_seq,
        "assessed_seq": standing.assessed_seq,
        "revision": standing.revision,
        "loaded": lane is not None and lane.board is not None,
        "lag_ms": 0 if since is None else max(0, int((standing.now - since).total_seconds() * 1000)),
        "rounds": 0 if lane is None else lane.rounds,
        "assessor_cpu_s": 0.0 if lane is None else round(lane.cpu_s, 3),
    }
