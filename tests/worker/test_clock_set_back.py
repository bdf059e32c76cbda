"""What the worker makes of a clock that was set back."""

from datetime import timedelta

from pydantic import SecretStr
from sqlalchemy import select

from bot.app import build
from bot.db import database_now
from bot.db.models import Intent
from bot.outbox.enqueue import IntentKind, show, to_pool
from bot.settings import Settings


def test_a_lease_from_the_hour_ahead_lasts_as_long_as_any_other(database_url: str) -> None:
    settings = Settings(
        _env_file=None,
        slack_bot_token=SecretStr("xoxb-local"),
        slack_signing_secret=SecretStr("local-signing-secret"),
        slack_app_token=None,
        followup_secret=None,
        database_url=database_url,
        public_url=None,
        port=0,
        lease_seconds=300,
    )
    bot = build(settings)
    with bot.database.write() as session:
        now = database_now(session)
        show(session, IntentKind.LEAD_CARD, 41, to_pool("inbound"), now)
        intent = session.scalars(select(Intent)).one()
        intent.lease, intent.leased_until = "of somebody", now + timedelta(hours=1)
    bot.worker.look_at_the_clock_again()
    with bot.database.read() as session:
        until = session.scalars(select(Intent.leased_until)).one()
    assert until is not None
    assert timedelta(0) <= until - (now + timedelta(minutes=5)) < timedelta(minutes=5)
    bot.database.dispose()
