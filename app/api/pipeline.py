"""The pipeline from event to board: for whoever runs it, and for the benchmarks."""

from fastapi import APIRouter, Request
from pydantic import BaseModel

from app.operations import pipeline
from app.web.identity import Caller

router = APIRouter(tags=["pipeline"])


class LaneAnswer(BaseModel):
    """How far the assessment of one portfolio is."""

    id: str
    head_seq: int
    """The last event that was recorded."""
    assessed_seq: int
    """The last event that is on the board."""
    revision: int
    lag_ms: int
    """For how long the oldest event that is not on the board has been waiting."""
    rounds: int
    """Assessments since this process started."""
    loaded: bool
    """Whether this process has its board in memory, so that events are assessed as they come."""
    assessor_cpu_s: float
    """Processor time that they took."""


class PipelineAnswer(BaseModel):
    """What waits where, in this process."""

    queued: int
    """Events that wait for a commit."""
    commits: int
    """Transactions of the recorder since this process started."""
    loop_lag_ms: float
    """How late the event loop wakes up, the worst of the last moments."""
    portfolios: list[LaneAnswer]
    """Those that whoever asks may look at."""


@router.get("/pipeline")
async def read_pipeline(request: Request, caller: Caller) -> PipelineAnswer:
    """How the pipeline is doing: queue, commits, lag and the cost of assessing."""
    state = request.app.state
    told = await pipeline.pipeline(state.db, state.recorder, state.assessors, caller.may_view)
    return PipelineAnswer(loop_lag_ms=round(state.live.hub.loop_lag_ms, 1), **told)
