"""Thousands of calls that Slack would never make, signed as Slack signs: each is answered, and nothing is broken.

HOSTILE_COUNT says how many, HOSTILE_SEED which; `make soak` sends more. A failure names its seed and its call.
"""

import json
from collections import Counter
from concurrent.futures import Executor, Future
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.db.models import Absence, Activity, ActivityKind, Lead, Rep, Task
from bot.outbox.rendering import SlackMessage
from bot.workspace import Workspace
from tests.company import Company
from tests.hostile.bodies import COUNT, seed_for
from tests.hostile.calls import Call, Field, Malice
from tests.hostile.checks import faults_of_answer, faults_of_message, unsafe
from tests.hostile.ends import faults_in_rows
from tests.hostile.logged import everything_logged, faults_in_log
from tests.hostile.logged_story import secrets_of
from tests.hostile.signing import posted

ON_SQLITE, ON_POSTGRESQL = COUNT * 2 // 5, COUNT // 10
"""How many of the bodies are calls of Slack's; the rest goes to the intake."""
PUBLISHED = sorted((Path(__file__).parent / "data").glob("*.body.*"), key=lambda path: path.name)
AT_ONCE = 400
"""After so many calls time passes, and somebody new writes."""

TABLES: dict[str, type[Any]] = {
    "leads": Lead,
    "tasks": Task,
    "deeds": Activity,
    "leaves": Absence,
    "reps": Rep,
}


class AtOnce(Executor):
    """Does each thing before it comes back: a seed repeats a run to the letter, and no answer is waited for.

    What a listener lets out would be seen by nobody: it is kept.
    """

    def __init__(self) -> None:
        self.let_out: list[BaseException] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  (whatever it is)
            self.let_out.append(error)
        return done


class Attack:
    """The calls as they are sent, and everything that comes of each."""

    def __init__(self, office: Company) -> None:
        self.office = office
        self.workspace: Workspace = office.workspace
        self.listeners = office.bot.bolt.listener_runner.listener_executor = AtOnce()
        guest = self.workspace.add_user("guest", "<!channel> Guest", "guest@elsewhere.example")
        self.wrote: set[str] = set()
        self.ground = Field(
            people=[*office.users.values(), *[office.users["mia"]] * 3, guest],
            team_id=self.workspace.team_id,
            channel=office.channel,
            published=[path.read_bytes().decode("utf-8", "replace") for path in PUBLISHED],
            secrets=secrets_of(office.bot),
            ticket=self._ticket,
        )
        # People on the team may be named to each other; a guest may only be told who they are.
        self.ours = set(office.users.values())
        self.sent = Counter[str]()

    def live_on(self) -> None:
        """Somebody new writes, some hours pass, and what is there now can be attacked."""
        for _ in range(3):
            number = len(self.wrote)
            address = f"dana{number}@prospect{number}.example"
            self.office.send_form(name="<!channel> *Dana*", email=address, phone=f"+1212555{number:04}")
            self.wrote.add(address)
        self.office.settle()
        self.office.clock.advance(timedelta(hours=3))
        self.office.settle()
        with self.office.bot.database.read() as session:
            for name, table in TABLES.items():
                self.ground.ids[name] = sorted(session.scalars(select(table.id)))[-60:]

    def send(self, call: Call) -> list[str]:
        """What is wrong with what came of it."""
        self.sent[call.kind] += 1
        answer = posted(self.office, call.kind, call.body)
        wrong = [f"let out {error!r}" for error in self.listeners.let_out]
        self.listeners.let_out.clear()
        if answer.status_code != 200:
            refused = not call.whole and 400 <= answer.status_code < 500
            return [*wrong, *([] if refused else [f"status {answer.status_code}: {answer.data!r}"])]
        if answer.data:
            wrong += faults_of_answer(json.loads(answer.data), call.body, self.ours)
        return wrong + self._faults_shown()

    def _faults_shown(self) -> list[str]:
        store, wrong = self.workspace._context.store, list[str]()
        with store.lock:
            for whispers in store.whispers.values():
                for said in whispers.values():
                    wrong += faults_of_message(SlackMessage(said.text, said.blocks), self.ours)
            for stack in [*store.modals.values(), list(store.homes.values())]:
                for view in stack:
                    # The workspace has refused everything that Slack would.
                    wrong += unsafe(view.blocks, self.ours)
            store.whispers.clear()
            store.modals.clear()
            store.homes.clear()
        return wrong

    def _ticket(self, user: str) -> dict[str, str]:
        place = self.workspace._context
        return {
            "trigger_id": place.tickets.new_trigger(user),
            "response_url": place.response_url(user, self.office.channel),
        }

    def said(self) -> list[str]:
        """What is wrong with any message that stands anywhere."""
        places = (self.office.channel, *self.ours)
        messages = [message for place in places for message in self.workspace.messages(place)]
        wrong = (faults_of_message(SlackMessage(each.text, each.blocks), self.ours) for each in messages)
        return [fault for faults in wrong for fault in faults]


def test_thousands_of_calls_that_slack_would_never_make_are_each_answered_and_break_nothing(
    office: Company,
) -> None:
    seed = seed_for(office.bot.database)
    attack, calls = Attack(office), ON_SQLITE if office.bot.database.is_sqlite else ON_POSTGRESQL
    with everything_logged() as log:
        attack.live_on()
        for number, call in enumerate(islice(Malice(attack.ground, seed).calls(), calls), start=1):
            assert attack.send(call) == [], (seed, number, call)
            assert faults_in_log(log, attack.ground.secrets) == [], (seed, number, call)
            if number % AT_ONCE == 0:
                attack.live_on()
                assert faults_in_log(log, attack.ground.secrets) == [], (seed, number)
                with office.bot.database.read() as session:
                    assert faults_in_rows(session, attack.wrote) == [], (seed, number)
    assert attack.said() == []
    # A generator whose calls come to nothing would prove little.
    with office.bot.database.read() as session:
        done = set(session.scalars(select(Activity.kind)))
    assert done & {ActivityKind.CLAIMED, ActivityKind.OUTCOME, ActivityKind.LEARNED, ActivityKind.REASSIGNED}
    assert min(attack.sent[kind] for kind in ("command", "click", "form")) > calls / 5
