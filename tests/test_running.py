"""A lead's first minutes with the bot as `run` starts it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.db.models import Lead, Rep
from bot.manifest import SCOPES
from bot.workspace import Workspace
from tests.company import actions, all_text
from tests.running import running_bot


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    # A busy machine says nothing about the bot.
    with Workspace(scopes=SCOPES, ack_seconds=30) as workspace:
        yield workspace


@pytest.mark.parametrize("app_token", [None, "xapp-local"], ids=["signed-http", "socket-mode"])
def test_a_lead_sent_is_offered_claimed_and_handed_its_first_touch(
    workspace: Workspace, database_url: str, app_token: str | None
) -> None:
    with running_bot(workspace, database_url, app_token) as larkspur:
        users, channel = larkspur.users, larkspur.channel
        larkspur.send_lead("Dana Lee", "dana@brightfields.com")
        assert workspace.wait_for(lambda: workspace.messages(channel), 60)
        card = workspace.messages(channel)[0]
        assert "Dana Lee" in all_text(card)

        assert workspace.click(users["ben"], channel, card.ts, "claim").error is None
        assert workspace.wait_for(lambda: workspace.messages(users["ben"]), 60)
        assert "outcome:done" in actions(workspace.messages(users["ben"])[0])

        assert workspace.command(users["ben"], "/followup", "today").error is None
        assert "Dana Lee" in all_text(workspace.ephemerals(users["ben"])[-1])
    assert _owner(database_url) == "ben"


def _owner(database_url: str) -> str | None:
    database = Database(database_url)
    with database.read() as session:
        owner = session.scalar(select(Rep.key).join(Lead, Lead.owner_id == Rep.id))
    database.dispose()
    return owner
