"""Logs: one JSON object a line, with what happened where, and nothing about people."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, TextIO

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.types import Processor

from service.store.errors import StoreFailed

FRAMES = 12
PACKAGES = Path(__file__).parents[2]


def log_as_json(stream: TextIO | None = None) -> None:
    """Let everything that this process logs, through structlog or the standard library, come out as JSON lines."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_words,
    ]
    structlog.configure(
        processors=[*shared, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    written = structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True)
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(foreign_pre_chain=shared, processors=[ProcessorFormatter.remove_processors_meta, written])
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)


def without_words(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An error as its kind and its place. Its message may hold names or words of a case, unless it is the store's."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = f"{type(error).__module__}.{type(error).__qualname__}"
        event["where"] = [_place(frame) for frame in traceback.extract_tb(error.__traceback__)[-FRAMES:]]
        if isinstance(error, StoreFailed):
            event["reason"] = str(error)
    return event


def _place(frame: traceback.FrameSummary) -> str:
    path = Path(frame.filename)
    name = path.relative_to(PACKAGES) if path.is_relative_to(PACKAGES) else Path(*path.parts[-3:])
    return f"{name}:{frame.lineno} {frame.name}"
