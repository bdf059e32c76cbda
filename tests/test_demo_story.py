"""The demo's story, played to its end by its button (R55)."""

import itertools
import json
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import Running, build, load_first_team_text
from bot.clock import MovableClock, machine_clock
from bot.commands.demo import settings_for
from bot.db.migrate import migrate
from bot.db.models import Lead, Stage, Status
from bot.demo.company import SOURCE, TEAM_TEXT, Company, Office
from bot.demo.story import STEPS
from bot.intake import valid_secrets
from bot.manifest import SCOPES
from bot.workspace import Workspace


def play(url: str) -> str:
    request = urllib.request.Request(
        f"{url}/story", data=b"{}", headers={"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        told = json.load(answer)
    assert told["ok"], told["sentence"]
    return str(told["sentence"])


class Hurried:
    """The machine's clock, two seconds later at every look: nobody waits for what Slack allows in a second."""

    def __init__(self) -> None:
        self._looks = itertools.count()

    def __call__(self) -> datetime:
        return machine_clock() + timedelta(seconds=2 * next(self._looks))


def test_every_click_plays_a_step_and_says_why(tmp_path: Path) -> None:
    clock = MovableClock(tmp_path / "clock")
    company = Company(clock, tmp_path / "story.json")
    with Workspace(
        bot_token="xoxb-demo", signing_secret="demo", controls=company.controls(), scopes=SCOPES
    ) as workspace:
        workspace.ack_seconds = 30
        company.move_in(workspace)
        settings = settings_for(workspace.api_url, "xoxb-demo", "demo", tmp_path)
        bot = build(settings, business_now=clock, machine_now=Hurried())
        migrate(bot.database)
        with bot.database.write() as session:
            load_first_team_text(session, TEAM_TEXT, "the demo", clock())
            key = valid_secrets(session, SOURCE, clock())[0]
        running = Running(bot, web=True, worker=True)
        running.start()
        try:
            assert running.server is not None
            workspace.events_url = f"{running.server.url}/slack/events"
            bot.worker.find_people()
            company.open_office(Office(bot, f"{running.server.url}/leads/{SOURCE}", key), workspace)
            told = [play(workspace.url) for _ in STEPS]
            again = [play(workspace.url) for _ in range(2)]
        finally:
            running.stop()
        with bot.database.read() as session:
            lead, somebody_new = session.scalars(select(Lead).order_by(Lead.id)).all()
            assert (lead.stage, lead.status) == (Stage.POST_CALL, Status.BOOKED)
            assert somebody_new.owner_id is not None
    assert "Three silences, one live lead." in told[-1]
    assert all("(R" in sentence for sentence in told)
    assert [sentence.split()[0] for sentence in again] == ["1/12", "2/12"]


def test_before_the_bot_is_there_the_button_says_so(tmp_path: Path) -> None:
    company = Company(MovableClock(tmp_path / "clock"), tmp_path / "story.json")
    story = company.controls().story
    assert story is not None
    with pytest.raises(ValueError, match="still starting"):
        story()
