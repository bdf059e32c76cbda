"""The demo's company: its people in the workspace, its form, its clock's buttons."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from importlib.resources import files
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from zoneinfo import ZoneInfo

from bot import businesstime
from bot.app import Followup
from bot.clock import MovableClock, machine_clock
from bot.demo.story import Story
from bot.demo.walk import walk
from bot.team.document import load_team
from bot.worker.due import next_due
from bot.workspace import Controls, FormField, Workspace

TEAM_TEXT = files("bot.demo").joinpath("team.yml").read_text("utf-8")
CHANNEL = "sales-inbound"
MANAGER = "mia"
STORY_REP = "ana"
SOURCE = "website"
WORKDAY_STARTS = time(9)
FIRST_STEP = (
    "Be the prospect first: send the form. The lead is offered in #sales-inbound at once; choose a rep under "
    "“Acting as”, claim it, and find the first touch in their messages with Followup. Then move the clock. "
    "Or watch first: “Play a story” shows three weeks with one lead, a step at a click."
)
PATIENCE_SECONDS = 10
"""How long moving the clock waits for messages that Slack's limit of one a second holds back."""

REQUESTS = {
    "A demo": "demo",
    "Pricing": "pricing",
    "A question": "contact",
    "The buyer's guide": "download",
}

FORM = (
    FormField("first_name", "First name", required=True, value="Dana"),
    FormField("last_name", "Last name", value="Lee"),
    FormField("email", "Work e-mail", type="email", required=True, value="dana.lee@brightfields.example"),
    FormField("phone", "Phone", type="tel", value="+1 212 555 0142"),
    FormField("company", "Company", value="Brightfields"),
    FormField("request", "What would you like?", type="select", options=tuple(REQUESTS)),
    FormField(
        "message",
        "Tell us a little more",
        type="textarea",
        value="We lose track of web leads over the weekend.",
    ),
)


@dataclass(frozen=True)
class Office:
    """A running bot and how the company's website reaches it."""

    bot: Followup
    leads_url: str
    key: str


class Company:
    """The page needs its controls before the bot is built, so the office opens afterwards."""

    def __init__(self, clock: MovableClock, story_file: Path) -> None:
        self._clock = clock
        self._people: dict[str, str] = {}
        self._team = load_team(TEAM_TEXT)
        self._calendar = self._team.pool("inbound").calendar
        self._zone = ZoneInfo(self._calendar.zone)
        self._office: Office | None = None
        self._story = Story(self, CHANNEL, story_file)

    def open_office(self, office: Office, workspace: Workspace) -> None:
        """From now on the form, the clock's buttons and the story do something."""
        self._office = office
        self._story.open(workspace, office.bot.database, self._people[STORY_REP])

    def move_in(self, workspace: Workspace) -> None:
        """Give the workspace this company's people and channel; harmless when they are there already."""
        self._people = {
            key: workspace.add_user(
                name=key, real_name=rep.name, email=rep.email or "", manager=key == MANAGER, tz=self._zone.key
            )
            for key, rep in self._team.reps.items()
        }
        workspace.add_channel(CHANNEL, bot_is_member=True, members=self._people.values())

    def start_in_working_hours(self) -> None:
        """A newcomer who tries the demo at night should still meet a team at work."""
        now = self._clock()
        opening = businesstime.next_opening(now, self._calendar)
        if opening > now:
            self._clock.advance(opening + timedelta(minutes=30) - now)

    def controls(self) -> Controls:
        """The page's form and clock."""
        moves: dict[str, Callable[[datetime], datetime]] = {
            "+1 min": lambda now: now + timedelta(minutes=1),
            "+15 min": lambda now: now + timedelta(minutes=15),
            "+1 h": lambda now: now + timedelta(hours=1),
            "Next morning": self._next_morning,
            "+1 day": lambda now: now + timedelta(days=1),
        }
        return Controls(
            form_title="Talk to Larkspur",
            form_intro="This is the company's website. Send the form and watch what the sales team sees.",
            form_fields=FORM,
            send_form=self._send_form,
            now=self._clock,
            zone=self._zone.key,
            moves=tuple((label, partial(self._move, target)) for label, target in moves.items()),
            note=self._hours,
            first_step=FIRST_STEP,
            story=self._story.play,
        )

    # -- what the story needs

    @property
    def zone(self) -> ZoneInfo:
        return self._zone

    def now(self) -> datetime:
        return self._clock()

    def wait_until(self, moment: datetime) -> None:
        """Let time pass up to then, stopping at everything that falls due; a moment gone by changes nothing."""
        self._move(lambda now: max(now, moment))

    def settle(self) -> None:
        """Do what is due now."""
        self._move(lambda now: now)

    def send(self, lead: dict[str, Any]) -> None:
        """Send a lead as the company's website does. Raises ValueError with a sentence."""
        self._post(lead)
        self.settle()

    def _send_form(self, values: dict[str, str]) -> str:
        action = REQUESTS.get(values.get("request", ""), "contact")
        lead = {**values, "action": action, "page": "/contact", "consent": True}
        if action == "download":
            lead |= {"resource": values["request"], "page": "/guide"}
        if self._post(lead) == "duplicate":
            return "You sent exactly this a moment ago, so it counts once. Change something and send again."
        return f"Thank you, {values.get('first_name') or 'and welcome'}. {self._promise()}"

    def _post(self, lead: dict[str, Any]) -> str:
        if self._office is None:
            raise ValueError("The bot is still starting. Try again in a second.")
        request = urllib.request.Request(  # noqa: S310  (our own address)
            self._office.leads_url,
            data=json.dumps(lead).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self._office.key}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return str(json.load(answer)["status"])
        except urllib.error.URLError as error:
            raise ValueError(f"The bot did not take the lead: {error}") from error

    def _promise(self) -> str:
        """What the prospect may expect (R4, R13): nobody is promised a person who is at home."""
        now = self._clock()
        if businesstime.closing(now, self._calendar) is not None:
            return "A real person is looking at it right now."
        opening = businesstime.next_opening(now, self._calendar)
        return f"A real person will be in touch on {opening.astimezone(self._zone):%A morning}."

    def _move(self, target: Callable[[datetime], datetime]) -> None:
        if self._office is None:
            return
        bot, patient_until = self._office.bot, monotonic() + PATIENCE_SECONDS

        def fire() -> None:
            bot.worker.decide()
            bot.worker.fire()
            # A message bears the time at which it leaves: what is held back leaves before the clock moves on.
            while (held := bot.worker.deliver()) and monotonic() < patient_until:
                # Briefly: the worker may be at it, and then it is done long before its lease is over.
                sleep(min(max((held - machine_clock()).total_seconds(), 0.02), 0.1))

        def due() -> datetime | None:
            with bot.database.read() as session:
                return next_due(session)

        walk(self._clock, self._clock.advance, target(self._clock()), next_due=due, fire=fire)

    def _next_morning(self, now: datetime) -> datetime:
        local = now.astimezone(self._zone)
        morning = datetime.combine(local.date(), WORKDAY_STARTS, self._zone)
        return morning if morning > local else morning + timedelta(days=1)

    def _hours(self) -> str:
        now = self._clock()
        closing = businesstime.closing(now, self._calendar)
        if closing is not None:
            return f"The team is at work until {closing.astimezone(self._zone):%H:%M}."
        opening = businesstime.next_opening(now, self._calendar)
        return f"The team is off until {opening.astimezone(self._zone):%A %H:%M}."
