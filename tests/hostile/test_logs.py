"""Nothing secret and nobody's address is ever logged, at any level."""

import json
import os
import subprocess
import sys

from tests.hostile import logged_story


def test_no_secret_and_no_leads_address_is_logged_at_debug_level_over_a_whole_story(
    database_url: str,
) -> None:
    # A process of its own: logging is set up once for a whole process.
    done = subprocess.run(
        [sys.executable, "-m", logged_story.__name__, database_url],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ | {"PYTHONWARNINGS": "default"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    events = {str(line["event"]) for line in lines}
    # The story did log what it is about: requests, messages, and each edge's own failure.
    assert events >= {"request", "message posted", "the database failed", "slack listener failed"}
    # SQLite and PostgreSQL call a missing table by different names, so it ends at one of two edges.
    assert events & {"an inbox entry could not be decided", "loop failed"}
    assert any(line["level"] == "debug" for line in lines)
    found = {secret for secret in json.loads(done.stdout) if secret in done.stderr}
    assert found == set()
