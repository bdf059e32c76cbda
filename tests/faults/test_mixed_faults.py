"""Faults mixed at random with leads and clicks: whatever the order, the same ends hold.

A failure prints its steps and its seed. FAULT_EXAMPLES makes a run longer, FAULT_SEED repeats one and looks for a
shorter story that fails; `make soak` sets the first.
"""

import os
import random
import sys
from collections.abc import Callable
from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bot.workspace import Fault, FaultKind
from tests.company import CHANNEL, Company, actions, company
from tests.faults.conftest import Databases
from tests.faults.ends import assert_all_is_well
from tests.faults.test_each_fault import MONDAY_10, lead

EXAMPLES = int(os.environ.get("FAULT_EXAMPLES", "6"))
"""How many stories each database sees."""
CALL_SECONDS = 1
"""How long the bot waits for an answer here: what hangs is given up soon."""


class Story:
    """What may happen, each by a name that a failure prints."""

    def __init__(self, larkspur: Company) -> None:
        self.larkspur = larkspur
        self.leads = 0

    def a_lead_comes(self) -> None:
        self.leads += 1
        self.larkspur.send_form(**lead(self.leads))

    def somebody_claims(self) -> None:
        """The oldest card that still offers itself, by whoever's turn it is to be quick."""
        larkspur = self.larkspur
        offered = [card for card in larkspur.workspace.messages(CHANNEL) if "claim" in actions(card)]
        if offered:
            larkspur.click(("ana", "ben", "cleo")[self.leads % 3], offered[0], "claim")

    def touches_are_done(self) -> None:
        """Everybody reports on the newest touch that still asks."""
        for key in ("ana", "ben", "cleo"):
            asking = [one for one in self.larkspur.direct_messages(key) if "outcome:done" in actions(one)]
            if asking:
                self.larkspur.click(key, asking[-1], "outcome:no-answer")

    def outcomes_are_taken_back(self) -> None:
        """Everybody undoes what they logged last, where that can still be undone."""
        for key in ("ana", "ben", "cleo"):
            logged = [one for one in self.larkspur.direct_messages(key) if "undo" in actions(one)]
            if logged:
                self.larkspur.click(key, logged[-1], "undo")

    def work_is_done(self) -> None:
        self.larkspur.settle()

    def minutes_pass(self) -> None:
        self.larkspur.wait(minutes=6)

    def hours_pass(self) -> None:
        """Touches fall due together, ladders are climbed to their end."""
        self.larkspur.wait(hours=2)

    def all_is_well_again(self) -> None:
        self.larkspur.workspace.faults.clear()


METHODS = st.sampled_from(
    ["*", "chat.postMessage", "chat.update", "conversations.history", "conversations.open"]
)
PASSING = st.builds(
    Fault,
    METHODS,
    st.sampled_from(
        [FaultKind.RATELIMITED, FaultKind.SERVER_ERROR, FaultKind.NOT_JSON, FaultKind.REPLY_LOST]
    ),
    times=st.integers(1, 4),
    seconds=st.sampled_from([1.0, 30.0]),
)
HANGING = st.builds(
    Fault,
    METHODS,
    st.just(FaultKind.HANG),
    times=st.integers(1, 2),
    seconds=st.just(60.0),
    applied=st.booleans(),
)
STANDING = st.one_of(
    st.sampled_from([Fault("*", FaultKind.TOKEN_REVOKED), Fault("*", FaultKind.ACCOUNT_INACTIVE)]),
    st.builds(
        Fault, st.just("*"), st.sampled_from([FaultKind.ARCHIVED, FaultKind.KICKED]), channel=st.just(CHANNEL)
    ),
    st.just(Fault("*", FaultKind.DUPLICATE)),
    st.builds(Fault, METHODS, st.sampled_from([FaultKind.SERVER_ERROR, FaultKind.REPLY_LOST])),
)
DEEDS = st.sampled_from(
    [
        Story.a_lead_comes,
        Story.somebody_claims,
        Story.touches_are_done,
        Story.outcomes_are_taken_back,
        Story.work_is_done,
        Story.minutes_pass,
        Story.hours_pass,
        Story.all_is_well_again,
    ]
)


STORIES = st.lists(st.one_of(DEEDS, DEEDS, DEEDS, PASSING, STANDING, HANGING), min_size=4, max_size=16)


def test_whatever_fails_in_whatever_order_everything_is_said_once(databases: Databases) -> None:
    wanted = os.environ.get("FAULT_SEED")
    number = int(wanted or random.SystemRandom().randrange(1_000_000))
    sys.stdout.write(f"FAULT_SEED={number}\n")

    @seed(number)
    @settings(
        max_examples=EXAMPLES,
        derandomize=False,
        database=None,
        # Each further try costs a second: only whoever repeats a failure waits for a shorter one.
        phases=[Phase.generate, Phase.shrink] if wanted else [Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(steps=STORIES)
    def every_story_ends_well(steps: list[Callable[[Story], None] | Fault]) -> None:
        with databases() as url:
            _tell(url, steps)

    every_story_ends_well()


def _tell(database_url: str, steps: list[Callable[[Story], None] | Fault]) -> None:
    with company(database_url, MONDAY_10, rate_limits=True) as larkspur:
        larkspur.bot.client.timeout = CALL_SECONDS
        story = Story(larkspur)
        story.a_lead_comes()
        larkspur.settle()
        larkspur.patience = timedelta(seconds=70)
        for step in steps:
            if isinstance(step, Fault):
                larkspur.workspace.faults.add(step)
            else:
                step(story)
        larkspur.workspace.faults.clear()
        larkspur.settle(within=timedelta(hours=1))
        assert_all_is_well(larkspur)
