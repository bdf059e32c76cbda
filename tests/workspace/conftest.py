from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from slack_sdk import WebClient

from bot.workspace import Workspace
from tests.workspace.tinybot import TinyBot, client_of, served


@dataclass
class Clock:
    """Seconds that pass only when told to."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Office:
    """A workspace with three people, a channel, and a clock for what expires."""

    workspace: Workspace
    clock: Clock
    ana: str
    ben: str
    mia: str
    channel: str

    @property
    def client(self) -> WebClient:
        return client_of(self.workspace)


@pytest.fixture
def office() -> Iterator[Office]:
    clock = Clock()
    with Workspace(clock=clock) as workspace:
        ana = workspace.add_user("ana", "Ana Ruiz", "ana@example.com")
        ben = workspace.add_user("ben", "Ben Okafor", "ben@example.com")
        mia = workspace.add_user("mia", "Mia Chen", "mia@example.com", manager=True)
        channel = workspace.add_channel("sales-inbound", members=[ana, ben, mia])
        yield Office(workspace, clock, ana, ben, mia, channel)


@pytest.fixture
def bot(office: Office) -> Iterator[TinyBot]:
    """A tiny bot that the workspace delivers to over signed HTTP."""
    bot = TinyBot(office.workspace)
    with served(bot) as url:
        office.workspace.events_url = url
        yield bot
