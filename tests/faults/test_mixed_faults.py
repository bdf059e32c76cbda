"""Faults mixed at random with leads and clicks: whatever the order, the same ends hold.

A failure prints its steps and its seed. FAULT_EXAMPLES makes a run longer, FAULT_SEED repeats one and looks for a
shorter story that fails; `make soak` sets the first.
"""

import os
from collections.abc import Callable
from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bot.outbox.refusals import refusals
from bot.workspace import Delivery, Fault, FaultKind, Message
from tests.company import CHANNEL, Company, actions, buttons, company
from tests.crash.site import until
from tests.faults.conftest import Databases
from tests.faults.ends import assert_all_is_well
from tests.faults.seeds import fault_seed
from tests.faults.test_each_fault import MONDAY_10, lead

EXAMPLES = int(os.environ.get("FAULT_EXAMPLES", "5"))
"""How many stories each database sees."""
PEOPLE = ("ana", "ben", "cleo")
AT_FIRST = 3
"""Leads that a story begins with: so many touches of one person, due together, are told in one list."""
FORMS = ({"objection": "price", "note": "Too dear."}, {"outcome": "done"})
"""What is entered in the form that has these fields."""
CALL_SECONDS = 1
"""How long the bot waits for an answer here: what hangs is given up soon."""


class Story:
    """What may happen, each by a name that a failure prints."""

    def __init__(self, larkspur: Company) -> None:
        self.larkspur = larkspur
        self.leads = 0
        self.claims = 0

    def a_lead_comes(self) -> None:
        self.leads += 1
        self.larkspur.send_form(**lead(self.leads))

    def somebody_claims(self) -> None:
        """All the cards that still offer themselves, by whoever's turn it is to be quick."""
        key = self._the_quick()
        for card in self.larkspur.workspace.messages(CHANNEL):
            if "claim" in actions(card):
                self.larkspur.click(key, card, "claim")

    def somebody_claims_at_home(self) -> None:
        """A lead that still waits for somebody, if Home says so."""
        key = self._the_quick()
        user = self.larkspur.users[key]
        self._sees(key, lambda: self.larkspur.workspace.open_home(user), "views.publish")
        home = self.larkspur.workspace.home(user)
        if home and "'claim'" in str(home.blocks):
            self._sees(
                key, lambda: self.larkspur.workspace.click_home(user, "claim"), "views.publish", "views.open"
            )

    def touches_are_done(self) -> None:
        """Everybody reports on every touch that still asks."""
        for key in PEOPLE:
            for message in self.larkspur.direct_messages(key):
                # Nobody fails to answer an e-mail.
                asks = [one for one in ("outcome:no-answer", "outcome:done") if one in actions(message)]
                if asks:
                    self.larkspur.click(key, message, asks[0])

    def forms_are_sent(self) -> None:
        """Everybody opens the form of the newest touch that asks, alone or on a list, and sends it if it came."""
        for key in PEOPLE:
            asking = [
                (message, button)
                for message in self.larkspur.direct_messages(key)
                for button in buttons(message)
                if button["action_id"] in ("outcome:objection", "open_task")
            ]
            if asking:
                self._send_form(key, *asking[-1])

    def outcomes_are_taken_back(self) -> None:
        """Everybody undoes what they logged last, where that can still be undone."""
        for key in PEOPLE:
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

    def _the_quick(self) -> str:
        self.claims += 1
        return PEOPLE[self.claims % len(PEOPLE)]

    def _send_form(self, key: str, message: Message, button: dict[str, str]) -> None:
        workspace, user, which = self.larkspur.workspace, self.larkspur.users[key], button["action_id"]
        self._sees(key, lambda: workspace.click(user, message.channel, message.ts, which, button["value"]))
        window = workspace.modal(user)
        for values in FORMS:
            if window and values.keys() <= window.state.keys():
                self.larkspur.submit(key, values)
        while workspace.modal(user):
            workspace.close_view(user)

    def _sees(self, key: str, deed: Callable[[], Delivery], *unseen_by: str) -> None:
        """Whatever fails, nobody who does this is left without an answer, unless one of these calls failed."""
        workspace, user = self.larkspur.workspace, self.larkspur.users[key]

        def seen() -> object:
            with self.larkspur.bot.database.read() as session:
                errors = refusals(session)
            failed = {which: count for which, count in errors.items() if which[0] in unseen_by}
            return workspace.home(user), workspace.modal(user), len(workspace.ephemerals(user)), failed

        before = seen()
        assert deed().ok
        until(lambda: seen() != before, f"{key} sees what came of it", 60)
        self.larkspur.settle()


METHODS = st.sampled_from(
    [
        "*",
        "chat.postMessage",
        "chat.update",
        "conversations.history",
        "conversations.open",
        "views.open",
        "views.publish",
    ]
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
        Story.somebody_claims_at_home,
        Story.touches_are_done,
        Story.forms_are_sent,
        Story.outcomes_are_taken_back,
        Story.work_is_done,
        Story.minutes_pass,
        Story.hours_pass,
        Story.all_is_well_again,
        Story.all_is_well_again,
    ]
)
Step = tuple[Fault | None, Callable[[Story], None]]
STORIES = st.lists(
    st.tuples(st.one_of(st.none(), st.none(), PASSING, PASSING, STANDING, HANGING), DEEDS),
    min_size=4,
    max_size=10,
)
"""What goes wrong from then on, and what happens next."""


def test_whatever_fails_in_whatever_order_everything_is_said_once(databases: Databases) -> None:
    wanted = os.environ.get("FAULT_SEED")

    @seed(fault_seed())
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
    def every_story_ends_well(steps: list[Step]) -> None:
        with databases() as url:
            _tell(url, steps)

    every_story_ends_well()


def _tell(database_url: str, steps: list[Step]) -> None:
    with company(database_url, MONDAY_10, rate_limits=True) as larkspur:
        larkspur.bot.client.timeout = larkspur.bot.bolt.client.timeout = CALL_SECONDS
        story = Story(larkspur)
        for _ in range(AT_FIRST):
            story.a_lead_comes()
        larkspur.settle()
        story.somebody_claims()
        larkspur.patience = timedelta(seconds=70)
        for fault, deed in steps:
            if fault:
                larkspur.workspace.faults.add(fault)
            deed(story)
        larkspur.workspace.faults.clear()
        larkspur.settle(within=timedelta(hours=1))
        assert_all_is_well(larkspur)
