"""Every line that would be written to the log at DEBUG, as it would be written."""

import json
import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from io import StringIO

import structlog

from bot.logs import _SHARED, NOISY, json_lines


@contextmanager
def everything_logged() -> Iterator[StringIO]:
    """The log of what happens inside, libraries included, one JSON object a line."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(json_lines())
    root, before = logging.getLogger(), structlog.get_config()
    # As the bot sets itself up, but for as long as this test lasts.
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger("DEBUG"),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    root.addHandler(handler)
    levels = {name: logging.getLogger(name).level for name in (None, *NOISY)}
    for name in levels:
        logging.getLogger(name).setLevel("WARNING" if name else "DEBUG")
    try:
        yield written
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        root.removeHandler(handler)
        structlog.configure(**before)


def faults_in_log(log: StringIO, secrets: Collection[str]) -> list[str]:
    """What must not be in what was logged since the last look: a failure nobody expected, or a secret."""
    lines = log.getvalue().splitlines()
    log.seek(0)
    log.truncate()
    found = [f"logged a secret: {line}" for line in lines if any(secret in line for secret in secrets)]
    return found + [line for line in lines if json.loads(line)["level"] in ("error", "critical")]
