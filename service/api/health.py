"""Health: for the machines that watch the service. Open to all, and says nothing of any case."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from service.api.answers import answer
from service.api.documentation import described
from service.api.doors import doors_of
from service.api.measures import Measures
from service.queries.health import Waiting, waiting

router = APIRouter(tags=["operation"])
OPEN = described(open_to_all=True)
LATE = 60.0  # seconds that a notice may wait before somebody should look at the worker


@router.get("/livez", openapi_extra=OPEN)
async def tell_alive() -> Response:
    """Is the process there? Asks nothing else."""
    return answer({"status": "ok"})


@router.get("/readyz", openapi_extra=OPEN)
def tell_ready(request: Request) -> Response:
    """Can requests be answered: is the database there, and at the newest migration?

    A late outbox is told, but does not make the service unready: requests are answered all the same.
    """
    doors = doors_of(request)
    if not doors.at_head():
        return answer({"status": "unready", "database": "not at the newest migration"}, status=503)
    found = _outbox(request)
    outbox: dict[str, Any] = {
        "waiting": found.notices,
        "oldest_seconds": round(found.oldest_seconds, 1),
        "late": found.oldest_seconds > LATE,
    }
    return answer({"status": "ready", "database": "ok", "outbox": outbox})


@router.get("/metrics", openapi_extra=OPEN, response_class=PlainTextResponse)
def tell_measures(request: Request) -> Response:
    """Requests, how long they took, and what waits in the outbox, as Prometheus reads it."""
    measures: Measures = request.app.state.measures
    found = _outbox(request)
    measures.outbox(found.notices, found.oldest_seconds)
    return Response(measures.text(), media_type=CONTENT_TYPE_LATEST)


def _outbox(request: Request) -> Waiting:
    doors = doors_of(request)
    with doors.reading() as connection:
        return waiting(connection, doors.now())
