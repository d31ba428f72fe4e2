"""The limit that recording is measured against: an endpoint that reads and validates, and does nothing else.

The same server, framework, parser and answer as the product's; no authentication, no database.
"""

from typing import Final

from fastapi import FastAPI, Request, Response

from app.domain.events.reading import read_batch, read_one
from bench.load import BATCH

ACCEPTED: Final = b'{"portfolio":"bench","seq":1,"duplicate":false}'

app = FastAPI(openapi_url=None, telemetry={"tracing": False, "metrics": False, "logs": False})


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    """Whether it answers."""
    return {"status": "ok"}


@app.post("/api/v1/events", status_code=202)
async def validate(request: Request) -> Response:
    """Read and validate."""
    body = await request.body()
    if request.headers["content-type"] == BATCH:
        read_batch(body)
    else:
        read_one(body)
    return Response(ACCEPTED, 202, media_type="application/json")
