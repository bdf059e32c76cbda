"""Socket Mode comes and goes, and says everything twice, while leads come in, reps click and calls of ours fail.

What fails is drawn; a failure prints its seed, and FAULT_SEED draws the same again.
"""

import random
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Literal

from sqlalchemy import select

from bot.clock import machine_clock
from bot.db.models import Activity, ActivityKind, Lead, Rep
from bot.manifest import SCOPES
from bot.workspace import Fault, FaultKind, Message, Workspace
from tests.company import actions
from tests.crash.site import until
from tests.ends import assert_nothing_lost_and_nothing_twice, left_behind
from tests.faults.seeds import fault_seed
from tests.running import RunningBot, running_bot

EACH = 4
"""Leads that come before each fault of the socket."""
Fate = Literal["warning", "refresh_requested"]
METHODS = ("chat.postMessage", "chat.update", "conversations.open", "conversations.history")
PASSING = (FaultKind.RATELIMITED, FaultKind.SERVER_ERROR, FaultKind.REPLY_LOST)


def test_a_socket_that_comes_and_goes_loses_nothing_and_says_nothing_twice(database_url: str) -> None:
    draw = random.Random(fault_seed())
    with (
        Workspace(scopes=SCOPES) as workspace,
        running_bot(workspace, database_url, "xapp-local") as larkspur,
    ):
        workspace.faults.add(Fault("*", FaultKind.DUPLICATE))
        _round(larkspur, "warning", draw)
        _round(larkspur, "refresh_requested", draw)
        workspace.faults.clear()
        until(lambda: not _waiting(larkspur), "everything is decided, fired and delivered")
        places = (larkspur.channel, *larkspur.users.values())
        assert_nothing_lost_and_nothing_twice(larkspur.bot.database, workspace, places, larkspur.acknowledged)
        _every_click_counted_once(larkspur)


def _round(larkspur: RunningBot, fate: Fate, draw: random.Random) -> None:
    """Leads come, everybody clicks on all there is, and meanwhile the socket goes, calls fail, another lead comes."""
    _send_leads(larkspur, EACH)
    until(lambda: not _waiting(larkspur), "every lead has its card, every owner their touch")
    clicks, connections = _clicks(larkspur), _connections(larkspur)
    for _ in range(draw.randint(2, 3)):
        fault = Fault(draw.choice(METHODS), draw.choice(PASSING), times=draw.randint(1, 2))
        larkspur.workspace.faults.add(fault)
    with ThreadPoolExecutor(len(clicks)) as people:
        pressed = [people.submit(click) for click in clicks]
        larkspur.workspace.disconnect_sockets(fate)
        _send_leads(larkspur, 1)
        for press in pressed:
            press.result()
    until(lambda: _connections(larkspur) > connections, "the bot has connected anew")


def _send_leads(larkspur: RunningBot, count: int) -> None:
    for _ in range(count):
        number = len(larkspur.acknowledged)
        larkspur.send_lead(f"Dana{number} Lee", f"dana@company{number}.example")


def _connections(larkspur: RunningBot) -> int:
    return len(larkspur.workspace.calls("apps.connections.open"))


def _clicks(larkspur: RunningBot) -> list[partial[None]]:
    """Everybody claims whatever is on offer, and logs the touches they have."""
    cards = [one for one in larkspur.workspace.messages(larkspur.channel) if "claim" in actions(one)]
    claims = [partial(_press, larkspur, key, card, "claim") for card in cards for key in ("ana", "ben")]
    touches = [
        partial(_press, larkspur, key, touch, "outcome:done")
        for key in ("ana", "ben")
        for touch in larkspur.workspace.messages(larkspur.users[key])
        if "outcome:done" in actions(touch)
    ]
    return claims + touches


def _press(larkspur: RunningBot, key: str, message: Message, action_id: str) -> None:
    """As people do: again, until Slack shows no error."""
    press = partial(larkspur.workspace.click, larkspur.users[key], message.channel, message.ts, action_id)
    until(lambda: press().ok, f"{action_id} is answered")


def _waiting(larkspur: RunningBot) -> dict[str, int]:
    with larkspur.bot.database.read() as session:
        return left_behind(session, machine_clock())


def _every_click_counted_once(larkspur: RunningBot) -> None:
    """All that was on offer when they clicked is theirs; each logged touch has one outcome."""
    with larkspur.bot.database.read() as session:
        owners = session.scalars(select(Rep.key).join(Lead, Lead.owner_id == Rep.id)).all()
        outcome = Activity.kind == ActivityKind.OUTCOME
        logged = session.scalars(select(Activity.task_id).where(outcome)).all()
    # The last lead came after the last clicks; the touches of the first round were logged in the second.
    assert len(owners) == len(larkspur.acknowledged) - 1
    assert set(owners) <= {"ana", "ben"}
    assert len(set(logged)) == len(logged) == EACH
