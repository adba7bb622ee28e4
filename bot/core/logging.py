"""Structured logs on standard error: JSON lines that hold references, codes and counts only (docs/trust.md, Privacy)."""

from __future__ import annotations

import logging
import sys

import structlog


class _WithoutWords(logging.Handler):
    """What libraries log, without their words: a library's message may hold a payload, ours may not.

    Who has the source finds the sentence by the place that logged it.
    """

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        structlog.get_logger("library").log(
            record.levelno, "library", logger=record.name, where=f"{record.filename}:{record.lineno}", error=error
        )


def configure() -> None:
    """Set up structlog for this process and route every library's log through `_WithoutWords` at WARNING."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers = [_WithoutWords()]
    root.setLevel(logging.WARNING)
    for name in ("slack_bolt", "slack_sdk", "uvicorn", "apscheduler", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.WARNING)
