"""Logging: one JSON line per event on stderr."""

import logging
import sys
import traceback
from collections.abc import Iterator, Sequence

import structlog
from sqlalchemy.exc import DataError, DBAPIError
from structlog.typing import ExcInfo, Processor

_SHARED: Sequence[Processor] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)

NOISY = ("alembic", "apscheduler", "waitress", "slack_bolt", "slack_sdk")


def configure_logging(level: str) -> None:
    """Send everything, the libraries' records too, to stderr as JSON lines."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(json_lines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Ticks and task counts of libraries are not events of ours.
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def json_lines() -> logging.Formatter:
    """A record, ours or a library's, as one line of JSON."""
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.ExceptionRenderer(_places),
            structlog.processors.JSONRenderer(),
        ],
        foreign_pre_chain=_SHARED,
    )


def harmless_words(error: BaseException) -> str:
    """What the operating system or the database says is wrong; "" for an error that may quote a lead."""
    if isinstance(error, DBAPIError) and not isinstance(error, DataError):
        # PostgreSQL's further lines hold the row.
        return str(error.orig).partition("\n")[0]
    return str(error) if isinstance(error, OSError) else ""


def _places(exc_info: ExcInfo) -> str:
    """Each error's type and where it passed, the last one first, without words that may quote a lead."""
    return "\n".join(line for error in _chain(exc_info[1]) for line in _described(error))


def _described(error: BaseException) -> Iterator[str]:
    yield ": ".join(filter(None, (type(error).__qualname__, harmless_words(error))))
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} {frame.name}"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
