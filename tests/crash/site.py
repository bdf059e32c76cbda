"""A company whose bot runs as real processes: people who click, senders who do not give up."""

import itertools
import json
import os
import random
import socket
import threading
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path
from uuid import uuid4

from sqlalchemy import update

from bot.app import load_first_team_text
from bot.clock import machine_clock
from bot.db import Database, Loop, wake
from bot.db.models import Task, TaskState
from bot.intake import valid_secrets
from bot.manifest import SCOPES
from bot.workspace import Delivery, Message, Workspace
from tests.company import actions, buttons
from tests.crash.processes import BotProcess

POOLS = 10
WEBS = 2
PATIENCE = float(os.environ.get("CRASH_PATIENCE", "240"))
"""Seconds after which something that must happen counts as not happening."""


def until(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Return as soon as the condition holds; fails with `what` if it never does."""
    deadline, tick = time.monotonic() + seconds, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        tick.wait(0.05)


def team_document(users: list[str]) -> str:
    """Ten pools of two reps each, always open, whose ladders stay silent while a test lasts."""
    reps = [f"  rep-{number}: {{slack: {user}}}" for number, user in enumerate(users)]
    pools = [
        f'  pool-{number}: {{channel: "#leads-{number}", members: [rep-{2 * number}, rep-{2 * number + 1}], '
        "managers: [boss], ladder: {nudges: [9000], hot_nudges: [9000], managers: 10000}, "
        "contact_target: {hot: 9000, rest: 9000}}"
        for number in range(POOLS)
    ]
    sources = [f"  form-{number}: {{pool: pool-{number}, auth: bearer}}" for number in range(POOLS)]
    return "\n".join(
        [
            "name: Crash",
            "zone: America/New_York",
            "follow_ups_a_day: 1000",
            "country: US",
            "reps:",
            "  boss: {email: boss@crash.example}",
            *reps,
            "pools:",
            *pools,
            "sources:",
            *sources,
            "default_pool: pool-0",
            "",
        ]
    )


class Clock:
    """The clock of a machine, in a file, as seconds off the right time."""

    def __init__(self, folder: Path, off: float = 0) -> None:
        self.file = folder / f"clock-{uuid4().hex}"
        self.set(off)

    def set(self, off: float) -> None:
        """From now on; whoever reads it meanwhile sees the one or the other."""
        new = self.file.with_suffix(".new")
        new.write_text(str(off))
        new.replace(self.file)


class Site:
    """The workspace, the database and the processes; `acknowledged` are the leads whose senders heard 200."""

    def __init__(
        self, database_url: str, workspace: Workspace, folder: Path, messages_per_minute: int
    ) -> None:
        self.database = Database(database_url)
        self.workspace = workspace
        self.processes: list[BotProcess] = []
        self._folder = folder
        self.acknowledged: set[int] = set()
        self.refusals: set[int] = set()
        """The statuses other than 200 that senders were answered."""
        self._webs: dict[int, BotProcess | None] = {_free_port(): None for _ in range(WEBS)}
        """The web processes by their ports."""
        self._turn = itertools.count()
        self.reps = [
            workspace.add_user(f"rep-{number}", f"Rep {number}", f"rep-{number}@crash.example")
            for number in range(2 * POOLS)
        ]
        self.boss = workspace.add_user("boss", "Boss", "boss@crash.example")
        self.channels = [
            workspace.add_channel(
                f"leads-{number}", members=[*self.reps[2 * number : 2 * number + 2], self.boss]
            )
            for number in range(POOLS)
        ]
        with self.database.write() as session:
            load_first_team_text(session, team_document(self.reps), "the test", machine_clock())
            self._keys = [
                valid_secrets(session, f"form-{number}", machine_clock())[0] for number in range(POOLS)
            ]
        self.environment = {
            "DATABASE_URL": database_url,
            "SLACK_API_URL": workspace.api_url,
            "SLACK_BOT_TOKEN": "xoxb-local",
            "SLACK_SIGNING_SECRET": "local-signing-secret",
            "SLACK_APP_TOKEN": "",
            "SLACK_MESSAGES_PER_MINUTE": str(messages_per_minute),
            "PUBLIC_URL": "",
            "FOLLOWUP_TEAM": str(folder / "none.yml"),
            "LEASE_SECONDS": "6",
            "LOG_LEVEL": "INFO",
        }
        # Whoever clicks waits for no sender.
        self._senders = ThreadPoolExecutor(12, thread_name_prefix="senders")
        self._people = ThreadPoolExecutor(12, thread_name_prefix="people")
        self._deeds: list[Future[None]] = []
        self._busy: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._over = threading.Event()

    # -- processes

    def start(
        self,
        command: str,
        *,
        clock: "Clock | None" = None,
        poll: float | None = None,
        **environment: str,
    ) -> BotProcess:
        """Start `python -m bot <command>`, perhaps by another clock, or looking only every `poll` seconds."""
        module = ["bot", command]
        if clock or poll:
            clock = clock or Clock(self._folder)
            module = ["tests.crash.other_machine", command, str(clock.file), *([str(poll)] if poll else [])]
        port = self._idle_port() if command != "worker" else 0
        environment = {**self.environment, "PORT": str(port), **environment}
        process = BotProcess("-m", *module, environment=environment)
        self.processes.append(process)
        if port:
            self._webs[port] = process
        return process

    def wait_for_web(self) -> None:
        until(lambda: all(_get(port, "/readyz") == 200 for port in self._serving()), "every web answers")

    def get(self, path: str) -> int | None:
        """The status of a GET from one of the web processes; None when nobody answers."""
        return _get(self._one_of_the_webs(), path)

    def _one_of_the_webs(self) -> int:
        """Its port: each in turn, as behind a balancer that does not know who lives."""
        serving = self._serving()
        return serving[next(self._turn) % len(serving)]

    def _idle_port(self) -> int:
        return next(port for port, web in self._webs.items() if web is None or not web.running)

    def _serving(self) -> list[int]:
        return [port for port, web in self._webs.items() if web]

    # -- people

    def send_leads(self, numbers: range) -> None:
        """Have these leads sent, each by a sender who repeats it until it is acknowledged."""
        self._deeds += [self._senders.submit(self._send, number) for number in numbers]

    def claim(self, cards: list[Message]) -> None:
        """Have both reps of each card's pool click Claim until neither Slack nor the bot shows them an error."""
        for card in cards:
            pool = self.channels.index(card.channel)
            for rep in self.reps[2 * pool : 2 * pool + 2]:
                self._deeds.append(self._people.submit(self._click, rep, card))

    def unclaimed_cards(self, random_: random.Random, limit: int) -> list[Message]:
        """A few cards that still have their Claim button."""
        cards = self._unclaimed()
        return random_.sample(cards, min(limit, len(cards)))

    def log_outcomes(self, random_: random.Random, limit: int, reps: Sequence[str]) -> None:
        """Have these reps log a few of the touches that ask for an outcome, in their messages or from a list."""
        asking = self._asking(reps)
        for rep, message, button in random_.sample(asking, min(limit, len(asking))):
            self._deeds.append(self._people.submit(self._log, rep, message, button))

    def work_begins(self, random_: random.Random) -> None:
        """Once there is a card to claim for each pool some are claimed, and what that sets off begins to be logged."""
        until(lambda: len({card.channel for card in self._unclaimed()}) == POOLS, "a card in each channel")
        self.claim(self.unclaimed_cards(random_, POOLS // 2))
        until(lambda: self._asking(self.reps), "an owner's first touch")
        self.log_outcomes(random_, POOLS // 2, self.reps)

    def _unclaimed(self) -> list[Message]:
        cards = [card for channel in self.channels for card in self.workspace.messages(channel)]
        return [card for card in cards if "claim" in actions(card)]

    def _asking(self, reps: Sequence[str]) -> list[tuple[str, Message, dict[str, str]]]:
        """What asks these reps for an outcome: who, where and by which button."""
        return [
            (rep, message, button)
            for rep in reps
            for message in self.workspace.messages(rep)
            for button in buttons(message)
            if button["action_id"] == ("open_task" if _is_list(message) else "outcome:done")
        ]

    def touches_fall_due_together(self) -> None:
        """Whatever waits for its day is due at one and the same moment, as at nine in the morning: in a second."""
        with self.database.write() as session:
            soon = machine_clock() + timedelta(seconds=1)
            session.execute(update(Task).where(Task.state == TaskState.WAITING).values(due_at=soon))
            wake(session, Loop.TIMERS)

    def people_are_done(self) -> None:
        """Wait until every sender and everybody who clicks got an answer; raises what went wrong with one."""
        until(lambda: all(deed.done() for deed in self._deeds), "every sender and rep is answered")
        for deed in self._deeds:
            deed.result()

    def post(self, number: int) -> int | None:
        """One attempt to send this lead; the status, or None when nobody answers."""
        pool = number % POOLS
        body = {"name": f"Lead {number}", "email": f"lead-{number}@prospect-{number}.com", "consent": "yes"}
        return _answer(
            urllib.request.Request(
                f"http://127.0.0.1:{self._one_of_the_webs()}/leads/form-{pool}",
                data=json.dumps(body).encode(),
                headers={
                    "Content-Type": "application/json",
                    "Authorization": f"Bearer {self._keys[pool]}",
                    "Idempotency-Key": f"delivery-{number}",
                },
            )
        )

    def _send(self, number: int) -> None:
        while not self._over.is_set():
            status = self.post(number)
            if status == 200:
                self.acknowledged.add(number)
                return
            self.refusals |= {status} if status else set()
            self._over.wait(0.1)

    def _click(self, rep: str, card: Message) -> None:
        while not self._over.is_set():
            if self._clicked(rep, card, "claim"):
                return
            self._over.wait(0.1)

    def _log(self, rep: str, message: Message, button: dict[str, str]) -> None:
        # Somebody does one thing after the other: a second window would hide the first.
        with self._busy[rep]:
            # What a killed process had stored before it could say so asks no more.
            while not self._over.is_set() and self._still_asks(rep, message, button):
                while self.workspace.modal(rep):
                    self.workspace.close_view(rep)
                clicked = self._clicked(rep, message, button["action_id"], button["value"])
                if clicked and (not _is_list(message) or self._submit(rep)):
                    return
                self._over.wait(0.1)

    def _still_asks(self, rep: str, message: Message, button: dict[str, str]) -> bool:
        current = [each for each in self.workspace.messages(rep) if each.ts == message.ts]
        shown = [(one["action_id"], one["value"]) for each in current for one in buttons(each)]
        return (button["action_id"], button["value"]) in shown

    def _submit(self, rep: str) -> bool:
        """Whether the window came that a click asked for, and was sent."""
        came = self.workspace.wait_for(lambda: self.workspace.modal(rep), 2)
        return came and self.workspace.submit(rep, {"outcome": "done"}).ok

    def _clicked(self, rep: str, message: Message, action: str, value: str | None = None) -> bool:
        """Whether a click was answered, and not by asking to try again."""
        heard = len(self.workspace.ephemerals(rep))
        answered = self.click(rep, message, action, value).ok
        said = self.workspace.ephemerals(rep)[heard:]
        return answered and not any("Please try again" in each.text for each in said)

    def click(self, rep: str, message: Message, action: str, value: str | None = None) -> Delivery:
        """One attempt to click a button; Slack asks one of the web processes."""
        self.workspace.events_url = f"http://127.0.0.1:{self._one_of_the_webs()}/slack/events"
        return self.workspace.click(rep, message.channel, message.ts, action, value)

    # -- the end

    def close(self) -> None:
        self._over.set()
        for process in self.processes:
            process.kill()
        self._senders.shutdown()
        self._people.shutdown()
        self.database.dispose()


@contextmanager
def site(database_url: str, folder: Path, *, rate_limits: bool = False) -> Iterator[Site]:
    """A site without processes yet; all that were started are gone at the end.

    With `rate_limits` Slack holds the bot to its own, and the bot goes by the default settings.
    """
    with Workspace(scopes=SCOPES, rate_limits=rate_limits) as workspace:
        running = Site(database_url, workspace, folder, 300 if rate_limits else 6000)
        try:
            yield running
        finally:
            running.close()


def _is_list(message: Message) -> bool:
    return any("accessory" in block for block in message.blocks)


def _get(port: int, path: str) -> int | None:
    return _answer(urllib.request.Request(f"http://127.0.0.1:{port}{path}"))


def _answer(request: urllib.request.Request) -> int | None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code
    except (OSError, HTTPException):
        return None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
