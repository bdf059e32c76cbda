"""What is logged of a failure: enough to find it, nothing that a lead wrote."""

import json
import logging
from io import StringIO

import pytest
from sqlalchemy.exc import IntegrityError

from bot.db import Database
from bot.db.models import Lead
from bot.logs import json_lines


def logged(error: Exception) -> str:
    """The failure as its line has it."""
    written, log = StringIO(), logging.Logger("test")
    handler = logging.StreamHandler(written)
    handler.setFormatter(json_lines())
    log.addHandler(handler)
    log.error("it failed", exc_info=error)
    (line,) = written.getvalue().splitlines()
    assert "dana" not in line.lower()
    return str(json.loads(line)["exception"])


def test_a_refused_row_is_logged_with_the_reason_and_the_place_and_nothing_of_the_lead(
    database: Database,
) -> None:
    with pytest.raises(IntegrityError) as failure, database.write() as session:
        session.add(Lead(name="Dana Lee", email="dana@lee.example", source="website"))
    line = logged(failure.value)
    assert "IntegrityError" in line
    assert "leads" in line
    assert "database.py" in line


def test_an_error_that_quotes_a_lead_is_logged_without_its_words_and_so_is_its_cause() -> None:
    try:
        try:
            int("dana@lee.example")
        except ValueError as cause:
            raise LookupError("nobody called Dana") from cause
    except LookupError as error:
        line = logged(error)
    assert [part for part in line.splitlines() if not part.startswith(" ")] == ["LookupError", "ValueError"]


def test_what_the_operating_system_says_is_kept() -> None:
    assert "Connection refused" in logged(ConnectionRefusedError(111, "Connection refused"))
