"""What a migration makes of the rows it finds."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import select

from bot.db import Database
from bot.db.models import Intent

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MIGRATIONS = Path(__file__).parents[2] / "migrations"


def intent(
    subject: str, wanted: int, done: int, sent_at: datetime | None, dead_at: datetime | None
) -> Intent:
    row = Intent(kind="lead-card", subject=subject, destination="pool:inbound", lane=f"card:{subject}")
    row.wanted, row.done, row.created_at, row.sent_at, row.dead_at = wanted, done, NOON, sent_at, dead_at
    return row


def test_only_what_was_never_said_has_waited_since_it_was_written_down(database: Database) -> None:
    later = NOON + timedelta(days=3)
    with database.write() as session:
        session.add_all(
            [
                intent("never said", 1, 0, None, None),
                intent("an update", 2, 1, NOON, None),
                intent("as wanted", 1, 1, NOON, None),
                intent("given up", 1, 0, None, later),
            ]
        )
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0011")
        command.upgrade(config, "0012")
        connection.commit()
    with database.read() as session:
        since = {intent.subject: intent.wanted_at for intent in session.scalars(select(Intent))}
    assert since == {"never said": NOON, "an update": None, "as wanted": None, "given up": None}
